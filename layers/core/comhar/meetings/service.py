"""Owns the use cases of planning: schedule a meeting, move it, cancel it, show what is planned."""

from datetime import datetime

from comhar import data
from comhar.calendar import stamp, wall
from comhar.communities import records as communities
from comhar.letters import records as letters
from comhar.letters.model import Mailing
from comhar.meetings import forms, model, needs, records, shown, views
from comhar.meetings.model import Meeting, Rules
from comhar.membership.model import Member
from comhar.membership.records import Members, audit
from comhar.settings import Settings
from comhar.table import Lost, Table
from comhar.writes import Write

PAST_SHOWN = 12


def schedule(
    region: str, form: forms.Schedule, me: Member, now: datetime, table: Table, settings: Settings
) -> views.Scheduled:
    """Puts a meeting on a date and invites the region's members. The topic and the lead come from
    what the last meeting chose, where the form names no other. Raises Invalid for a past date."""
    model.in_future(form.starts_at, now)
    community, rules = communities.by_region(table, region), records.rules(table, settings)
    meeting, writes = records.planned(form.model_dump(), community, me.id, rules, now)
    table.transact(*writes)
    return scheduled(meeting, rules)


def invitations(meeting: Meeting, now: datetime) -> Write:
    """Tells every active member of the region of the date as it is now."""
    version = str(meeting.sequence)
    return letters.mailing(Mailing("invitation", meeting.id, version, meeting.region), now)


def scheduled(meeting: Meeting, rules: Rules) -> views.Scheduled:
    due = model.agenda_due_at(meeting, rules)
    return views.Scheduled(
        **meeting.model_dump(include={"id", "region", "kind", "mode", "minutes", "state"}),
        starts_at=records.wall(meeting.starts_at),
        agenda_due_at=stamp(due),
        short_notice=model.late(meeting, due, rules),
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
    before, rules = records.by_id(table, meeting_id), records.rules(table, settings)
    after = model.moved(before, form.starts_at, now)
    told = [invitations(after, now), _line(me, "move", after, now)]
    _write(before, after, table, rules, *told, needs.forget_later(after))
    return scheduled(after, rules)


def cancel(
    meeting_id: str, form: forms.Cancel, me: Member, now: datetime, table: Table, settings: Settings
) -> views.Scheduled:
    """Calls a meeting off, or says of a past one that it did not happen; before its start everyone
    is told. Raises NotFound, MeetingClosed, MeetingCancelled, ChangedMeanwhile."""
    before, rules = records.by_id(table, meeting_id), records.rules(table, settings)
    after = model.cancelled(before, form.reason, now)
    writes = [_line(me, "cancel", after, now)]
    if before.start > now:
        version = str(after.sequence)
        told = Mailing("cancellation", meeting_id, version, after.region)
        writes.append(letters.mailing(told, now))
    _write(before, after, table, rules, *writes)
    return scheduled(after, rules)


def _line(me: Member, what: str, meeting: Meeting, now: datetime) -> Write:
    return audit(me.id, what, meeting.id, now)


def _write(before: Meeting, after: Meeting, table: Table, rules: Rules, *more: Write) -> None:
    try:
        table.transact(*records.changed(before, after, rules), *more)
    except Lost as lost:
        raise model.ChangedMeanwhile from lost


def show(meeting_id: str, me: Member, now: datetime, members: Members) -> views.MeetingView:
    """A meeting as this person may see it; one query, and one more for who has something to arrange.
    Raises NotFound."""
    folder = records.folder(members.table, meeting_id)
    arranges = bool(folder.needs) and folder.meeting.led_by(me)
    people = members.of_region(folder.meeting.region, "active") if arranges else []
    rules = records.rules(members.table, members.settings)
    return shown.meeting(folder, me, now, rules, people)


def programme(region: str, me: Member, now: datetime, table: Table) -> views.Programme:
    """The region's meetings: all that come, and the last dozen that were; two queries."""
    since = wall(now)
    coming = records.rows_from(table, region, since)
    past = records.past_rows(table, region, since, PAST_SHOWN)
    return views.Programme(
        region=region,
        coming=[shown.summary(row) for row in coming],
        past=[shown.summary(row) for row in past],
        may_lead=me.chairs(region),
    )


def schedule_page(region: str, table: Table, settings: Settings) -> views.SchedulePage:
    meetings = data.load("meetings")
    return views.SchedulePage(
        region=region,
        next_topic=communities.by_region(table, region).next_topic,
        kinds=[each for each in meetings["kinds"] if each["key"] != "national"],
        modes=meetings["modes"],
        agenda_days=settings.agenda_days,
    )
