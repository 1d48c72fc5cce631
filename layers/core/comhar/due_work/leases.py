"""Leases: how a worker claims due work, and how a crash recovers.

Whatever must happen later carries `due` (letter or work) and `due_at` on its own item. To claim it
is to push `due_at` five minutes on, if it is still what was seen. A worker that dies leaves its claim
to run out; a worker that ends removes `due` or sets the next moment, if its claim still holds.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from comhar.aws.conditions import Condition, ConditionFailed, Item, Key, absent
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp

LEASE = timedelta(minutes=5)
SWEEP = 100  # items one look takes on


TIME_LEFT = 30_000  # milliseconds: no new round is begun with less


def repeat_while_time(context: Any) -> Iterator[None]:
    """Yields once, then again while the function has time for one more round.

    `context` is Lambda's.
    """
    yield
    while context.get_remaining_time_in_millis() > TIME_LEFT:
        yield


def list_due(table: Table, kind: str, now: datetime) -> list[tuple[Key, str]]:
    """Keys of what is due at `now` with the `due_at` seen, oldest first; one query."""
    items = table.due(kind, stamp(now), SWEEP)
    return [((item["pk"], item["sk"]), item["due_at"]) for item in items]


def claim(table: Table, key: Key, due_at: str, now: datetime) -> Item | None:
    """The item, leased to the caller; None if another was first or it is not due."""
    try:
        return table.claim(key, set=lease_attributes(now), condition={"due_at": due_at})
    except ConditionFailed:
        return None


def lease_attributes(now: datetime) -> Item:
    return {"due_at": stamp(now + LEASE)}


def still_leased(item: Item) -> Condition:
    """The condition that a claimed item is still the caller's."""
    return {"due_at": item["due_at"]} if "due_at" in item else {"due_at": absent}


def claim_due_work(table: Table, now: datetime) -> Iterator[Item]:
    """Claims the due work item by item; what another worker took is passed over."""
    for key, due_at in list_due(table, "work", now):
        item = claim(table, key, due_at, now)
        if item is not None:
            yield item
