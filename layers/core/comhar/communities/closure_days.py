"""Use cases of closure days: days besides weekends and holidays without an office."""

from datetime import date

from comhar import data
from comhar.aws.conditions import Item, Write, conflict_as
from comhar.communities import forms, repository, views
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.dates.working_days import public_holidays
from comhar.errors import Conflict, FieldError, Invalid, NotFound, changed_by_other
from comhar.idempotency import REPEATABLE, Once
from comhar.membership.repository import audit_write

AUDIT_SUBJECT = "closures"  # what the audit calls the list


class ClosureDaysChanged(Conflict):
    kind = "closures-changed-meanwhile"
    title = changed_by_other("the closure days")


class ClosureDayPast(Conflict):
    kind = "closure-over"
    title = "This day has started or has passed, so it stays on the list."


def list_closure_days(ctx: Context) -> views.Closures:
    """The closure days from today on, in order; one read."""
    today = local_date(ctx.now).isoformat()
    days = repository.closures_from_item(ctx.table.get(repository.CLOSURES))
    coming = [views.Closure(**closure) for closure in days if closure["day"] >= today]
    return views.Closures(closures=coming)


def add_closure_day(form: forms.Closure, ctx: Context, once: Once = REPEATABLE) -> views.Closure:
    """Add a day on which the office is closed; what falls due is planned anew.

    Raises:
        Invalid: the day cannot be a closure day, or is none anyway.
        ClosureDaysChanged: somebody else changed the list meanwhile.
    """
    item = ctx.table.get(repository.CLOSURES)
    days = repository.closures_from_item(item)
    _require_possible(form.day, local_date(ctx.now), [closure["day"] for closure in days])
    day = form.day.isoformat()
    added = {"day": day} | ({"note": form.note} if form.note else {})
    _write(item, [*days, added], "add_closure", day, ctx, *once.writes(day))
    return views.Closure(**added)


def remove_closure_day(day: str, ctx: Context) -> views.Closure:
    """Make a closure day to come an ordinary day; what falls due is planned anew.

    Raises:
        NotFound: it is no closure day.
        ClosureDayPast: it has begun or is over.
        ClosureDaysChanged: somebody else changed the list meanwhile.
    """
    item = ctx.table.get(repository.CLOSURES)
    days = repository.closures_from_item(item)
    removed = next((closure for closure in days if closure["day"] == day), None)
    if removed is None:
        raise NotFound("This day is not on the list.")
    if day <= local_date(ctx.now).isoformat():
        raise ClosureDayPast
    _write(item, [closure for closure in days if closure != removed], "remove_closure", day, ctx)
    return views.Closure(**removed)


def _require_possible(day: date, today: date, known: list[str]) -> None:
    last = data.load("holidays")["to"] - 1
    message = None
    if day <= today:
        message = "Choose a day after today."
    elif day.year > last:
        message = f"Choose a day before the end of {last}."
    elif day.weekday() >= 5:
        message = "This is a Saturday or a Sunday, which counts as closed already."
    elif day in public_holidays():
        message = "This is a public holiday, which counts as closed already."
    elif day.isoformat() in known:
        message = "This day is on the list already."
    if message:
        raise Invalid(FieldError("day", message))


def _write(
    before: Item | None,
    days: list[dict[str, str]],
    action: str,
    day: str,
    ctx: Context,
    *more: Write,
) -> None:
    with conflict_as(ClosureDaysChanged):
        ctx.table.transact(
            [
                repository.closures_write(before, days),
                repository.replan_write(ctx.now),
                audit_write(ctx.user, action, AUDIT_SUBJECT, ctx.now, day=day),
                *more,
            ]
        )
