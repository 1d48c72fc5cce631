"""Bad input on every route: a 4xx with words that help, nothing stored, never a fault of ours.

What reads a body, an address or a query is the same for all routes of a function: the first of each function
meets everything, the others what depends on the route, and one of each other kind.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from local import openapi
from tests.support.cloud import GatewayResponse, main_routes
from tests.support.sample_community import SampleCommunity

pytestmark = pytest.mark.xdist_group("bad_input")  # one worker makes its community once

LONG = "x" * 100_000
UPLOADS = ("/invitations/lists", "/meetings/{id}/items/{item}/file")  # these take a megabyte
PASTED = "emails"  # a pasted list, however long: what is no address in it is counted and told
SPEC = openapi.built()
POSTS = [
    (path, each["post"]["operationId"]) for path, each in SPEC["paths"].items() if "post" in each
]
GETS = [(path, each["get"]) for path, each in SPEC["paths"].items() if "get" in each]
OFFICE = (
    *(
        "/members",
        "/invitations",
        "/reports",
        "/inbox",
        "/texts",
        "/closures",
        "/holds",
        "/national",
    ),
)
OF_OFFICE = (
    "/messages/{id}/release",
    "/meetings/{id}/facilitator",
    "/meetings/{id}/facilitator/agreed",
    "/communities/{region}/close",
    "/communities/{region}/reopen",
    "/meetings/{id}/attendance/correct",
)


def fields(path: str) -> tuple[dict[str, Any], list[str]]:
    """The fields of what a route takes, and which of them it must have."""
    content = SPEC["paths"][path]["post"].get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    model = SPEC["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {})
    return model.get("properties", {}), model.get("required", [])


def kinds(field: dict[str, Any]) -> set[str]:
    return {field.get("type", ""), *(each.get("type", "") for each in field.get("anyOf", []))}


def unreadable(path: str) -> Iterator[tuple[str, int]]:
    """Bodies that the route cannot read."""
    yield "{", 400
    yield json.dumps({"name": "x" * (1_100_000 if path in UPLOADS else 300_000)}), 413
    if path not in main_routes("POST"):
        return
    yield "{'name': 1}", 400
    yield 100_000 * "[" + 100_000 * "]", 400
    yield "null", 400
    yield '["a"]', 400
    yield '{"a": 1, "a": 2}', 400
    yield '{"a": NaN}', 400
    yield '{"a": "\\u0000"}', 400
    yield '{"a": "\\ud83d"}', 400
    yield "x" * 10_000_000, 413


def wrong(path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Bodies whose fields are wrong, each with the field to be named."""
    properties, required = fields(path)
    yield {"no_such_field": 1}, "no_such_field"
    if required:
        yield {}, required[0]
    for name, field in properties.items():
        yield {name: 7 if "object" in kinds(field) else {"a": {"b": [1]}}}, name
        if "array" in kinds(field):
            yield {name: [{"odd": 1}]}, name
            yield {name: [LONG]}, name
        elif kinds(field) & {"string", "integer"}:
            yield {name: LONG}, name


def sent(community: SampleCommunity, path: str, body: Any, **more: Any) -> GatewayResponse:
    bearer = community.office if path.startswith(OFFICE) or path in OF_OFFICE else community.chair
    return community.cloud.call("POST", community.path(path), body, bearer=bearer, **more)


@pytest.mark.parametrize(("path", "name"), POSTS)
def test_a_body_that_cannot_be_read_is_refused(
    path: str, name: str, community: SampleCommunity
) -> None:
    before = community.cloud.stored()
    for body, status in unreadable(path):
        answer = sent(community, path, body)
        assert (answer.status, answer.json["status"]) == (status, status)
        assert answer.json["title"] and answer.json["next"]
    assert sent(community, path, "x", headers={"content-type": "text/plain"}).status == 415
    assert community.cloud.stored() == before


@pytest.mark.parametrize(("path", "name"), POSTS)
def test_fields_that_are_wrong_are_named(path: str, name: str, community: SampleCommunity) -> None:
    before = community.cloud.stored()
    for body, field in wrong(path):
        answer = sent(community, path, body)
        assert answer.status == 422, (field, answer)
        named = {error["field"].split(".")[0]: error["message"] for error in answer.json["errors"]}
        assert re.fullmatch(r"[A-Z].*\.", named[field]), named
        assert LONG not in answer.text
    assert community.cloud.stored() == before


def but_looks(community: SampleCommunity) -> dict[str, int]:
    """What is stored, but for the audit: a page shown again is one more look at it, which is noted."""
    return {name: count for name, count in community.cloud.stored().items() if "Audit" not in name}


@pytest.mark.parametrize(("path", "name"), POSTS)
def test_a_form_that_is_wrong_gets_a_page_that_says_so(
    path: str, name: str, community: SampleCommunity
) -> None:
    before = but_looks(community)
    texts = [
        (name, LONG[: 200_000 // len(fields(path)[0])])
        for name, field in fields(path)[0].items()
        if "string" in kinds(field) and name != PASTED
    ]
    forms = [[("no_such_field", "1")], *([texts] if texts else [])]
    if path in main_routes("POST"):
        forms += [[("a", "1"), ("a.b", "2")], [("a", "1"), ("a", "2")], [("a", "\x00")]]
    for form in forms:
        page = sent(community, path, None, form=form, html=True)
        assert page.status in (400, 422), (form[0][0], page)
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "There is a problem" in page.text or "<h1" in page.text
    assert but_looks(community) == before


ODD = ["\x00", "😀", "..", LONG]
ODDER = ["שלום", "%00", "<script>", "'", "a b", "x" * 200, "x" * 201, "-", "#"]


@pytest.mark.parametrize("path", [path for path in SPEC["paths"] if "{" in path])
def test_an_address_of_nothing_is_never_a_fault(path: str, community: SampleCommunity) -> None:
    first = path in main_routes("GET") | main_routes("POST")
    for value in ODD + ODDER if first else ODD:
        for method in SPEC["paths"][path]:
            for bearer in (community.chair, community.office):
                address = re.sub(r"{\w+}", lambda _, value=value: value, path)
                answer = community.cloud.call(method.upper(), address, bearer=bearer)
                assert 400 <= answer.status < 500, (address[:50], answer)
                assert answer.json["title"]


@pytest.mark.parametrize(("path", "operation"), GETS)
def test_an_odd_query_is_never_a_fault(
    path: str, operation: dict[str, Any], community: SampleCommunity
) -> None:
    names = [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]
    bearer = community.office if path.startswith(OFFICE) else community.chair
    strange = ["utm_source", "done"] if path in main_routes("GET") else ["done"]
    for name in [*names, *strange]:
        for value in ("", "\x00", "😀", LONG, "x" * 3000, "-1", "[]", "e30="):
            for html in (False, True) if name in names else (False,):
                query = {name: value}
                answer = community.cloud.call(
                    "GET", community.path(path), bearer=bearer, query=query, html=html
                )
                assert answer.status < 500, (name, value[:20], answer)
