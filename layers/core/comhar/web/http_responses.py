"""Responses in API Gateway's format, and the cookies that they set."""

import re
from typing import Any

from comhar.web.guards import (
    KNOWN_COOKIE,
    SESSION_COOKIE,
    SIGN_IN_REQUEST_COOKIE,
    WAITING_COOKIE,
)

SESSION_SECONDS = 24 * 60 * 60
CODE_SECONDS = 30 * 60
KNOWN_SECONDS = 365 * 24 * 60 * 60

WAITING_SECONDS = 15 * 60

HttpResponse = dict[str, Any]


def http_response(status: int, content_type: str, body: str, **headers: str) -> HttpResponse:
    """A response in API Gateway's payload format 2.0."""
    return {
        "statusCode": status,
        "headers": {"Content-Type": content_type, **headers},
        "cookies": [],
        "body": body,
        "isBase64Encoded": False,
    }


def local_path(path: str) -> str:
    """Where to go after signing in: a path of ours, else the member's own page."""
    return path if re.fullmatch(r"/(?![/\\])[^\x00-\x20\x7f\\]*", path) else "/me"


def see_other(location: str) -> HttpResponse:
    """303: go and look there, with GET."""
    return http_response(303, "text/plain; charset=utf-8", "", Location=location)


def session_cookie(session: str | None, seconds: int = SESSION_SECONDS) -> str:
    """Keeps the session in the browser, for a day unless told; `None` takes it away."""
    age = seconds if session else 0
    return (
        f"{SESSION_COOKIE}={session or ''}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Lax"
    )


def sign_in_request_cookie(request: str) -> str:
    """Marks the browser that asked for a sign-in letter: only it can use its code."""
    value = f"{SIGN_IN_REQUEST_COOKIE}={request}"
    return f"{value}; Path=/; Max-Age={CODE_SECONDS}; Secure; HttpOnly; SameSite=Lax"


def known_cookie(value: str) -> str:
    """Marks a browser in which somebody signed in, for a year: its asks count apart."""
    return (
        f"{KNOWN_COOKIE}={value}; Path=/; Max-Age={KNOWN_SECONDS}; Secure; HttpOnly; SameSite=Lax"
    )


def waiting_cookie(count: int | None) -> str:
    """Keeps how many things wait, for the menu; `None` takes it away."""
    age = 0 if count is None else WAITING_SECONDS
    value = f"{WAITING_COOKIE}={'' if count is None else count}"
    return f"{value}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Lax"
