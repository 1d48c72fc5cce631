"""The work of a hold: it delays what would expire, and ends what it put off."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from comhar import deletion_holds
from comhar.aws.conditions import ConditionFailed, Delete, Item, Key, Update
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import stamp, unstamp
from comhar.due_work import leases
from comhar.holds import repository
from comhar.meetings import repository as meetings_repository
from comhar.membership import follow_up_work
from comhar.reflections import keys as reflection_keys
from comhar.wheel import repository as wheel_repository

_A_DAY = timedelta(days=1)


def take_next_step(item: Item, ctx: Context[None]) -> None:
    """Looks after the records each day of a claimed hold, and ends it when it is over."""
    place, condition = (item["pk"], item["sk"]), leases.still_leased(item)
    is_lasting = deletion_holds.is_lasting(item, ctx.now)
    if item["kind"] == "meeting":
        _set_expiries(item, is_lasting, ctx)
    with suppress(ConditionFailed):  # it was changed meanwhile, or another worker has it
        if is_lasting:
            later = min(unstamp(item["ends_at"]), ctx.now + _A_DAY)
            ctx.table.transact([Update(place, set={"due_at": stamp(later)}, condition=condition)])
            return
        for work in _list_work(item, ctx.table):
            with suppress(ConditionFailed):  # no hold had put it off
                ctx.table.transact([deletion_holds.resume_write(work, ctx.now)])
        ctx.table.transact([Delete(place, condition=condition)])


def _list_work(hold: Item, table: Table) -> Iterator[Key]:
    """The work that the hold may have put off."""
    thing = hold["thing"]
    if hold["kind"] == "person":
        yield follow_up_work.deletion_key(thing)
    elif hold["kind"] == "mail":
        yield from repository.list_keys("mail", thing)
    else:
        for item in table.query(meetings_repository.key(thing)[0]).items:
            if item.get("postponed"):
                yield item["pk"], item["sk"]


def _set_expiries(hold: Item, is_lasting: bool, ctx: Context[None]) -> None:
    """Lets what would expire by itself live as long as the hold, and then no longer than before."""
    stored = ctx.table.get(meetings_repository.key(hold["thing"]))
    if stored is None:
        return
    meeting = meetings_repository.from_item(stored)
    end = int((unstamp(hold["ends_at"]) + _A_DAY).timestamp())
    for place in (reflection_keys.group_key(hold["thing"]), wheel_repository.key(meeting)):
        item = ctx.table.get(place)
        if item and "expires" in item:
            with suppress(ConditionFailed):  # saved a moment ago: the next day sees to it
                _set_expiry(place, item, end if is_lasting else None, ctx.table)


def _set_expiry(place: Key, item: Item, end: int | None, table: Table) -> None:
    as_read: dict[str, Any] = {"expires": item["expires"]}
    before = item.get("expired_before_hold")
    if end is None and before:
        changes: Item = {"expires": before}
        table.transact(
            [Update(place, set=changes, remove=["expired_before_hold"], condition=as_read)]
        )
    elif end and item["expires"] < end:
        changes = {"expires": end, "expired_before_hold": before or item["expires"]}
        table.transact([Update(place, set=changes, condition=as_read)])
