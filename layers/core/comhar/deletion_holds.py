"""Holds: what must not be deleted for now, by the office's word.

A hold concerns a person's records, a mail or a meeting's records. It lies with the office's rows, and is the
work that ends it (`holds.jobs`). Whatever deletes one of them looks here first, and waits.
"""

from contextlib import suppress
from datetime import datetime
from typing import Literal

from comhar.aws.conditions import ConditionFailed, Item, Key, Update
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.waiting_rows import OFFICE

Kind = Literal["person", "mail", "meeting"]
KINDS: tuple[Kind, ...] = ("person", "mail", "meeting")
_HOLD = "HOLD#"


def key(kind: str, thing: str) -> Key:
    return OFFICE, f"{_HOLD}{kind}#{thing}"


def find(table: Table, kind: Kind, thing: str, now: datetime) -> Item | None:
    """The hold that lasts, by its end `ends_at` (UTC); one read."""
    hold = table.get(key(kind, thing))
    return hold if hold and is_lasting(hold, now) else None


def is_lasting(hold: Item, now: datetime) -> bool:
    return bool(hold["ends_at"] > stamp(now))


def list_lasting(table: Table, now: datetime, kind: Kind | None = None) -> list[Item]:
    """Every hold that lasts, or every one of a kind; one query."""
    rows = table.query(OFFICE, f"{_HOLD}{kind}#" if kind else _HOLD).items
    return [row for row in rows if is_lasting(row, now)]


def postpone(work: Item, kind: Kind, thing: str, table: Table, now: datetime) -> bool:
    """Puts claimed work off while a hold lasts; whether there is one.

    The work that ends the hold knows it by its mark.
    """
    hold = find(table, kind, thing, now)
    if hold is None:
        return False
    with suppress(ConditionFailed):  # another worker has it by now
        table.transact([put_off_write(work, hold["ends_at"])])
    return True


def put_off_write(work: Item, until: str) -> Update:
    """Makes work due at that instant; refused where it was done or claimed meanwhile."""
    return Update(
        (work["pk"], work["sk"]),
        set={"due_at": until, "postponed": True},
        condition=leases.still_leased(work),
    )


def resume_write(work: Key, now: datetime) -> Update:
    """Makes work due that a hold had put off; refused where none had."""
    return Update(
        work, set={"due_at": stamp(now)}, remove=["postponed"], condition={"postponed": True}
    )
