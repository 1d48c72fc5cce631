"""What a meeting's entry in a calendar says: where to go, what was answered; and times there are not."""

from typing import Any

import pytest
from icalendar import Calendar, Event

from tests.support.sample_region import FORM, OFFICE, Region

HYBRID = {
    "mode": "hybrid",
    "venue": "Halla an Bhaile, Corcaigh",
    "link": "https://meet.example/j/8?pwd=a,b;c",
    "topic": "Éisteacht",
}
PLACE = {name: HYBRID[name] for name in ("mode", "venue", "link")}
LOST = "2027-03-28T01:30"  # the clocks go forward from 01:00 to 02:00


def entry(letter: Any) -> Event:
    part = next(each for each in letter.walk() if each.get_content_type() == "text/calendar")
    (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
    return event


def answered(event: Event) -> tuple[str, str]:
    parameters = event["ATTENDEE"].params
    return parameters["PARTSTAT"], parameters["RSVP"]


def test_a_hybrid_meeting_carries_its_place_and_its_link(region: Region):
    region.meeting(**HYBRID)
    event = entry(region.mail(region.ann, "Invitation")[0])
    assert event["LOCATION"] == f"{HYBRID['venue']}; online: {HYBRID['link']}"
    assert event["CONFERENCE"] == HYBRID["link"]
    assert event["CONFERENCE"].params["VALUE"] == "URI"
    for line in (f"Place: {HYBRID['venue']}", f"Link to join: {HYBRID['link']}"):
        assert line in event["DESCRIPTION"].splitlines()


@pytest.mark.parametrize(
    ("about", "location", "joins"),
    [
        ({"mode": "in_person", "venue": "Cork"}, "Cork", False),
        ({"mode": "online", "link": "https://meet.example/x"}, "https://meet.example/x", True),
        ({"mode": "online"}, None, False),
    ],
)
def test_what_there_is_not_is_left_out(region: Region, about: Any, location: Any, joins: bool):
    region.meeting(**about)
    event = entry(region.mail(region.ann, "Invitation")[0])
    assert event.get("LOCATION") == location
    assert ("CONFERENCE" in event) is joins


def test_the_title_names_the_community_and_the_topic_is_for_who_opens_it(region: Region):
    region.meeting(**HYBRID)
    event = entry(region.mail(region.ann, "Invitation")[0])
    assert event["SUMMARY"] == "South West Community of Practice meeting"
    assert "Lead topic: Éisteacht" in event["DESCRIPTION"]
    assert event["CLASS"] == "PRIVATE"
    assert event["ORGANIZER"].params["CN"] == "Comhar"


@pytest.mark.parametrize(
    ("answer", "status"), [("yes", "ACCEPTED"), ("no", "DECLINED"), ("maybe", "TENTATIVE")]
)
def test_each_later_file_says_what_that_person_has_answered(
    region: Region, answer: str, status: str
):
    meeting = region.meeting()
    assert answered(entry(region.mail(region.ann, "Invitation")[0])) == ("NEEDS-ACTION", "TRUE")
    region.done(region.ann, f"{meeting}/answer", {"answer": answer})
    region.at(2027, 2, 4, 9)
    region.at(2027, 2, 11, 9)
    region.done(region.chair, f"{meeting}/place", PLACE)
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    for about in ("Agenda", "New place", "Cancelled"):
        assert answered(entry(region.mail(region.ann, about)[0])) == (status, "FALSE"), about
        open_still = "NEEDS-ACTION", "FALSE" if about == "Cancelled" else "TRUE"
        assert answered(entry(region.mail(region.ben, about)[0])) == open_still, about


def test_an_answer_to_another_date_is_no_answer(region: Region):
    meeting = region.meeting()
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"})
    assert answered(entry(region.mail(region.ann, "New date")[0])) == ("NEEDS-ACTION", "TRUE")


def test_a_time_that_the_clocks_leave_out_is_refused_wherever_one_is_entered(region: Region):
    meeting = region.meeting()
    row = {"q1": {"starts_at": LOST}, "mode": "online"}
    poll = {"kind": "quarterly", "mode": "online", "options": ["2027-03-25T10:00", LOST]}
    for who, path, body, field in (
        (region.chair, "/communities/SW/meetings", FORM | {"starts_at": LOST}, "starts_at"),
        (region.chair, f"{meeting}/reschedule", {"starts_at": LOST}, "starts_at"),
        (region.chair, "/communities/SW/year/2027", row, "q1.starts_at"),
        (region.chair, "/communities/SW/year/2027/check", row, "q1.starts_at"),
        (region.chair, "/communities/SW/polls", poll, "options.1"),
        (OFFICE, "/national/meetings", {"mode": "online", "starts_at": LOST}, "starts_at"),
    ):
        answer = region.ask(who, "POST", path, body)
        assert answer.status == 422, path
        assert answer.json["errors"] == [
            {
                "field": field,
                "message": "The clocks go forward in that hour, so this time does not exist. "
                "Enter one before 1am, or from 2am on.",
            }
        ], path


@pytest.mark.parametrize("edge", ["2027-03-28T00:59", "2027-03-28T02:00", "2027-10-31T01:30"])
def test_every_time_that_there_is_can_be_planned(region: Region, edge: str):
    region.done(region.chair, f"{region.meeting()}/reschedule", {"starts_at": edge})
