"""A meeting at another place at the same time: everyone hears once, and what they said stays."""

import pytest

from comhar import wiring
from comhar.meetings import repository as meetings_repository
from comhar.meetings import rsvp
from tests.support.calendar_entry import entry
from tests.support.sample_region import OFFICE, Region, text

ELSEWHERE = {"mode": "hybrid", "venue": "Halla an Bhaile", "link": "https://meet.example/x"}


def test_only_who_leads_the_region_changes_the_place_of_a_meeting_to_come(region: Region):
    meeting = region.meeting(venue="Cork")
    for stranger in (region.ann, region.stranger):
        assert region.ask(stranger, "GET", f"{meeting}/place").status == 403
        assert region.ask(stranger, "POST", f"{meeting}/place", ELSEWHERE).status == 403
    assert region.ask(OFFICE, "POST", f"{meeting}/place", ELSEWHERE).status == 200
    region.at(2027, 2, 18, 10)
    late = region.ask(region.chair, "POST", f"{meeting}/place", {"mode": "online"})
    assert (late.status, late.json["title"]) == (409, "This meeting’s time has passed.")
    cancelled = region.meeting(starts_at="2027-03-18T10:00")
    region.done(region.chair, f"{cancelled}/cancel", {"reason": "Snow"})
    assert region.ask(region.chair, "POST", f"{cancelled}/place", ELSEWHERE).status == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "mode"),
        ({"mode": "by_pigeon"}, "mode"),
        ({"mode": "online", "link": "javascript:alert(1)"}, "link"),
        ({"mode": "online", "minutes": 601}, "minutes"),
        ({"mode": "in_person", "venue": "Cork"}, "mode"),  # as it is already
        ({"mode": "in_person", "venue": "Cork", "minutes": 120}, "mode"),
        ({"mode": "in_person", "starts_at": "2027-02-19T10:00"}, "starts_at"),
    ],
)
def test_what_cannot_be_or_changes_nothing_is_refused(region: Region, wrong, field):
    meeting = region.meeting(venue="Cork")
    region.cloud.post_letters()
    answer = region.ask(region.chair, "POST", f"{meeting}/place", wrong)
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)
    assert not region.letters("invitation", meeting, "1")


def test_the_form_holds_what_is_so_now(region: Region):
    meeting = region.meeting(**ELSEWHERE)
    bearer = region.cloud.session(region.chair)
    page = region.cloud.call("GET", f"{meeting}/place", bearer=bearer, html=True).text
    assert 'value="Halla an Bhaile"' in page
    assert 'value="https://meet.example/x"' in page
    assert 'value="120"' in page
    sent = region.cloud.call(
        "POST", f"{meeting}/place", form={"mode": "online"}, bearer=bearer, html=True
    )
    assert (sent.status, sent.headers["Location"]) == (303, f"{meeting}?done=placed")
    seen = region.ask(region.ann, "GET", meeting).json
    assert (seen["mode"], seen["venue"], seen["link"]) == ("online", None, None)
    assert seen["minutes"] == 120


def test_every_active_member_hears_of_it_once_with_the_next_sequence(region: Region):
    waiting = region.cloud.member(status="pending", confirmed=False)
    meeting = region.meeting(venue="Cork")
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/place", ELSEWHERE)
    region.cloud.post_letters()
    letters = region.letters("invitation", meeting, "1")
    assert len(letters) == 5
    assert set(letters.values()) == {"sent"}
    assert waiting.id not in letters
    (first,) = region.mail(region.ann, "Invitation")
    (letter,) = region.mail(region.ann, "New place: quarterly meeting, 18 February 2027")
    assert "Halla an Bhaile" in text(letter)
    assert "The date and time stay the same." in text(letter)
    old, new = entry(first), entry(letter)
    assert (old["UID"], new["METHOD"]) == (new["UID"], "REQUEST")
    assert [old["SEQUENCE"], new["SEQUENCE"]] == ["0", "1"]
    assert new["DTSTART"] == old["DTSTART"]


def test_the_letter_asks_nobody_to_answer_again_but_says_what_they_said(region: Region):
    meeting = region.meeting()
    region.done(region.ann, f"{meeting}/answer", {"answer": "maybe"})
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/place", ELSEWHERE)
    (to_ann,), (to_ben,) = (
        region.mail(region.ann, "New place"),
        region.mail(region.ben, "New place"),
    )
    assert "Your answer stays: maybe." in text(to_ann)
    assert "You have not answered yet." in text(to_ben)
    for letter in (to_ann, to_ben):
        assert "again, for the new one" not in text(letter)
        assert "/answer/" in text(letter)


def test_answers_agenda_and_steps_taken_stay(region: Region):
    meeting = region.meeting()
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.at(2027, 2, 4, 9)
    region.at(2027, 2, 11, 9)
    region.done(region.chair, f"{meeting}/place", ELSEWHERE)
    region.at(2027, 2, 12, 9)
    seen = region.ask(region.ann, "GET", meeting).json
    assert (seen["my_answer"], seen["agenda_issued_at"]) == ("yes", "2027-02-11T09:00:00.000Z")
    assert seen["agenda"]
    for about in ("Are you coming?", "Agenda"):
        assert len(region.mail(region.ann, about)) == 1
    assert not region.letters("agenda", meeting, "2")


def test_a_change_of_length_alone_is_called_so(region: Region):
    meeting = region.meeting()
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/place", {"mode": "in_person", "minutes": 90})
    (letter,) = region.mail(region.ann, "New length")
    assert "10am to 11.30am" in text(letter)
    assert "DTEND;TZID=Europe/Dublin:20270218T113000" in str(letter.as_string())


def test_who_never_heard_of_the_date_is_told_of_that_and_not_of_a_new_place(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/place", ELSEWHERE)
    (letter,) = region.mail(region.ann, "quarterly meeting")
    assert letter["Subject"].startswith("Invitation")
    assert "Halla an Bhaile" in text(letter)
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"})
    region.done(region.chair, f"{meeting}/place", {"mode": "online"})
    _, letter = region.mail(region.ann, "quarterly meeting")
    assert letter["Subject"].startswith("New date")
    assert "again, for the new one" in " ".join(text(letter).split())


def test_who_heard_of_the_date_is_told_of_the_last_of_two_new_places(region: Region):
    meeting = region.meeting()
    region.cloud.post_letters()
    for venue in ("Cork", "Tralee"):
        region.done(region.chair, f"{meeting}/place", {"mode": "in_person", "venue": venue})
    (letter,) = region.mail(region.ann, "New place")
    assert "Tralee" in text(letter)
    assert len(region.mail(region.ann, "quarterly meeting")) == 2


def test_who_joins_after_it_is_invited_to_the_place_as_it_is_now(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/place", ELSEWHERE)
    region.cloud.post_letters()
    waiting = region.cloud.member(status="pending", confirmed=False, joined_on=None)
    region.done(OFFICE, f"/members/{waiting.id}/admit")
    (letter,) = region.mail(waiting, "quarterly meeting")
    assert letter["Subject"].startswith("Invitation")
    assert "Halla an Bhaile" in text(letter)


def test_a_calendar_that_replies_to_the_old_place_has_answered_for_the_day(region: Region):
    meeting = region.meeting()
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/place", ELSEWHERE)
    (letter,) = region.mail(region.ann, "New place")
    uid, ctx = entry(letter)["UID"], wiring.context(None)
    assert rsvp.answer_by_calendar(uid, region.ann.email, "yes", ctx, sequence=0)
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"})
    assert not rsvp.answer_by_calendar(uid, region.ann.email, "no", ctx, sequence=1)


def test_after_any_change_the_next_is_of_a_higher_sequence_under_the_same_uid(region: Region):
    meeting = region.meeting()
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/place", ELSEWHERE)
    region.cloud.post_letters()
    region.at(2027, 2, 4, 9)
    region.at(2027, 2, 11, 9, 1)
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T10:00"})
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/place", {"mode": "online"})
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    heard = region.mail(region.ann, "quarterly meeting")
    sequences = [(each["Subject"].partition(":")[0], entry(each)["SEQUENCE"]) for each in heard]
    assert sequences == [
        ("Invitation", "0"),
        ("New place", "1"),
        ("Are you coming? quarterly meeting, 18 February 2027", "1"),
        ("Agenda", "1"),
        ("New date", "2"),
        ("New place", "3"),
        ("Cancelled", "4"),
    ]
    assert len({entry(each)["UID"] for each in heard}) == 1
    methods = [entry(each)["METHOD"] for each in heard]
    assert methods == ["REQUEST"] * 6 + ["CANCEL"]
    for each in heard:
        part = next(part for part in each.walk() if part.get_content_type() == "text/calendar")
        assert part.get_param("method") == entry(each)["METHOD"]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("place", ELSEWHERE),
        ("reschedule", {"starts_at": "2027-02-25T10:00"}),
        ("cancel", {"reason": "Snow"}),
        ("facilitator", {"facilitator_name": "Eoin", "facilitator_email": "eoin@example.org"}),
    ],
)
def test_of_two_who_change_it_at_once_one_is_told_and_changes_nothing(
    region: Region, monkeypatch, what, body
):
    meeting = region.meeting(kind="first")
    region.cloud.post_letters()
    seen = meetings_repository.get_meeting(wiring.table(), meeting.rpartition("/")[2])
    region.done(region.other_chair, f"{meeting}/place", {"mode": "online"})
    with monkeypatch.context() as stale:
        stale.setattr(meetings_repository, "get_meeting", lambda table, meeting_id: seen)
        answer = region.ask(OFFICE, "POST", f"{meeting}/{what}", body)
    assert (answer.status, answer.json["title"]) == (
        409,
        "Somebody else changed this meeting a moment ago.",
    )
    region.cloud.post_letters()
    now = region.ask(region.chair, "GET", meeting).json
    assert (now["state"], now["mode"], now["facilitator_name"]) == ("scheduled", "online", None)
    assert len(region.mail(region.ann, "first meeting")) == 2
