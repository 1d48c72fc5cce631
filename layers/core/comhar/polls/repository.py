"""The items of polls: the poll, and the region's row."""

from datetime import date, datetime
from typing import Any

from comhar.aws.conditions import UNLESS_EXISTS, Item, Key, Put, Write
from comhar.aws.dynamodb import Table, load
from comhar.dates.dublin_time import stamp, unstamp
from comhar.due_work import leases
from comhar.errors import NotFound
from comhar.meetings.repository import format_local
from comhar.polls import votes
from comhar.polls.model import Poll, list_steps

_ROW = ("id", "kind", "state", "meeting")
_INSTANTS = ("closes_at", "made_at")


def key(poll_id: str) -> Key:
    return f"POLL#{poll_id}", "POLL"


def to_item(poll: Poll, closures: frozenset[date]) -> Item:
    """The stored item: due at the next step, expiring when the poll is to be deleted."""
    pk, sk = key(poll.id)
    flat = poll.model_dump()
    flat |= {name: stamp(flat[name]) for name in _INSTANTS}
    flat["options"] = [
        {
            "key": option.key,
            "starts_at": format_local(option.starts_at),
            "notes": list(option.notes),
        }
        for option in poll.options
    ]
    day = poll.reminded_on.isoformat() if poll.reminded_on else None
    item: Item = {"pk": pk, "sk": sk, **flat, "done": list(poll.done), "reminded_on": day}
    item |= {"expires": _expires(poll)}
    at = next((at for at, _ in list_steps(poll, closures)), None)
    return item | {"due": "work", "due_at": stamp(at)} if at else item


def from_item(item: Item) -> Poll:
    instants = {name: unstamp(item[name]) for name in _INSTANTS}
    return load(Poll, item, **instants)


def row_write(poll: Poll) -> Put:
    """Writes the copy of the poll from which the region's list is read."""
    item: Item = {"pk": f"REGION#{poll.region}", "sk": f"POLL#{poll.id}"}
    item |= {name: getattr(poll, name) for name in _ROW}
    item |= {"closes_at": stamp(poll.closes_at), "dates": len(poll.options)}
    return Put(item | {"expires": _expires(poll)})


def _expires(poll: Poll) -> int:
    return int(poll.deleted_at.timestamp())


def insert_poll_writes(poll: Poll, closures: frozenset[date]) -> list[Write]:
    return [Put(to_item(poll, closures), condition=UNLESS_EXISTS), row_write(poll)]


def update_poll_writes(
    before: Poll, after: Poll, closures: frozenset[date], claimed: Item | None = None
) -> list[Write]:
    """Stores a changed poll; once it is not open, no vote either.

    Refused when somebody changed it meanwhile, or when the worker that claimed it has lost its lease.
    """
    condition: dict[str, Any] = {"revision": before.revision}
    if claimed is not None:
        condition |= leases.still_leased(claimed)
    writes: list[Write] = [Put(to_item(after, closures), condition=condition), row_write(after)]
    ends = before.state == "open" and after.state != "open"
    return [*writes, *votes.end_writes(after)] if ends else writes


def get_poll(table: Table, poll_id: str, now: datetime) -> Poll:
    return require_poll(table.get(key(poll_id)), now)


def require_poll(item: Item | None, now: datetime) -> Poll:
    """The poll of an item that was read.

    DynamoDB deletes expired items late, so the time is checked here too.

    Raises:
        NotFound: there is no item, or it has expired.
    """
    if item is None or item["expires"] <= now.timestamp():
        raise NotFound
    return from_item(item)


def list_rows(table: Table, region: str, now: datetime) -> list[Item]:
    """The region's polls, newest first; one query."""
    items = table.query(f"REGION#{region}", "POLL#", newest_first=True).items
    return [row for row in items if row["expires"] > now.timestamp()]


def list_running_rows(table: Table, region: str, now: datetime) -> list[Item]:
    """The rows of the region's polls that are open now, newest first; one query."""
    return [row for row in list_rows(table, region, now) if is_running(row, now)]


def is_running(row: Item, now: datetime) -> bool:
    """Whether the poll of a region's row can be answered now."""
    return bool(row["state"] == "open" and row["closes_at"] > stamp(now))
