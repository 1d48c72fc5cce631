"""Owns what a meeting says of the actions of earlier ones: done, carried to a new day, or left open."""

from collections import Counter
from datetime import datetime

from comhar.aws.conditions import Write
from comhar.aws.dynamodb import Table
from comhar.errors import FieldError, Invalid
from comhar.meetings.day import forms, model, repository
from comhar.meetings.day.model import Action
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules

MOST_AT_ONCE = 40  # actions made or changed in one closing: all is one transaction


def asked(action: Action, meeting_id: str) -> bool:
    """Whether the closing form of this meeting asks what became of the action."""
    return action.open and action.meeting != meeting_id


def said(sent: forms.Close) -> list[str]:
    """The ids of the actions of which the form says more than that they are open."""
    return [each.id for each in sent.earlier if each.outcome != "leave"]


def changed(
    sent: forms.Close, meeting: Meeting, rules: Rules, now: datetime, table: Table
) -> list[Write]:
    """What the form said of actions, each as changed. Raises Invalid at the row's own field."""
    said = [(n, each) for n, each in enumerate(sent.earlier) if each.outcome != "leave"]
    if len(said) + len(sent.actions) > MOST_AT_ONCE:
        raise Invalid(FieldError("earlier", f"Change {MOST_AT_ONCE} or fewer at once."))
    if not said:
        return []
    twice = [each for each, times in Counter(row.id for _, row in said).items() if times > 1]
    known = {each.id: each for each in repository.of_region(table, meeting.region)}
    writes: list[Write] = []
    for n, row in said:
        before = known.get(row.id)
        if before is None or row.id in twice:
            raise Invalid(FieldError(f"earlier.{n}.id", "Choose an action from the list."))
        if before.open:  # who marked it as done meanwhile has said it all
            writes += repository.changed(before, _after(before, n, row, now), rules, now)
    return writes


def _after(before: Action, n: int, row: forms.Earlier, now: datetime) -> Action:
    if row.outcome == "done":
        return model.ended(before, now)
    if row.by is None:
        raise Invalid(FieldError(f"earlier.{n}.by", "Enter the new day."))
    try:
        return model.carried(before, row.by, now)
    except Invalid as wrong:
        message = wrong.errors[0].message
        raise Invalid(FieldError(f"earlier.{n}.by", message)) from wrong
