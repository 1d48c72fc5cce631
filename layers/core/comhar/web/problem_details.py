"""Errors as RFC 9457 problem details, for programs."""

import json
import re
from typing import Any

from comhar.errors import AppError, Invalid
from comhar.web.http_responses import HttpResponse, http_response
from comhar.web.request import Request


def problem_response(error: AppError, request: Request) -> HttpResponse:
    """The error as `application/problem+json`.

    `instance` is the route's key, never the path.
    """
    problem: dict[str, Any] = {
        "type": problem_type(type(error)),
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": request.route_key,
        "next": error.next,
        **error.more,
    }
    if isinstance(error, Invalid):
        problem["errors"] = [
            {"field": mistake.field, "message": mistake.message} for mistake in error.errors
        ]
    if error.status == 401:
        error.headers.setdefault("WWW-Authenticate", "Bearer")
    text = json.dumps({name: value for name, value in problem.items() if value is not None})
    return http_response(error.status, "application/problem+json", text, **error.headers)


def problem_type(kind: type[AppError]) -> str:
    """A name for programs that stays: `urn:comhar:already-member`.

    Made of the class's name, or of its own `kind`.
    """
    words = vars(kind).get("kind") or re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()
    return f"urn:comhar:{words}"
