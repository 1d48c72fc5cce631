"""What is written while an agenda is made: to whom, when, and what makes a letter void."""

import pytest

from local import openapi
from tests.support import cloud as clouds
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

CALL, NUDGE, ASK, DUE = (2027, 2, 4, 9), (2027, 2, 8, 9), (2027, 2, 10, 9), (2027, 2, 11, 9)


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    return region.meeting(topic="Hope")


def written(region: Region, *moment: int) -> None:
    """Lets the clock do what is due then, and leaves the letters lying."""
    region.cloud.now = region.cloud.now.replace(
        month=moment[1], day=moment[2], hour=moment[3], minute=0
    )
    openapi.load("clock").handler({}, clouds.Context())


def test_every_member_is_asked_once_if_they_come_and_for_items_ten_working_days_before(
    region: Region, meeting: str
):
    region.done(region.ben, f"{meeting}/answer", {"answer": "maybe"})
    region.at(2027, 2, 4, 8, 59)
    assert not region.letters("call_for_items", meeting, "0")
    region.at(*CALL)
    assert set(region.letters("call_for_items", meeting, "0").values()) == {"sent"}
    assert len(region.letters("call_for_items", meeting, "0")) == 5
    (letter,) = region.mail(region.ben, "Are you coming?")
    assert "Your answer is: maybe." in " ".join(text(letter).split())
    (letter,) = region.mail(region.ann, "Are you coming?")
    assert "We do not have your reply yet" in " ".join(text(letter).split())
    assert f"{meeting}/items/new" in text(letter)
    assert "Thursday 11 February 2027, 9am" in " ".join(text(letter).split())
    assert "Hope" not in letter["Subject"]
    for day in (11, 16, 17):
        region.at(2027, 2, day, 9)
    assert len(region.mail(region.ann, "Are you coming?")) == 1


def test_a_meeting_made_near_asks_for_items_in_its_invitation_and_reminds_who_is_silent(
    region: Region,
):
    """DOMAIN.md, "Emails": more than 15 working days ahead the two are one."""
    meeting = region.meeting(starts_at="2027-02-01T10:00")  # 14 working days after the 11th
    (letter,) = region.mail(region.ann, "Invitation")
    assert "Until then you can put an item on it" in " ".join(text(letter).split())
    for day in (15, 18, 20, 22, 25, 27, 28, 29):
        region.at(2027, 1, day, 9)
    assert not region.letters("call_for_items", meeting, "0")
    subjects = [each["Subject"] for each in region.mail(region.ann)]
    assert [each.partition(" ")[0] for each in subjects] == ["Invitation:", "Agenda:", "Are"]


def test_a_clock_that_comes_after_the_agenda_was_due_asks_only_who_has_not_answered(
    region: Region, meeting: str
):
    region.done(region.ben, f"{meeting}/answer", {"answer": "yes"})
    region.at(*DUE)
    (letter,) = region.mail(region.ann, "Are you coming?")
    assert "items/new" not in text(letter)
    assert not region.mail(region.ben, "Are you coming?")


def test_the_co_chairs_alone_are_reminded_and_asked_to_decide(region: Region, meeting: str):
    region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})
    for moment, purpose, about in (
        (NUDGE, "agenda_nudge", "Check the agenda before it goes out"),
        (ASK, "undecided_items", "Items to decide"),
    ):
        region.at(*moment)
        letters = region.letters(purpose, meeting, "0")
        assert letters == {region.chair.id: "sent", region.other_chair.id: "sent"}
        (letter,) = region.mail(region.chair, about)
        assert f"{meeting}/agenda" in text(letter)
        assert "Rooms" not in letter["Subject"]
        assert not region.mail(region.ann, about)


def test_nobody_is_asked_to_decide_where_all_is_decided(region: Region, meeting: str):
    made = region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})["id"]
    region.done(region.chair, f"{meeting}/items/{made}/accept")
    region.at(*ASK)
    assert not region.letters("undecided_items", meeting, "0")


def test_of_items_that_come_after_they_were_asked_the_co_chairs_hear_once_before_it_goes_out(
    region: Region, meeting: str
):
    region.done(region.ben, f"{meeting}/items", {"title": "Parking"})
    region.at(*ASK)
    for title in ("Rooms", "Tea"):
        region.at(2027, 2, 10, 15)
        region.done(region.ann, f"{meeting}/items", {"title": title})
    for chair in (region.chair, region.other_chair):
        assert len(region.mail(chair, "Items to decide")) == 2
    assert not region.mail(region.ann, "Items to decide")
    region.at(*DUE)
    region.done(region.ann, f"{meeting}/items", {"title": "Cake"})
    assert len(region.mail(region.chair, "Items to decide")) == 2
    titles = [each["title"] for each in region.ask(region.chair, "GET", meeting).json["items"]]
    assert sorted(titles) == ["Cake", "Parking", "Rooms", "Tea"]


def test_who_was_not_asked_at_all_hears_of_the_first_item_that_comes_late(
    region: Region, meeting: str
):
    region.at(*ASK)
    assert not region.mail(region.chair, "Items to decide")
    region.done(region.chair, f"{meeting}/items", {"title": "Rooms"})
    assert not region.mail(region.chair, "Items to decide")
    (letter,) = region.mail(region.other_chair, "Items to decide")
    assert f"{meeting}/agenda" in text(letter)
    region.done(region.ann, f"{meeting}/items", {"title": "Tea"})
    for chair in (region.chair, region.other_chair):
        assert len(region.mail(chair, "Items to decide")) == 1


def test_what_is_undecided_when_the_agenda_goes_out_stays_open(region: Region, meeting: str):
    made = region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})["id"]
    region.at(*DUE)
    (seen,) = region.ask(region.ann, "GET", meeting).json["items"]
    assert seen["state"] == "proposed"
    region.done(region.chair, f"{meeting}/items/{made}/accept")
    region.at(2027, 2, 11, 10)
    (letter,) = region.mail(region.ben, "Changed agenda")
    assert "Rooms" in text(letter)


@pytest.mark.parametrize(
    ("moment", "purpose"),
    [(CALL, "call_for_items"), (NUDGE, "agenda_nudge"), (ASK, "undecided_items")],
)
@pytest.mark.parametrize("what", ["issue", "cancel", "move"])
def test_a_letter_about_the_agenda_is_void_once_that_is_out_and_any_once_the_date_is_off(
    region: Region, meeting: str, moment: tuple[int, ...], purpose: str, what: str
):
    region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})
    for earlier in (CALL, NUDGE):
        if earlier < moment:
            region.at(*earlier)
    written(region, *moment)
    assert set(region.letters(purpose, meeting, "0").values()) == {"queued"}
    if what == "issue":
        region.done(region.chair, f"{meeting}/agenda/issue")
    elif what == "cancel":
        region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    else:
        region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-03-18T10:00"})
    region.cloud.post_letters()
    is_asked_still = (what, purpose) == ("issue", "call_for_items")
    assert set(region.letters(purpose, meeting, "0").values()) == {
        "sent" if is_asked_still else "dropped"
    }


def test_a_place_that_changes_leaves_the_letters_standing(region: Region, meeting: str):
    written(region, *CALL)
    place = {"mode": "online", "link": "https://meet.example/x", "minutes": 120}
    region.done(region.chair, f"{meeting}/place", place)
    region.cloud.post_letters()
    assert set(region.letters("call_for_items", meeting, "0").values()) == {"sent"}


def test_who_no_longer_leads_is_not_written_to_as_a_co_chair(region: Region, meeting: str):
    written(region, *NUDGE)
    region.done(OFFICE, "/communities/SW/chairs", {"members": [region.chair.id, region.ann.id]})
    region.cloud.post_letters()
    letters = region.letters("agenda_nudge", meeting, "0")
    assert letters == {region.chair.id: "sent", region.other_chair.id: "dropped"}


def test_a_first_meeting_has_its_own_agenda(region: Region):
    meeting = region.meeting(kind="first", minutes=180)
    region.at(*DUE)
    lines = region.ask(region.ann, "GET", meeting).json["agenda"]
    assert [line["key"] for line in lines] == [
        *("introductions", "what_a_cop_is", "reflective_practice", "terms_of_reference"),
        *("vision", "next_topic", "next_steps"),
    ]
    (letter,) = region.mail(region.ann, "Agenda")
    assert "Together 180 minutes." in text(letter)


def test_the_agenda_of_the_national_event_comes_from_the_office_and_goes_to_all(region: Region):
    body = {"kind": "national", "starts_at": "2027-02-18T10:00", "minutes": 240, "mode": "online"}
    made = region.done(OFFICE, "/national/meetings", body)["id"]
    meeting = f"/meetings/{made}"
    body = {"revision": 0, "minutes": {"lead_topic": 90}, "topic": "Hope"}
    region.done(OFFICE, f"{meeting}/agenda", body)
    assert region.ask(region.chair, "POST", f"{meeting}/agenda", body).status == 403
    assert region.ask(OFFICE, "GET", f"{meeting}/agenda/issue").json["members"] == 6
    region.at(*DUE)
    assert len(region.letters("agenda", meeting, "1")) == 6
    (letter,) = region.mail(region.stranger, "Agenda")
    assert "from the National Office" in text(letter)
    assert "Lead topic: Hope (90 minutes)" in text(letter)
