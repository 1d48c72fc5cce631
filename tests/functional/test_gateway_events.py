"""The gateway's events are what an HTTP API sends, its responses what an HTTP API makes of answers."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from local.gateway import Routes, event_of, response_of
from local.template import Route
from local.worker_pool import Outcome

NOW = datetime(2027, 2, 11, 9, 0, 0, 250_000, tzinfo=UTC)
ROUTES = Routes(
    [
        Route("ANY", "$default", "Rest"),
        Route("GET", "/members/{id}", "Members"),
        Route("GET", "/members/new", "Members"),
        Route("POST", "/meetings/{id}/items/{item}/accept", "Meetings"),
        Route("GET", "/files/{rest+}", "Files"),
    ]
)


def event(method: str, path: str, body: bytes = b"", **headers: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = make_mocked_request(method, path, headers=named)
    match = ROUTES.match(method, path.split("?")[0])
    assert match is not None
    return event_of(request, body, match, NOW, {"x-origin-secret": "s"})


def test_a_fixed_segment_wins_over_a_parameter_and_both_over_the_default() -> None:
    assert event("GET", "/members/new")["routeKey"] == "GET /members/new"
    assert event("GET", "/members/17")["pathParameters"] == {"id": "17"}
    assert event("HEAD", "/members/17")["routeKey"] == "$default"
    assert event("GET", "/members/")["routeKey"] == "$default"
    assert event("GET", "/files/a/b")["pathParameters"] == {"rest": "a/b"}


def test_the_path_is_decoded_and_the_query_is_not() -> None:
    found = event("GET", "/members/Sin%C3%A9ad%20N%C3%AD?q=%C3%A1&q=2&e=")
    assert found["rawPath"] == "/members/Sinéad Ní"
    assert found["requestContext"]["http"]["path"] == "/members/Sinéad Ní"
    assert found["pathParameters"] == {"id": "Sinéad Ní"}
    assert found["rawQueryString"] == "q=%C3%A1&q=2&e="
    assert found["queryStringParameters"] == {"q": "á,2", "e": ""}


def test_cookies_are_a_list_and_no_header() -> None:
    found = event("GET", "/members/1", Cookie="a=1; b=2", X_Thing="x")
    assert found["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in found["headers"]
    assert found["headers"]["x-thing"] == "x"
    assert found["headers"]["x-origin-secret"] == "s"


@pytest.mark.parametrize(
    ("kind", "encoded"),
    [
        ("application/json", False),
        ("application/problem+json; charset=utf-8", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", True),
        ("application/octet-stream", True),
        ("", True),
    ],
)
def test_only_text_travels_as_it_is(kind: str, encoded: bool) -> None:
    found = event("POST", "/meetings/1/items/2/accept", "fáilte".encode(), Content_Type=kind)
    assert found["isBase64Encoded"] is encoded
    body = base64.b64decode(found["body"]).decode() if encoded else found["body"]
    assert body == "fáilte"


def test_a_body_that_is_not_what_it_says_is_encoded() -> None:
    assert event("POST", "/x", b"\xff\xfe", Content_Type="application/json")["isBase64Encoded"]


def test_no_body_is_no_body() -> None:
    found = event("GET", "/members/1")
    assert "body" not in found
    assert found["isBase64Encoded"] is False


def test_the_context_tells_when_and_how() -> None:
    context = event("GET", "/members/1", User_Agent="me")["requestContext"]
    assert context["timeEpoch"] == 1802336400250
    assert context["time"] == "11/Feb/2027:09:00:00 +0000"
    assert context["stage"] == "$default"
    assert context["http"]["method"] == "GET"
    assert context["http"]["userAgent"] == "me"


def answered(payload: bytes) -> Any:
    return response_of(Outcome("answered", payload))


def test_an_answer_keeps_its_cookies_apart() -> None:
    found = answered(b'{"statusCode": 201, "headers": {"X": "1"}, "cookies": ["a=1", "b=2"]}')
    assert found.status == 201
    assert found.headers.getall("Set-Cookie") == ["a=1", "b=2"]
    assert found.headers["X"] == "1"


def test_an_encoded_answer_is_decoded() -> None:
    found = answered(b'{"statusCode": 200, "body": "AP8=", "isBase64Encoded": true}')
    assert found.body == b"\x00\xff"


def test_an_answer_without_a_status_is_the_body() -> None:
    found = answered(b'{"ok": true}')
    assert found.status == 200
    assert found.text == '{"ok": true}'
    assert found.content_type == "application/json"


@pytest.mark.parametrize("how", ["error", "crash", "timeout"])
def test_a_failure_says_nothing_of_itself(how: str) -> None:
    found = response_of(Outcome(how, b'{"errorMessage": "secret"}'))
    assert found.status == 500
    assert found.text == '{"message": "Internal Server Error"}'
