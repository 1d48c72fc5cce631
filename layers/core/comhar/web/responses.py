"""Answers in API Gateway's format, and the cookies that they set."""

import re
from typing import Any

from comhar.web.guards import ASKED_BY, COOKIE, KNOWN

SESSION_SECONDS = 24 * 60 * 60
CODE_SECONDS = 30 * 60
KNOWN_SECONDS = 365 * 24 * 60 * 60

Answer = dict[str, Any]


def answer(status: int, content_type: str, body: str, **headers: str) -> Answer:
    """An answer in API Gateway's format 2.0."""
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


def see_other(location: str) -> Answer:
    """303: go and look there, with GET."""
    return answer(303, "text/plain; charset=utf-8", "", Location=location)


def session_cookie(session: str | None) -> str:
    """Keeps the session in the browser for a day; `None` takes it away."""
    age = SESSION_SECONDS if session else 0
    return f"{COOKIE}={session or ''}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Lax"


def asked_by_cookie(request: str) -> str:
    """Marks the browser that asked for a sign-in letter: only there can its code be typed."""
    return f"{ASKED_BY}={request}; Path=/; Max-Age={CODE_SECONDS}; Secure; HttpOnly; SameSite=Lax"


def known_cookie(value: str) -> str:
    """Marks for a year a browser in which somebody signed in: its asks are counted apart."""
    return f"{KNOWN}={value}; Path=/; Max-Age={KNOWN_SECONDS}; Secure; HttpOnly; SameSite=Lax"
