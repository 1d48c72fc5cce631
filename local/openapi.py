"""Writes the API's description, data/openapi.json, from the routes themselves.

`python -m local.openapi --check` only says whether the file is as the routes are.
"""

import importlib.util
import inspect
import json
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import APIKey, HTTPBearer

from comhar import errors
from comhar.errors import AppError
from comhar.web import App, dispatch, resubmission
from comhar.web.http_responses import SESSION_COOKIE
from comhar.web.problem_details import problem_type
from comhar.web.route import Route
from local import refusals

ROOT = Path(__file__).parents[1]
_LOADING = threading.Lock()  # or a second thread would meet a module that is half made
TARGET = ROOT / "layers/core/comhar/data/openapi.json"
SECURITY: Any = {
    "session": APIKey.model_validate({"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE}),
    "bearer": HTTPBearer(),
}
ABOUT = """Programs send JSON and get JSON; what could not be done comes as problem details (RFC 9457).

Sign in with `POST /sign-in`, then `POST /sign-in/{token}` with the token of the emailed link: the session
that it answers with is the bearer token of the other calls.

Each address is a page, too: who names text/html in Accept gets HTML, and a page's form is sent as
application/x-www-form-urlencoded or multipart/form-data. There a nested field is `ratings.vision`, a repeated
one `roles[]`, a row `actions.0.what`; a file is sent as it is."""
TEXT = ("text/", "image/svg")  # what a file of these holds is text
SCHEMAS = "#/components/schemas/"
OWN = {
    "Problem": {
        "description": "What could not be done, and what to do next (RFC 9457).",
        "type": "object",
        "required": ["type", "title", "status", "instance"],
        "properties": {
            "type": {"type": "string", "description": "A name that stays, `urn:comhar:…`"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "instance": {"type": "string", "description": "The route's key"},
            "next": {"type": "string", "description": "What the person can do now"},
            "errors": {"type": "array", "items": {"$ref": f"{SCHEMAS}FieldProblem"}},
        },
    },
    "FieldProblem": {
        "description": "What is wrong with one field.",
        "type": "object",
        "required": ["field", "message"],
        "properties": {
            "field": {"type": "string", "description": "Dotted: `actions.0.what`"},
            "message": {"type": "string"},
        },
    },
    "Repeated": {
        "description": "What was created when the same request was sent the first time.",
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}},
        "additionalProperties": False,
    },
}
STATUSES: dict[int, type[AppError]] = {
    kind.status: kind
    for kind in (
        errors.Malformed,
        errors.NotSignedIn,
        errors.NotYours,
        errors.NotFound,
        errors.Conflict,
        errors.Gone,
        errors.TooLarge,
        errors.Unsupported,
        errors.Invalid,
        errors.TooMany,
    )
}
DONE = {"200": "Done.", "201": "Created.", "202": "Taken: it is done in a moment."}
HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}},
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": f"{SCHEMAS}Problem"}}}
RESPONSES: dict[str, Any] = {
    "Problem": {"description": "It could not be done.", "content": _PROBLEM}
} | {
    kind.__name__: {"description": kind.title, "content": _PROBLEM}
    | ({"headers": HEADERS[status]} if status in HEADERS else {})
    for status, kind in STATUSES.items()
}
KEY_HEADER = {
    "name": resubmission.HEADER,
    "in": "header",
    "required": False,
    "description": "Of a JSON body, for 24 hours: sent again with the same key it is done once, and with "
    "another body refused (422). A form is done once within 15 minutes without one.",
    "schema": {"type": "string", "pattern": f"^{resubmission.KEY}$"},
}


def list_apps() -> Iterator[tuple[str, App]]:
    """Each module of routes that a function serves, and its routes.

    By its name in `comhar`.
    """
    for module in sorted(served()):
        yield module, dispatch.load(module)


@cache
def served() -> dict[str, str]:
    """Which function serves each module of routes, as the functions' app.py say."""
    found: dict[str, str] = {}
    for path in sorted(ROOT.glob("functions/*/app.py")):
        handler = load(path.parent.name).handler
        if isinstance(handler, dispatch.Dispatcher):
            found |= dict.fromkeys(handler.modules, path.parent.name)
    return found


def load(name: str) -> Any:
    """The module of one function, under a name of its own.

    Each of them is called `app`.
    """
    module_name = f"functions_{name}"
    with _LOADING:
        if module_name not in sys.modules:
            spec = importlib.util.spec_from_file_location(
                module_name, ROOT / "functions" / name / "app.py"
            )
            assert spec and spec.loader
            sys.modules[module_name] = module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
    return sys.modules[module_name]


@cache
def built() -> dict[str, Any]:
    """The merged description, to be read only.

    Raises:
        ValueError: two route functions, or two models of one topic, have one name.
    """
    apps = dict(list_apps())
    parts = {module: described(app) for module, app in apps.items()}
    schemas = _merge_schemas(parts)
    paths: dict[str, Any] = {}
    for module, app in apps.items():
        for path, operations in parts[module]["paths"].items():
            for method, operation in operations.items():
                name = operation["operationId"]
                route, function = app.routes[name], getattr(sys.modules[f"comhar.{module}"], name)
                operation["tags"] = [_tag(module)]
                paths.setdefault(path, {})[method] = _completed(operation, route, function)
    _check_names(paths)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Comhar", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": list(_described_tags(apps)),
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": RESPONSES,
            "securitySchemes": parts[module]["components"]["securitySchemes"],
        },
    }


def _tag(module: str) -> str:
    """The topic of a module of routes, `meetings.agenda.routes`, in words."""
    return module.rpartition(".")[0].replace(".", " ").replace("_", " ")


def _described_tags(modules: Iterable[str]) -> Iterator[dict[str, str]]:
    """Each topic, in the words of its package."""
    packages = {_tag(module): module.rpartition(".")[0] for module in modules}
    for tag, package in sorted(packages.items()):
        words = inspect.getdoc(importlib.import_module(f"comhar.{package}")) or ""
        yield {"name": tag, "description": words}


def described(app: App) -> dict[str, Any]:
    """What powertools says of the routes of one function, without its own errors."""
    text = app.resolver.get_openapi_json_schema(
        title="Comhar", version="1", security_schemes=dict(SECURITY)
    )
    found: dict[str, Any] = json.loads(text)
    schemas = found["components"].setdefault("schemas", {})
    for name in [each for each in schemas if each.endswith("ValidationError")]:
        del schemas[name]
    return found


def _merge_schemas(parts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The models of all modules, each by a name of its own, to which all references are changed.

    Models of different topics that have one name get their topic's in front. A model that is taken and given
    in two shapes has its plain name where it is given. The name is the only title: generators of clients
    take a title for a name, and leave out what comes second.
    """
    found = {"": OWN} | {module: part["components"]["schemas"] for module, part in parts.items()}
    names = _name_schemas(found)
    merged: dict[str, Any] = {}
    for module, schemas in found.items():
        if module:
            parts[module]["paths"] = _renamed(parts[module]["paths"], names[module])
        for old, schema in schemas.items():
            name, renamed = names[module][old], _renamed(schema, names[module])
            if merged.setdefault(name, {"title": name} | renamed) != {"title": name} | renamed:
                raise ValueError(f"Two models of one topic are called {name}")
    return merged


def _name_schemas(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, str]]:
    """The names of each module's models, by the names that they have there."""
    clashing: set[str] = set()
    while True:
        shapes: dict[str, set[str]] = {}
        for module, schemas in found.items():
            own = {name: f"{module} {name}" for name in clashing}
            for name, schema in schemas.items():
                text = json.dumps(_renamed(schema, own), sort_keys=True)
                shapes.setdefault(name, set()).add(text)
        if clashing == (clashing := {name for name, each in shapes.items() if len(each) > 1}):
            break
    return {
        module: {
            name: (_prefix(module) if name in clashing else "")
            + re.sub("-(Output|Input)$", _shape, name)
            for name in schemas
        }
        for module, schemas in found.items()
    }


def _shape(match: re.Match[str]) -> str:
    return "" if match[1] == "Output" else "Input"


def _prefix(module: str) -> str:
    """`meetings.agenda.routes` → MeetingsAgenda, `reports.date_routes` → ReportsDate."""
    return "".join(re.findall("[A-Za-z]+", module.removesuffix("routes").title()))


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """A piece of a description with other names of models, and without titles."""
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, inner in value.items():
        if key == "$ref" and isinstance(inner, str):
            name = inner.removeprefix(SCHEMAS)
            found[key] = SCHEMAS + names.get(name, name)
        elif key == "enum":
            found |= _choices(inner)
        elif key in ("default", "const", "examples"):
            found[key] = inner
        elif not (key == "title" and isinstance(inner, str)):
            found[key] = _renamed(inner, names)
    return found


def _choices(values: list[Any]) -> dict[str, Any]:
    """The values of a field, without the texts by which a page's form sends its numbers and truths."""
    texts = {json.dumps(each) for each in values if not isinstance(each, str)}
    left = [each for each in values if each not in texts]
    return {"const": left[0]} if len(left) == 1 else {"enum": left}


def _completed(
    operation: dict[str, Any], route: Route, function: Callable[..., Any]
) -> dict[str, Any]:
    """The operation with our problems in place of powertools' errors, and whom it is open to."""
    if route.creates:
        _protect(operation)
    if route.is_open:
        operation["security"] = []
    responses = operation["responses"]
    responses.pop("422", None)
    responses.pop("500", None)
    for status, answer in responses.items():
        for kind, content in answer["content"].items():
            if content == {"schema": {}} and kind != "application/json":
                content["schema"] = {"type": "string"} | (
                    {} if kind.startswith(TEXT) else {"format": "binary"}
                )
        if answer["description"] == "Successful Response":
            answer["description"] = DONE[status]
    by_status: dict[int, list[type[AppError]]] = {}
    for error in refusals.list_refusals(function, route):
        by_status.setdefault(error.status, []).append(error)
    if any(map(_may_be_wrong, operation.get("parameters", []))):
        by_status.setdefault(422, [errors.Invalid])
    for status, kinds in sorted(by_status.items()):
        responses[str(status)] = _refusal(status, kinds)
    responses["default"] = {"$ref": "#/components/responses/Problem"}
    return operation


def _may_be_wrong(parameter: dict[str, Any]) -> bool:
    """Whether it stands in a query, and not every text will do."""
    schema = parameter["schema"]
    kinds = [{"type": each.get("type"), **each} for each in schema.get("anyOf", [schema])]
    free = [{"type": "string"}, {"type": "null"}]
    return parameter["in"] == "query" and any(
        {name: each[name] for name in each if name not in ("default", "description")} not in free
        for each in kinds
    )


def _refusal(status: int, errors: Iterable[type[AppError]]) -> dict[str, str]:
    """A response of problems, with the types that it may have where these are the route's own."""
    base = STATUSES[status]
    found = {"$ref": f"#/components/responses/{base.__name__}"}
    kinds = {kind for each in errors for kind in _raised(each)}
    if kinds != {base}:
        types = sorted(f"`{problem_type(each)}`: {each.title}" for each in kinds)
        found["description"] = " ".join(types)
    return found


def _raised(kind: type[AppError]) -> Iterator[type[AppError]]:
    """The error itself; if it has no words of its own, those that share its name for a reason."""
    if "title" in vars(kind) or not kind.__subclasses__():
        yield kind
    else:
        for each in kind.__subclasses__():
            yield from _raised(each)


def _protect(operation: dict[str, Any]) -> None:
    """Says of an operation that creates something how it is done once, and what a repeat answers."""
    operation.setdefault("parameters", []).append(KEY_HEADER)
    repeated: dict[str, Any] = {"$ref": "#/components/schemas/Repeated"}
    words = "It was sent before: the id of what was created then, and where it is shown."
    if first := operation["responses"].get("200"):
        schema = first["content"]["application/json"]["schema"]
        repeated, words = {"anyOf": [schema, repeated]}, f"{first['description']}. Or: {words}"
    operation["responses"]["200"] = {
        "description": words,
        "headers": {"Location": {"schema": {"type": "string"}}},
        "content": {"application/json": {"schema": repeated}},
    }


def _check_names(paths: dict[str, Any]) -> None:
    names = [operation["operationId"] for each in paths.values() for operation in each.values()]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"Route functions of the same name: {', '.join(twice)}")


def text() -> str:
    """The file as it should be."""
    return json.dumps(built(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    wanted = text()
    if "--check" not in sys.argv:
        TARGET.write_text(wanted, encoding="utf-8")
    elif not TARGET.exists() or TARGET.read_text(encoding="utf-8") != wanted:
        sys.exit("openapi.json is not as the routes are: run make openapi.")
