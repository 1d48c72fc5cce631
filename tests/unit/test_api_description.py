"""The API's description says what programs need: names, content types, refusals, who may call."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.depends import Depends

from comhar import data
from comhar.context import Context
from comhar.web import App, anonymous
from local import openapi, refusals
from tests.unit.sample_capability import app, file, make

DESCRIBED = data.load("openapi")
ROUTES = {name: route for _, each in openapi.list_apps() for name, route in each.routes.items()}


def operations() -> Iterator[dict[str, Any]]:
    for each in DESCRIBED["paths"].values():
        yield from each.values()


def values(piece: Any, name: str) -> Iterator[Any]:
    """What has this name, anywhere inside."""
    if isinstance(piece, dict):
        for key, inner in piece.items():
            if key == name:
                yield inner
            yield from values(inner, name)
    elif isinstance(piece, list):
        for inner in piece:
            yield from values(inner, name)


def test_a_models_title_is_its_name_and_nothing_else_has_one() -> None:
    """openapi-python-client 0.29 takes a title for a class's name, and drops what comes second."""
    schemas = DESCRIBED["components"]["schemas"]
    assert {name: each["title"] for name, each in schemas.items()} == {
        each: each for each in schemas
    }
    titles = [each for each in values(DESCRIBED["paths"], "title") if isinstance(each, str)]
    titles += [each for each in values(schemas, "title") if isinstance(each, str)]
    assert len(titles) == len(schemas)
    assert all(re.fullmatch(r"[A-Z]\w+", name) for name in schemas)


def test_no_choice_mixes_numbers_with_texts() -> None:
    """openapi-python-client 0.29 drops a model with `[6, 12, "6", "12"]`."""
    choices = list(values(DESCRIBED, "enum"))
    assert choices and all(len({type(each) for each in some}) == 1 for some in choices)


def test_each_answer_has_content_types_of_its_own() -> None:
    kinds = {
        kind
        for operation in operations()
        for answer in operation["responses"].values()
        for kind in answer.get("content", {})
    }
    assert {"text/csv", "text/calendar", "application/pdf", "image/svg+xml"} < kinds
    assert not [kind for kind in kinds if "*" in kind or ";" in kind]


def test_who_may_call_stands_with_each_route() -> None:
    for operation in operations():
        is_open = ROUTES[operation["operationId"]].is_open
        assert operation["security"] == ([] if is_open else [{"session": []}, {"bearer": []}])
        assert ("401" in operation["responses"]) is not is_open, operation["operationId"]


def test_what_is_posted_may_be_refused_and_each_refusal_is_problem_details() -> None:
    for path, each in DESCRIBED["paths"].items():
        for method, operation in each.items():
            assert "400" in operation["responses"]
            assert "404" in operation["responses"] or "{" not in path
            posted = {"403", "413", "415", "422"} <= operation["responses"].keys()
            assert posted or method == "get"
    for response in DESCRIBED["components"]["responses"].values():
        assert response["content"] == {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }


def test_what_guard_and_use_case_declare_is_said_of_the_route() -> None:
    responses = DESCRIBED["paths"]["/meetings/{id}/reschedule"]["post"]["responses"]
    assert "`urn:comhar:chairs-only`" in responses["403"]["description"]
    assert "`urn:comhar:meeting-closed`" in responses["409"]["description"]
    statuses = {each.status for each in refusals.list_refusals(make, app.routes["make"])}
    assert statuses == {400, 401, 403, 413, 415, 422}
    assert {each.status for each in refusals.list_refusals(file, app.routes["file"])} == {400}


def test_each_route_stands_under_a_topic_that_is_described() -> None:
    described = {each["name"] for each in DESCRIBED["tags"] if each["description"]}
    assert {tag for operation in operations() for tag in operation["tags"]} == described


def test_a_route_of_files_must_name_their_content_types() -> None:
    def nameless(ctx: Annotated[Context[None], Depends(anonymous)]) -> Response:
        return Response(200, "text/csv", "")

    with pytest.raises(TypeError, match="nameless"):
        App("sample").get("/nameless")(nameless)
