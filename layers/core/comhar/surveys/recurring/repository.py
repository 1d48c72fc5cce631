"""The items of the surveys that run by themselves: one of each kind in a region."""

from collections.abc import Set as AbstractSet
from datetime import date

from comhar.aws.conditions import Item, Key, Update, absent
from comhar.aws.dynamodb import Table, load
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.surveys.recurring.model import (
    KINDS,
    Evaluation,
    PlanChanged,
    first_evaluation,
    opens_at,
)


def key(region: str, kind: str) -> Key:
    return f"REGION#{region}", f"EVALUATION#{kind}"


def from_item(item: Item) -> Evaluation:
    return load(Evaluation, item)


def begin_writes(region: str, today: date, closures: AbstractSet[date]) -> list[Update]:
    """What makes a community's surveys run by themselves, in the transaction that gives it two
    co-chairs; of a community that was led before, nothing changes."""
    evaluations = (first_evaluation(region, kind, today) for kind in KINDS)
    return [
        Update(key(region, each.kind), default=_to_fields(each, closures)) for each in evaluations
    ]


def plan_write(after: Evaluation, closures: AbstractSet[date]) -> Update:
    """The survey as co-chairs or office plan it; refused when it changed since they saw it."""
    condition = {"revision": (after.revision - 1) or absent}
    fields = _to_fields(after, closures)
    row = key(after.region, after.kind)
    return Update(row, set=fields, condition=condition, conflict=PlanChanged)


def advance_write(item: Item, after: Evaluation, closures: AbstractSet[date]) -> Update:
    """The survey with its next day, by the worker that has claimed it."""
    fields = _to_fields(after, closures)
    return Update(key(after.region, after.kind), set=fields, condition=leases.still_leased(item))


def due_time_write(evaluation: Evaluation, closures: AbstractSet[date]) -> Update:
    """The same day, its moment reckoned anew; refused when the survey was planned otherwise."""
    anew = {"due": "work", "due_at": stamp(opens_at(evaluation.next_on, closures))}
    condition = {"revision": evaluation.revision}
    return Update(key(evaluation.region, evaluation.kind), set=anew, condition=condition)


def _to_fields(evaluation: Evaluation, closures: AbstractSet[date]) -> Item:
    fields = evaluation.model_dump() | {"next_on": evaluation.next_on.isoformat()}
    return fields | {"due": "work", "due_at": stamp(opens_at(evaluation.next_on, closures))}


def list_evaluations(table: Table, region: str) -> list[Evaluation]:
    """Those of a region that are planned; one query."""
    return [from_item(item) for item in table.query(f"REGION#{region}", "EVALUATION#").items]
