"""Working days of the National Office: no public holidays, no closure days."""

from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from functools import cache

from comhar import data
from comhar.dates.dublin_time import to_instant, to_wall

ISSUE_HOUR = time(9)
"""Agendas and reports go out at 09:00, Dublin wall time."""

AT_ONCE_FROM, AT_ONCE_UNTIL = time(8), time(19)
"""The hours of a working day, Dublin wall time, in which an email goes out at once."""

_NONE: frozenset[date] = frozenset()


@cache
def public_holidays() -> frozenset[date]:
    """Irish public holidays of the years built into `data/holidays.json`."""
    return frozenset(date.fromisoformat(day) for day in data.load("holidays")["days"])


def is_working_day(day: date, closures: AbstractSet[date] = _NONE) -> bool:
    """Monday to Friday, no Irish public holiday, no closure day of the office.

    Raises:
        ValueError: the year's holidays are not known; better than to be silently wrong.
    """
    years = data.load("holidays")
    if not years["from"] <= day.year <= years["to"]:
        raise ValueError(f"public holidays of {day.year} are not known")
    return day.weekday() < 5 and day not in public_holidays() and day not in closures


def _step_working_days(day: date, count: int, direction: int, closures: AbstractSet[date]) -> date:
    if count < 0:
        raise ValueError("a number of working days is not negative")
    while count:
        day += timedelta(days=direction)
        count -= is_working_day(day, closures)
    return day


def working_days_before(day: date, count: int, closures: AbstractSet[date] = _NONE) -> date:
    """The `count`th working day before `day`, which is not counted itself."""
    return _step_working_days(day, count, -1, closures)


def working_days_after(day: date, count: int, closures: AbstractSet[date] = _NONE) -> date:
    """The `count`th working day after `day`, which is not counted itself."""
    return _step_working_days(day, count, +1, closures)


def next_working_day_after(day: date, closures: AbstractSet[date] = _NONE) -> date:
    """The first working day later than `day`."""
    return working_days_after(day, 1, closures)


def issue_instant(day: date) -> datetime:
    """09:00 Dublin on that day, as a UTC instant."""
    return to_instant(datetime.combine(day, ISSUE_HOUR))


def next_opening(
    now: datetime, opens: time, closes: time, closures: AbstractSet[date] = _NONE
) -> datetime:
    """The instant, now or later, at which the office is open; UTC.

    `opens` and `closes` are Dublin wall times of each working day.
    """
    wall = to_wall(now)
    day = wall.date()
    if is_working_day(day, closures) and wall.time() < closes:
        return max(now, to_instant(datetime.combine(day, opens)))
    return to_instant(datetime.combine(next_working_day_after(day, closures), opens))


def after_working_time(
    now: datetime,
    length: timedelta,
    opens: time,
    closes: time,
    closures: AbstractSet[date] = _NONE,
) -> datetime:
    """The instant after which the office has been open for so long; UTC."""
    while True:
        start = next_opening(now, opens, closes, closures)
        end = to_instant(datetime.combine(to_wall(start).date(), closes))
        if start + length <= end:
            return start + length
        length -= end - start
        now = end


def at_once(now: datetime, closures: AbstractSet[date] = _NONE) -> datetime:
    """The instant, now or later, of an email that goes out at once.

    From 08:00 to 19:00 on a working day that is now, else 08:00 on the next, Dublin (DOMAIN.md, "Emails");
    UTC.
    """
    wall = to_wall(now)
    day = wall.date()
    if is_working_day(day, closures) and wall.time() < AT_ONCE_UNTIL:
        return max(now, to_instant(datetime.combine(day, AT_ONCE_FROM)))
    next_day = next_working_day_after(day, closures)
    return to_instant(datetime.combine(next_day, AT_ONCE_FROM))
