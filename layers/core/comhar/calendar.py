"""The calendar of the house: Dublin wall time, working days, quarters and calendar files."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal, Self
from zoneinfo import ZoneInfo

from comhar import data

if TYPE_CHECKING:
    from icalendar import Event, Timezone

DUBLIN = ZoneInfo("Europe/Dublin")
ISSUE_HOUR = time(9)
"""Agendas and reports go out at 09:00, Dublin wall time."""

_STAMP = "%Y-%m-%dT%H:%M:%S"
_NONE: frozenset[date] = frozenset()
_OURS = "@comhar"  # ends the UID of every calendar entry


def instant(wall: datetime) -> datetime:
    """The UTC instant of a naive Dublin wall time.

    A time that occurs twice (autumn) is taken the first time. One that the spring change leaves
    out moves forward by the hour left out: 01:30 becomes 02:30.
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall time carries no zone")
    return wall.replace(tzinfo=DUBLIN, fold=0).astimezone(UTC)


def wall(at: datetime) -> datetime:
    """The naive Dublin wall time of an aware instant."""
    return at.astimezone(DUBLIN).replace(tzinfo=None)


def local_date(at: datetime) -> date:
    """The Dublin date of an aware instant."""
    return at.astimezone(DUBLIN).date()


def stamp(at: datetime) -> str:
    """An aware instant as fixed-width UTC, so that text order is time order."""
    if at.tzinfo is None:
        raise ValueError("an instant carries a zone")
    utc = at.astimezone(UTC)
    return f"{utc.strftime(_STAMP)}.{utc.microsecond // 1000:03d}Z"


def unstamp(text: str) -> datetime:
    """The aware UTC instant that `stamp` wrote."""
    return datetime.strptime(text, f"{_STAMP}.%fZ").replace(tzinfo=UTC)


@cache
def public_holidays() -> frozenset[date]:
    """Irish public holidays of the years built into `data/holidays.json`."""
    return frozenset(date.fromisoformat(day) for day in data.load("holidays")["days"])


def is_working_day(day: date, closures: AbstractSet[date] = _NONE) -> bool:
    """Monday to Friday, no Irish public holiday, no closure day of the office.

    Raises ValueError for a year whose holidays are not known, rather than be silently wrong.
    """
    years = data.load("holidays")
    if not years["from"] <= day.year <= years["to"]:
        raise ValueError(f"public holidays of {day.year} are not known")
    return day.weekday() < 5 and day not in public_holidays() and day not in closures


def _step(day: date, count: int, direction: int, closures: AbstractSet[date]) -> date:
    if count < 0:
        raise ValueError("a number of working days is not negative")
    while count:
        day += timedelta(days=direction)
        count -= is_working_day(day, closures)
    return day


def working_days_before(day: date, count: int, closures: AbstractSet[date] = _NONE) -> date:
    """The `count`th working day before `day`, which is not counted itself."""
    return _step(day, count, -1, closures)


def working_days_after(day: date, count: int, closures: AbstractSet[date] = _NONE) -> date:
    """The `count`th working day after `day`, which is not counted itself."""
    return _step(day, count, +1, closures)


def next_working_day_after(day: date, closures: AbstractSet[date] = _NONE) -> date:
    """The first working day later than `day`."""
    return working_days_after(day, 1, closures)


def issue_instant(day: date) -> datetime:
    """09:00 Dublin on that day, as a UTC instant."""
    return instant(datetime.combine(day, ISSUE_HOUR))


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter, written `2027-Q1`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2027-Q1`; raises ValueError for anything else."""
        found = re.fullmatch(r"([0-9]{4})-Q([1-4])", text)
        if not found or found[1] == "0000":
            raise ValueError(f"not a quarter: {text!r}")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter a date lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next().first - timedelta(days=1)

    def next(self) -> Self:
        """The quarter after it."""
        return self._moved(+1)

    def previous(self) -> Self:
        """The quarter before it."""
        return self._moved(-1)

    def _moved(self, by: int) -> Self:
        year, index = divmod(4 * self.year + self.number - 1 + by, 4)
        return type(self)(year, index + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.number}"


def report_instant(quarter: Quarter, closures: AbstractSet[date] = _NONE) -> datetime:
    """When the report of a quarter is made: 09:00 Dublin, first working day after it, in UTC."""
    return issue_instant(next_working_day_after(quarter.last, closures))


@dataclass(frozen=True)
class Entry:
    """A meeting as one person's calendar shows it; `starts_at` is naive Dublin wall time."""

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


def ics(entry: Entry, *, method: Literal["REQUEST", "CANCEL", "PUBLISH"], now: datetime) -> bytes:
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


def meeting_of(uid: str) -> str | None:
    """The id of the meeting whose calendar entry has this UID; None for another calendar's."""
    found = re.fullmatch(rf"([A-Z]+-[0-9a-z]+){_OURS}", uid.strip())
    return found[1] if found else None


def _event(entry: Entry, method: str, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    # The end is reckoned in real minutes, also over the night a clock changes.
    start = instant(entry.starts_at)
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
