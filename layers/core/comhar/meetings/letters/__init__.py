"""The letters of meetings: whether each still holds at the moment of sending, and what it says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

from comhar import calendar, data
from comhar.communities import records as communities
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Link, Purpose
from comhar.meetings import records
from comhar.meetings.agenda import Line
from comhar.meetings.model import Meeting, agenda_due_at
from comhar.membership import records as people
from comhar.settings import Settings
from comhar.writes import Item, Key

Found = list[Any]  # items, None where there is none


def _meeting_and_person(letter: LetterId) -> list[Key]:
    return [records.key(letter.subject), people.key(letter.person)]


def _with_agenda(letter: LetterId) -> list[Key]:
    agenda = records.agenda_key(letter.subject, int(letter.version))
    return [*_meeting_and_person(letter), agenda]


def _with_item(letter: LetterId) -> list[Key]:
    return [*_meeting_and_person(letter), records.item_key(letter.subject, letter.version)]


def _with_community(letter: LetterId) -> list[Key]:
    region = letter.subject.partition("-")[0]
    return [*_meeting_and_person(letter), communities.key(region)]


def _belongs(meeting: Item | None, member: Item | None) -> bool:
    """Whether there is a meeting, and the person is an active member of its region."""
    return bool(
        meeting
        and member
        and member["status"] == "active"
        and member.get("region") == meeting["region"]
    )


def invitation(letter: Letter, items: Found, now: datetime, settings: Settings) -> Draft | Dropped:
    """The date as it is now, with a calendar entry; void once the date has changed again."""
    item, member = items
    if not _belongs(item, member):
        return Dropped("not a member")
    meeting = records.from_item(item)
    if meeting.state != "scheduled" or str(meeting.sequence) != letter.id.version:
        return Dropped("moved or cancelled")
    if meeting.start <= now:
        return Dropped("past")
    agenda_at = None if meeting.issued else agenda_due_at(meeting, settings)
    context = {
        **_facts(meeting, member),
        "moved": meeting.sequence > 0,
        "agenda_at": agenda_at,
    }
    subject = f"{'New date' if meeting.sequence else 'Invitation'}: {_title(meeting)}"
    return _draft("invitation", subject, meeting, member, context, settings, now)


def agenda(letter: Letter, items: Found, now: datetime, settings: Settings) -> Draft | Dropped:
    """The agenda in full; void once the meeting was moved, cancelled or the agenda issued anew."""
    item, member, issued = items
    if not _belongs(item, member) or issued is None:
        return Dropped("not a member")
    meeting = records.from_item(item)
    current = str(meeting.agenda_version) == letter.id.version and meeting.issued
    if meeting.state != "scheduled" or not current:
        return Dropped("moved, cancelled or newer")
    if meeting.start <= now:
        return Dropped("past")
    lines = [Line(**line) for line in issued["lines"]]
    context = {
        **_facts(meeting, member),
        "lines": lines,
        "chairs": issued["chairs"],
        "sum": sum(line.minutes or 0 for line in lines),
    }
    subject = f"Agenda: {_title(meeting)}"
    return _draft("agenda", subject, meeting, member, context, settings, now)


def cancellation(
    letter: Letter, items: Found, now: datetime, settings: Settings
) -> Draft | Dropped:
    item, member = items
    if not _belongs(item, member):
        return Dropped("not a member")
    meeting = records.from_item(item)
    if meeting.state != "cancelled" or str(meeting.sequence) != letter.id.version:
        return Dropped("not cancelled")
    context = {**_facts(meeting, member), "reason": meeting.reason}
    subject = f"Cancelled: {_title(meeting)}"
    calendar_file = _calendar(meeting, member, settings, now, "CANCEL")
    return Draft(
        member["email"],
        subject,
        "meetings/letters/cancellation",
        context,
        calendar=calendar_file,
        method="CANCEL",
    )


def did_it_happen(
    letter: Letter, items: Found, now: datetime, settings: Settings
) -> Draft | Dropped:
    """To a co-chair in office, of a meeting that is neither closed nor cancelled."""
    item, member, community = items
    leading = [each["id"] for each in (community or {}).get("chairs", [])]
    if not _belongs(item, member) or letter.id.person not in leading:
        return Dropped("not a co-chair")
    meeting = records.from_item(item)
    asked = f"{meeting.sequence}.{meeting.times_asked}"
    if meeting.state != "scheduled" or asked != letter.id.version:
        return Dropped("closed or moved")
    path = f"{settings.public_url}/meetings/{meeting.id}/close"
    context = {**_facts(meeting, member), "close_link": path}
    subject = f"Did it happen? {_title(meeting)}"
    return Draft(member["email"], subject, "meetings/letters/did_it_happen", context)


def item_declined(
    letter: Letter, items: Found, now: datetime, settings: Settings
) -> Draft | Dropped:
    """Tells who proposed an item that it is not on the agenda this time, and why."""
    item, member, declined = items
    if not _belongs(item, member) or not declined or declined["state"] != "declined":
        return Dropped("changed")
    meeting = records.from_item(item)
    context = {
        **_facts(meeting, member),
        "title": declined["title"],
        "reason": declined.get("reason"),
    }
    subject = f"Your agenda item: {_title(meeting)}"
    return Draft(member["email"], subject, "meetings/letters/item_declined", context)


def _title(meeting: Meeting) -> str:
    """Kind and day: what a subject line may say."""
    kinds = {each["key"]: each["title"] for each in data.load("meetings")["kinds"]}
    at = meeting.starts_at
    return f"{kinds[meeting.kind].lower()}, {at.day} {at:%B} {at.year}"


def _facts(meeting: Meeting, member: Item) -> dict[str, Any]:
    modes = {each["key"]: each["title"] for each in data.load("meetings")["modes"]}
    return {
        "name": people.known_as(member),
        "title": _title(meeting),
        "region": meeting.region,
        "starts_at": meeting.starts_at,
        "minutes": meeting.minutes,
        "mode": modes[meeting.mode],
        "venue": meeting.venue,
        "join_link": meeting.link,
        "topic": meeting.topic,
        "meeting": meeting.id,
    }


def _draft(
    purpose: str,
    subject: str,
    meeting: Meeting,
    member: Any,
    context: dict[str, Any],
    settings: Settings,
    now: datetime,
) -> Draft:
    """A letter with the calendar entry and a link to answer, good until the meeting starts."""
    hours = (meeting.start - now) / timedelta(hours=1)
    link = Link("answer", "/answer/{token}", meeting.id, member["id"], hours)
    entry = _calendar(meeting, member, settings, now, "REQUEST")
    template = f"meetings/letters/{purpose}"
    return Draft(member["email"], subject, template, context, link, calendar=entry)


def _calendar(
    meeting: Meeting,
    member: Any,
    settings: Settings,
    now: datetime,
    method: Literal["REQUEST", "CANCEL"],
) -> Callable[[], bytes]:
    """The calendar file, made only when the letter is rendered."""
    entry = entry_for(meeting, member["email"], settings)
    return partial(calendar.ics, entry, method=method, now=now)


def entry_for(meeting: Meeting, attendee: str, settings: Settings) -> calendar.Entry:
    """The meeting as one person's calendar entry; the organiser is the address letters come from."""
    kinds = {each["key"]: each["title"] for each in data.load("meetings")["kinds"]}
    url = f"{settings.public_url}/meetings/{meeting.id}"
    return calendar.Entry(
        meeting=meeting.id,
        sequence=meeting.sequence,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        summary=f"Community of Practice: {kinds[meeting.kind].lower()}",
        description=f"Agenda and details: {url}",
        location=meeting.venue or meeting.link,
        url=url,
        organizer=settings.mail_from,
        attendee=attendee,
        cancelled=meeting.state == "cancelled",
    )


PURPOSES = {
    "invitation": Purpose(_meeting_and_person, invitation),
    "agenda": Purpose(_with_agenda, agenda),
    "cancellation": Purpose(_meeting_and_person, cancellation),
    "did_it_happen": Purpose(_with_community, did_it_happen),
    "item_declined": Purpose(_with_item, item_declined),
}
