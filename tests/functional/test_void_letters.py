"""A meeting moved or cancelled: whatever hung on the old date and has not left yet is void, and everyone
hears of the change once."""

from datetime import UTC, datetime

import pytest

from comhar import wiring
from local import openapi
from tests.support import cloud as clouds
from tests.support.sample_region import Region, text

CHANGES = {
    "reschedule": ({"starts_at": "2027-03-18T10:00"}, "New date", "invitation"),
    "cancel": ({"reason": "Snow"}, "Cancelled", "cancellation"),
}
PENDING = {
    "invitation": ((2027, 1, 11, 9), "0"),
    "call_for_items": ((2027, 2, 4, 9), "0"),
    "agenda_nudge": ((2027, 2, 8, 9), "0"),
    "undecided_items": ((2027, 2, 10, 9), "0"),
    "agenda": ((2027, 2, 11, 9), "1"),
    "answer_reminder": ((2027, 1, 26, 9), "0"),
}


def written(region: Region, purpose: str) -> str:
    """A meeting for which a letter of this purpose has been written and not sent; what was due before it
    is out."""
    moment, version = PENDING[purpose]
    is_near = purpose == "answer_reminder"
    meeting = region.meeting(starts_at=f"2027-{'01-28' if is_near else '02-18'}T10:00")
    if purpose != "invitation":
        region.cloud.post_letters()
        region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})
        for each in sorted(at for at, _ in PENDING.values() if at < moment):
            region.at(*each)
    region.cloud.now = datetime(*moment, tzinfo=UTC)
    openapi.load("clock").handler({}, clouds.Context())
    letters = region.letters(purpose, meeting, version)
    assert letters
    assert set(letters.values()) == {"queued"}
    return meeting


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("purpose", PENDING)
def test_what_hung_on_the_old_date_is_void_and_all_hear_once(
    region: Region, purpose: str, change: str
):
    meeting = written(region, purpose)
    body, about, letters = CHANGES[change]
    if (purpose, change) == ("invitation", "reschedule"):  # they were told of no earlier date
        about = "Invitation"
    region.done(region.chair, f"{meeting}/{change}", body)
    for _ in range(3):
        region.cloud.post_letters()
    old = region.letters(purpose, meeting, PENDING[purpose][1])
    assert set(old.values()) == {"dropped"}
    news = region.letters(letters, meeting, "1")
    assert set(news.values()) == {"sent"}
    assert len(news) == 5
    for who in (region.ann, region.chair):
        assert len(region.mail(who, about)) == 1


@pytest.mark.parametrize("change", CHANGES)
def test_work_that_was_due_and_not_done_is_not_done_for_the_old_date(region: Region, change: str):
    meeting = region.meeting()
    region.cloud.post_letters()
    region.cloud.now = datetime(2027, 2, 11, 9, 30, tzinfo=UTC)  # the clock comes late
    body, _, _ = CHANGES[change]
    region.done(region.chair, f"{meeting}/{change}", body)
    region.cloud.post_letters()
    for purpose, version in (("call_for_items", "0"), ("agenda", "1"), ("agenda_nudge", "0")):
        assert not region.letters(purpose, meeting, version)


def test_after_a_move_answers_are_asked_again_and_the_letter_says_so(region: Region):
    meeting = region.meeting()
    region.done(region.ann, f"{meeting}/answer", {"answer": "yes"})
    region.cloud.post_letters()
    region.done(region.chair, f"{meeting}/reschedule", CHANGES["reschedule"][0])
    (letter,) = region.mail(region.ann, "New date")
    assert "An answer to the old date no longer counts." in " ".join(text(letter).split())
    assert "Please answer again" in " ".join(text(letter).split())
    assert region.ask(region.ann, "GET", meeting).json["my_answer"] is None


def test_what_was_asked_to_be_arranged_goes_with_the_new_date(region: Region):
    meeting = region.meeting()
    region.done(region.ann, f"{meeting}/needs", {"arrange": "A loop"})
    region.done(region.chair, f"{meeting}/reschedule", CHANGES["reschedule"][0])
    seen = region.ask(region.ann, "GET", meeting).json
    assert (seen["my_needs"], seen["needs_until"]) == ("A loop", "2027-04-17T08:00:00.000Z")


def test_everything_is_done_anew_for_the_new_date_once(region: Region):
    meeting = region.meeting()
    for moment in ((2027, 2, 4, 9), (2027, 2, 8, 9), (2027, 2, 11, 9)):
        region.at(*moment)
    region.done(region.chair, f"{meeting}/reschedule", CHANGES["reschedule"][0])
    for day in (2, 3, 5, 8, 9, 10, 11, 12, 15, 16):
        region.at(2027, 3, day, 10)
    for about in ("Agenda", "Are you coming?"):
        new = [each for each in region.mail(region.ann, about) if "18 March" in each["Subject"]]
        assert len(new) == 1, about
    old = [each for each in region.mail(region.ann, "Agenda:") if "18 February" in each["Subject"]]
    assert len(old) == 1


def test_who_was_told_of_no_earlier_date_is_invited_to_the_new_one(region: Region):
    meeting = region.meeting()
    region.done(region.ben, f"{meeting}/answer", {"answer": "yes"})
    region.done(region.chair, f"{meeting}/reschedule", CHANGES["reschedule"][0])
    (letter,) = region.mail(region.ann, "quarterly meeting")
    wording = " ".join(text(letter).split())
    assert letter["Subject"] == "Invitation: quarterly meeting, 18 March 2027"
    assert "Your community meets:" in wording
    for words in ("moved", "old date", "replaces"):
        assert words not in wording
    (knew,) = region.mail(region.ben, "quarterly meeting")  # by the page on which they answered
    assert knew["Subject"] == "New date: quarterly meeting, 18 March 2027"
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-03-25T10:00"})
    (newer,) = region.mail(region.ann, "New date")
    assert "25 March" in newer["Subject"]


def test_two_changes_before_anything_is_sent_tell_of_the_last_alone(region: Region):
    meeting = region.meeting()
    region.cloud.post_letters()
    for starts_at in ("2027-02-25T10:00", "2027-03-04T10:00"):
        region.done(region.chair, f"{meeting}/reschedule", {"starts_at": starts_at})
    (letter,) = region.mail(region.ann, "New date")
    assert "4 March" in letter["Subject"]
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-03-11T10:00"})
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    heard = [each["Subject"].partition(":")[0] for each in region.mail(region.ann, "quarterly")]
    assert heard == ["Invitation", "New date", "Cancelled"]


def test_a_meeting_that_was_over_is_cancelled_without_a_letter(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 18, 13)
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Nobody came"})
    region.cloud.post_letters()
    assert not region.mail(region.ann, "Cancelled")
    subject = f"MAILING#cancellation#{meeting.rpartition('/')[2]}#1"
    assert not wiring.table().query(subject).items


def test_the_link_of_an_old_letter_answers_for_no_other_date(region: Region):
    meeting = region.meeting()
    (letter,) = region.mail(region.ann, "Invitation")
    path = link_in(letter)
    region.done(region.chair, f"{meeting}/place", {"mode": "online"})
    assert region.ask(None, "GET", path).status == 200
    region.done(region.chair, f"{meeting}/reschedule", CHANGES["reschedule"][0])
    for method, body in (("GET", None), ("POST", {"answer": "yes"})):
        void = region.ask(None, method, path, body)
        assert (void.status, void.json["title"]) == (
            410,
            "This meeting has been moved since that email was written.",
        )
    assert region.ask(region.ann, "GET", meeting).json["my_answer"] is None
    (newer,) = region.mail(region.ann, "New date")
    region.done(None, link_in(newer), {"answer": "no"})
    assert region.ask(region.ann, "GET", meeting).json["my_answer"] == "no"


def link_in(letter) -> str:
    """The path of the link by which a letter is answered."""
    found = next(word for word in text(letter).split() if "/answer/" in word)
    return found.removeprefix(clouds.HOME).partition("?")[0]
