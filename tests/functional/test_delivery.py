"""Proof of issue: whom the invitation and the agenda reached, and who is told of a letter that came back."""

import json

import pytest

from comhar import wiring
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from local import openapi
from tests.support import cloud as clouds
from tests.support import stored_members
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text

DUE = (2027, 2, 11, 9)


def receipt(meeting: str, person: str, event: str, purpose: str = "agenda", version: str = "1"):
    """What SES tells of one letter."""
    tag = letters_repository.tag(LetterId(purpose, meeting.rpartition("/")[2], version, person))
    mail = {"timestamp": "2027-02-11T09:00:05.000Z", "tags": {"letter": [tag]}}
    ses_event = {"eventType": event, "mail": mail}
    record = {"Sns": {"Message": json.dumps(ses_event)}}
    openapi.load("receipts").handler({"Records": [record]}, None)


def parts(region: Region, meeting: str) -> dict[str, dict]:
    seen = region.ask(region.chair, "GET", f"{meeting}/delivery").json
    return {each["purpose"]: each for each in seen["parts"]}


def test_only_who_leads_sees_whom_the_letters_reached(region: Region):
    meeting = region.meeting()
    for who, status in ((None, 401), (region.ann, 403), (region.stranger, 403)):
        assert region.ask(who, "GET", f"{meeting}/delivery").status == status
    for who in (region.chair, region.other_chair, OFFICE):
        assert region.ask(who, "GET", f"{meeting}/delivery").status == 200
    assert region.ask(region.chair, "GET", "/meetings/SW-none/delivery").status == 404
    cursor = region.cloud.call(
        "GET",
        f"{meeting}/delivery",
        bearer=region.cloud.session(region.chair),
        query={"cursor": "#"},
    )
    assert cursor.status == 400


def test_each_member_stands_there_from_waiting_to_arrived(region: Region):
    meeting = region.meeting()
    assert list(parts(region, meeting)) == ["invitation"]
    assert parts(region, meeting)["invitation"]["counts"] == {"waiting": 5}
    region.at(*DUE)
    assert parts(region, meeting)["agenda"]["counts"] == {"sent": 5}
    receipt(meeting, region.ann.id, "Delivery")
    receipt(meeting, region.ben.id, "Delivery")
    receipt(meeting, region.ben.id, "Bounce")
    agenda = parts(region, meeting)["agenda"]
    assert agenda["counts"] == {"bounced": 1, "sent": 3, "delivered": 1}
    assert agenda["problems"] == 1
    first, *others = agenda["rows"]
    assert (first["name"], first["state"]) == ("Ben", "bounced")
    assert first["sent_at"] == "2027-02-11T09:00:00.000Z"
    assert (others[-1]["name"], others[-1]["state"]) == ("Ann", "delivered")
    assert others[-1]["settled_at"]


def test_a_letter_that_was_dropped_says_why(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/agenda/issue")
    openapi.load("clock").handler({}, clouds.Context())
    body = {"revision": 0, "minutes": {"welcome": 5}}
    region.done(region.chair, f"{meeting}/agenda", body)
    leaving = stored_members.find_member(region.ann.id)
    assert leaving is not None
    region.done(region.ann, "/me/leave")
    region.cloud.post_letters()
    (row,) = [
        each for each in parts(region, meeting)["agenda"]["rows"] if each["state"] == "dropped"
    ]
    assert (row["name"], row["why"], row["sent_at"]) == ("Ann", "not a member", None)
    bearer = region.cloud.session(region.chair)
    page = region.cloud.call("GET", f"{meeting}/delivery", bearer=bearer, html=True)
    assert "No longer a member" in page.text


def test_only_the_present_versions_are_shown(region: Region):
    meeting = region.meeting()
    region.at(*DUE)
    region.done(region.chair, f"{meeting}/agenda", {"revision": 0, "minutes": {"welcome": 5}})
    region.done(region.chair, f"{meeting}/agenda/issue")
    receipt(meeting, region.ann.id, "Bounce")
    region.cloud.post_letters()
    assert parts(region, meeting)["agenda"]["version"] == "2"
    assert parts(region, meeting)["agenda"]["problems"] == 0
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    region.cloud.post_letters()
    assert list(parts(region, meeting)) == ["cancellation"]


def test_the_page_puts_what_went_wrong_first(region: Region):
    meeting = region.meeting()
    region.at(*DUE)
    receipt(meeting, region.cian.id, "Bounce")
    receipt(meeting, region.ann.id, "Delivery")
    bearer = region.cloud.session(region.chair)
    page = Page(region.cloud.call("GET", f"{meeting}/delivery", bearer=bearer, html=True).text)
    assert page.faults() == []
    assert "1 email did not arrive" in page.text
    agenda = page.text.partition("The invitation")[0]
    assert agenda.index("Cian") < agenda.index("Ann")


def test_four_hundred_members_stand_on_one_page(region: Region):
    meeting = region.meeting()
    id, put = meeting.rpartition("/")[2], wiring.table().transact
    for number in range(400):
        member = Member(
            id=f"big{number}", name=f"Ó Briain {number}", email=f"b{number}@hse.ie", region="SW"
        )
        put(
            [
                *membership_repository.insert_member_writes(member),
                letters_repository.insert_write(
                    Letter(LetterId("invitation", id, "0", member.id)), region.cloud.now
                ),
            ]
        )
    part = parts(region, meeting)["invitation"]
    assert part["counts"] == {"waiting": 405}
    assert len(part["rows"]) == 405
    bearer = region.cloud.session(region.chair)
    page = Page(region.cloud.call("GET", f"{meeting}/delivery", bearer=bearer, html=True).text)
    assert page.faults() == []


def test_a_national_meeting_lists_only_what_did_not_arrive(region: Region):
    table, id = wiring.table(), national(region)
    items = wiring.table().query(f"LETTER#invitation#{id}#0").items
    assert len(items) == 6
    seen = region.ask(OFFICE, "GET", f"/meetings/{id}/delivery").json
    (part,) = seen["parts"]
    assert (part["counts"], part["rows"], seen["next"]) == ({"sent": 6}, [], None)
    receipt(id, region.ann.id, "Bounce", "invitation", "0")
    (part,) = region.ask(OFFICE, "GET", f"/meetings/{id}/delivery").json["parts"]
    assert [row["name"] for row in part["rows"]] == ["Ann"]
    for number in range(150):
        letter = Letter(LetterId("invitation", id, "0", f"zz{number:03}"))
        put = letters_repository.insert_write(letter, region.cloud.now)
        table.transact(
            [type(put)(put.item | {"events_Bounce": "x", "state": "sent"}, put.condition)]
        )
    seen = region.ask(OFFICE, "GET", f"/meetings/{id}/delivery").json
    assert (seen["parts"][0]["problems"], len(seen["parts"][0]["rows"])) == (151, 100)
    office = region.cloud.session(OFFICE)
    rest = region.cloud.call(
        "GET", f"/meetings/{id}/delivery", bearer=office, query={"cursor": seen["next"]}
    ).json
    assert (len(rest["parts"][0]["rows"]), rest["next"]) == (51, None)
    assert {row["name"] for row in rest["parts"][0]["rows"]} == {"A former member"}


def national(region: Region) -> str:
    """The id of a meeting of all regions, its invitations sent."""
    body = {"kind": "national", "starts_at": "2027-06-10T10:00", "minutes": 240, "mode": "online"}
    made = region.done(OFFICE, "/national/meetings", body)["id"]
    region.cloud.post_letters()
    return str(made)


# What came back


@pytest.mark.parametrize("event", ["Bounce", "Reject"])
def test_the_co_chairs_hear_once_of_a_letter_that_did_not_arrive(region: Region, event: str):
    meeting = region.meeting()
    region.at(*DUE)
    for _ in range(2):
        receipt(meeting, region.ann.id, event)
        region.cloud.post_letters()
    for chair in (region.chair, region.other_chair):
        (letter,) = region.mail(chair, "did not arrive")
        assert "Ann" in text(letter)
        assert "Ann" not in letter["Subject"]
        assert f"{meeting}/delivery" in text(letter)
    assert not region.mail(region.ben, "did not arrive")


def test_who_marked_a_letter_as_unwanted_is_counted_and_not_named(region: Region):
    meeting = region.meeting()
    region.at(*DUE)
    for person in (region.ann, region.ben):
        receipt(meeting, person.id, "Delivery")
    receipt(meeting, region.ann.id, "Complaint")
    region.cloud.post_letters()
    for chair in (region.chair, region.other_chair):
        assert not region.mail(chair, "did not arrive")
    agenda = parts(region, meeting)["agenda"]
    assert agenda["counts"] == {"complained": 1, "sent": 3, "delivered": 1}
    assert agenda["problems"] == 0
    rows = {each["name"]: each for each in agenda["rows"]}
    assert rows["Ann"] | {"name": "Ben"} == rows["Ben"]


def test_each_version_that_comes_back_is_told_of(region: Region):
    meeting = region.meeting()
    region.at(*DUE)
    receipt(meeting, region.ann.id, "Bounce", "invitation", "0")
    receipt(meeting, region.ann.id, "Bounce")
    assert len(region.mail(region.chair, "did not arrive")) == 2


def test_nobody_hears_of_a_letter_that_arrived_or_told_of_something_else(region: Region):
    meeting = region.meeting()
    region.at(*DUE)
    receipt(meeting, region.ann.id, "Delivery")
    receipt(meeting, region.ann.id, "DeliveryDelay")
    receipt(meeting, region.ann.id, "Bounce", "answer_reminder", "0")
    region.cloud.post_letters()
    assert not region.mail(region.chair, "did not arrive")


def test_a_co_chair_is_not_written_to_about_their_own_address(region: Region):
    meeting = region.meeting()
    region.at(*DUE)
    receipt(meeting, region.chair.id, "Bounce")
    region.cloud.post_letters()
    assert not region.mail(region.chair, "did not arrive")
    assert len(region.mail(region.other_chair, "did not arrive")) == 1


def test_it_is_not_told_once_the_meeting_has_begun_or_of_who_has_left(region: Region):
    meeting = region.meeting()
    region.at(*DUE)
    receipt(meeting, region.ben.id, "Bounce")
    region.done(region.ben, "/me/leave")
    region.cloud.post_letters()
    receipt(meeting, region.ann.id, "Bounce")
    region.at(2027, 2, 18, 10)
    assert not region.mail(region.chair, "did not arrive")
