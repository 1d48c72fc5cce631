"""The letters of meetings: whether each still holds at the moment of sending, and what it says."""

from datetime import datetime

from comhar.communities import records as communities
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Purpose
from comhar.meetings import records, told
from comhar.meetings.model import agenda_due_at
from comhar.meetings.told import Found
from comhar.membership import records as people
from comhar.settings import Settings
from comhar.writes import Key


def _with_closures(letter: LetterId) -> list[Key]:
    return [*told.meeting_and_person(letter), communities.CLOSURES]


def invitation(letter: Letter, items: Found, now: datetime, settings: Settings) -> Draft | Dropped:
    """The date as it is now, with a calendar entry; void once the date has changed again."""
    item, member, closed = items
    if not told.belongs(item, member):
        return Dropped("not a member")
    meeting = records.from_item(item)
    if meeting.state != "scheduled" or str(meeting.sequence) != letter.id.version:
        return Dropped("moved or cancelled")
    if meeting.start <= now:
        return Dropped("past")
    rules = records.rules_from(closed, settings)
    agenda_at = None if meeting.issued else agenda_due_at(meeting, rules)
    context = {"moved": meeting.sequence > 0, "agenda_at": agenda_at}
    subject = f"{'New date' if meeting.sequence else 'Invitation'}: {told.title(meeting)}"
    template = "meetings/letters/invitation"
    return told.answerable(template, subject, meeting, member, context, settings, now)


def cancellation(
    letter: Letter, items: Found, now: datetime, settings: Settings
) -> Draft | Dropped:
    item, member = items
    if not told.belongs(item, member):
        return Dropped("not a member")
    meeting = records.from_item(item)
    if meeting.state != "cancelled" or str(meeting.sequence) != letter.id.version:
        return Dropped("not cancelled")
    return Draft(
        member["email"],
        f"Cancelled: {told.title(meeting)}",
        "meetings/letters/cancellation",
        {**told.facts(meeting, people.known_as(member)), "reason": meeting.reason},
        calendar=told.calendar_file(meeting, member["email"], settings, now, "CANCEL"),
        method="CANCEL",
    )


def answer_reminder(
    letter: Letter, items: Found, now: datetime, settings: Settings
) -> Draft | Dropped:
    """To a member who has not said whether they come to this date."""
    item, member, answer = items
    if not told.belongs(item, member):
        return Dropped("not a member")
    meeting = records.from_item(item)
    if meeting.state != "scheduled" or str(meeting.sequence) != letter.id.version:
        return Dropped("moved or cancelled")
    if meeting.start <= now:
        return Dropped("past")
    if answer and answer["start"] == records.wall(meeting.starts_at):
        return Dropped("answered")
    template, subject = "meetings/letters/answer_reminder", f"Are you coming? {told.title(meeting)}"
    return told.answerable(template, subject, meeting, member, {}, settings, now)


def _with_answer(letter: LetterId) -> list[Key]:
    answer = records.answer_key(letter.subject, letter.person)
    return [*told.meeting_and_person(letter), answer]


PURPOSES = {
    "answer_reminder": Purpose(_with_answer, answer_reminder),
    "invitation": Purpose(_with_closures, invitation),
    "cancellation": Purpose(told.meeting_and_person, cancellation),
}
