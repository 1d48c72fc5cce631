"""Mail of the shapes that real programs send is read, sorted and answered as what it is."""

from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.inbox import model
from comhar.inbox import repository as inbox_repository
from tests.support.cloud import Cloud
from tests.support.mail_shapes import MACHINES, PEOPLE, SHAPES, Shape
from tests.support.office_mail import deliver, read_message
from tests.support.page import Page
from tests.support.sample_community import OFFICE

pytestmark = pytest.mark.xdist_group("inbox")  # one worker makes its cloud once

CASES = {
    "xars_person": ("trusted", "Hello, I would like to join the community in Cork."),
    "ooo_subject_person": ("trusted", "Is there out of hours support for members?"),
    "opaque_signed": ("public", "I am not well and need to talk to somebody today."),
    "raw_latin1_subject": ("public", "Sláinte"),
    "cp-850_named": ("public", "Máire"),
}


@pytest.fixture(scope="module")
def office(cloud: Cloud) -> str:
    return cloud.session(OFFICE)


def take_in(cloud: Cloud, name: str, raw: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """The stored item of a message, and what the office is shown of it."""
    cloud.now += timedelta(minutes=1)
    deliver(raw, name, cloud.now)
    item = inbox_repository.find(wiring.table(), model.mail_id(name, cloud.now))
    assert item
    return item, cloud.call("GET", f"/inbox/{item['id']}", bearer=cloud.session(OFFICE)).json


@pytest.mark.parametrize("name", CASES)
def test_each_case_is_a_persons_mail_answered_and_read_whole(name: str, cloud: Cloud) -> None:
    kind, words = CASES[name]
    item, message = take_in(cloud, name, read_message(f"cases/{name}"))
    assert (item["kind"], message["words"], message["by_a_person"]) == (kind, words, True)
    assert item["answered"] == {"trusted": "join", "public": "acknowledged"}[kind]
    assert message["reply"] and "\ufffd" not in item["subject"]


def test_a_subject_in_bare_latin_letters_is_read_as_the_body_is(cloud: Cloud) -> None:
    item, _ = take_in(cloud, "bare", read_message("cases/raw_latin1_subject"))
    assert item["subject"] == "Sláinte"


def test_there_are_messages_of_more_than_sixty_shapes() -> None:
    assert len(PEOPLE) > 60 and len(MACHINES) > 20 and not {*PEOPLE} & {*MACHINES}


@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_is_sorted_and_read(name: str, cloud: Cloud) -> None:
    shape: Shape = SHAPES[name]
    number = list(SHAPES).index(name)
    item, message = take_in(cloud, name, shape.message(f"person{number}@example.org"))
    found = {**item, **message}
    assert found["kind"] == shape.kind
    for field in ("words", "subject", "name"):
        if (expected := getattr(shape, field)) is not None:
            assert found[field] == expected
    assert found["sealed"] == shape.sealed
    assert found.get("answered") == ("acknowledged" if name in PEOPLE else None)
    assert found["by_a_person"] is (name in PEOPLE)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("smime encrypted", "This email is encrypted"),
        ("winmail.dat alone", "a format that only Outlook can read (winmail.dat)"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_do(name: str, says: str, cloud: Cloud) -> None:
    item, _ = take_in(cloud, f"page of {name}", SHAPES[name].message("sealed@example.org"))
    text = cloud.call("GET", f"/inbox/{item['id']}", bearer=cloud.session(OFFICE), html=True).text
    assert says in text and "There are no words in it" not in text
    assert Page(text).faults() == []


def test_a_message_without_a_return_path_is_a_persons(cloud: Cloud) -> None:
    raw = b"From: nora@example.org\r\nSubject: Rooms\r\n\r\nHello.\r\n"
    assert take_in(cloud, "no path", raw)[0]["kind"] == "public"
    assert take_in(cloud, "null path", b"Return-Path: <>\r\n" + raw)[0]["kind"] == "bounce"


def test_a_subject_is_read_as_an_address_by_nobody(cloud: Cloud) -> None:
    """What a name says in encoded words is a name, however it is encoded."""
    raw = b"From: =?x-mac-roman?Q?boss=40hse.ie=2C?= <x@example.org>\r\n\r\nPay this.\r\n"
    item, _ = take_in(cloud, "named as an address", b"Return-Path: <x@example.org>\r\n" + raw)
    assert (item["sender"], item["name"]) == ("x@example.org", "boss@hse.ie,")
