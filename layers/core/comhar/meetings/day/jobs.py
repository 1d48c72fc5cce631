"""Owns what the clock does for what comes of meetings: ask whether one happened, remind of an action,
delete support statements."""

from contextlib import suppress
from datetime import datetime

from comhar import data
from comhar.aws.conditions import Item, Update, Write, absent_or_at_most
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId
from comhar.meetings import repository as meetings
from comhar.meetings.day import repository, support_statements
from comhar.meetings.day.model import reminded_at
from comhar.meetings.letter_context import to_organisers
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules
from comhar.regions import NATIONAL
from comhar.settings import Settings


def ask(
    meeting: Meeting, step: str, rules: Rules, ctx: Context[None]
) -> tuple[Meeting, list[Write]]:
    """Asks who organises it "Did it happen?" two working days after its day, and again after five."""
    version = f"{meeting.sequence}.{step.removeprefix('ask.')}"
    return meeting, [*to_organisers("did_it_happen", meeting.id, version, ctx)]


def remind(item: Item, now: datetime, table: Table) -> None:
    """Writes the one letter to the owner of a claimed action, for the date that it has now."""
    action = repository.from_item(item)
    done = Update((item["pk"], item["sk"]), remove=["due", "due_at"], when=leases.held(item))
    writes: list[Write] = [done]
    if action.open and action.member:
        version = repository.told(action)
        told = LetterId("action_reminder", action.id, version, action.member)
        writes.append(letters.put(Letter(told), now))
    try:
        table.transact(writes)
    except ConditionFailed as lost:
        if 0 not in lost.failed:  # told already, of this very date: only the work is left
            with suppress(ConditionFailed):
                table.transact([done])


def replan(now: datetime, table: Table, settings: Settings) -> None:
    """Sets anew when the owner of each open action is reminded, after the closure days changed; of one
    whose moment is past by them, now."""
    rules = meetings.rules(table, settings)
    for region in (*(each["code"] for each in data.load("regions")), NATIONAL):
        for item in meetings.open_actions(table, region):
            action = repository.from_item(item)
            at = reminded_at(action, rules, now) or (now if "due_at" in item else None)
            if at is None:
                continue
            anew = {"due": "work", "due_at": stamp(at)}
            when = {"what": action.what, "revision": action.revision or absent_or_at_most(0)}
            with suppress(ConditionFailed):  # changed meanwhile, which planned it anew too
                table.transact([Update(repository.key(action.id), set=anew, when=when)])


def forget_statements(item: Item, table: Table) -> None:
    """Deletes what members said to support themselves with, once the day is over."""
    try:
        support_statements.sweep(item, table)
    except ConditionFailed:
        return
