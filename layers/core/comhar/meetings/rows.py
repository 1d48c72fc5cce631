"""Rows of meetings in lists: when one ends, which is next, which was last."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from comhar.aws.conditions import Item
from comhar.dates.dublin_time import to_instant


def get_end(row: Item) -> datetime:
    """When the meeting of a row ends, UTC."""
    start = to_instant(datetime.fromisoformat(row["starts_at"]))
    return start + timedelta(minutes=int(row["minutes"]))


def find_next(rows: Iterable[Item], now: datetime) -> Item | None:
    """The first meeting to come, or that runs now; hand the rows in by date."""
    return next((row for row in rows if row["state"] == "scheduled" and get_end(row) > now), None)


def find_last(rows: Sequence[Item]) -> Item | None:
    """The last meeting that took place; hand the rows in by date."""
    return next((row for row in reversed(rows) if row["state"] == "held"), None)
