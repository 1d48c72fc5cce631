"""The year's meetings: which region meets when, and what becomes of each date."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from comhar.dates.quarters import Quarter
from comhar.dates.working_days import is_working_day
from local.demo.people import SHARES

Fate = Literal["held", "moved", "cancelled", "closed late", "never closed"]

_MISSED = {(1, "DSE")}
_FATES: dict[tuple[int, str], Fate] = {
    (1, "MW"): "moved",
    (1, "WNW"): "closed late",
    (2, "DNE"): "cancelled",
}
_SHORT_NOTICE = {(1, "DML")}
# Quarter, region, kind, and what becomes of it; three weeks after the regular meeting.
_MORE: tuple[tuple[int, str, str, Fate], ...] = (
    (0, "MW", "additional", "cancelled"),
    (0, "SW", "additional", "never closed"),
    (1, "DNE", "additional", "held"),
    (3, "SW", "reflective", "held"),
    (3, "DSE", "reflective", "held"),
    (3, "MW", "additional", "held"),
)
_MODES = ("in_person", "online", "hybrid")


@dataclass(frozen=True)
class Plan:
    """One date as it is first set. `made` is the day it is set."""

    region: str
    quarter: int
    kind: str
    mode: str
    starts_at: datetime
    made: date
    fate: Fate


def plan_year(quarters: list[Quarter]) -> list[Plan]:
    """Two days a quarter on which three regions each meet, and what comes on top."""
    found = []
    for number, quarter in enumerate(quarters):
        for place, region in enumerate(SHARES):
            if (number, region) not in _MISSED:
                day = meeting_day(quarter, place // 3)
                kind = "quarterly" if number else "first"
                fate = _FATES.get((number, region), "held")
                notice = 2 if (number, region) in _SHORT_NOTICE else 35
                found.append(_plan(region, number, kind, day, fate, notice, place))
    for number, region, kind, fate in _MORE:
        if number < len(quarters):
            day = meeting_day(quarters[number], 3)
            found.append(_plan(region, number, kind, day, fate, 18, number))
    return found


def ahead(quarter: Quarter, made: date) -> list[Plan]:
    """The next date of each region, set that day: so that something is to come."""
    found = []
    for place, region in enumerate(SHARES):
        day = meeting_day(quarter, place // 3)
        found.append(_plan(region, 4, "quarterly", day, "held", (day - made).days, place))
    return found


def meeting_day(quarter: Quarter, week: int) -> date:
    """A Thursday in the middle of the quarter, or the next day that is worked on."""
    day = quarter.first + timedelta(weeks=5 + week)
    day += timedelta(days=(3 - day.weekday()) % 7)
    return next_worked(day)


def next_worked(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _plan(
    region: str, quarter: int, kind: str, day: date, fate: Fate, notice: int, place: int
) -> Plan:
    mode = _MODES[(place + quarter) % 3]
    starts_at = datetime.combine(day, time(10 if place % 2 else 14))
    return Plan(region, quarter, kind, mode, starts_at, day - timedelta(days=notice), fate)
