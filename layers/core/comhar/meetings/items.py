"""Owns the use cases of agenda items: a member proposes one, who leads accepts or declines it."""

from datetime import datetime

from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId
from comhar.meetings import agenda, forms, model, records, shown, views
from comhar.membership.model import Member
from comhar.table import Lost, Table
from comhar.tokens import new_id
from comhar.writes import Write


def propose(
    meeting_id: str, form: forms.Propose, me: Member, now: datetime, table: Table
) -> views.ItemView:
    """Puts a member's item before the co-chairs. Raises NotFound, MeetingOver and its kin."""
    meeting = model.upcoming(records.by_id(table, meeting_id), now)
    proposed = agenda.Item(id=new_id(now), by=me.id, by_name=me.known_as, **form.model_dump())
    table.transact(records.put_item(meeting.id, proposed))
    return shown.item(proposed, meeting.id, me)


def one(meeting_id: str, item_id: str, me: Member, table: Table) -> views.ItemView:
    """One item, for who leads the meeting and decides on it. Raises NotFound, LeadsOnly."""
    folder = records.folder(table, meeting_id)
    if not folder.meeting.led_by(me):
        raise model.LeadsOnly
    return shown.item(agenda.found(folder.items, item_id), meeting_id, me, leads=True)


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
    folder = records.folder(table, meeting_id)
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
    return shown.item(after, meeting.id, me, leads=True)
