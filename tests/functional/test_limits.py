"""How often one client may post before it has signed in, and that surveys and members are not counted."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, get_type_hints

import boto3
import pytest

from comhar import wiring
from comhar.limits import client
from comhar.tokens import digest
from comhar.web import limited
from local import openapi
from tests.support import cloud as clouds
from tests.support.cloud import Answer, Cloud
from tests.support.page import Page
from tests.support.world import World, made

LIMIT = 3
ASKS = {"join", "sign_in", "change_address"}  # what writes to any address


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with clouds.opened() as cloud, pytest.MonkeyPatch.context() as patch:
        built = made(cloud)
        patch.setenv("CLIENT_LIMIT", str(LIMIT))
        clouds.forget()
        yield built


def join(cloud: Cloud, viewer: str = "", **more: Any) -> Answer:
    """One call of a client: an address with its port, as CloudFront names it."""
    headers = {"cloudfront-viewer-address": viewer} if viewer else {}
    return cloud.call("POST", "/join", {"email": "new@example.com"}, headers=headers, **more)


def used_up(cloud: Cloud, viewer: str) -> str:
    """The client, having posted as often as it may."""
    for _ in range(LIMIT):
        assert join(cloud, viewer).status == 202
    return viewer


def counters() -> list[dict[str, Any]]:
    """The records of clients."""
    table = wiring.table()._names["core"]
    items = boto3.client("dynamodb").scan(TableName=table)["Items"]
    return [item for item in items if item["pk"]["S"].startswith("CLIENT#")]


def test_a_client_that_posts_too_often_is_told_when_it_may_again(world: World):
    viewer = used_up(world.cloud, "198.51.100.7:443")
    refused = join(world.cloud, viewer)
    assert refused.status == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert refused.json["title"]


def test_a_person_gets_a_calm_page(world: World):
    viewer = used_up(world.cloud, "198.51.100.8:443")
    refused = join(world.cloud, viewer, html=True)
    assert refused.status == 429
    assert "Retry-After" in refused.headers
    page = Page(refused.text)
    assert page.faults() == []
    assert "try again" in page.text


def test_other_clients_and_calls_without_an_address_are_not_affected(world: World):
    viewer = used_up(world.cloud, "198.51.100.9:443")
    assert join(world.cloud, viewer).status == 429
    assert join(world.cloud, "198.51.100.10:443").status == 202
    for _ in range(LIMIT + 2):
        assert join(world.cloud).status == 202


def test_another_port_or_another_address_of_one_household_is_the_same_client(world: World):
    used_up(world.cloud, "203.0.113.1:1024")
    assert join(world.cloud, "203.0.113.1:65535").status == 429
    used_up(world.cloud, "[2001:db8::1]:443")
    for same in ("2001:db8::1:443", "[2001:db8::2]:80", "2001:0db8:0:0:ffff::9:443"):
        assert join(world.cloud, same).status == 429
    assert join(world.cloud, "[2001:db8:0:1::1]:443").status == 202


@pytest.mark.parametrize(
    ("viewer", "counted"),
    [
        ("198.51.100.7:443", "198.51.100.7"),
        ("[2001:db8::1]:443", "2001:db8::/64"),
        ("2001:db8::1:443", "2001:db8::/64"),
        ("", ""),
        ("odd:443", "odd"),
    ],
)
def test_a_client_is_an_address_without_its_port(viewer: str, counted: str):
    assert client(viewer) == counted


def test_after_ten_minutes_a_client_may_post_again(world: World):
    viewer = used_up(world.cloud, "198.51.100.11:443")
    wait = int(join(world.cloud, viewer).headers["Retry-After"])
    world.cloud.now += timedelta(seconds=wait - 1)
    assert join(world.cloud, viewer).status == 429
    world.cloud.now += timedelta(seconds=1)
    assert join(world.cloud, viewer).status == 202


def test_no_address_is_stored_and_what_is_stored_expires(world: World):
    join(world.cloud, "192.0.2.77:443")
    stored = counters()
    assert "192.0.2.77" not in str(stored)
    assert digest("192.0.2.77") not in str(stored)
    now = world.cloud.now.timestamp()
    assert max(int(item["expires"]["N"]) for item in stored) <= now + 600
    for item in stored:
        assert set(item) == {"pk", "sk", "expires", "calls"}


def test_surveys_and_who_is_signed_in_leave_no_record_of_a_client(world: World):
    before = counters()
    viewer = {"cloudfront-viewer-address": "192.0.2.99:443"}
    survey = world.path("/surveys/{token}")
    for _ in range(LIMIT + 1):
        assert world.cloud.call("GET", survey, headers=viewer).status == 200
        wrong = world.cloud.call("POST", survey, {"answers": {"no": 1}}, headers=viewer)
        assert wrong.status == 422
        mine = world.cloud.call("GET", "/me", bearer=world.chair, headers=viewer)
        assert mine.status == 200
    answers = {"answers": {"satisfaction": 5}}
    assert world.cloud.call("POST", survey, answers, headers=viewer).status == 201
    path, body = world.path("/meetings/{id}/answer"), {"answer": "yes"}
    for _ in range(LIMIT + 1):
        said = world.cloud.call("POST", path, body, bearer=world.chair, headers=viewer)
        assert said.status == 200
    assert counters() == before


def test_only_asks_for_a_link_are_counted():
    doors = [
        (name, getattr(openapi.load(capability), name))
        for capability, app in openapi.doors()
        for name in app.doors
    ]
    assert {name for name, function in doors if counts(function)} == ASKS


def counts(function: Any) -> bool:
    hints = get_type_hints(function, include_extras=True).values()
    marks = [mark for hint in hints for mark in getattr(hint, "__metadata__", ())]
    return limited in [getattr(mark, "dependency", None) for mark in marks]
