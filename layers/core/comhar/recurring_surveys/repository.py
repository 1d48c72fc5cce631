"""The items of surveys that recur: one of each kind in a region."""

from collections.abc import Set as AbstractSet
from datetime import date

from comhar.aws.conditions import UNLESS_EXISTS, Condition, Item, Key, Put, Update, absent
from comhar.aws.dynamodb import Table, load
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.recurring_surveys.model import (
    KINDS,
    Evaluation,
    PlanChanged,
    first_evaluation,
    opens_at,
)

_OPTIONAL = ("left_out_on", "paused", "paused_on", "decided_at", "due", "due_at")


def key(region: str, kind: str) -> Key:
    return f"REGION#{region}", f"EVALUATION#{kind}"


def from_item(item: Item) -> Evaluation:
    return load(Evaluation, item)


def begin_writes(region: str, today: date, closures: AbstractSet[date]) -> list[Put]:
    """Plans a community's recurring surveys, as it gets its first two co-chairs.

    Optional: of a community that was led before, nothing changes.
    """
    puts = []
    for kind in KINDS:
        pk, sk = key(region, kind)
        fields = _to_fields(first_evaluation(region, kind, today), closures)
        puts.append(Put({"pk": pk, "sk": sk, **fields}, condition=UNLESS_EXISTS))
    return puts


def plan_write(after: Evaluation, closures: AbstractSet[date]) -> Update:
    """Stores a plan, or that it waits; refused when it changed since it was read."""
    condition = {"revision": (after.revision - 1) or absent}
    return _update(after, closures, condition, PlanChanged)


def advance_write(item: Item, after: Evaluation, closures: AbstractSet[date]) -> Update:
    """Stores the next day of a survey, by the worker that has claimed it."""
    return _update(after, closures, leases.still_leased(item))


def due_time_write(evaluation: Evaluation, closures: AbstractSet[date]) -> Update:
    """Recomputes when a survey is due on the same day; refused when its plan changed."""
    anew = {"due": "work", "due_at": stamp(opens_at(evaluation.next_on, closures))}
    condition = {"revision": evaluation.revision}
    return Update(key(evaluation.region, evaluation.kind), set=anew, condition=condition)


def _update(
    after: Evaluation,
    closures: AbstractSet[date],
    condition: Condition,
    conflict: type[Exception] | None = None,
) -> Update:
    fields = _to_fields(after, closures)
    lacking = [name for name in _OPTIONAL if name not in fields]
    row = key(after.region, after.kind)
    return Update(row, set=fields, remove=lacking, condition=condition, conflict=conflict)


def _to_fields(evaluation: Evaluation, closures: AbstractSet[date]) -> Item:
    fields = evaluation.model_dump(mode="json", exclude_none=True)
    if evaluation.paused:
        return fields
    return fields | {"due": "work", "due_at": stamp(opens_at(evaluation.next_on, closures))}


def list_evaluations(table: Table, region: str) -> list[Evaluation]:
    """The plans of a region; one query."""
    return [from_item(item) for item in table.query(f"REGION#{region}", "EVALUATION#").items]
