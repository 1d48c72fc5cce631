"""Planning a meeting through the routes: schedule, propose, answer, move, cancel; and who may not."""

import pytest

from comhar import wiring
from comhar.meetings import rsvp
from comhar.membership import repository as membership_repository
from comhar.membership.model import end_membership
from local import openapi
from tests.support import cloud as clouds
from tests.support.own_page import coming_meetings, waiting_hrefs
from tests.support.page import Page
from tests.support.sample_region import FORM, OFFICE, THURSDAY, Region, text

MEETINGS = "/communities/SW/meetings"


def fields(answer):
    return [each["field"] for each in answer.json["errors"]]


def item(region: Region, meeting: str, who, **about) -> str:
    return region.done(who, f"{meeting}/items", {"title": "Rooms"} | about)["id"]


# Scheduling


def test_only_co_chairs_and_the_office_schedule_a_meeting(region: Region):
    before = region.cloud.stored()
    assert region.ask(None, "POST", MEETINGS, FORM).status == 401
    assert region.ask(region.ann, "POST", MEETINGS, FORM).status == 403
    assert region.ask(region.stranger, "POST", MEETINGS, FORM).status == 403
    after = region.cloud.stored()
    assert {name: count for name, count in after.items() if "audit" in name.lower()} == {
        name: count for name, count in before.items() if "audit" in name.lower()
    }
    assert region.ask(region.chair, "GET", MEETINGS).json["coming"] == []
    assert region.ask(region.other_chair, "POST", MEETINGS, FORM).status == 201
    assert region.ask(OFFICE, "POST", MEETINGS, FORM).status == 201


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_at": "2027-01-11T08:00"}, "starts_at"),
        ({"starts_at": "2027-02-18T10:00:00+00:00"}, "starts_at"),
        ({"starts_at": "next Thursday"}, "starts_at"),
        ({"starts_at": "2099-02-18T10:00"}, "starts_at"),
        ({"kind": "national"}, "kind"),
        ({"kind": "party"}, "kind"),
        ({"minutes": 5}, "minutes"),
        ({"minutes": 601}, "minutes"),
        ({"mode": "by_pigeon"}, "mode"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"topic": "x" * 201}, "topic"),
        ({"lead": "person3"}, "lead"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused_at_its_field(region: Region, wrong, field):
    answer = region.ask(region.chair, "POST", MEETINGS, FORM | wrong)
    assert answer.status == 422
    assert fields(answer) == [field]
    assert region.ask(region.chair, "GET", MEETINGS).json["coming"] == []


@pytest.mark.parametrize(
    ("starts_at", "due"),
    [
        (THURSDAY, "2027-02-11T09:00:00.000Z"),
        ("2027-02-04T10:00", "2027-01-27T09:00:00.000Z"),  # over St Brigid's Day
        ("2027-04-01T10:00", "2027-03-24T09:00:00.000Z"),  # over Easter Monday and into summer
        ("2027-06-17T10:00", "2027-06-10T08:00:00.000Z"),  # nine in Dublin is eight
        ("2027-11-01T10:00", "2027-10-22T08:00:00.000Z"),  # over the October holiday, into winter
        ("2028-12-29T10:00", "2028-12-20T09:00:00.000Z"),  # over Christmas
    ],
)
def test_the_agenda_is_due_at_nine_on_the_fifth_working_day_before(region: Region, starts_at, due):
    made = region.done(region.chair, MEETINGS, FORM | {"starts_at": starts_at})
    assert made["agenda_due_at"] == due
    assert not made["short_notice"]


def test_at_short_notice_the_agenda_is_held_for_an_hour(region: Region):
    made = region.done(region.chair, MEETINGS, FORM | {"starts_at": "2027-01-13T10:00"})
    assert made["agenda_due_at"] == "2027-01-11T10:00:00.000Z"
    assert made["short_notice"]


def test_every_active_member_is_invited_once_with_a_calendar_entry(region: Region):
    waiting = region.cloud.member(status="pending", confirmed=False)
    meeting = region.meeting(venue="Teach an Phobail")
    region.cloud.post_letters()
    region.cloud.post_letters()
    letters = region.letters("invitation", meeting, "0")
    active = (region.chair, region.other_chair, region.ann, region.ben, region.cian)
    assert letters == {each.id: "sent" for each in active}
    assert waiting.id not in letters
    (letter,) = region.mail(region.ann, "Invitation")
    assert "10am to midday (Irish time)" in text(letter)
    assert "Teach an Phobail" in text(letter)
    entry = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    assert entry.get_param("method") == "REQUEST"
    assert "ATTENDEE" in entry.get_content()


def test_members_of_the_region_can_put_it_in_their_calendars(region: Region):
    meeting = region.meeting()
    assert region.ask(region.stranger, "GET", f"{meeting}/calendar.ics").status == 403
    file = region.ask(region.ann, "GET", f"{meeting}/calendar.ics")
    assert file.headers["Content-Type"].startswith("text/calendar")
    assert "METHOD:PUBLISH" in file.text
    assert "DTSTART;TZID=Europe/Dublin:20270218T100000" in file.text


def test_a_meeting_is_closed_to_other_regions_and_unknown_ones_are_not_found(region: Region):
    meeting = region.meeting()
    assert region.ask(None, "GET", meeting).status == 401
    assert region.ask(region.stranger, "GET", meeting).status == 403
    assert region.ask(region.ann, "GET", "/meetings/SW-nothing").status == 404
    assert region.ask(region.ann, "GET", meeting).json["starts_at"] == THURSDAY


# Items


def test_items_of_another_region_or_of_nothing_are_refused(region: Region):
    meeting = region.meeting()
    assert region.ask(region.stranger, "POST", f"{meeting}/items", {"title": "X"}).status == 403
    for wrong in ({}, {"title": " "}, {"title": "x" * 201}, {"title": "a\nb"}):
        answer = region.ask(region.ann, "POST", f"{meeting}/items", wrong)
        assert (answer.status, fields(answer)) == (422, ["title"])
    answer = region.ask(region.ann, "POST", f"{meeting}/items", {"title": "X", "minutes": 0})
    assert fields(answer) == ["minutes"]


def test_a_proposed_item_is_seen_by_who_proposed_it_and_who_decides(region: Region):
    meeting = region.meeting()
    item(region, meeting, region.ann, title="Áiseanna 🫖", minutes=10)
    (own,) = region.ask(region.ann, "GET", meeting).json["items"]
    assert (own["title"], own["state"], own["mine"]) == ("Áiseanna 🫖", "proposed", True)
    assert region.ask(region.ben, "GET", meeting).json["items"] == []
    (seen,) = region.ask(region.chair, "GET", meeting).json["items"]
    assert seen["by"] == "Ann"


def test_only_who_leads_decides_on_an_item_and_only_once(region: Region):
    meeting = region.meeting()
    path = f"{meeting}/items/{item(region, meeting, region.ann)}"
    for what in ("accept", "decline"):
        body = None if what == "accept" else {"reason": "No time"}
        assert region.ask(region.ann, "POST", f"{path}/{what}", body).status == 403
        assert region.ask(region.stranger, "POST", f"{path}/{what}", body).status == 403
        unknown = region.ask(region.chair, "POST", f"{meeting}/items/none/{what}", body)
        assert unknown.status == 404
    assert region.ask(region.ann, "GET", f"{path}/decline").status == 403
    assert region.done(region.chair, f"{path}/accept")["state"] == "accepted"
    assert region.ask(region.chair, "POST", f"{path}/accept").status == 409
    assert region.ask(region.other_chair, "POST", f"{path}/decline", body).status == 409


def test_an_accepted_item_is_seen_by_all_without_who_proposed_it(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/items/{item(region, meeting, region.ann)}/accept")
    (seen,) = region.ask(region.ben, "GET", meeting).json["items"]
    assert (seen["state"], seen["by"]) == ("accepted", None)


def test_who_proposed_a_declined_item_is_told_why_and_nobody_else(region: Region):
    meeting = region.meeting()
    path = f"{meeting}/items/{item(region, meeting, region.ann)}"
    assert region.ask(region.chair, "GET", f"{path}/decline").json["title"] == "Rooms"
    region.done(region.chair, f"{path}/decline", {"reason": "Next time"})
    (letter,) = region.mail(region.ann, "Your agenda item")
    assert "Next time" in text(letter)
    assert not region.mail(region.ben, "Your agenda item")
    (own,) = region.ask(region.ann, "GET", meeting).json["items"]
    assert (own["state"], own["reason"]) == ("declined", "Next time")
    assert region.ask(region.ben, "GET", meeting).json["items"] == []


# Answers


def test_an_answer_is_yes_no_or_maybe_by_a_member_before_the_start(region: Region):
    meeting = region.meeting()
    for who in (region.stranger, OFFICE):
        assert region.ask(who, "POST", f"{meeting}/answer", {"answer": "yes"}).status == 403
    answer = region.ask(region.ann, "POST", f"{meeting}/answer", {"answer": "perhaps"})
    assert (answer.status, fields(answer)) == (422, ["answer"])
    region.at(2027, 2, 18, 10)
    late = region.ask(region.ann, "POST", f"{meeting}/answer", {"answer": "yes"})
    assert late.status == 409


def test_the_last_answer_counts_and_names_are_for_who_leads(region: Region):
    meeting = region.meeting()
    for who, choice in ((region.ann, "yes"), (region.ben, "no"), (region.ann, "maybe")):
        region.done(who, f"{meeting}/answer", {"answer": choice})
    seen = region.ask(region.ann, "GET", meeting).json
    assert seen["my_answer"] == "maybe"
    assert seen["answers"] == {"yes": 0, "maybe": 1, "no": 1, "names": {}}
    seen = region.ask(region.chair, "GET", meeting).json
    assert seen["answers"]["names"] == {"yes": [], "maybe": ["Ann"], "no": ["Ben"]}


def test_the_link_in_the_letter_answers_without_signing_in_until_the_meeting_starts(region: Region):
    meeting = region.meeting()
    path = answer_link(region, region.ann)
    result = region.ask(None, "GET", path).json
    assert result["starts_at"] == THURSDAY
    assert (result["whose"], result["other"], result["said"]) == ("Ann", None, None)
    for answer in ("yes", "maybe"):
        assert region.done(None, path, {"answer": answer})["answer"] == answer
        assert region.ask(region.ann, "GET", meeting).json["my_answer"] == answer
        assert region.ask(None, "GET", path).json["said"] == answer
    region.at(2027, 2, 18, 10)
    for method, body in (("GET", None), ("POST", {"answer": "no"})):
        over = region.ask(None, method, path, body)
        assert (over.status, "tell your co-chairs" in over.json["next"]) == (410, True)
    assert region.ask(region.ann, "GET", meeting).json["my_answer"] == "maybe"


def test_a_link_answers_for_nobody_who_is_no_longer_a_member_of_the_region(region: Region):
    meeting = region.meeting()
    path = answer_link(region, region.ann)
    table, now = wiring.table(), region.cloud.now
    table.transact(
        membership_repository.update_writes(
            region.ann, end_membership(region.ann, "left", now.date()), now
        )
    )
    assert region.ask(None, "POST", path, {"answer": "yes"}).status == 403
    assert region.ask(region.chair, "GET", meeting).json["answers"]["yes"] == 0


def test_people_are_called_what_they_want_to_be_called(region: Region):
    meeting = region.meeting()
    nora = region.cloud.member(name="Honora Walsh", preferred_name="Nóra")
    region.done(nora, f"{meeting}/answer", {"answer": "yes"})
    item(region, meeting, nora)
    seen = region.ask(region.chair, "GET", meeting).json
    assert seen["answers"]["names"]["yes"] == [seen["items"][0]["by"]] == ["Nóra"]
    (letter,) = region.mail(nora, "Invitation")
    assert "Dear Nóra," in text(letter)
    assert "Honora" not in text(letter)


def test_a_reply_of_a_calendar_is_recorded_as_on_the_page(region: Region):
    meeting = region.meeting()
    uid = calendar(region.mail(region.ann, "Invitation")[0])["UID"]
    for choice in ("no", "yes"):
        assert replied(region, uid, region.ann, choice)
        assert region.ask(region.ann, "GET", meeting).json["my_answer"] == choice


@pytest.mark.parametrize("uid", ["", "1@example.com", "SW-0@comhar", "MEMBER#person0@comhar"])
def test_a_reply_to_what_is_no_meeting_of_ours_does_nothing(region: Region, uid):
    before = region.cloud.stored()
    assert not replied(region, uid, region.ann)
    assert region.cloud.stored() == before


def test_a_reply_of_who_was_not_asked_or_comes_too_late_does_nothing(region: Region):
    meeting = region.meeting()
    uid = calendar(region.mail(region.ann, "Invitation")[0])["UID"]
    waiting = region.cloud.member(status="pending", confirmed=False)
    assert not replied(region, uid, region.stranger)
    assert not replied(region, uid, waiting)
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"})
    assert not replied(region, uid, region.ann, sequence=0)
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    assert not replied(region, uid, region.ann, sequence=2)
    seen = region.ask(region.chair, "GET", meeting).json["answers"]
    assert (seen["yes"], seen["maybe"], seen["no"]) == (0, 0, 0)


def replied(region: Region, uid: str, who, reply="yes", sequence=0) -> bool:
    return rsvp.answer_by_calendar(uid, who.email, reply, wiring.context(None), sequence)


def answer_link(region: Region, who) -> str:
    (letter,) = region.mail(who, "Invitation")
    path = next(line for line in text(letter).split() if "/answer/" in line).partition("?")[0]
    return path.removeprefix(clouds.HOME)


# Moving and cancelling


@pytest.mark.parametrize(
    ("what", "body"),
    [("reschedule", {"starts_at": "2027-02-25T10:00"}), ("cancel", {"reason": "Snow"})],
)
def test_only_co_chairs_move_or_cancel_and_only_a_meeting_still_to_be_held(
    region: Region, what, body
):
    meeting = region.meeting()
    for stranger in (region.ann, region.stranger):
        assert region.ask(stranger, "POST", f"{meeting}/{what}", body).status == 403
        assert region.ask(stranger, "GET", f"{meeting}/{what}").status == 403
    assert region.ask(region.chair, "POST", f"{meeting}/{what}", {}).status == 422
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Storm"})
    again = region.ask(region.chair, "POST", f"{meeting}/{what}", body)
    assert (again.status, again.json["title"]) == (409, "This meeting was cancelled.")
    assert region.ask(region.ann, "GET", meeting).json["reason"] == "Storm"


def test_a_meeting_moves_to_another_time_to_come_and_before_it_starts_only(region: Region):
    meeting = region.meeting()
    for starts_at in ("2027-01-08T10:00", THURSDAY):
        answer = region.ask(region.chair, "POST", f"{meeting}/reschedule", {"starts_at": starts_at})
        assert (answer.status, fields(answer)) == (422, ["starts_at"])
    region.at(2027, 2, 18, 10)
    late = region.ask(
        region.chair, "POST", f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"}
    )
    assert late.status == 409


def test_a_moved_meeting_is_told_anew_under_the_same_calendar_entry(region: Region):
    meeting = region.meeting()
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.cloud.post_letters()
    moved = region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T14:00"})
    assert moved["agenda_due_at"] == "2027-02-18T09:00:00.000Z"
    seen = region.ask(region.ann, "GET", meeting).json
    assert (seen["starts_at"], seen["my_answer"]) == ("2027-02-25T14:00", None)
    listed = region.ask(region.ann, "GET", MEETINGS).json["coming"]
    assert [each["starts_at"] for each in listed] == ["2027-02-25T14:00"]
    (first,), (second,) = region.mail(region.ann, "Invitation"), region.mail(region.ann, "New date")
    entries = [calendar(letter) for letter in (first, second)]
    assert [each["SEQUENCE"] for each in entries] == ["0", "1"]
    assert entries[0]["UID"] == entries[1]["UID"]


def test_a_cancelled_meeting_is_taken_out_of_calendars(region: Region):
    meeting = region.meeting()
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    (letter,) = region.mail(region.ann, "Cancelled")
    assert "Snow" in text(letter)
    assert calendar(letter)["METHOD"] == "CANCEL"
    assert calendar(letter)["STATUS"] == "CANCELLED"
    assert region.letters("cancellation", meeting, "1")[region.ben.id] == "sent"


def test_an_invitation_that_was_not_yet_posted_is_dropped_when_the_meeting_is_cancelled(
    region: Region,
):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    region.cloud.post_letters()
    assert set(region.letters("invitation", meeting, "0").values()) == {"dropped"}
    assert not region.mail(region.ann, "Invitation")


def calendar(letter) -> dict[str, str]:
    entry = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    pairs = (line.partition(":") for line in entry.get_content().splitlines())
    return {name.partition(";")[0]: value for name, _, value in pairs}


# While it goes on


def seen(region: Region, path: str) -> str:
    """A page as Ann's browser gets it."""
    bearer = region.cloud.session(region.ann)
    return region.cloud.call("GET", path, bearer=bearer, html=True).text


def test_a_meeting_that_goes_on_is_found_on_ones_own_page_and_can_be_joined(region: Region):
    meeting = region.meeting(link="https://meet.example/cork")
    for at in ((2027, 2, 18, 10), (2027, 2, 18, 11, 59)):
        region.at(*at)
        for who in (region.ann, region.chair):
            assert coming_meetings(region, who) == [meeting]
            assert waiting_hrefs(region, who, "close_meeting") == []
        listed = region.ask(region.ann, "GET", MEETINGS).json
        assert (len(listed["coming"]), listed["past"]) == (1, [])
        assert region.ask(region.ann, "GET", meeting).json["going_on"]
        page = seen(region, meeting)
        assert "going on now, until midday" in page
        assert 'href="https://meet.example/cork"' in page


def test_a_meeting_whose_minutes_are_over_waits_to_be_closed(region: Region):
    meeting = region.meeting(link="https://meet.example/cork")
    region.at(2027, 2, 18, 12)
    assert coming_meetings(region, region.ann) == []
    assert waiting_hrefs(region, region.ann, "close_meeting") == []
    assert waiting_hrefs(region, region.chair, "close_meeting") == [f"{meeting}/close"]
    listed = region.ask(region.ann, "GET", MEETINGS).json
    assert (listed["coming"], len(listed["past"])) == ([], 1)
    assert not region.ask(region.ann, "GET", meeting).json["going_on"]
    page = seen(region, meeting)
    assert "going on now" not in page
    assert "https://meet.example/cork" not in page


# Who leads it


def led_by(region: Region, who, meeting: str) -> list[str]:
    return region.ask(who, "GET", meeting).json["led_by"]


def facts_of(region: Region, who, meeting: str) -> str:
    page = region.cloud.call("GET", meeting, bearer=region.cloud.session(who), html=True)
    return " ".join(Page(page.text).text.split())


def test_who_is_not_confirmed_reads_no_name_of_who_leads_a_meeting(region: Region):
    fresh = region.cloud.member(name="Dara", confirmed=False)
    meeting = region.meeting()
    for lead in (None, region.ann.id):
        region.done(region.chair, f"{meeting}/lead", {"lead": lead})
        assert led_by(region, fresh, meeting) == []
        assert "Led by" not in facts_of(region, fresh, meeting)


def test_a_meeting_says_who_leads_it_the_co_chairs_or_whose_turn_it_is(region: Region):
    meeting = region.meeting()
    chairs = [region.chair.display_name, region.other_chair.display_name]
    for who in (region.ben, region.chair, OFFICE):
        assert led_by(region, who, meeting) == chairs
    assert f"Led by {' and '.join(chairs)}" in facts_of(region, region.ben, meeting)
    region.done(region.chair, f"{meeting}/lead", {"lead": region.ann.id})
    for who in (region.ann, region.ben, region.chair, OFFICE):
        assert led_by(region, who, meeting) == ["Ann"]
    assert "Led by Ann" in facts_of(region, region.ben, meeting)
    region.done(region.ann, "/me/leave", {})
    assert led_by(region, region.ben, meeting) == chairs
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    assert led_by(region, region.ben, meeting) == []


def test_the_national_office_leads_a_national_meeting(region: Region):
    body = {"starts_at": "2027-06-10T10:00", "minutes": 240, "mode": "online"}
    meeting = f"/meetings/{region.done(OFFICE, '/national/meetings', body)['id']}"
    assert led_by(region, region.ann, meeting) == []
    assert "Led by The National Office" in facts_of(region, region.ann, meeting)


def test_who_left_before_the_letters_went_out_and_comes_back_gets_each_once(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/agenda/issue")
    openapi.load("clock").handler({}, clouds.Context())
    region.done(region.ann, "/me/leave", {})
    region.cloud.post_letters()
    for purpose, version in (("invitation", "0"), ("agenda", "1")):
        assert region.letters(purpose, meeting, version)[region.ann.id] == "dropped"
    for _ in range(2):
        region.done(region.ann, "/me/rejoin", {})
        for about in ("Invitation", "Agenda"):
            assert len(region.mail(region.ann, about)) == 1
        region.done(region.ann, "/me/leave", {})
        region.cloud.post_letters()
