"""Co-chairs write to their members: who may, when it goes out, who gets it, who reads replies."""

import re
from datetime import UTC, datetime

import pytest

from comhar.dates.dublin_time import stamp
from tests.support.sample_region import OFFICE, Region

MESSAGES = "/communities/SW/messages"
TEXT = {"to": "members", "subject": "Thursday: bring a mug", "text": "See https://example.ie/tea"}


def write(region: Region, who=None, **about: str):
    return region.ask(who or region.chair, "POST", MESSAGES, TEXT | about)


def link(region: Region, who) -> str:
    mail = region.mail(who, TEXT["subject"])[-1]
    text = mail.get_body(("plain",)).get_content()
    return re.search(r"/reply/[\w-]{43}", text).group()


def test_members_and_co_chairs_of_others_neither_write_nor_read(region: Region):
    written = write(region).json["id"]
    for who in (region.ann, region.stranger):
        assert write(region, who).status == 403
        assert region.ask(who, "GET", MESSAGES).status == 403
        assert region.ask(who, "GET", f"/messages/{written}").status == 403
        assert region.ask(who, "POST", f"/messages/{written}/cancel").status == 403


@pytest.mark.parametrize(
    "wrong",
    [
        *({"subject": " "}, {"subject": "a\nb"}, {"subject": "x" * 101}, {"text": "x" * 5_001}),
        *({"to": "everyone"}, {"to": "coming"}, {"to": "coming", "meeting": "DSE-1"}),
    ],
)
def test_what_cannot_be_sent_is_refused(region: Region, wrong: dict[str, str]):
    assert write(region, **wrong).status == 422


def test_a_third_in_seven_days_is_refused_and_says_when_unless_one_is_stopped(region: Region):
    first = write(region).json["id"]
    assert write(region, region.other_chair).status == 201
    refused = write(region)
    assert refused.status == 409 and "18 January" in refused.json["next"]
    assert write(region, OFFICE).status == 201
    assert region.ask(region.chair, "POST", f"/messages/{first}/cancel").status == 200
    assert write(region).status == 201


def test_a_stopped_message_goes_to_nobody_and_a_sent_one_cannot_be_stopped(region: Region):
    stopped, sent = (write(region).json["id"] for _ in range(2))
    assert region.ask(region.other_chair, "POST", f"/messages/{stopped}/cancel").status == 200
    region.at(2027, 1, 11, 9, 9)
    assert not region.mail(region.ann, TEXT["subject"])
    region.at(2027, 1, 11, 9, 11)
    assert len(region.mail(region.ann, TEXT["subject"])) == 1
    assert region.ask(region.chair, "POST", f"/messages/{sent}/cancel").status == 409
    assert region.ask(region.chair, "POST", f"/messages/{stopped}/cancel").status == 409


@pytest.mark.parametrize(
    ("written", "goes"),
    [
        # Friday before the bank holiday of St Brigid, Monday 1 February 2027
        ((2027, 1, 29, 16, 55), (2027, 1, 29, 17, 5)),
        ((2027, 1, 29, 18, 55), (2027, 2, 2, 8, 0)),
        ((2027, 1, 29, 7, 30), (2027, 1, 29, 8, 0)),
        ((2027, 1, 31, 12, 0), (2027, 2, 2, 8, 0)),
    ],
)
def test_it_goes_out_in_ten_minutes_or_at_eight_on_the_next_working_day(
    region: Region, written: tuple[int, ...], goes: tuple[int, ...]
):
    region.at(*written)
    made = write(region)
    assert made.json["sends_at"] == stamp(datetime(*goes, tzinfo=UTC))


def test_only_those_it_is_for_get_it(region: Region):
    meeting = region.meeting()
    number = meeting.rpartition("/")[2]
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.done(region.ben, f"{meeting}/answer", {"answer": "no"})
    coming = write(region, to="coming", meeting=number, subject="For those who come")
    others = write(region, to="not_replied", meeting=number, subject="For the others")
    assert (coming.json["people"], others.json["people"]) == (1, 3)
    region.at(2027, 1, 11, 9, 11)
    people = (region.ann, region.ben, region.cian)
    assert [len(region.mail(who, "those who come")) for who in people] == [1, 0, 0]
    assert [len(region.mail(who, "the others")) for who in people] == [0, 0, 1]


def test_a_reply_goes_to_the_writer_once_and_the_writer_alone_reads_it(region: Region):
    written = write(region).json["id"]
    region.at(2027, 1, 11, 9, 11)
    page = link(region, region.ann)
    assert region.ask(None, "GET", page).json["subject"] == TEXT["subject"]
    assert region.ask(None, "POST", page, {"text": " "}).status == 422
    assert region.ask(None, "POST", page, {"text": "I will."}).status == 200
    assert region.ask(None, "POST", page, {"text": "Again."}).status == 410
    assert region.ask(None, "GET", page).status == 410
    region.at(2027, 1, 11, 9, 13)
    (mail,) = region.mail(region.chair, "a reply to your message")
    assert "I will." in mail.get_body(("plain",)).get_content()
    assert "Ann" not in mail["Subject"]
    replies = region.ask(region.chair, "GET", f"/messages/{written}").json["replies"]
    assert [(each["name"], each["text"]) for each in replies] == [("Ann", "I will.")]
    for who in (region.other_chair, OFFICE):
        assert region.ask(who, "GET", f"/messages/{written}").json["replies"] is None


def test_the_preview_says_who_gets_it_and_writes_nothing(region: Region):
    bearer = region.cloud.session(region.chair)
    page = region.cloud.call("POST", f"{MESSAGES}/check", form=TEXT, bearer=bearer, html=True)
    assert page.status == 200 and "5 people get this email" in page.text
    assert "Monday 11 January 2027" in page.text
    assert region.ask(region.chair, "GET", MESSAGES).json["messages"] == []
