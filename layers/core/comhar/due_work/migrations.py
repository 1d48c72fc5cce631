"""One-time moves of what an earlier version stored in another shape.

There is one piece of work for all of them. The clock plans it at its first run after a deployment that
brings a new step, for when nothing of the version before runs any more. Each step goes through partitions
in order, item by item. Killed anywhere, whoever claims the work next goes on at its cursor: the last few
items are moved a second time, which must change nothing. Until a step is done, both shapes are read.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    ConditionFailed,
    Item,
    Key,
    Put,
    Update,
    Write,
    absent,
)
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases

WORK: Key = ("CALENDAR", "MOVES")  # the work; afterwards, in `done`, which steps are done
_PAGE_SIZE = 25  # items; the cursor moves after each page
_PAGES_PER_CLAIM = 20  # then the work is given back, so that the clock stays within its time

Move = Callable[[Item, Check, Context[None]], None]
"""Moves one item of the earlier shape; run again, it changes nothing.

The check says that the work is still this worker's: it goes into every transaction, and only where it
fails may a move raise ConditionFailed. What somebody changed meanwhile is read and tried again."""


@dataclass(frozen=True)
class Step:
    """A move of the items of some partitions whose sort keys have one beginning."""

    name: str
    list_partitions: Callable[[], Sequence[str]]
    begins: str
    move: Move


_planned: WeakKeyDictionary[Table, set[str]] = WeakKeyDictionary()  # steps known to be planned
_done: WeakKeyDictionary[Table, set[str]] = WeakKeyDictionary()  # steps known to be done


def is_done(table: Table, step: str) -> bool:
    """Whether everything is in the step's new shape; one read until it is."""
    if step not in _done.get(table, ()):
        (work,) = table.batch_get([WORK])  # the mailer may read in no other way
        _done[table] = set((work or {}).get("done", ()))
    return step in _done[table]


def plan(steps: Sequence[Step], ctx: Context[None]) -> None:
    """Plans the work where there are steps to be done; no call once that is known."""
    names, table = {step.name for step in steps}, ctx.table
    if names <= _planned.get(table, set()):
        return
    item = table.get(WORK)
    if not names <= set((item or {}).get("done", ())):
        due: Item = {"due": "work", "due_at": stamp(ctx.now + leases.LEASE)}
        insert = Put({"pk": WORK[0], "sk": WORK[1], "done": [], **due}, condition=UNLESS_EXISTS)
        with suppress(ConditionFailed):  # it is planned already
            table.transact(
                [Update(WORK, set=due, condition={"due_at": absent}) if item else insert]
            )
    _planned[table] = names


def move_next(item: Item, steps: Sequence[Step], ctx: Context[None]) -> None:
    """Moves the next items; gives the work back, or ends it after the last step."""
    with suppress(ConditionFailed):  # another worker has the lease by now
        for _ in range(_PAGES_PER_CLAIM):
            step = next((step for step in steps if step.name not in item["done"]), None)
            if step is None:
                return ctx.table.transact([_write(item, {}, ["due", "due_at"])])
            item = _move_page(step, item, ctx)
        ctx.table.transact([_write(item, {"due_at": stamp(ctx.now)})])


def _move_page(step: Step, item: Item, ctx: Context[None]) -> Item:
    """The work after one more page of a partition.

    Raises:
        ConditionFailed: another worker has the work.
    """
    partitions, position, begins = step.list_partitions(), item.get("position", 0), step.begins
    cursor = item.get("cursor", begins)
    page = ctx.table.query(partitions[position], after=cursor, until=f"{begins}~", limit=_PAGE_SIZE)
    claim = Check(WORK, condition=leases.still_leased(item))
    for row in page.items:
        step.move(row, claim, ctx)
    changes: Item = {"done": [*item["done"], step.name]}
    ends = ["position", "cursor"]
    if page.next:
        changes, ends = {"cursor": page.next}, []
    elif position + 1 < len(partitions):
        changes, ends = {"position": position + 1}, ["cursor"]
    ctx.table.transact([_write(item, changes, ends)])
    return {name: value for name, value in item.items() if name not in ends} | changes


def _write(item: Item, changes: Item, ends: Sequence[str] = ()) -> Write:
    return Update(WORK, set=changes, remove=ends, condition=leases.still_leased(item))
