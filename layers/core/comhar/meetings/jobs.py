"""Owns what the clock does for meetings: take the next step, remind of answers, catch up, forget."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from comhar import data
from comhar.aws.conditions import Delete, Item, Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.dates.dublin_time import wall
from comhar.due_work import leases
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId, Mailing
from comhar.meetings import access_needs, model, repository
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules, overtaken, steps
from comhar.regions import NATIONAL
from comhar.settings import Settings

STILL_ASKED = timedelta(days=60)  # so long after it the clock may have something left for a meeting
Step = Callable[[Meeting, str, datetime, Table, Rules, Settings], tuple[Meeting, list[Write]]]
"""One step of `steps`: the meeting after it, and what else to write in the same transaction. It is
handed the meeting, in which the step counts as done, and the step's name."""


def meeting(
    item: Item, now: datetime, table: Table, settings: Settings, taken: Mapping[str, Step]
) -> None:
    """Takes the step that a claimed meeting is due for, once, and sets its next moment.

    Everything is written in one transaction that holds only while the claim and the revision do: a
    meeting moved or cancelled meanwhile, or a second worker, makes it nothing.
    """
    before, rules = repository.from_item(item), repository.rules(table, settings)
    due = [step for at, step in steps(before, rules) if at <= now]
    after: Meeting = before
    writes: list[Write] = []
    if due:
        step = due[0]
        after = model.changed(before, done=(*before.done, step))
        if not overtaken(step, due, before, now):
            after, writes = taken[step](after, step, now, table, rules, settings)
    try:
        table.transact([*repository.changed(before, after, rules, claimed=item), *writes])
    except ConditionFailed:
        return


def remind(
    meeting: Meeting, step: str, now: datetime, table: Table, rules: Rules, settings: Settings
) -> tuple[Meeting, list[Write]]:
    """Asks who has not answered yet; who has is left out when the letter is sent."""
    told = Mailing("answer_reminder", meeting.id, str(meeting.dated), meeting.region)
    return meeting, [letters.mailing(told, now)]


def replan(item: Item, now: datetime, table: Table, settings: Settings) -> None:
    """Sets anew when each meeting needs the clock, of every region and of all, after the closure days
    changed. Done again it changes nothing; the days may change once more meanwhile."""
    rules = repository.rules(table, settings)
    regions = [*(each["code"] for each in data.load("regions")), NATIONAL]
    for region in regions:
        for row in repository.rows_from(table, region, wall(now - STILL_ASKED)):
            if row["state"] == "scheduled":
                _set_anew(row["id"], rules, table)
    with suppress(ConditionFailed):  # the days changed once more: that is other work
        table.transact([Delete((item["pk"], item["sk"]), when=leases.held(item))])


def _set_anew(meeting_id: str, rules: Rules, table: Table) -> None:
    """Raises Lost where others keep changing the meeting: the work comes again."""
    for tries_left in (2, 1, 0):
        meeting = repository.by_id(table, meeting_id)
        try:
            return table.transact(repository.changed(meeting, model.changed(meeting), rules))
        except ConditionFailed:
            if not tries_left:
                raise


def forget_needs(item: Item, now: datetime, table: Table) -> None:
    """Deletes what people asked to be arranged, once it is time."""
    meeting = repository.by_id(table, item["pk"].partition("#")[2])
    try:
        access_needs.forget(item, meeting, now, table)
    except ConditionFailed:
        return


def catch_up(item: Item, now: datetime, table: Table) -> None:
    """Gives who became active what the region was told before: invitations, and current agendas.

    The letters are those of the mailings (same ids), so that nobody gets one twice. A mailing that is
    written after this was read sees the new member; one written before is seen here.
    """
    person = item["member"]
    rows = repository.rows_from(table, item["region"], wall(now))
    for row in [*rows, *repository.rows_from(table, model.NATIONAL, wall(now))]:
        if row["state"] != "scheduled":
            continue
        held = repository.by_id(table, row["id"])
        _write_once(table, LetterId("invitation", held.id, str(held.sequence), person), now)
        if held.issued:
            agenda = LetterId("agenda", held.id, str(held.agenda_version), person)
            _write_once(table, agenda, now)
    with suppress(ConditionFailed):  # the member moved on meanwhile: that is another piece of work
        table.transact([letters.finish(item)])


def _write_once(table: Table, letter: LetterId, now: datetime) -> None:
    """The letter, unless the mailing was here before us. One that was dropped because the person was no
    member then never left: it is written anew."""
    new = letters.put(Letter(letter), now)
    dropped = {"state": "dropped", "why": "not a member"}
    for write in (new, replace(new, when=dropped)):
        with suppress(ConditionFailed):
            return table.transact([write])
