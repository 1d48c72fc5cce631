"""How many links one client may ask for before its letters to strangers wait; nothing else is counted."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any, get_type_hints

import pytest

from comhar import wiring
from comhar.rate_limits import client_network
from comhar.tokens import digest
from comhar.web import delayed_until
from local import openapi
from tests.support import cloud as clouds
from tests.support import fake_aws
from tests.support.cloud import Cloud
from tests.support.sample_community import OFFICE, SampleCommunity, build_community

LIMIT = 3
ASKS = {"join", "sign_in", "change_address"}  # what writes to any address


@pytest.fixture(scope="module")
def community() -> Iterator[SampleCommunity]:
    with clouds.open_cloud() as cloud, pytest.MonkeyPatch.context() as patch:
        built = build_community(cloud)
        patch.setenv("CLIENT_LIMIT", str(LIMIT))
        clouds.forget()
        yield built


def join(cloud: Cloud, viewer: str = "", email: str = "", **more: Any) -> str:
    """One ask of a client: an address with its port, as CloudFront names it. The address it asks for,
    which is nobody's unless said."""
    headers = {"cloudfront-viewer-address": viewer} if viewer else {}
    address = email or f"nobody{next(NUMBERS)}@hse.ie"
    assert cloud.call("POST", "/join", {"email": address}, headers=headers, **more).status == 202
    return address


NUMBERS = itertools.count()


def used_up(cloud: Cloud, viewer: str) -> str:
    """The client, having asked as often as it may."""
    assert all(arrives(cloud, viewer) for _ in range(LIMIT))
    return viewer


def arrives(cloud: Cloud, viewer: str = "", email: str = "") -> bool:
    """Whether a letter that the client asks for goes out at once."""
    before = len(cloud.post_letters())
    join(cloud, viewer, email)
    return len(cloud.post_letters()) > before


def counters() -> list[dict[str, Any]]:
    """The records of clients."""
    table = wiring.table()._names["core"]
    items = fake_aws.client("dynamodb").scan(TableName=table)["Items"]
    return [item for item in items if item["pk"]["S"].startswith("CLIENT#")]


def test_a_client_that_asks_too_often_is_answered_the_same_and_its_letters_to_strangers_wait(
    community: SampleCommunity,
):
    viewer = used_up(community.cloud, "198.51.100.7:443")
    assert not arrives(community.cloud, viewer)
    assert arrives(community.cloud, viewer, community.cloud.member().email)
    assert arrives(community.cloud, viewer, OFFICE)
    before = len(community.cloud.post_letters())
    community.cloud.now += timedelta(minutes=10)
    assert len(community.cloud.post_letters()) == before + 1


def test_other_clients_and_calls_without_an_address_are_not_affected(community: SampleCommunity):
    viewer = used_up(community.cloud, "198.51.100.9:443")
    assert not arrives(community.cloud, viewer)
    assert arrives(community.cloud, "198.51.100.10:443")
    for _ in range(LIMIT + 2):
        assert arrives(community.cloud)


def test_another_port_or_another_address_of_one_household_is_the_same_client(
    community: SampleCommunity,
):
    used_up(community.cloud, "203.0.113.1:1024")
    assert not arrives(community.cloud, "203.0.113.1:65535")
    used_up(community.cloud, "[2001:db8::1]:443")
    for same in ("2001:db8::1:443", "[2001:db8::2]:80", "2001:0db8:0:0:ffff::9:443"):
        assert not arrives(community.cloud, same)
    assert arrives(community.cloud, "[2001:db8:0:1::1]:443")


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
    assert client_network(viewer) == counted


def test_after_ten_minutes_a_client_may_ask_again(community: SampleCommunity):
    viewer = used_up(community.cloud, "198.51.100.11:443")
    community.cloud.now += timedelta(minutes=10 - community.cloud.now.minute % 10) - timedelta(
        seconds=1
    )
    assert not arrives(community.cloud, viewer)
    community.cloud.now += timedelta(seconds=1)
    community.cloud.post_letters()
    assert arrives(community.cloud, viewer)


def test_no_address_is_stored_and_what_is_stored_expires(community: SampleCommunity):
    join(community.cloud, "192.0.2.77:443")
    stored = counters()
    assert "192.0.2.77" not in str(stored)
    assert digest("192.0.2.77") not in str(stored)
    now = community.cloud.now.timestamp()
    assert max(int(item["expires"]["N"]) for item in stored) <= now + 600
    for item in stored:
        assert set(item) == {"pk", "sk", "expires", "calls"}


def test_surveys_and_who_is_signed_in_leave_no_record_of_a_client(community: SampleCommunity):
    before = counters()
    viewer = {"cloudfront-viewer-address": "192.0.2.99:443"}
    survey = community.path("/surveys/{token}")
    for _ in range(LIMIT + 1):
        assert community.cloud.call("GET", survey, headers=viewer).status == 200
        wrong = community.cloud.call("POST", survey, {"answers": {"no": 1}}, headers=viewer)
        assert wrong.status == 422
        own = community.cloud.call("GET", "/me", bearer=community.chair, headers=viewer)
        assert own.status == 200
    answers = {"answers": {"satisfaction": 5}}
    assert community.cloud.call("POST", survey, answers, headers=viewer).status == 201
    path, body = community.path("/meetings/{id}/answer"), {"answer": "yes"}
    for _ in range(LIMIT + 1):
        answer = community.cloud.call("POST", path, body, bearer=community.chair, headers=viewer)
        assert answer.status == 200
    assert counters() == before


def test_only_asks_for_a_link_are_counted():
    routes = [
        (name, getattr(import_module(f"comhar.{module}"), name))
        for module, app in openapi.list_apps()
        for name in app.routes
    ]
    assert {name for name, function in routes if counts(function)} == ASKS


def counts(function: Any) -> bool:
    hints = get_type_hints(function, include_extras=True).values()
    marks = [mark for hint in hints for mark in getattr(hint, "__metadata__", ())]
    return delayed_until in [getattr(mark, "dependency", None) for mark in marks]
