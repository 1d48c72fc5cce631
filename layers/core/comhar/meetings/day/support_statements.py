"""Support statements: one short answer a member, for the meeting's day only."""

from contextlib import suppress

from comhar import deletion_holds
from comhar.aws.conditions import ConditionFailed, Delete, Item, absent
from comhar.context import Context
from comhar.due_work import leases
from comhar.errors import FieldError, Invalid
from comhar.meetings import model as meetings_model
from comhar.meetings.day import forms, meeting_day, model, repository, views
from comhar.meetings.day.repository import MeetingDay
from comhar.membership import directory
from comhar.membership.repository import audit_write, find_member


def get_statement_page(meeting_id: str, ctx: Context) -> views.StatementPage:
    """One's own support statement, and those of others for confirmed members.

    Raises:
        NotFound: there is no such meeting.
        MembersOnly: it does not concern this person.
        NoStatements: it is a national meeting.
        TooEarly: it is more than a day before it starts.
        MeetingClosed, MeetingCancelled: it is over.
    """
    day, user = _get_day(meeting_id, ctx), ctx.user
    own_text = next(
        (statement["text"] for statement in day.statements if statement["member"] == user.id), None
    )
    others = [statement for statement in day.statements if statement["member"] != user.id]
    may_read = model.may_read_statements(day.meeting, user)
    return views.StatementPage(
        **views.meeting_fields(day.meeting),
        text=own_text,
        statements=views.statements(others) if may_read else [],
    )


def enter_statement(meeting_id: str, form: forms.Statement, ctx: Context) -> views.Said:
    """Enters one's own support statement, changes it, or takes it back.

    Raises:
        MeetingChanged: the meeting was closed a moment ago.
        NotFound, MembersOnly, NoStatements, TooEarly, MeetingClosed: as `get_statement_page`.
    """
    meeting = _get_day(meeting_id, ctx).meeting
    writes = repository.statement_writes(meeting, ctx.user, form.text)
    repository.save_to_open_meeting(ctx.table, meeting, *writes)
    return views.Said(meeting=meeting_id, text=form.text)


def get_statement_for_page(meeting_id: str, ctx: Context) -> views.StatementForPage:
    """The form by which a scribe enters a member's statement.

    Raises:
        NoStatements: it is a national meeting.
        NotFound, RunnersOnly, TooEarly, MeetingClosed: as `meeting_day.get_day_as_runner`.
    """
    day = _get_day_as_runner(meeting_id, ctx)
    active = directory.list_all_active(ctx.table, day.meeting.region)
    names = meeting_day.name_people(day, active, ctx.user)
    people = [views.Attendee(id=member_id, name=name) for member_id, name in names.items()]
    return views.StatementForPage(**views.meeting_fields(day.meeting), people=people)


def enter_statement_for(meeting_id: str, form: forms.StatementFor, ctx: Context) -> views.Said:
    """Enters the statement of a member who is there, with an audit line.

    Raises:
        Invalid: they are no active member of the community.
        OwnStatementExists: they have entered their own.
        MeetingChanged: the meeting was closed a moment ago.
        NotFound, RunnersOnly, NoStatements, TooEarly, MeetingClosed: as `get_statement_for_page`.
    """
    day = _get_day_as_runner(meeting_id, ctx)
    member = find_member(ctx.table, ctx.settings, form.member)
    if not (member and member.active and day.meeting.is_for(member.region)):
        raise Invalid(FieldError("member", "Choose an active member of this community."))
    before = next(
        (statement for statement in day.statements if statement["member"] == member.id), None
    )
    writes = repository.statement_for_writes(day.meeting, member, form.text, before)
    audit_line = audit_write(ctx.user, "statement_for", member, ctx.now, meeting=meeting_id)
    repository.save_to_open_meeting(ctx.table, day.meeting, *writes, audit_line)
    return views.Said(meeting=meeting_id, text=form.text)


def _get_day(meeting_id: str, ctx: Context) -> MeetingDay:
    day = repository.get_day(ctx.table, meeting_id)
    if not (ctx.user.active and day.meeting.is_for(ctx.user.region)):
        raise meetings_model.MembersOnly
    model.require_statements_open(day.meeting, ctx.now)
    return day


def _get_day_as_runner(meeting_id: str, ctx: Context) -> MeetingDay:
    day = meeting_day.get_day_as_runner(meeting_id, ctx)
    model.require_statements_open(day.meeting, ctx.now)
    return day


def delete_expired_statements(item: Item, ctx: Context[None]) -> None:
    """Scheduled job: deletes a meeting's statements once the day is over.

    The claimed work goes with them, unless one more came in meanwhile. While the meeting is on
    hold they stay.
    """
    meeting_id = item["pk"].partition("#")[2]
    if deletion_holds.postpone(item, "meeting", meeting_id, ctx.table, ctx.now):
        return
    rows = ctx.table.query(item["pk"], "STATEMENT#").items
    as_claimed = leases.still_leased(item) | {"kept": item.get("kept") or absent}
    with suppress(ConditionFailed):
        ctx.table.write_all(Delete((row["pk"], row["sk"])) for row in rows)
        ctx.table.transact([Delete((item["pk"], item["sk"]), condition=as_claimed)])
