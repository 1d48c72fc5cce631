"""Calendar files (RFC 5545): a meeting as one person's calendar shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

from comhar.dates.dublin_time import DUBLIN, to_instant

if TYPE_CHECKING:
    from icalendar import Event, Timezone

_OURS = "@comhar"  # ends the UID of every calendar entry


@dataclass(frozen=True)
class Entry:
    """A meeting in one person's calendar; `starts_at` is naive Dublin wall time."""

    meeting: str
    sequence: int
    starts_at: datetime
    minutes: int
    summary: str
    description: str
    location: str | None
    url: str
    organizer: str
    attendee: str
    cancelled: bool = False


def make_calendar_file(
    entry: Entry, *, method: Literal["REQUEST", "CANCEL", "PUBLISH"], now: datetime
) -> bytes:
    """A calendar file for one person (RFC 5545, 5546).

    `method` must be repeated in the `method` parameter of the MIME part that carries it, or
    Outlook treats updates as new meetings. `now` is the aware instant for DTSTAMP.
    """
    from icalendar import Calendar  # 141 ms: only the few who need it pay for it

    file = Calendar()
    file.add("prodid", "-//Comhar//Meetings//EN")
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", method)
    file.add_component(_dublin())
    file.add_component(_event(entry, method, now))
    return file.to_ical()


def find_meeting_id(uid: str) -> str | None:
    """The id of the meeting whose entry has this UID; None for another calendar's."""
    match = re.fullmatch(rf"([A-Z]+-[0-9a-z]+){_OURS}", uid.strip())
    return match[1] if match else None


def _event(entry: Entry, method: str, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    # The end is reckoned in real minutes, also over the night a clock changes.
    start = to_instant(entry.starts_at)
    event.add("uid", f"{entry.meeting}{_OURS}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", start.astimezone(DUBLIN))
    event.add("dtend", (start + timedelta(minutes=entry.minutes)).astimezone(DUBLIN))
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    if entry.location:
        event.add("location", entry.location)
    event.add("url", entry.url)
    off = entry.cancelled or method == "CANCEL"
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("organizer", f"mailto:{entry.organizer}")
    if method != "PUBLISH":
        rsvp = {"RSVP": "TRUE" if method == "REQUEST" else "FALSE", "ROLE": "REQ-PARTICIPANT"}
        event.add("attendee", f"mailto:{entry.attendee}", parameters=rsvp)
    return event


@cache
def _dublin() -> Timezone:
    """Europe/Dublin with summer as DAYLIGHT, by the rule in force since 1996.

    tzdata names Irish summer time the standard and winter a negative saving; several calendar
    programs reject that. Offsets and changes are the same on every day.
    """
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

    zone = Timezone()
    zone.add("tzid", "Europe/Dublin")
    for part, name, month, start, before, after in (
        (TimezoneDaylight(), "IST", 3, datetime(1996, 3, 31, 1), 0, 1),
        (TimezoneStandard(), "GMT", 10, datetime(1996, 10, 27, 2), 1, 0),
    ):
        part.add("dtstart", start)
        part.add("tzname", name)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("rrule", vRecur(freq="yearly", bymonth=month, byday="-1SU"))
        zone.add_component(part)
    return zone
