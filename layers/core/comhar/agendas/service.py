"""Owns the use cases of agenda items: a member proposes one, who leads accepts or declines it."""

from datetime import datetime

from comhar.agendas import forms, records, views
from comhar.agendas import model as agenda
from comhar.calendar import stamp
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId
from comhar.meetings import model
from comhar.meetings import records as meetings
from comhar.membership.model import Member
from comhar.outcomes import records as outcomes
from comhar.settings import Settings
from comhar.table import Lost, Table
from comhar.tokens import new_id
from comhar.writes import Write


def propose(
    meeting_id: str, form: forms.Propose, me: Member, now: datetime, table: Table
) -> views.ItemView:
    """Puts a member's item before the co-chairs. Raises NotFound, MeetingOver and its kin."""
    meeting = model.upcoming(meetings.by_id(table, meeting_id), now)
    proposed = agenda.Item(id=new_id(now), by=me.id, by_name=me.known_as, **form.model_dump())
    table.transact(records.put_item(meeting.id, proposed))
    return views.item(proposed, meeting.id, me)


def propose_page(
    meeting_id: str, now: datetime, table: Table, settings: Settings
) -> views.ItemForm:
    """What the form to propose an item starts from. Raises NotFound, MeetingOver and its kin."""
    meeting = model.upcoming(meetings.by_id(table, meeting_id), now)
    due = model.agenda_due_at(meeting, meetings.rules(table, settings))
    return views.ItemForm(
        meeting=meeting.id,
        **meeting.model_dump(include={"region", "kind"}),
        starts_at=meetings.wall(meeting.starts_at),
        agenda_due_at=None if meeting.issued else stamp(due),
    )


def prepare(
    meeting_id: str, me: Member, now: datetime, table: Table, settings: Settings
) -> views.AgendaView:
    """The agenda as it would go out now, and the items put to who leads. Raises NotFound, LeadsOnly,
    MeetingOver and its kin."""
    folder = meetings.folder(table, meeting_id)
    meeting = folder.meeting
    if not meeting.led_by(me):
        raise model.LeadsOnly
    model.upcoming(meeting, now)
    actions = [each["what"] for each in outcomes.open_actions(table, meeting.region, now)]
    lines = agenda.lines(meeting, folder.items, actions)
    due = model.agenda_due_at(meeting, meetings.rules(table, settings))
    return views.AgendaView(
        meeting=meeting.id,
        **meeting.model_dump(include={"region", "kind", "minutes"}),
        starts_at=meetings.wall(meeting.starts_at),
        agenda_due_at=stamp(due),
        agenda_issued_at=model.said(meeting.agenda_issued_at) if meeting.issued else None,
        lines=lines,
        together=sum(each.minutes or 0 for each in lines),
        items=[views.item(each, meeting.id, me, leads=True) for each in folder.items],
    )


def one(meeting_id: str, item_id: str, me: Member, table: Table) -> views.ItemView:
    """One item, for who leads the meeting and decides on it. Raises NotFound, LeadsOnly."""
    folder = meetings.folder(table, meeting_id)
    if not folder.meeting.led_by(me):
        raise model.LeadsOnly
    return views.item(agenda.found(folder.items, item_id), meeting_id, me, leads=True)


def accept(
    meeting_id: str, item_id: str, me: Member, now: datetime, table: Table
) -> views.ItemView:
    return _decide(meeting_id, item_id, "accepted", None, me, now, table)


def decline(
    meeting_id: str, item_id: str, form: forms.DeclineItem, me: Member, now: datetime, table: Table
) -> views.ItemView:
    return _decide(meeting_id, item_id, "declined", form.reason, me, now, table)


def _decide(
    meeting_id: str,
    item_id: str,
    state: str,
    reason: str | None,
    me: Member,
    now: datetime,
    table: Table,
) -> views.ItemView:
    """Raises NotFound, LeadsOnly, ItemDecided. Who proposed a declined item is told why."""
    folder = meetings.folder(table, meeting_id)
    meeting = model.upcoming(folder.meeting, now)
    if not meeting.led_by(me):
        raise model.LeadsOnly
    before = agenda.found(folder.items, item_id)
    after = agenda.decided(before, state, reason)
    writes: list[Write] = [records.put_item(meeting.id, after, before)]
    if state == "declined":
        told = LetterId("item_declined", meeting.id, item_id, before.by)
        writes.append(letters.put(Letter(told), now))
    try:
        table.transact(*writes)
    except Lost as lost:
        raise agenda.ItemDecided from lost
    return views.item(after, meeting.id, me, leads=True)
