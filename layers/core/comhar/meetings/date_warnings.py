"""What to check about a date: holidays, weekends and other meetings."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from comhar import data
from comhar.dates.dublin_time import to_instant
from comhar.errors import Invalid
from comhar.formatting import WEEKDAYS, format_hour, get_title
from comhar.meetings.model import require_future
from comhar.meetings.planned_meetings import PlannedMeeting
from comhar.regions import NATIONAL


def list_warnings(
    region: str,
    starts_at: datetime,
    minutes: int,
    closures: Collection[date],
    planned: Sequence[PlannedMeeting],
) -> list[str]:
    """What to check before this region meets then; each a short sentence.

    Meetings of this region and of all matter on the same day; those of another region, at the same
    time.
    """
    warnings = _list_day_warnings(starts_at.date(), closures)
    for meeting in planned:
        concerns_region = meeting.region in (region, NATIONAL)
        if concerns_region and meeting.starts_at.date() == starts_at.date():
            national = meeting.region == NATIONAL
            whose = "The national event" if national else "A meeting of this community"
            warnings.append(f"{whose} is on that day, at {format_hour(meeting.starts_at)}.")
        elif not concerns_region and _overlaps(starts_at, minutes, meeting):
            warnings.append(f"{get_title(meeting.region)} meets at that time.")
    return list(dict.fromkeys(warnings))


def _list_day_warnings(day: date, closures: Collection[date]) -> list[str]:
    warnings = []
    if name := data.load("holidays")["days"].get(day.isoformat()):
        warnings.append(f"A public holiday: {name.replace("'", '’')}.")
    if day.weekday() >= 5:
        warnings.append(f"A {WEEKDAYS[day.weekday()]}.")
    if day in closures:
        warnings.append("The office is closed on that day.")
    return warnings


def _overlaps(starts_at: datetime, minutes: int, other: PlannedMeeting) -> bool:
    start, other_start = to_instant(starts_at), to_instant(other.starts_at)
    end = start + timedelta(minutes=minutes)
    other_end = other_start + timedelta(minutes=other.minutes)
    return start < other_end and other_start < end


def find_problem(starts_at: datetime, now: datetime) -> str | None:
    """Why nobody can meet then, or None.

    A date may be past, or further off than public holidays are known.
    """
    try:
        require_future(starts_at, now)
    except Invalid as error:
        return error.errors[0].message
    return None
