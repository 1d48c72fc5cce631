"""Errors as RFC 9457 problem details, for programs."""

import json
import re
from typing import Any

from comhar.errors import AppError, Invalid
from comhar.web.http_responses import HttpResponse, http_response
from comhar.web.request import Request


def problem_response(fact: AppError, request: Request) -> HttpResponse:
    """The error as `application/problem+json`.

    `instance` is the route's key, never the path.
    """
    problem: dict[str, Any] = {
        "type": problem_type(fact),
        "title": fact.title,
        "status": fact.status,
        "detail": fact.detail,
        "instance": request.route_key,
        "next": fact.next,
        **fact.more,
    }
    if isinstance(fact, Invalid):
        problem["errors"] = [
            {"field": error.field, "message": error.message} for error in fact.errors
        ]
    if fact.status == 401:
        fact.headers.setdefault("WWW-Authenticate", "Bearer")
    text = json.dumps({name: value for name, value in problem.items() if value is not None})
    return http_response(fact.status, "application/problem+json", text, **fact.headers)


def problem_type(error: AppError) -> str:
    """A name for programs that stays: `urn:comhar:already-member`.

    Made of the class's name, or of its own `kind`.
    """
    words = (
        vars(type(error)).get("kind")
        or re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()
    )
    return f"urn:comhar:{words}"
