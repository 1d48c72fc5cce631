"""Owns the items of the surveys that run by themselves: one of each kind in a region."""

from collections.abc import Set as AbstractSet
from datetime import date

from comhar.aws.conditions import Item, Key, Update, absent
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.surveys.recurring.model import KINDS, Evaluation, first, opens_at

_HELD = ("region", "kind", "months", "next_on", "revision")


def key(region: str, kind: str) -> Key:
    return f"REGION#{region}", f"EVALUATION#{kind}"


def from_item(item: Item) -> Evaluation:
    return Evaluation(**{name: item[name] for name in _HELD})


def begun(region: str, today: date, closures: AbstractSet[date]) -> list[Update]:
    """What makes a community's surveys run by themselves, in the transaction that gives it two
    co-chairs; of a community that was led before, nothing changes."""
    made = (first(region, kind, today) for kind in KINDS)
    return [Update(key(region, each.kind), default=_fields(each, closures)) for each in made]


def planned(after: Evaluation, closures: AbstractSet[date]) -> Update:
    """The survey as co-chairs or office plan it; refused when it changed since they saw it."""
    before = after.revision - 1
    when = {"revision": before or absent}
    return Update(key(after.region, after.kind), set=_fields(after, closures), when=when)


def moved_on(item: Item, after: Evaluation, closures: AbstractSet[date]) -> Update:
    """The survey with its next day, by the worker that has claimed it."""
    set_ = _fields(after, closures)
    return Update(key(after.region, after.kind), set=set_, when=leases.held(item))


def timed(held: Evaluation, closures: AbstractSet[date]) -> Update:
    """The same day, its moment reckoned anew; refused when the survey was planned otherwise."""
    anew = {"due": "work", "due_at": stamp(opens_at(held.next_on, closures))}
    return Update(key(held.region, held.kind), set=anew, when={"revision": held.revision})


def _fields(held: Evaluation, closures: AbstractSet[date]) -> Item:
    fields = {name: getattr(held, name) for name in _HELD}
    fields["next_on"] = held.next_on.isoformat()
    return fields | {"due": "work", "due_at": stamp(opens_at(held.next_on, closures))}


def of_region(table: Table, region: str) -> list[Evaluation]:
    """Those of a region that are planned; one query."""
    return [from_item(item) for item in table.query(f"REGION#{region}", "EVALUATION#").items]
