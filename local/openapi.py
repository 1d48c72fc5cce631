"""Writes the API's description, data/openapi.json, from the routes themselves.

`python -m local.openapi --check` only says whether the file is as the routes are.
"""

import importlib.util
import json
import sys
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import APIKey, HTTPBearer

from comhar.web import App, dispatch, resubmission
from comhar.web.http_responses import SESSION_COOKIE

ROOT = Path(__file__).parents[1]
_LOADING = threading.Lock()  # or a second thread would meet a module that is half made
TARGET = ROOT / "layers/core/comhar/data/openapi.json"
SECURITY: Any = {
    "session": APIKey.model_validate({"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE}),
    "bearer": HTTPBearer(),
}
PROBLEM = {
    "title": "Problem",
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
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string", "description": "Dotted: `actions.0.what`"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
REFUSAL = {
    "description": "It could not be done.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}

REPEATED = {
    "title": "Repeated",
    "description": "What was created when the same request was sent the first time.",
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}},
    "additionalProperties": False,
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

    Raises ValueError where two route functions have one name.
    """
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {"Problem": PROBLEM, "Repeated": REPEATED}
    for _, app in list_apps():
        description = _disambiguate(described(app), schemas, app.tag)
        schemas |= description["components"].get("schemas", {})
        for path, operations in description["paths"].items():
            for method, operation in operations.items():
                if app.routes[operation["operationId"]].creates:
                    _protect(operation)
                paths.setdefault(path, {})[method] = _completed(operation)
    _check_names(paths)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Comhar",
            "version": "1",
            "description": "Every route takes JSON or a form, and answers JSON, or HTML to those "
            "who name text/html in Accept.",
        },
        "servers": [{"url": "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": description["components"]["securitySchemes"],
        },
    }


def described(app: App) -> dict[str, Any]:
    """What powertools says of the routes of one function, without its own errors."""
    text = app.resolver.get_openapi_json_schema(
        title="Comhar", version="1", security_schemes=dict(SECURITY)
    )
    found: dict[str, Any] = json.loads(text)
    schemas = found["components"].get("schemas", {})
    for name in [each for each in schemas if each.endswith("ValidationError")]:
        del schemas[name]
    return found


def _disambiguate(
    description: dict[str, Any], known: dict[str, Any], capability: str
) -> dict[str, Any]:
    """Models that another function calls by the same name get their capability's name in front."""
    own = description["components"].get("schemas", {})
    clashes = [name for name in own if name in known and known[name] != own[name]]
    if not clashes:
        return description
    text = json.dumps(description)
    for name in clashes:
        text = text.replace(
            f'"#/components/schemas/{name}"', f'"#/components/schemas/{capability.title()}{name}"'
        )
    description = json.loads(text)
    own = description["components"]["schemas"]
    for name in clashes:
        own[f"{capability.title()}{name}"] = own.pop(name)
    return _disambiguate(description, known, capability)


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


def _completed(operation: dict[str, Any]) -> dict[str, Any]:
    """The operation with our problems in place of powertools' errors, forms, and pages."""
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]
        content["application/x-www-form-urlencoded"] = content["application/json"]
    for answer in operation["responses"].values():
        schema = answer.get("content", {}).get("application/json")
        if schema == {}:  # a file: no schema of ours
            answer["content"] = {"*/*": {}}
    operation["responses"].pop("422", None)
    operation["responses"].pop("500", None)
    operation["responses"]["default"] = REFUSAL
    return operation


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
