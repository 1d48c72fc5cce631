"""Owns what the clock does for what comes of meetings: ask whether one happened, remind of an action,
delete support statements."""

from contextlib import suppress
from datetime import datetime

from comhar import data, due
from comhar.calendar import stamp
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId
from comhar.meetings import records as meetings
from comhar.meetings.model import Meeting
from comhar.meetings.steps import Rules
from comhar.meetings.told import to_organisers
from comhar.membership.model import NATIONAL
from comhar.outcomes import records, statements
from comhar.outcomes.model import reminded_at
from comhar.settings import Settings
from comhar.table import Lost, Table
from comhar.writes import Item, Update, Write, absent_or_at_most


def ask(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules, settings: Settings
) -> tuple[Meeting, list[Write]]:
    """Asks who organises it "Did it happen?" two working days after its day, and again after five."""
    version = f"{meeting.sequence}.{step.removeprefix('ask.')}"
    return meeting, [*to_organisers("did_it_happen", meeting.id, version, now, table, settings)]


def remind(item: Item, now: datetime, table: Table) -> None:
    """Writes the one letter to the owner of a claimed action, for the date that it has now."""
    action = records.from_item(item)
    done = Update((item["pk"], item["sk"]), remove=["due", "due_at"], when=due.held(item))
    writes: list[Write] = [done]
    if action.open and action.member:
        version = records.told(action)
        told = LetterId("action_reminder", action.id, version, action.member)
        writes.append(letters.put(Letter(told), now))
    try:
        table.transact(*writes)
    except Lost as lost:
        if 0 not in lost.failed:  # told already, of this very date: only the work is left
            with suppress(Lost):
                table.transact(done)


def replan(now: datetime, table: Table, settings: Settings) -> None:
    """Sets anew when the owner of each open action is reminded, after the closure days changed; of one
    whose moment is past by them, now."""
    rules = meetings.rules(table, settings)
    for region in (*(each["code"] for each in data.load("regions")), NATIONAL):
        for item in records.open_actions(table, region, now):
            action = records.from_item(item)
            at = reminded_at(action, rules, now) or (now if "due_at" in item else None)
            if at is None:
                continue
            anew = {"due": "work", "due_at": stamp(at)}
            when = {"what": action.what, "revision": action.revision or absent_or_at_most(0)}
            with suppress(Lost):  # changed meanwhile, which planned it anew too
                table.transact(Update(records.key(action.id), set=anew, when=when))


def forget_statements(item: Item, table: Table) -> None:
    """Deletes what members said to support themselves with, once the day is over."""
    try:
        statements.sweep(item, table)
    except Lost:
        return
