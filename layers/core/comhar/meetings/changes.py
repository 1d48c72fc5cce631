"""Use cases that change a meeting's date or place, or cancel it."""

from collections.abc import Sequence
from datetime import datetime

from comhar.aws.conditions import Write, conflict_as
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.letters import repository as letters_repository
from comhar.letters.model import Mailing
from comhar.meetings import facilitator, forms, model, reply_migration, repository, views
from comhar.meetings.model import Meeting
from comhar.membership.repository import audit_write
from comhar.regions import NATIONAL


def get_change_page(meeting_id: str, ctx: Context) -> views.ChangePage:
    """The form to reschedule, relocate or cancel a meeting; one read.

    Raises:
        NotFound: there is no such meeting.
    """
    meeting = repository.get_meeting(ctx.table, meeting_id)
    same = {"id", "region", "kind", "mode", "minutes", "venue", "link", "topic", "state"}
    return views.ChangePage(
        **meeting.model_dump(include=same),
        starts_at=repository.format_local(meeting.starts_at),
        over=meeting.start <= ctx.now,
        agenda_issued_at=model.stamp_or_none(meeting.agenda_issued_at)
        if meeting.agenda_issued
        else None,
    )


def reschedule_meeting(meeting_id: str, form: forms.Reschedule, ctx: Context) -> views.Scheduled:
    """Moves a meeting to another date and notifies everyone.

    What belonged to the old date is void: its agenda, notes, attendance and support statements.

    Raises:
        NotFound: there is no such meeting.
        NotUpcoming: it has begun, or is closed or cancelled.
        Invalid: the new date is past, or the present one.
        MeetingChanged: somebody else changed the meeting.
    """
    before = repository.get_meeting(ctx.table, meeting_id)
    after = facilitator.mark_notified(before.reschedule(form.starts_at, ctx.now))
    reply_migration.move_before_reschedule(before, ctx.table)
    writes = [
        *_notify_writes(after, "moved", ctx.now),
        repository.schedule_statements_deletion_write(after.id, ctx.now),
        *repository.delete_day_writes(ctx.table, after.id),
    ]
    return _save_change(before, after, "move", writes, ctx)


def relocate_meeting(meeting_id: str, form: forms.Place, ctx: Context) -> views.Scheduled:
    """Changes how, where and how long a meeting is held, at the same time.

    Answers, the agenda and what was done for it stay, and everyone is notified once.

    Raises:
        NotFound: there is no such meeting.
        NotUpcoming: it has begun, or is closed or cancelled.
        Invalid: nothing changes.
        MeetingChanged: somebody else changed the meeting.
    """
    before = repository.get_meeting(ctx.table, meeting_id)
    fields = form.model_dump() | {"minutes": form.minutes or before.minutes}
    after = facilitator.mark_notified(before.relocate(ctx.now, **fields))
    elsewhere = any(getattr(before, name) != fields[name] for name in ("mode", "venue", "link"))
    writes = _notify_writes(after, "place" if elsewhere else "length", ctx.now)
    return _save_change(before, after, "place", writes, ctx)


def cancel_meeting(meeting_id: str, form: forms.Cancel, ctx: Context) -> views.Scheduled:
    """Cancels a meeting, or records of a past one that it did not happen.

    Before its start everyone is notified, and topic and lead go back to the region's next meeting.

    Raises:
        NotFound: there is no such meeting.
        MeetingClosed: it is closed.
        MeetingCancelled: it is cancelled already.
        MeetingChanged: somebody else changed the meeting.
    """
    before = repository.get_meeting(ctx.table, meeting_id)
    after = facilitator.mark_notified(before.cancel(form.reason))
    writes: list[Write] = [repository.schedule_statements_deletion_write(after.id, ctx.now)]
    if before.start > ctx.now:
        mailing = Mailing("cancellation", meeting_id, str(after.sequence), after.region)
        writes.append(letters_repository.insert_mailing_write(mailing, ctx.now))
        writes += facilitator.end_writes(after, after, ctx.now)
        if after.region != NATIONAL and (after.topic or after.lead):
            writes.append(
                communities_repository.return_choices_write(after.region, after.topic, after.lead)
            )
    return _save_change(before, after, "cancel", writes, ctx)


def _notify_writes(after: Meeting, change: str, now: datetime) -> list[Write]:
    """Notifies members and the facilitator; postpones the deletion of access needs."""
    facts = {"change": change}
    mailing = Mailing("invitation", after.id, str(after.sequence), after.region, facts=facts)
    return [
        letters_repository.insert_mailing_write(mailing, now),
        *facilitator.notify_writes(after, change, now),
        repository.schedule_needs_deletion_write(after),
    ]


def _save_change(
    before: Meeting, after: Meeting, action: str, writes: Sequence[Write], ctx: Context
) -> views.Scheduled:
    """Writes the changed meeting with all that goes with it. Raises MeetingChanged."""
    rules = repository.get_rules(ctx.table, ctx.settings)
    audit_line = audit_write(ctx.user, action, after.id, ctx.now)
    with conflict_as(model.MeetingChanged):
        ctx.table.transact(
            [*repository.update_meeting_writes(before, after, rules), audit_line, *writes]
        )
    return views.scheduled_meeting(after, rules)
