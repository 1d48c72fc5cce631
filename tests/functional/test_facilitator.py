"""Who hosts a first meeting from outside: what they are sent, what their pack shows, when it is gone."""

import json
import re
from email.message import EmailMessage

import pytest

from comhar import wiring
from comhar.address_digests import address_digest
from comhar.letters import repository as letters_repository
from comhar.letters.model import LetterId
from comhar.membership.repository import office_id
from local import openapi
from tests.support import fake_aws
from tests.support.calendar_entry import entry
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

MAIRE = {"facilitator_name": "Máire Uí Bhriain", "facilitator_email": "maire@example.com"}
EOIN = {"facilitator_name": "Eoin", "facilitator_email": "eoin@example.org"}
FIRST = {"kind": "first", "minutes": 180, "venue": "Halla an Bhaile"}


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    return region.meeting(**FIRST, **MAIRE)


def mail(region: Region, to: str) -> list[EmailMessage]:
    """What went to an address that is no member's."""
    return [each for each in region.cloud.mail() if each["To"] == to]


def subjects(letters: list[EmailMessage]) -> list[str]:
    return [each["Subject"].partition(":")[0] for each in letters]


def pack(letter: EmailMessage) -> str:
    """The path of the pack that a letter leads to."""
    (path,) = set(re.findall(r"/pack/[\w-]+", text(letter)))
    return path


# Naming


@pytest.mark.parametrize(
    ("about", "field"),
    [
        (FIRST | {"facilitator_name": "Máire"}, "facilitator_email"),
        (FIRST | {"facilitator_email": "maire@example.com"}, "facilitator_name"),
        (FIRST | MAIRE | {"facilitator_email": "maire"}, "facilitator_email"),
        (FIRST | MAIRE | {"facilitator_name": "x" * 201}, "facilitator_name"),
        (FIRST | MAIRE | {"kind": "quarterly"}, "facilitator_name"),
    ],
)
def test_a_facilitator_has_name_and_address_and_a_first_meeting_only(region, about, field):
    form = {"starts_at": "2027-02-18T10:00", "mode": "in_person"} | about
    answer = region.ask(OFFICE, "POST", "/communities/SW/meetings", form)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
    assert region.ask(region.chair, "GET", "/communities/SW/meetings").json["coming"] == []


def test_a_co_chair_schedules_a_first_meeting_without_a_facilitator(region):
    form = {"starts_at": "2027-02-18T10:00", "mode": "in_person"} | FIRST
    path, bearer = "/communities/SW/meetings", region.cloud.session(region.chair)
    for about in (MAIRE, {"facilitator_email": "maire@example.com"}):
        refused = region.ask(region.chair, "POST", path, form | about)
        assert (refused.status, refused.json["title"]) == (
            403,
            "Only the National Office can name a facilitator.",
        )
    assert not mail(region, "maire@example.com")
    page = region.cloud.call("GET", f"{path}/new", bearer=bearer, html=True).text
    assert "facilitator_name" not in page
    assert "the National Office names an outside facilitator" in page
    made = f"/meetings/{region.done(region.chair, path, form)['id']}"
    page = region.cloud.call("GET", made, bearer=bearer, html=True).text
    assert "The National Office names the facilitator." in page
    assert f'href="{made}/facilitator"' not in page


def test_the_office_alone_names_one_and_of_a_first_meeting(region, meeting):
    for who in (region.ann, region.stranger, region.chair):
        assert region.ask(who, "GET", f"{meeting}/facilitator").status == 403
        assert region.ask(who, "POST", f"{meeting}/facilitator", EOIN).status == 403
    quarterly = region.meeting()
    for method, body in (("GET", None), ("POST", EOIN)):
        answer = region.ask(OFFICE, method, f"{quarterly}/facilitator", body)
        assert (answer.status, answer.json["title"]) == (
            409,
            "Only a first meeting is hosted by a facilitator.",
        )
    same = region.ask(OFFICE, "POST", f"{meeting}/facilitator", MAIRE)
    assert same.status == 422
    region.at(2027, 2, 18, 10)
    assert region.ask(OFFICE, "POST", f"{meeting}/facilitator", EOIN).status == 409


def test_name_and_address_are_for_who_leads(region, meeting):
    for who, seen in ((region.ann, None), (region.chair, "Máire Uí Bhriain")):
        answer = region.ask(who, "GET", meeting)
        assert answer.json["facilitator_name"] == seen
        assert "maire@example.com" not in answer.text
    form = region.ask(OFFICE, "GET", f"{meeting}/facilitator").json
    assert form["facilitator_email"] == "maire@example.com"


def test_it_can_be_done_later_by_the_form(region):
    meeting = region.meeting(**FIRST)
    bearer = region.cloud.session(OFFICE)
    page = region.cloud.call("GET", meeting, bearer=bearer, html=True).text
    assert f'href="{meeting}/facilitator"' in page
    path = f"{meeting}/facilitator"
    wrong = region.cloud.call(
        "POST", path, form={"facilitator_name": "Eoin"}, bearer=bearer, html=True
    )
    assert wrong.status == 422
    assert 'value="Eoin"' in wrong.text
    sent = region.cloud.call("POST", path, form=EOIN, bearer=bearer, html=True)
    assert (sent.status, sent.headers["Location"]) == (303, f"{meeting}?done=hosted")
    assert subjects(mail(region, "eoin@example.org")) == ["Please host"]


def test_who_named_them_stands_in_the_audit_and_their_address_does_not(region, meeting):
    region.done(OFFICE, f"{meeting}/facilitator", EOIN)
    subject = f"SUBJECT#{meeting.rpartition('/')[2]}"
    lines = wiring.table().query(subject, table="audit").items
    assert [each["who"] for each in lines if each["what"] == "facilitator"] == [office_id(OFFICE)]
    item = fake_aws.client("dynamodb").scan(TableName=wiring.table()._names["audit"])["Items"]
    assert "eoin" not in str(item)


def test_whom_we_write_to_changes_five_times_a_day_and_no_more(region, meeting):
    path = f"{meeting}/facilitator"
    for number in range(5):
        region.done(OFFICE, path, EOIN | {"facilitator_email": f"e{number}@example.org"})
    again = region.ask(OFFICE, "POST", path, EOIN)
    assert (again.status, "5 times today" in again.json["title"]) == (409, True)
    assert not mail(region, EOIN["facilitator_email"])
    same = {"facilitator_name": "Eoghan", "facilitator_email": "e4@example.org"}
    region.done(OFFICE, path, same)
    region.at(2027, 1, 12, 9)
    region.done(OFFICE, path, EOIN)


# Letters


def test_the_facilitator_is_asked_once_with_a_calendar_entry(region, meeting):
    region.cloud.post_letters()
    (letter,) = mail(region, "maire@example.com")
    assert letter["Subject"] == "Please host: first meeting, 18 February 2027"
    assert "Dear Máire Uí Bhriain," in text(letter)
    assert "Halla an Bhaile" in text(letter)
    assert "/answer/" not in text(letter)
    made = entry(letter)
    assert (made["METHOD"], made["ATTENDEE"]) == ("REQUEST", "mailto:maire@example.com")
    assert made["UID"].startswith(meeting.rpartition("/")[2])


def test_the_facilitator_hears_of_each_change_once_in_rising_sequence(region, meeting):
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/place", {"mode": "online"})
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"})
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    heard = mail(region, "maire@example.com")
    assert subjects(heard) == ["Please host", "New place", "New date", "Cancelled"]
    assert "Reason: Snow" in text(heard[-1])
    entries = [entry(each) for each in heard]
    numbers = [int(each["SEQUENCE"]) for each in entries]
    assert numbers == sorted(set(numbers))
    assert len({each["UID"] for each in entries}) == 1
    assert [each["METHOD"] for each in entries] == ["REQUEST"] * 3 + ["CANCEL"]


def test_a_letter_overtaken_by_a_change_is_not_sent(region, meeting):
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"})
    assert subjects(mail(region, "maire@example.com")) == ["New date"]


def test_who_is_replaced_is_told_and_who_comes_instead_is_asked(region, meeting):
    region.cloud.post_letters()
    region.done(OFFICE, f"{meeting}/facilitator", EOIN)
    old = mail(region, "maire@example.com")
    assert subjects(old) == ["Please host", "Cancelled"]
    assert "no longer hosted by you" in text(old[1])
    assert int(entry(old[1])["SEQUENCE"]) > int(entry(old[0])["SEQUENCE"])
    assert subjects(mail(region, "eoin@example.org")) == ["Please host"]
    region.done(OFFICE, f"{meeting}/facilitator", MAIRE)
    again = mail(region, "maire@example.com")
    assert subjects(again) == ["Please host", "Cancelled", "Please host"]
    numbers = [int(entry(each)["SEQUENCE"]) for each in again]
    assert numbers == sorted(set(numbers))
    region.done(OFFICE, f"{meeting}/facilitator", {})
    assert subjects(mail(region, "maire@example.com"))[-1] == "Cancelled"
    assert region.ask(region.chair, "GET", meeting).json["facilitator_name"] is None


def test_a_name_put_right_is_no_news_to_them(region, meeting):
    region.cloud.post_letters()
    region.done(OFFICE, f"{meeting}/facilitator", MAIRE | {"facilitator_name": "Máire"})
    assert subjects(mail(region, "maire@example.com")) == ["Please host"]


def test_the_facilitator_gets_nothing_that_is_for_members(region, meeting):
    for day in (4, 11, 16, 22):
        region.at(2027, 2, day, 9)
    assert subjects(mail(region, "maire@example.com")) == ["Please host"]


# The pack


def test_the_pack_shows_how_things_stand_and_no_member_s_name(region, meeting):
    nora = region.cloud.member(name="Nóra Walsh")
    leaver = region.cloud.member(name="Liam", status="left")
    wants = {"needs": ["step_free", "hearing_loop"], "arrange": "My knee is bad"}
    region.done(nora, f"{meeting}/answer", {"answer": "yes"} | wants)
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes", "needs": ["hearing_loop"]})
    region.done(region.ben, f"{meeting}/answer", {"answer": "maybe", "arrange": "Room for a dog"})
    region.done(region.cian, f"{meeting}/answer", {"answer": "no"})
    item = region.done(nora, f"{meeting}/items", {"title": "Parking", "minutes": 5})["id"]
    region.done(region.chair, f"{meeting}/items/{item}/accept")
    (letter,) = mail(region, "maire@example.com")
    seen = region.ask(None, "GET", pack(letter)).json
    assert (seen["yes"], seen["maybe"], seen["members"]) == (2, 1, 6)
    assert seen["needs"] == [
        {"need": "step_free", "title": "Step-free access", "count": 1},
        {"need": "hearing_loop", "title": "Hearing loop", "count": 2},
        {"need": "other", "title": "Something else", "count": 1},
    ]
    assert "Parking" in [each["title"] for each in seen["lines"]]
    assert seen["together"] == 185
    assert (seen["venue"], seen["facilitator_name"]) == ("Halla an Bhaile", "Máire Uí Bhriain")
    assert seen["chairs"] == [region.chair.display_name, region.other_chair.display_name]
    page = region.cloud.call("GET", pack(letter), html=True).text
    for member in (nora, leaver, region.ann, region.ben, region.cian):
        for part in (str(seen), page):
            assert not re.search(rf"\b{member.name}\b", part)
            assert member.email not in part
            assert member.id not in part
    assert "Hearing loop: 2 people" in page
    for words in ("My knee is bad", "Room for a dog"):
        assert words not in str(seen) + page
    region.done(region.cian, f"{meeting}/answer", {"answer": "yes"})
    assert region.ask(None, "GET", pack(letter)).json["yes"] == 3


def test_who_left_is_neither_counted_nor_are_their_needs_shown(region, meeting):
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes", "arrange": "A hearing loop"})
    region.done(region.ann, "/me/leave", {})
    (letter,) = mail(region, "maire@example.com")
    seen = region.ask(None, "GET", pack(letter)).json
    assert (seen["yes"], seen["members"], seen["needs"]) == (0, 4, [])


def test_opening_the_pack_changes_nothing_and_it_can_be_opened_again(region, meeting):
    (letter,) = mail(region, "maire@example.com")
    before = region.cloud.written()
    for method in ("HEAD", "GET", "GET", "HEAD", "GET"):
        assert region.cloud.call(method, pack(letter), html=True).status == 200
    assert region.cloud.written() == before


def test_a_pack_nobody_was_sent_and_a_link_for_something_else_open_nothing(region, meeting):
    assert region.ask(None, "GET", f"/pack/{'A' * 43}").status == 410
    (invitation,) = region.mail(region.ann, "Invitation")
    (token,) = set(re.findall(r"/answer/([\w-]+)", text(invitation)))
    assert region.ask(None, "GET", f"/pack/{token}").status == 410
    (letter,) = mail(region, "maire@example.com")
    answer = pack(letter).replace("/pack/", "/answer/")
    assert region.ask(None, "POST", answer, {"answer": "yes"}).status == 410


def test_the_pack_can_be_opened_until_the_end_of_the_day_after(region, meeting):
    (letter,) = mail(region, "maire@example.com")
    region.at(2027, 2, 19, 23, 59)
    assert region.ask(None, "GET", pack(letter)).status == 200
    region.at(2027, 2, 20, 0)
    over = region.ask(None, "GET", pack(letter))
    assert (over.status, bool(over.json["next"])) == (410, True)


def test_letter_and_pack_say_the_last_day_on_which_it_can_be_opened(region, meeting):
    (letter,) = mail(region, "maire@example.com")
    says = "until the end of Friday 19 February 2027"
    assert f"The link works {says};" in " ".join(text(letter).split())
    assert region.ask(None, "GET", pack(letter)).json["until"] == "2027-02-19"
    page = Page(region.cloud.call("GET", pack(letter), html=True).text)
    assert f"can be opened {says}." in page.text


def test_of_a_meeting_moved_to_an_earlier_day_the_old_link_ends_earlier_too(region, meeting):
    (letter,) = mail(region, "maire@example.com")
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-04T10:00"})
    region.at(2027, 2, 5, 12)
    assert region.ask(None, "GET", pack(letter)).json["starts_at"] == "2027-02-04T10:00"
    region.at(2027, 2, 6, 0)
    assert region.ask(None, "GET", pack(letter)).status == 410


@pytest.mark.parametrize(
    ("what", "body"),
    [("cancel", {"reason": "Snow"}), ("facilitator", EOIN), ("facilitator", {})],
)
def test_the_pack_is_void_once_the_meeting_is_cancelled_or_hosted_by_another(
    region, meeting, what, body
):
    (letter,) = mail(region, "maire@example.com")
    region.done(OFFICE, f"{meeting}/{what}", body)
    void = region.ask(None, "GET", pack(letter))
    assert (void.status, void.json["title"]) == (410, "This pack is no longer open.")
    if body == EOIN:
        (other,) = mail(region, "eoin@example.org")
        assert region.ask(None, "GET", pack(other)).status == 200


# A letter to them that came back


def came_back(meeting: str, letter: str, event: str = "Bounce") -> None:
    """What SES tells of the facilitator's letter with this version."""
    id = LetterId(
        "facilitation", meeting.rpartition("/")[2], letter, address_digest("maire@example.com")
    )
    ses_event = {
        "timestamp": "2027-01-11T09:00:05.000Z",
        "tags": {"letter": [letters_repository.tag(id)]},
    }
    record = {"Sns": {"Message": json.dumps({"eventType": event, "mail": ses_event})}}
    openapi.load("receipts").handler({"Records": [record]}, None)


def panel(region: Region, meeting: str) -> dict[str, dict]:
    parts = region.ask(region.chair, "GET", f"{meeting}/delivery").json["parts"]
    return {each["purpose"]: each for each in parts}


def test_members_hear_and_see_nothing_of_a_facilitator_s_letter_that_came_back(region, meeting):
    region.done(region.chair, f"{meeting}/lead", {"lead": region.ann.id})
    region.cloud.post_letters()
    came_back(meeting, "0")
    for who in (region.ann, region.ben):
        assert region.ask(who, "GET", f"{meeting}/delivery").status == 403
        assert not region.mail(who, "did not arrive")
    assert subjects(mail(region, OFFICE)) == ["An email did not arrive"]


def test_the_office_hears_once_that_the_facilitator_did_not_get_it_and_co_chairs_see_it(
    region, meeting
):
    region.cloud.post_letters()
    (row,) = panel(region, meeting)["facilitation"]["rows"]
    assert (row["name"], row["state"]) == ("Máire Uí Bhriain", "sent")
    for _ in range(2):
        came_back(meeting, "0")
        region.cloud.post_letters()
    (letter,) = mail(region, OFFICE)
    assert letter["Subject"].startswith("An email did not arrive: first meeting")
    words = " ".join(text(letter).split())
    assert "An email to Máire Uí Bhriain did not arrive" in words
    assert "correct it on the meeting’s page" in words
    assert f"{meeting}/delivery" in words
    part = panel(region, meeting)["facilitation"]
    assert (part["counts"], part["problems"]) == ({"bounced": 1}, 1)
    for who, leads in ((OFFICE, True), (region.chair, False)):
        bearer = region.cloud.session(who)
        page = region.cloud.call("GET", f"{meeting}/delivery", bearer=bearer, html=True).text
        assert Page(page).faults() == []
        assert (f'href="{meeting}/facilitator"' in page) == leads
        assert "maire@example.com" not in page


def test_what_the_facilitator_marked_as_unwanted_has_arrived(region, meeting):
    region.cloud.post_letters()
    came_back(meeting, "0", "Complaint")
    part = panel(region, meeting)["facilitation"]
    assert (part["counts"], part["rows"][0]["state"]) == ({"delivered": 1}, "delivered")
    assert not mail(region, OFFICE)


@pytest.mark.parametrize(
    ("what", "body"),
    [("cancel", {"reason": "Snow"}), ("facilitator", EOIN), ("facilitator", {})],
)
def test_of_who_hosts_it_no_more_nothing_is_told(region, meeting, what, body):
    region.cloud.post_letters()
    region.done(OFFICE, f"{meeting}/{what}", body)
    came_back(meeting, "0")
    assert not mail(region, OFFICE)
    rows = panel(region, meeting).get("facilitation", {"rows": []})["rows"]
    assert [each["name"] for each in rows] == (["Eoin"] if body == EOIN else [])


# What is kept


def test_name_and_address_are_deleted_thirty_days_after_the_meeting(region, meeting):
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/place", {"mode": "online"})
    region.at(2027, 3, 20, 8, 59)
    assert "maire" in stored_items(meeting)
    region.at(2027, 3, 20, 9)
    assert "maire" not in stored_items(meeting)
    assert "Máire" not in stored_items(meeting)
    assert region.ask(OFFICE, "GET", f"{meeting}/facilitator").json["facilitator_name"] is None


def test_they_are_kept_until_their_time_after_the_date_it_was_moved_to(region, meeting):
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-03-18T10:00"})
    region.at(2027, 3, 20, 9)
    assert "maire" in stored_items(meeting)
    region.at(2027, 4, 17, 9)
    assert "maire" not in stored_items(meeting)


def test_a_letter_that_was_sent_keeps_no_address(region, meeting):
    region.done(OFFICE, f"{meeting}/facilitator", EOIN)
    region.cloud.post_letters()
    region.cloud.post_letters()
    item = fake_aws.client("dynamodb").scan(TableName=wiring.table()._names["core"])["Items"]
    letters = [each for each in item if each["pk"]["S"].startswith("LETTER#facilitation")]
    assert len(letters) == 3
    assert "maire@" not in str(item)


def stored_items(meeting: str) -> str:
    return str(wiring.table().query(f"MEETING#{meeting.rpartition('/')[2]}").items)


def test_the_office_names_one_too(region, meeting):
    assert region.done(OFFICE, f"{meeting}/facilitator", EOIN)["facilitator_name"] == "Eoin"


def test_members_are_told_what_the_facilitator_reads(region, meeting):
    bearer = region.cloud.session(region.ann)
    page = region.cloud.call("GET", meeting, bearer=bearer, html=True).text
    assert "The facilitator sees how many people need each thing on the list" in page
    quarterly = region.cloud.call("GET", region.meeting(), bearer=bearer, html=True).text
    assert "The facilitator who hosts it" not in quarterly
