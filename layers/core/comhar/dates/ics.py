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
_ORGANIZER = "Comhar"  # the name in which our letters go out
_ANSWERS = {"yes": "ACCEPTED", "no": "DECLINED", "maybe": "TENTATIVE"}


@dataclass(frozen=True)
class Entry:
    """A meeting in one person's calendar; `starts_at` is naive Dublin wall time.

    `place` is where people meet, `link` where they join online; `answer` is what that person has answered.
    """

    meeting: str
    sequence: int
    starts_at: datetime
    minutes: int
    summary: str
    description: str
    place: str | None
    link: str | None
    url: str
    organizer: str
    attendee: str
    answer: str | None = None
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
    from icalendar import Event, Parameters

    event = Event()
    start, end = _times(entry)
    event.add("uid", f"{entry.meeting}{_OURS}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("class", "PRIVATE")
    if where := "; online: ".join(filter(None, (entry.place, entry.link))):
        event.add("location", where)
    if entry.link:  # RFC 7986
        conference = Parameters(VALUE="URI", FEATURE=["AUDIO", "VIDEO"], LABEL="Join online")
        event.add("conference", entry.link, parameters=conference)
    event.add("url", entry.url)
    off = entry.cancelled or method == "CANCEL"
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("organizer", f"mailto:{entry.organizer}", parameters={"CN": _ORGANIZER})
    if method != "PUBLISH":
        asks = method == "REQUEST" and entry.answer is None
        event.add(
            "attendee",
            f"mailto:{entry.attendee}",
            parameters={
                "PARTSTAT": _ANSWERS.get(entry.answer or "", "NEEDS-ACTION"),
                "ROLE": "REQ-PARTICIPANT",
                "RSVP": "TRUE" if asks else "FALSE",
            },
        )
    return event


def _times(entry: Entry) -> tuple[datetime, datetime]:
    """Start and end; its minutes are real ones, also over the night a clock changes.

    Where one falls into the hours of that night up to the change, both are UTC: a wall time cannot
    say which of the repeated ones it is, and some programs count by the new clock from midnight on.
    """
    start = to_instant(entry.starts_at)
    end = start + timedelta(minutes=entry.minutes)
    walls = start.astimezone(DUBLIN), end.astimezone(DUBLIN)
    return (start, end) if any(map(_precedes_change, walls)) else walls


def _precedes_change(wall: datetime) -> bool:
    """Whether the clocks change later that night, or in that very hour."""
    before, after = (wall.replace(hour=hour, fold=0).utcoffset() for hour in (0, 3))
    return wall.hour < 2 and before != after


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
