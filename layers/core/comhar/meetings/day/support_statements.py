"""Owns the use cases of support statements: one short answer a member, for that day and no longer."""

from datetime import datetime

from comhar.aws.conditions import Delete, Item, absent
from comhar.aws.dynamodb import TRANSACTION_LIMIT, Table
from comhar.due_work import leases
from comhar.errors import FieldError, Invalid
from comhar.meetings import model as meetings
from comhar.meetings.day import day_views, forms, meeting_day, model, running
from comhar.meetings.day.meeting_day import Day
from comhar.meetings.day.views import Attendee
from comhar.membership.model import Member
from comhar.membership.repository import Members, audit


def statement_page(
    meeting_id: str, me: Member, now: datetime, table: Table
) -> day_views.StatementPage:
    """One's own support statement; those of the others for who is confirmed. Raises NotFound,
    MembersOnly, NoStatements, NotTheDay, MeetingClosed, MeetingCancelled."""
    held = _spoken(meeting_day.of(table, meeting_id), me, now)
    mine = next((each["text"] for each in held.statements if each["member"] == me.id), None)
    others = [each for each in held.statements if each["member"] != me.id]
    shown = day_views.statements(others) if model.hears(held.meeting, me) else []
    return day_views.StatementPage(**running.about(held), text=mine, statements=shown)


def say(
    meeting_id: str, form: forms.Statement, me: Member, now: datetime, table: Table
) -> day_views.Said:
    """Enters one's own support statement, changes it, or takes it back. Raises what `statement_page`
    raises."""
    held = _spoken(meeting_day.of(table, meeting_id), me, now)
    written = meeting_day.statement(held.meeting, me, form.text)
    running.save(table, meeting_day.still_open(held.meeting), *written)
    return day_views.Said(meeting=meeting_id, text=form.text)


def statement_for_page(
    meeting_id: str, me: Member, now: datetime, members: Members
) -> day_views.StatementForPage:
    """The form by which a scribe enters what somebody says. Raises NoStatements and what `running.page`
    raises."""
    held = _heard(meeting_day.of(members.table, meeting_id), me, now)
    active = members.of_region(held.meeting.region, "active")
    people = [Attendee(id=each.id, name=name) for each, name in running.named(held, active, me)]
    return day_views.StatementForPage(**running.about(held), people=people)


def say_for(
    meeting_id: str, form: forms.StatementFor, me: Member, now: datetime, members: Members
) -> day_views.Said:
    """Enters the statement of a member who is there, with a trace; never in place of their own words.
    Raises Invalid, SaidThemselves and what `statement_for_page` raises."""
    held = _heard(meeting_day.of(members.table, meeting_id), me, now)
    whose = members.by_id(form.member)
    if not (whose and whose.active and held.meeting.concerns(whose.region)):
        raise Invalid(FieldError("member", "Choose an active member of this community."))
    before = next((each for each in held.statements if each["member"] == whose.id), None)
    written = meeting_day.statement_for(held.meeting, whose, form.text, before)
    line = audit(me, "statement_for", whose, now, meeting=meeting_id)
    try:
        running.save(members.table, meeting_day.still_open(held.meeting), *written, line)
    except model.WrittenMeanwhile as lost:
        raise model.SaidThemselves from lost
    return day_views.Said(meeting=meeting_id, text=form.text)


def _spoken(held: Day, me: Member, now: datetime) -> Day:
    if not (me.active and held.meeting.concerns(me.region)):
        raise meetings.MembersOnly
    model.speaking(held.meeting, now)
    return held


def _heard(held: Day, me: Member, now: datetime) -> Day:
    model.speaking(running.run(held, me, now).meeting, now)
    return held


def sweep(item: Item, table: Table) -> None:
    """Deletes a meeting's statements, and the claimed work with them. Raises Lost."""
    rows = table.query(item["pk"], "STATEMENT#").items
    for start in range(0, len(rows), TRANSACTION_LIMIT):
        some = rows[start : start + TRANSACTION_LIMIT]
        table.transact([Delete((each["pk"], each["sk"])) for each in some])
    as_claimed = leases.held(item) | {"kept": item.get("kept") or absent}  # none came in meanwhile
    table.transact([Delete((item["pk"], item["sk"]), when=as_claimed)])
