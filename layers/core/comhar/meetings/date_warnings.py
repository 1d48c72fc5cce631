"""What to check about a date: holidays, weekends and other meetings."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from comhar import data, regions
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import instant
from comhar.errors import Invalid
from comhar.formatting import WEEKDAYS, hour, named
from comhar.meetings import repository
from comhar.meetings.model import require_future
from comhar.regions import NATIONAL


class PlannedMeeting(BaseModel):
    """A scheduled meeting; `starts_at` is naive Dublin wall time."""

    model_config = ConfigDict(frozen=True)

    region: str
    starts_at: datetime
    minutes: int


def list_planned_meetings(table: Table, first: date, last: date) -> list[PlannedMeeting]:
    """The scheduled meetings of all regions on these days and those between.

    Days are Dublin's; one query a region.
    """
    return [
        PlannedMeeting(region=region, starts_at=row["starts_at"], minutes=row["minutes"])
        for region in (*regions.codes(), NATIONAL)
        for row in repository.list_rows_between(table, region, first, last)
        if row["state"] == "scheduled"
    ]


def list_warnings(
    region: str,
    starts_at: datetime,
    minutes: int,
    closures: Collection[date],
    taken: Sequence[PlannedMeeting],
) -> list[str]:
    """What to check before this region meets then; each a short sentence.

    Meetings of this region and of all matter on the same day; those of another region, at the same
    time.
    """
    found = [*_list_day_warnings(starts_at.date(), closures)]
    for each in taken:
        if each.region in (region, NATIONAL) and each.starts_at.date() == starts_at.date():
            whose = (
                "The national event" if each.region == NATIONAL else "A meeting of this community"
            )
            found.append(f"{whose} is on that day, at {hour(each.starts_at)}.")
        elif each.region not in (region, NATIONAL) and _is_at_same_time(starts_at, minutes, each):
            found.append(f"{named(each.region)} meets at that time.")
    return list(dict.fromkeys(found))


def _list_day_warnings(day: date, closures: Collection[date]) -> list[str]:
    found = []
    if name := data.load("holidays")["days"].get(day.isoformat()):
        found.append(f"A public holiday: {name.replace("'", '’')}.")
    if day.weekday() >= 5:
        found.append(f"A {WEEKDAYS[day.weekday()]}.")
    if day in closures:
        found.append("The office is closed on that day.")
    return found


def _is_at_same_time(starts_at: datetime, minutes: int, other: PlannedMeeting) -> bool:
    begin, theirs = instant(starts_at), instant(other.starts_at)
    ends, their_end = begin + timedelta(minutes=minutes), theirs + timedelta(minutes=other.minutes)
    return begin < their_end and theirs < ends


def find_problem(starts_at: datetime, now: datetime) -> str | None:
    """Why nobody can meet then, or None.

    A date may be past, or further off than public holidays are known.
    """
    try:
        require_future(starts_at, now)
    except Invalid as refused:
        return refused.errors[0].message
    return None
