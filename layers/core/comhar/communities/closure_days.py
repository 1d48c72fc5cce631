"""Owns the use cases of closure days: the days, beside weekends and holidays, that the office is closed."""

from datetime import date, datetime

from comhar import data
from comhar.aws.conditions import Item, Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.communities import forms, repository, views
from comhar.dates.dublin_time import local_date
from comhar.dates.working_days import public_holidays
from comhar.errors import Conflict, FieldError, Invalid, NotFound
from comhar.membership.model import Member
from comhar.membership.repository import audit
from comhar.once import REPEATABLE, Once

ON_LIST = "closures"  # what the audit calls the list


class ClosuresChangedMeanwhile(Conflict):
    title = "Somebody else changed the closure days a moment ago."


class ClosureOver(Conflict):
    title = "This day has begun or is over, so it stays on the list."


def listed(now: datetime, table: Table) -> views.Closures:
    """The closure days from today on, in order; one read."""
    today = local_date(now).isoformat()
    days = repository.closures_of(table.get(repository.CLOSURES))
    coming = [views.Closure(**each) for each in days if each["day"] >= today]
    return views.Closures(closures=coming)


def add(
    form: forms.Closure, me: Member, now: datetime, table: Table, once: Once = REPEATABLE
) -> views.Closure:
    """Notes a day on which the office is closed; what falls due is planned anew.

    Raises Invalid for a day that cannot be, or is none anyway; ClosuresChangedMeanwhile.
    """
    held = table.get(repository.CLOSURES)
    days = repository.closures_of(held)
    _may_be(form.day, local_date(now), [each["day"] for each in days])
    day = form.day.isoformat()
    made = {"day": day} | ({"note": form.note} if form.note else {})
    _write(held, [*days, made], "add_closure", day, me, now, table, *once.writes(day))
    return views.Closure(**made)


def remove(day: str, me: Member, now: datetime, table: Table) -> views.Closure:
    """Makes a closure day to come an ordinary day again; what falls due is planned anew.

    Raises NotFound, ClosureOver, ClosuresChangedMeanwhile.
    """
    held = table.get(repository.CLOSURES)
    days = repository.closures_of(held)
    gone = next((each for each in days if each["day"] == day), None)
    if gone is None:
        raise NotFound("This is no closure day.")
    if day <= local_date(now).isoformat():
        raise ClosureOver
    _write(held, [each for each in days if each != gone], "remove_closure", day, me, now, table)
    return views.Closure(**gone)


def _may_be(day: date, today: date, known: list[str]) -> None:
    """Raises Invalid."""
    last = data.load("holidays")["to"] - 1
    wrong = None
    if day <= today:
        wrong = "Choose a day after today."
    elif day.year > last:
        wrong = f"Choose a day before the end of {last}."
    elif day.weekday() >= 5:
        wrong = "This is a Saturday or a Sunday, which counts as closed already."
    elif day in public_holidays():
        wrong = "This is a public holiday, which counts as closed already."
    elif day.isoformat() in known:
        wrong = "This day is on the list already."
    if wrong:
        raise Invalid(FieldError("day", wrong))


def _write(
    held: Item | None,
    days: list[dict[str, str]],
    what: str,
    day: str,
    me: Member,
    now: datetime,
    table: Table,
    *more: Write,
) -> None:
    line = audit(me, what, ON_LIST, now, day=day)
    try:
        table.transact(
            [repository.put_closures(held, days), repository.plan_anew(now), line, *more]
        )
    except ConditionFailed as lost:
        raise ClosuresChangedMeanwhile from lost
