"""What the home page reads of a region: meetings and polls, side by side."""

from datetime import datetime, timedelta

from comhar.aws.conditions import Item
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import to_instant, to_wall
from comhar.meetings import repository as meetings_repository
from comhar.polls import repository as polls_repository

_SINCE = timedelta(days=21)  # surveys of the meetings since then may be open
_MOST = 12  # meetings of a region


def list_meetings_and_polls(
    table: Table, region: str, now: datetime
) -> tuple[list[Item], list[Item]]:
    """A region's meetings of the last weeks and to come, and its open polls.

    One query; meetings are in order, polls newest first.
    """
    after = f"MEETING#{meetings_repository.format_local(to_wall(now) - _SINCE)}"
    rows = table.query(f"REGION#{region}", after=after, until="POLL#~").items
    meetings = [row for row in rows if row["sk"].startswith("MEETING#")]
    polls = [
        row
        for row in reversed(rows)
        if row["sk"].startswith("POLL#") and polls_repository.is_running(row, now)
    ]
    return [_with_start(row, region) for row in meetings[:_MOST]], polls


def list_meetings(table: Table, region: str, now: datetime) -> list[Item]:
    """A region's meetings of the last weeks and to come, in order; one query."""
    rows = meetings_repository.list_rows_from(table, region, to_wall(now) - _SINCE, limit=_MOST)
    return [_with_start(row, region) for row in rows]


def _with_start(row: Item, region: str) -> Item:
    """The row with its region, and the instant of the start."""
    start = to_instant(datetime.fromisoformat(row["starts_at"]))
    return {**row, "region": region, "start": start}
