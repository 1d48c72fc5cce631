"""Owns the use cases that change a meeting's calendar entry: move it, place it elsewhere, cancel it."""

from datetime import datetime

from comhar.aws.conditions import Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.communities import repository as communities
from comhar.letters import repository as letters
from comhar.letters.model import Mailing
from comhar.meetings import access_needs, facilitator, forms, model, repository, views
from comhar.meetings.model import Meeting
from comhar.meetings.service import scheduled
from comhar.meetings.timeline import Rules
from comhar.membership.model import Member
from comhar.membership.repository import audit
from comhar.regions import NATIONAL
from comhar.settings import Settings


def page(meeting_id: str, now: datetime, table: Table) -> views.ChangePage:
    """What each of the forms starts from; one read. Raises NotFound."""
    meeting = repository.by_id(table, meeting_id)
    same = {"id", "region", "kind", "mode", "minutes", "venue", "link", "topic", "state"}
    return views.ChangePage(
        **meeting.model_dump(include=same),
        starts_at=repository.wall(meeting.starts_at),
        over=meeting.start <= now,
        agenda_issued_at=model.said(meeting.agenda_issued_at) if meeting.issued else None,
    )


def reschedule(
    meeting_id: str,
    form: forms.Reschedule,
    me: Member,
    now: datetime,
    table: Table,
    settings: Settings,
) -> views.Scheduled:
    """Moves a meeting: what hung on the old date is void, and everyone hears of the new one.

    Raises NotFound, MeetingClosed, MeetingCancelled, MeetingOver, Invalid, ChangedMeanwhile.
    """
    before, rules = repository.by_id(table, meeting_id), repository.rules(table, settings)
    after = facilitator.marked(model.moved(before, form.starts_at, now))
    told = [*_told(after, "moved", now), repository.sweep_statements(after.id, now)]
    void = repository.day_void(table, after.id)
    _write(before, after, table, rules, *told, *void, _line(me, "move", after, now))
    return scheduled(after, rules)


def place(
    meeting_id: str, form: forms.Place, me: Member, now: datetime, table: Table, settings: Settings
) -> views.Scheduled:
    """Changes how, where and how long a meeting is held, at the same time: answers, the agenda and what
    was done for it stay, and everyone hears of it once.

    Raises NotFound, MeetingClosed, MeetingCancelled, MeetingOver, Invalid, ChangedMeanwhile.
    """
    before, rules = repository.by_id(table, meeting_id), repository.rules(table, settings)
    said = form.model_dump() | {"minutes": form.minutes or before.minutes}
    after = facilitator.marked(model.placed(before, now, **said))
    moved = any(getattr(before, name) != said[name] for name in ("mode", "venue", "link"))
    told = _told(after, "place" if moved else "length", now)
    _write(before, after, table, rules, *told, _line(me, "place", after, now))
    return scheduled(after, rules)


def cancel(
    meeting_id: str, form: forms.Cancel, me: Member, now: datetime, table: Table, settings: Settings
) -> views.Scheduled:
    """Calls a meeting off, or says of a past one that it did not happen; before its start everyone
    is told. Raises NotFound, MeetingClosed, MeetingCancelled, ChangedMeanwhile."""
    before, rules = repository.by_id(table, meeting_id), repository.rules(table, settings)
    after = facilitator.marked(model.cancelled(before, form.reason, now))
    writes = [_line(me, "cancel", after, now), repository.sweep_statements(after.id, now)]
    if before.start > now:
        told = Mailing("cancellation", meeting_id, str(after.sequence), after.region)
        writes += [letters.mailing(told, now), *facilitator.let_go(after, after, now)]
        if after.region != NATIONAL and (after.topic or after.lead):
            writes.append(communities.handed_back(after.region, after.topic, after.lead))
    _write(before, after, table, rules, *writes)
    return scheduled(after, rules)


def _told(after: Meeting, change: str, now: datetime) -> list[Write]:
    """Tells every active member whom it concerns, and the facilitator, what is new; what was asked to be
    arranged is kept until its time after the present date."""
    facts = {"change": change}
    told = Mailing("invitation", after.id, str(after.sequence), after.region, facts=facts)
    return [
        letters.mailing(told, now),
        *facilitator.told(after, change, now),
        access_needs.forget_later(after),
    ]


def _line(me: Member, what: str, meeting: Meeting, now: datetime) -> Write:
    return audit(me, what, meeting.id, now)


def _write(before: Meeting, after: Meeting, table: Table, rules: Rules, *more: Write) -> None:
    try:
        table.transact([*repository.changed(before, after, rules), *more])
    except ConditionFailed as lost:
        raise model.ChangedMeanwhile from lost
