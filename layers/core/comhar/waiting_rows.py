"""Rows of what waits for the office, written and deleted with what causes it.

A row has its kind, since when it waits, and parts of its address: no names and no words, and never a survey.
"""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import (
    Check,
    Condition,
    ConditionFailed,
    Delete,
    Item,
    Key,
    Put,
    Update,
    Write,
)
from comhar.aws.dynamodb import Page, Table
from comhar.dates.dublin_time import stamp

OFFICE = "OFFICE"
WAITS = "WAITS#"  # begins the sort keys of what waits


def _key(kind: str, thing: str) -> Key:
    return OFFICE, f"{WAITS}{kind}#{thing}"


def begin_write(kind: str, thing: str, since: datetime, **facts: Any) -> Put:
    """That a thing waits for the office since an instant."""
    pk, sk = _key(kind, thing)
    return Put({"pk": pk, "sk": sk, "kind": kind, "thing": thing, "since": stamp(since), **facts})


def keep_write(kind: str, thing: str, since: datetime, **facts: Any) -> Update:
    """The same, where it may wait already: that it waits since then stays."""
    return Update(
        _key(kind, thing),
        set={"kind": kind, "thing": thing, **facts},
        default={"since": stamp(since)},
    )


def end_write(kind: str, thing: str) -> Delete:
    """That it waits no more, if it did."""
    return Delete(_key(kind, thing))


def note_earlier(
    item: Item, as_read: Condition, write: Write | None, claim: Check, table: Table
) -> None:
    """Notes whether a thing waits, which an earlier version did not.

    A step of a migration. Whoever changed the item meanwhile did so.

    Raises:
        ConditionFailed: another worker has the work.
    """
    if write is None:
        return
    try:
        table.transact([claim, Check((item["pk"], item["sk"]), as_read), write])
    except ConditionFailed as failure:
        if 0 in failure.failed:
            raise


def list_rows(table: Table, after: str, limit: int) -> Page:
    """What lies with the office from that sort key on; one query.

    National meetings, then what waits.
    """
    return table.query(OFFICE, after=after, until=f"{WAITS}~", limit=limit)


def is_waiting(row: Item) -> bool:
    return bool(row["sk"].startswith(WAITS))
