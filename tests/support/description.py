"""Holds every answer of the routes to the API's description, whatever the test looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comhar import data
from comhar.web.dispatch import RouteEntry

if TYPE_CHECKING:
    from tests.support.cloud import GatewayResponse

WRONG_DOOR = "urn:comhar:wrong-door"  # before any route


def require_described(route: RouteEntry, answer: GatewayResponse) -> None:
    """A refusal's status, and the content type of what is not HTML, stand in the description."""
    operation = data.load("openapi")["paths"][route.path][route.method.lower()]
    described, status = operation["responses"], str(answer.status)
    words = f"{route.method} {route.path} answers {status} {answer.text[:300]}, not described"
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if "400" <= status < "500" and WRONG_DOOR not in answer.text:
        assert status in described, words
    elif status < "300" and kind != "text/html" and answer.body:
        assert kind in described[status]["content"], f"{words} as {kind}"
