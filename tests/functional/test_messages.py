"""Co-chairs write to their members: who may, when it goes out, who gets it, who reads replies."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.membership.model import Member
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
        {"to": "everyone"},
    ],
)
def test_what_cannot_be_sent_is_refused(region: Region, wrong: dict[str, str]):
    assert write(region, **wrong).status == 422


@pytest.mark.parametrize("to", ["coming", "not_replied"])
@pytest.mark.parametrize("meeting", [{}, {"meeting": "SW-1"}, {"meeting": "DSE-1"}])
def test_a_message_about_a_meeting_needs_one_of_the_community(
    region: Region, to: str, meeting: dict[str, str]
):
    refused = write(region, to=to, **meeting)
    assert refused.status == 422
    assert refused.json["errors"] == [
        {"field": "meeting", "message": "Choose a meeting of this community."}
    ]


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


def test_it_comes_from_our_address_in_the_writer_s_name_and_links_are_links(region: Region):
    name = '=?utf-8?q?Bcc:_x@example.ie?= Áine "Ní" <Bhriain>'
    chair = region.cloud.member(region="SW", chair_of=("SW",), name=name)
    text = 'See https://example.ie/tea?a=1&b=2\n<script>alert("x")</script>\n"javascript:alert(1)"'
    write(region, chair, text=text)
    region.at(2027, 1, 11, 9, 11)
    (mail,) = region.mail(region.ann, TEXT["subject"])
    (sender,) = mail["From"].addresses
    assert sender.addr_spec == wiring.settings().mail_from and mail["Bcc"] is None
    assert sender.display_name.endswith("Áine Ní Bhriain, South West Community of Practice")
    html = mail.get_body(("html",)).get_content()
    assert 'href="https://example.ie/tea?a=1&amp;b=2"' in html
    assert "<script" not in html and 'href="javascript' not in html
    assert text in mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def test_who_wrote_it_gets_a_copy_without_a_link_to_reply(region: Region):
    written = write(region).json["id"]
    region.at(2027, 1, 11, 9, 11)
    (copy,) = region.mail(region.chair, TEXT["subject"])
    text = copy.get_body(("plain",)).get_content()
    assert "This is your copy" in text and f"/messages/{written}" in text and "/reply/" not in text
    (other,) = region.mail(region.other_chair, TEXT["subject"])
    assert "/reply/" in other.get_body(("plain",)).get_content()


def test_a_meeting_chosen_for_all_members_changes_nothing(region: Region):
    number = region.meeting().rpartition("/")[2]
    assert write(region, meeting=number).json["people"] == 5
    region.at(2027, 1, 11, 9, 11)
    assert len(region.mail(region.cian, TEXT["subject"])) == 1


def test_the_office_writes_to_a_region_and_gets_the_replies(region: Region):
    written = write(region, OFFICE).json["id"]
    assert region.ask(region.chair, "POST", f"/messages/{written}/cancel").status == 403
    region.at(2027, 1, 11, 9, 11)
    (mail,) = region.mail(region.ann, TEXT["subject"])
    assert "National Office" in mail["From"].addresses[0].display_name
    region.done(None, link(region, region.ann), {"text": "I will."})
    region.at(2027, 1, 11, 9, 13)
    sent = [each for each in region.cloud.mail() if each["To"] == OFFICE]
    assert "I will." in sent[-1].get_body(("plain",)).get_content()
    assert region.ask(region.chair, "GET", f"/messages/{written}").json["replies"] is None
    (reply,) = region.ask(OFFICE, "GET", f"/messages/{written}").json["replies"]
    assert reply["text"] == "I will."


def test_who_left_or_moved_in_the_ten_minutes_gets_nothing(region: Region):
    write(region)
    region.done(region.ann, "/me/leave")
    region.done(OFFICE, f"/members/{region.ben.id}/move", {"region": "MW"})
    region.at(2027, 1, 11, 9, 11)
    people = (region.ann, region.ben, region.cian)
    assert [len(region.mail(who, TEXT["subject"])) for who in people] == [0, 0, 1]


def test_a_link_to_reply_ends_when_who_wrote_it_left(region: Region):
    write(region, region.other_chair)
    region.at(2027, 1, 11, 9, 11)
    page = link(region, region.ann)
    region.done(region.other_chair, "/me/leave")
    assert region.ask(None, "GET", page).status == 410
    assert region.ask(None, "POST", page, {"text": "I will."}).status == 410


def test_of_two_messages_at_the_same_moment_both_are_counted(
    region: Region, monkeypatch: pytest.MonkeyPatch
):
    transact, others = Table.transact, []

    def overtaken(table: Table, required: Any, optional: Any = ()) -> None:
        if not others:
            others.append(None)
            write(region, region.other_chair)
        transact(table, required, optional)

    monkeypatch.setattr(Table, "transact", overtaken)
    assert write(region).status == 201
    monkeypatch.undo()
    assert len(region.ask(region.chair, "GET", MESSAGES).json["messages"]) == 2
    assert write(region).status == 409


def test_what_one_wrote_and_replied_is_in_one_s_own_data_and_goes_with_one(region: Region):
    written = write(region).json["id"]
    region.at(2027, 1, 11, 9, 11)
    region.done(None, link(region, region.ann), {"text": "I will."})
    region.done(None, link(region, region.ben), {"text": "I won’t."})
    own = region.ask(region.ann, "GET", "/me/data.json").json["messages"]
    assert [each["text"] for each in own] == ["I will."]
    own = region.ask(region.chair, "GET", "/me/data.json").json["messages"]
    assert [each["subject"] for each in own] == [TEXT["subject"]]

    erase(region, region.ann)
    replies = region.ask(region.chair, "GET", f"/messages/{written}").json["replies"]
    assert [each["text"] for each in replies] == ["I won’t."]
    erase(region, region.chair)
    left = (
        wiring.table().query("REGION#SW", "MESSAGE#"),
        wiring.table().query("REGION#SW", "MESSAGE_REPLY#"),
    )
    assert [page.items for page in left] == [[], []]


def erase(region: Region, who: Member) -> None:
    """Asks to be erased, confirms it by the link, and lets the days to undo it pass."""
    region.ask(who, "POST", "/me/erase")
    region.cloud.post_letters()
    sent = [each.get_body(("plain",)).get_content() for each in region.mail(who, "")]
    (page,) = re.findall(r"/erase/[\w-]{20,}", "".join(sent))
    region.done(None, page)
    region.cloud.now += timedelta(days=8)
    region.cloud.post_letters()


def test_a_reply_in_the_evening_reaches_the_writer_in_the_morning(region: Region):
    write(region)
    region.at(2027, 1, 11, 9, 11)
    region.at(2027, 1, 11, 21)
    region.done(None, link(region, region.ann), {"text": "I will."})
    region.at(2027, 1, 11, 21, 1)
    assert region.mail(region.chair, "a reply to your message") == []
    region.at(2027, 1, 12, 8, 1)
    assert len(region.mail(region.chair, "a reply to your message")) == 1
