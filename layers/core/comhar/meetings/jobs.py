"""Scheduled jobs for meetings: the next step, reminders, catching up, deletions."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

from comhar import deletion_holds, regions
from comhar.aws.conditions import ConditionFailed, Delete, Item, Update, Write, retry_conflicts
from comhar.context import Context
from comhar.dates.dublin_time import stamp, to_wall
from comhar.due_work import leases
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId, Mailing
from comhar.meetings import replies, repository
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import (
    Rules,
    find_next_due,
    is_overtaken,
    list_steps,
    needs_deleted_at,
)
from comhar.membership.model import Member

STILL_DUE = timedelta(days=60)  # so long after its date a meeting may still be due
Step = Callable[[Meeting, str, Rules, Context[None]], tuple[Meeting, list[Write]]]
"""One step of `list_steps`: the meeting after it, and what else to write in the same transaction.

Its first argument is the meeting with the step counted as done, its second the step's name."""


def take_next_step(item: Item, ctx: Context[None], steps: Mapping[str, Step]) -> None:
    """Takes the step that a claimed meeting is due for, and sets when it is due next.

    Everything is written in one transaction, on condition of the claim and the revision: a meeting
    changed meanwhile, or a second worker, makes it nothing.
    """
    before, rules = repository.from_item(item), repository.get_rules(ctx.table, ctx.settings)
    due = [step for at, step in list_steps(before, rules) if at <= ctx.now]
    after: Meeting = before
    writes: list[Write] = []
    if due:
        step = due[0]
        after = before.change(done=(*before.done, step))
        if not is_overtaken(step, due, before, ctx.now):
            after, writes = steps[step](after, step, rules, ctx)
    with suppress(ConditionFailed):
        ctx.table.transact(
            [*repository.update_meeting_writes(before, after, rules, claimed=item), *writes]
        )


def remind_step(
    meeting: Meeting, step: str, rules: Rules, ctx: Context[None]
) -> tuple[Meeting, list[Write]]:
    """Reminds members to answer; sending leaves out who has answered."""
    mailing = Mailing("answer_reminder", meeting.id, str(meeting.dated), meeting.region)
    return meeting, [letters_repository.insert_mailing_write(mailing, ctx.now)]


def recompute_due_times(item: Item, ctx: Context[None]) -> None:
    """Sets again when each meeting is due, after the closure days changed.

    It may run twice: the second time nothing changes. The days may change once more meanwhile.
    """
    rules = repository.get_rules(ctx.table, ctx.settings)
    for region in (*regions.codes(), regions.NATIONAL):
        for row in repository.list_rows_from(ctx.table, region, to_wall(ctx.now - STILL_DUE)):
            if row["state"] != "cancelled":
                retry_conflicts(partial(_recompute_due_time, row["id"], rules, ctx))
    with suppress(ConditionFailed):  # the days changed once more: that is other work
        ctx.table.transact([Delete((item["pk"], item["sk"]), condition=leases.still_leased(item))])


def _recompute_due_time(meeting_id: str, rules: Rules, ctx: Context[None]) -> None:
    meeting = repository.get_meeting(ctx.table, meeting_id)
    if find_next_due(meeting, rules):
        ctx.table.transact(repository.update_meeting_writes(meeting, meeting.change(), rules))


def delete_needs(item: Item, ctx: Context[None]) -> None:
    """Deletes access needs and the facilitator's name and address, once it is time.

    A meeting that was moved meanwhile keeps them until its own time; one on hold until that ends.
    """
    meeting = repository.get_meeting(ctx.table, item["pk"].partition("#")[2])
    work, due_at = (item["pk"], item["sk"]), needs_deleted_at(meeting)
    with suppress(ConditionFailed):  # another worker has it, or the meeting was moved just now
        if due_at > ctx.now:
            later = Update(work, set={"due_at": stamp(due_at)}, condition=leases.still_leased(item))
            ctx.table.transact([later])
            return
        if deletion_holds.postpone(item, "meeting", meeting.id, ctx.table, ctx.now):
            return
        ctx.table.write_all(replies.delete_all_needs_writes(ctx.table, meeting.id))
        ended = Delete(work, condition=leases.still_leased(item))
        ctx.table.transact([ended, *_remove_facilitator_writes(meeting)])


def _remove_facilitator_writes(meeting: Meeting) -> list[Write]:
    if meeting.facilitator_email is None:
        return []
    names = ("facilitator_name", "facilitator_email")
    as_read = {"revision": meeting.revision}
    return [
        Update(repository.key(meeting.id), remove=names, add={"revision": 1}, condition=as_read)
    ]


def catch_up_member(item: Item, ctx: Context[None]) -> None:
    """Sends a new active member the invitations and agendas that others have.

    The letters are those of the mailings (same ids), so that nobody gets one twice. A mailing that
    is written after this was read sees the new member; one written before is seen here.
    """
    person = item["member"]
    for region in (item["region"], regions.NATIONAL):
        for row in repository.list_rows_from(ctx.table, region, to_wall(ctx.now)):
            if row["state"] == "scheduled":
                _catch_up_with(repository.get_meeting(ctx.table, row["id"]), person, ctx)
    with suppress(ConditionFailed):  # the member moved on meanwhile: that is another piece of work
        ctx.table.transact([letters_repository.finish_write(item)])


def _catch_up_with(meeting: Meeting, person: str, ctx: Context[None]) -> None:
    _write_once(LetterId("invitation", meeting.id, str(meeting.sequence), person), ctx)
    if meeting.agenda_issued:
        _write_once(LetterId("agenda", meeting.id, str(meeting.agenda_version), person), ctx)


def _write_once(letter: LetterId, ctx: Context[None]) -> None:
    """Writes the letter, unless its mailing did.

    One that was dropped because the person was no member then never left: it is written again.
    """
    new = letters_repository.insert_write(Letter(letter), ctx.now)
    dropped = {"state": "dropped", "why": "not a member"}
    for write in (new, replace(new, condition=dropped)):
        with suppress(ConditionFailed):
            return ctx.table.transact([write])


def recount_member(member: Member, ctx: Context[None]) -> None:
    """Puts a member's answers on the counts or takes them off, as the member stands.

    For who becomes active, leaves or moves, at the coming meetings of all their regions; run again, it
    changes nothing. A query and a read a region, and a transaction for each answer that changes.

    Raises:
        ConditionFailed: an answer, or the member, changed meanwhile.
    """
    for region in (*member.regions, regions.NATIONAL):
        rows = repository.list_rows_from(ctx.table, region, to_wall(ctx.now))
        places = [replies.key("ANSWER", row["id"], member.id) for row in rows]
        for answer in filter(None, ctx.table.batch_get(places)):
            ctx.table.transact(replies.recount_writes(answer, member))
