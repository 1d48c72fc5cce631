"""Periods of being away, as they stand on a member's row: which one runs, set and ended.

Each is `from`, the first day, and `until`, the day back (ISO days, Dublin). They are kept, because a
meeting's attendance is counted without those who were away on its day, later too.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

AwayPeriods = tuple[dict[str, Any], ...]
MOST_PERIODS = 50  # kept; older ones are dropped


def find_day_back(periods: Iterable[Mapping[str, Any]] | None, day: date) -> str | None:
    """The day on which somebody is back who is away on `day`."""
    at = day.isoformat()
    return next(
        (period["until"] for period in periods or () if period["from"] <= at < period["until"]),
        None,
    )


def may_be_asked_to_act(row: Mapping[str, Any], day: date) -> bool:
    """Whether the person of a stored row is here on that day, and may be written to."""
    return not row.get("do_not_write") and find_day_back(row.get("away"), day) is None


def start_period(periods: AwayPeriods, today: date, until: date) -> AwayPeriods:
    """The periods with one that runs from today, or since it began, to the day `until`."""
    running = [period for period in periods if period["until"] > today.isoformat()]
    since = running[0]["from"] if running else today.isoformat()
    past = tuple(period for period in periods if period not in running)
    return (*past, {"from": since, "until": until.isoformat()})[-MOST_PERIODS:]


def end_period(periods: AwayPeriods, today: date) -> AwayPeriods:
    """The periods with the one that runs ended: today is the day back."""
    day = today.isoformat()
    ended = ({**period, "until": min(period["until"], day)} for period in periods)
    return tuple(period for period in ended if period["from"] < period["until"])
