"""After the close: a meeting's record, reopening it, and meetings not closed."""

from datetime import datetime, timedelta

from comhar.aws.conditions import Item, conflict_as
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp, to_wall
from comhar.dates.working_days import issue_instant, working_days_after
from comhar.meetings import model as meetings_model
from comhar.meetings import planned_meetings
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda import repository as agenda_repository
from comhar.meetings.day import action_repository, action_views, forms, model, repository, views
from comhar.meetings.day.repository import MeetingDay
from comhar.meetings.model import Meeting
from comhar.meetings.planned_meetings import PlannedMeeting
from comhar.meetings.timeline import ASKED_AFTER, Rules
from comhar.membership import confirmations
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member, sort_by_name
from comhar.membership.repository import audit_write

LOOKED_BACK = timedelta(days=366)


def get_record(meeting_id: str, ctx: Context) -> views.Record:
    """The record of a closed meeting.

    Names of who was there are for who leads the region, notes for confirmed members. Three reads, and
    one more for each hundred people whom it names.

    Raises:
        NotFound: there is no such meeting.
        MeetingNotClosed: it is not closed.
    """
    day, user = _get_closed(meeting_id, ctx), ctx.user
    meeting = day.meeting
    until, leads = model.reopen_until(meeting), user.may_chair(meeting.region)
    may_reopen = leads and until is not None and ctx.now <= until
    current = action_repository.list_current_actions(ctx.table, meeting.region)
    done, names, chairs, to_confirm = _read_shown(day, ctx)
    same = {"minutes", "mode", "venue", "topic", "next_topic"}
    return views.Record(
        **views.meeting_fields(meeting),
        **meeting.model_dump(include=same),
        led_by=_led_by(day, names, chairs),
        present=meeting.present,
        attended=_attended(meeting, names) if leads and not ctx.stale else [],
        sign_in_again=leads and ctx.stale,
        to_confirm=to_confirm if leads else 0,
        lines=_lines(day, with_notes=user.confirmed),
        notes_shown=user.confirmed,
        actions=[
            action_views.action_view(action, user, ctx.now)
            for action in action_repository.list_meeting_actions(day.bundle, current, done)
        ],
        next_lead=names.get(meeting.next_lead or ""),
        agendas=_agendas(day),
        events=[_event(event, leads=leads) for event in day.history],
        reopened_until=stamp(until) if may_reopen and until else None,
        may_correct=user.office,
    )


def get_reopen_page(meeting_id: str, ctx: Context) -> views.ReopenPage:
    """The form to reopen a closed meeting.

    Raises:
        NotFound, MeetingNotClosed: as `get_record`.
        ReopenTooLate: it was closed more than seven days ago.
    """
    meeting = _get_closed(meeting_id, ctx).meeting
    until = model.reopen_until(meeting)
    if until is None or ctx.now > until:
        raise model.ReopenTooLate
    return views.ReopenPage(**views.meeting_fields(meeting), until=stamp(until))


def reopen_meeting(meeting_id: str, form: forms.Reopen, ctx: Context) -> views.Reopened:
    """Reopens a closed meeting, so that it can be closed again; its history shows it.

    The form to close it starts from what was recorded.

    Raises:
        NotFound, MeetingNotClosed: as `get_record`.
        ReopenTooLate: it was closed more than seven days ago.
        MeetingChanged: somebody changed it a moment ago.
    """
    day = _get_closed(meeting_id, ctx)
    before, rules = day.meeting, meetings_repository.get_rules(ctx.table, ctx.settings)
    after = model.reopen(before, rules, ctx.now)
    revision = (day.attendance or {}).get("revision", 0)
    with conflict_as(meetings_model.MeetingChanged):
        ctx.table.transact(
            [
                *meetings_repository.update_meeting_writes(before, after, rules),
                repository.recorded_attendance_write(before, revision),
                repository.history_write(after, "reopened", ctx.user, ctx.now, form.reason),
                audit_write(ctx.user, "reopen", meeting_id, ctx.now),
            ],
        )
    return views.Reopened(id=after.id, state=after.state)


def list_unconfirmed_meetings(ctx: Context) -> views.UnconfirmedMeetings:
    """Meetings of the last year that nobody has closed or cancelled, oldest first.

    Those whose organisers were asked twice. Three reads.
    """
    rules = meetings_repository.get_rules(ctx.table, ctx.settings)
    since, today = to_wall(ctx.now - LOOKED_BACK), local_date(ctx.now)
    planned = [
        meeting
        for meeting in planned_meetings.list_planned_meetings(ctx.table, since.date(), today)
        if meeting.starts_at >= since and _asked_twice_at(meeting, rules) <= ctx.now
    ]
    rows = ctx.table.batch_get([planned_meetings.row_key(meeting) for meeting in planned])
    return views.UnconfirmedMeetings(
        meetings=[
            views.Unconfirmed(
                **meeting.model_dump(include={"id", "region"}),
                kind=row["kind"],
                starts_at=row["starts_at"],
                days=(today - meeting.starts_at.date()).days,
            )
            for meeting, row in zip(planned, rows, strict=True)
            if row and row["state"] == "scheduled"
        ]
    )


def _asked_twice_at(meeting: PlannedMeeting, rules: Rules) -> datetime:
    last = max(ASKED_AFTER.values())
    return issue_instant(working_days_after(meeting.starts_at.date(), last, rules.closures))


def _get_closed(meeting_id: str, ctx: Context) -> MeetingDay:
    day = repository.get_day(ctx.table, meeting_id)
    model.require_closed(day.meeting)
    return day


def _read_shown(
    day: MeetingDay, ctx: Context
) -> tuple[list[Item | None], dict[str, str], list[str], int]:
    """What is done of the meeting's actions, the names in its record by id, and the co-chairs'.

    And how many of who was there are still to be confirmed by the reader. One batch of what the record
    shows, whatever the region's register.
    """
    meeting = day.meeting
    ids, done_keys = _named_ids(meeting, ctx.user), action_repository.list_done_keys(day.bundle)
    marked = meeting.attended if ids and not ctx.user.office else ()
    community, *items = ctx.table.batch_get(
        [
            communities_repository.key(meeting.region),
            *done_keys,
            *map(membership_repository.key, ids),
            *(confirmations.not_known_key(meeting.region, each) for each in marked),
        ]
    )
    done, people = items[: len(done_keys)], items[len(done_keys) : len(done_keys) + len(ids)]
    not_known = confirmations.member_ids(items[len(done_keys) + len(ids) :])
    members = [membership_repository.from_item(item, ctx.settings) for item in people if item]
    names = {
        member.id: name
        for member, name in sort_by_name(members)
        if member.region == meeting.region or member.id in (meeting.lead, meeting.next_lead)
    }
    today = local_date(ctx.now)
    chairs = communities_repository.from_item(community, meeting.region, today).chairs
    to_confirm = {
        member.id
        for member in members
        if member.id in meeting.attended
        and member.active
        and member.region == meeting.region
        and not member.confirmed
    }
    return done, names, [chair["name"] for chair in chairs], len(to_confirm - not_known)


def _named_ids(meeting: Meeting, user: Member) -> list[str]:
    """Whose names are in the record: who leads, for confirmed members; for co-chairs all."""
    leads_region = user.may_chair(meeting.region)
    if not user.confirmed and not leads_region:
        return []
    leads = [member_id for member_id in (meeting.lead, meeting.next_lead) if member_id]
    return [*leads, *meeting.attended] if leads_region else leads


def _led_by(day: MeetingDay, names: dict[str, str], chairs: list[str]) -> list[str]:
    """The member whose turn it was, else the co-chairs who signed its agenda."""
    if lead := names.get(day.meeting.lead or ""):
        return [lead]
    if agenda := agenda_repository.find_issued(day.bundle):
        return list(agenda["chairs"])
    return chairs


def _attended(meeting: Meeting, names: dict[str, str]) -> list[str]:
    """In the order of names; who was erased since has none."""
    ids = set(meeting.attended)
    present = [name for member_id, name in names.items() if member_id in ids]
    return present + ["A former member"] * (len(ids) - len(present))


def _lines(day: MeetingDay, with_notes: bool) -> list[views.RecordLine]:
    """The agenda with its notes; last, notes on lines that it does not have any more."""
    notes = {key: note.get("text") for key, note in day.notes.items()} if with_notes else {}
    lines = [
        views.RecordLine(title=line.title, minutes=line.minutes, notes=notes.get(key))
        for key, line in day.lines.items()
        if key != model.ELSE or notes.get(key)
    ]
    without_line = [key for key in notes if key not in day.lines and notes[key]]
    return lines + [
        views.RecordLine(title=day.notes[key]["title"], minutes=None, notes=notes[key])
        for key in without_line
    ]


def _agendas(day: MeetingDay) -> list[views.Version]:
    return [
        views.Version(number=number, issued_at=item["issued_at"])
        for number, item in sorted(agenda_repository.versions_by_number(day.bundle).items())
    ]


def _event(item: Item, leads: bool) -> views.Event:
    """Of a correction of attendance, members see the day alone."""
    corrected = item["what"] == repository.CORRECTED
    names = ("what", "at") if corrected and not leads else tuple(views.Event.model_fields)
    return views.Event(**{name: item[name] for name in names if name in item})
