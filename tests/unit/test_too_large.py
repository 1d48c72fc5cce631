"""What CloudFront's function answers to what is too large, and that the embedded front answers the same.

The event's shape and that of the answer are those of CloudFront Functions, runtime 2.0 (developer guide,
"Event structure", read on 2026-12-03): header names are in lower case, each with its value.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from multidict import CIMultiDict

from local.front import read_too_large
from local.gateway import _EVENT
from local.intrinsics import load
from tests.support.page import Page

ROOT = Path(__file__).parents[2]
RESOURCES = load(ROOT / "template.yaml")["Resources"]
CODE: str = RESOURCES["TooLarge"]["Properties"]["FunctionCode"]
HERE = {"host": "comhar.example", "accept": "text/html,*/*"}
REQUESTS: dict[str, dict[str, str]] = {
    "no body": HERE,
    "no number": HERE | {"content-length": "many"},
    "just small enough": HERE | {"content-length": "4194304"},
    "a page": HERE | {"content-length": "4194305"},
    "a program": {"host": "comhar.example", "content-length": "20000000"},
    "json": HERE | {"accept": "application/json", "content-length": "20000000"},
    "from a form": HERE
    | {"content-length": "9999999", "referer": "https://comhar.example/invitations?done=kept"},
    "from elsewhere": HERE
    | {"content-length": "9999999", "referer": "https://evil.example/invitations"},
    "from two slashes": HERE
    | {"content-length": "9999999", "referer": "https://comhar.example//evil.example"},
    "from markup": HERE | {"content-length": "9999999", "referer": 'https://comhar.example/a"><b>'},
}


@pytest.fixture(scope="module")
def by_cloudfront() -> dict[str, Any]:
    """What the function makes of each request: the request itself, or an answer."""
    events = {
        name: {"request": {"headers": {key: {"value": value} for key, value in headers.items()}}}
        for name, headers in REQUESTS.items()
    }
    run = f"""{CODE}
      const answers = {{}};
      for (const [name, event] of Object.entries({json.dumps(events)})) answers[name] = handler(event);
      console.log(JSON.stringify(answers));"""
    done = subprocess.run(["node", "-e", run], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", ["no body", "no number", "just small enough"])
def test_what_a_function_takes_goes_on_unchanged(name: str, by_cloudfront: dict[str, Any]) -> None:
    headers = {key: {"value": value} for key, value in REQUESTS[name].items()}
    assert by_cloudfront[name] == {"headers": headers}


def test_the_largest_that_goes_on_is_an_event_that_a_function_takes() -> None:
    assert read_too_large(CODE).largest * 4 / 3 < _EVENT * 0.95


@pytest.mark.parametrize("name", ["a page", "from a form", "from elsewhere"])
def test_a_browser_gets_a_page_about_files(name: str, by_cloudfront: dict[str, Any]) -> None:
    answer = by_cloudfront[name]
    assert answer["statusCode"] == 413
    assert answer["headers"]["content-type"]["value"] == "text/html; charset=utf-8"
    page = Page(answer["body"]["data"])
    assert page.faults() == []
    assert "smaller than 1 MB" in answer["body"]["data"]


@pytest.mark.parametrize(
    ("name", "back"),
    [
        ("a page", "/me"),
        ("from a form", "/invitations"),
        ("from elsewhere", "/me"),
        ("from two slashes", "/me"),
        ("from markup", "/me"),
    ],
)
def test_the_way_back_is_a_page_of_ours(
    name: str, back: str, by_cloudfront: dict[str, Any]
) -> None:
    assert f'<a class="nhsuk-link" href="{back}">Go back' in by_cloudfront[name]["body"]["data"]
    assert "evil" not in by_cloudfront[name]["body"]["data"]


@pytest.mark.parametrize("name", ["a program", "json"])
def test_a_program_gets_a_problem(name: str, by_cloudfront: dict[str, Any]) -> None:
    answer = by_cloudfront[name]
    assert answer["headers"]["content-type"]["value"] == "application/problem+json"
    assert json.loads(answer["body"]["data"])["status"] == answer["statusCode"] == 413


@pytest.mark.parametrize("name", REQUESTS)
def test_the_embedded_front_answers_the_same(name: str, by_cloudfront: dict[str, Any]) -> None:
    given, there = read_too_large(CODE).answer(CIMultiDict(REQUESTS[name])), by_cloudfront[name]
    if "statusCode" not in there:
        assert given is None
        return
    assert given is not None and given.status == there["statusCode"]
    headers = {key: each["value"] for key, each in there["headers"].items()}
    assert {key: given.headers[key] for key in headers} == headers
    assert isinstance(given.body, bytes)
    sent = given.body.decode()
    if "json" in headers["content-type"]:
        assert json.loads(sent) == json.loads(there["body"]["data"])
    else:
        assert sent == there["body"]["data"]


def test_the_function_is_asked_about_every_request_to_the_api_and_fits_its_quota() -> None:
    config = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    (each,) = config["DefaultCacheBehavior"]["FunctionAssociations"]
    assert each["EventType"] == "viewer-request"
    assert len(CODE.encode()) < 10_240  # CloudFront's quota for a function


def test_no_answer_of_the_api_is_replaced_by_a_page_of_cloudfronts() -> None:
    config = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
    assert "CustomErrorResponses" not in config
