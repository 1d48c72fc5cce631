"""Owns the use cases of agenda items: a member proposes one and may change it, who leads decides on it."""

from dataclasses import replace
from datetime import datetime

from comhar.aws.conditions import Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.dates.dublin_time import stamp
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId
from comhar.meetings import model as meeting_rules
from comhar.meetings import repository as meetings
from comhar.meetings import timeline
from comhar.meetings.agenda import draft, forms, jobs, model, repository, views
from comhar.meetings.agenda.draft import Making
from comhar.meetings.agenda.model import Item
from comhar.membership.model import Member
from comhar.once import REPEATABLE, Once
from comhar.settings import Settings
from comhar.tokens import new_id


def propose(
    meeting_id: str,
    form: forms.Propose,
    me: Member,
    now: datetime,
    table: Table,
    settings: Settings,
    once: Once = REPEATABLE,
) -> views.ItemView:
    """Puts a member's item before the co-chairs, who are told of one that comes late. Raises NotFound,
    EnoughItems, MeetingOver and its kin."""
    folder = meetings.get_bundle(table, meeting_id)
    meeting = meeting_rules.upcoming(folder.meeting, now)
    model.room_for(repository.items(folder), me.id)
    proposed = Item(id=new_id(now), by=me.id, by_name=me.known_as, **form.model_dump())
    item = repository.put_item(meeting.id, proposed)
    late = jobs.proposed_late(meeting, me.id, now, table, settings)
    mark = once.writes(proposed.id, meeting=meeting.id)
    while True:
        try:
            table.transact([item, *late, *mark])
            break
        except ConditionFailed as lost:  # some were told of another before
            if 0 in lost.failed:
                raise
            late = [each for n, each in enumerate(late, 1) if n not in lost.failed]
    return views.item(proposed, meeting.id, me)


def propose_page(
    meeting_id: str, now: datetime, table: Table, settings: Settings
) -> views.ItemForm:
    """What the form to propose an item starts from. Raises NotFound, MeetingOver and its kin."""
    meeting = meeting_rules.upcoming(meetings.by_id(table, meeting_id), now)
    due = timeline.agenda_due_at(meeting, meetings.rules(table, settings))
    return views.ItemForm(
        meeting=meeting.id,
        **meeting.model_dump(include={"region", "kind"}),
        starts_at=meetings.wall(meeting.starts_at),
        agenda_due_at=None if meeting.issued else stamp(due),
        kinds=views.kinds(),
    )


def mine(meeting_id: str, item_id: str, me: Member, now: datetime, table: Table) -> views.ItemView:
    """One's own item, while one may still change it. Raises NotFound, ItemDecided, MeetingOver …"""
    shown = views.item(own(meeting_id, item_id, me, now, table), meeting_id, me)
    return shown.model_copy(update={"kinds": views.kinds()})


def own(meeting_id: str, item_id: str, me: Member, now: datetime, table: Table) -> Item:
    """One's own item, which nobody has decided on. Raises NotFound, ItemDecided, MeetingOver …"""
    folder = meetings.get_bundle(table, meeting_id)
    own = [each for each in repository.items(folder) if each.by == me.id]
    item = model.found(own, item_id)
    meeting_rules.upcoming(folder.meeting, now)
    if item.state != "proposed":
        raise model.ItemDecided
    return item


def edit(
    meeting_id: str, item_id: str, form: forms.EditItem, me: Member, now: datetime, table: Table
) -> views.ItemView:
    """Words one's own item anew. Raises NotFound, ItemDecided, ItemChanged, MeetingOver and its kin."""
    before = own(meeting_id, item_id, me, now, table)
    said = form.model_dump(exclude={"revision"})
    if said == before.model_dump(include=set(said)):
        return views.item(before, meeting_id, me)
    if form.revision != before.revision:
        raise model.ItemChanged
    after = model.changed(before, **said)
    write_own(table, repository.put_item(meeting_id, after, before))
    return views.item(after, meeting_id, me)


def take_back(
    meeting_id: str, item_id: str, me: Member, now: datetime, table: Table
) -> views.TakenBack:
    """Deletes one's own item. Raises NotFound, ItemDecided, ItemChanged, MeetingOver and its kin."""
    before = own(meeting_id, item_id, me, now, table)
    file = [repository.delete_paper(meeting_id, before, now)] if before.file else []
    write_own(table, repository.delete_item(meeting_id, before), *file)
    return views.TakenBack(meeting=meeting_id)


def write_own(table: Table, *writes: Write) -> None:
    """Raises ItemChanged where somebody changed the item or decided on it."""
    try:
        table.transact(writes)
    except ConditionFailed as lost:
        raise model.ItemChanged from lost


def one(meeting_id: str, item_id: str, me: Member, table: Table) -> views.ItemView:
    """One item, for who leads the meeting and decides on it. Raises NotFound, LeadsOnly."""
    folder = meetings.get_bundle(table, meeting_id)
    if not folder.meeting.led_by(me):
        raise meeting_rules.LeadsOnly
    return views.item(model.found(repository.items(folder), item_id), meeting_id, me, leads=True)


def accept(
    meeting_id: str, item_id: str, me: Member, now: datetime, table: Table, settings: Settings
) -> views.ItemView:
    """Puts an item on the agenda. Raises NotFound, LeadsOnly, ItemDecided, MeetingOver and its kin."""

    def step(before: Making) -> tuple[Making, list[Write]]:
        return _with(before, model.decided(model.found(before.items, item_id), "accepted"))

    after = draft.change(meeting_id, "accept_item", me, now, table, settings, step)
    return views.item(model.found(after.items, item_id), meeting_id, me, leads=True)


def decline(
    meeting_id: str,
    item_id: str,
    form: forms.DeclineItem,
    me: Member,
    now: datetime,
    table: Table,
    settings: Settings,
) -> views.ItemView:
    """Declines an item; who proposed it is told, and why. Raises as `accept`."""

    def step(before: Making) -> tuple[Making, list[Write]]:
        item = model.decided(model.found(before.items, item_id), "declined", form.reason)
        after, writes = _with(before, item)
        if item.by:  # who was erased meanwhile is told nothing
            told = LetterId("item_declined", meeting_id, f"{item_id}.{item.revision}", item.by)
            writes.append(letters.put(Letter(told), now))
        return after, writes

    after = draft.change(meeting_id, "decline_item", me, now, table, settings, step)
    return views.item(model.found(after.items, item_id), meeting_id, me, leads=True)


def reopen(
    meeting_id: str, item_id: str, me: Member, now: datetime, table: Table, settings: Settings
) -> views.ItemView:
    """Puts a decided item back to undecided: a letter that it was declined, not yet sent, is void.
    Raises NotFound, LeadsOnly, Conflict, MeetingOver and its kin."""

    def step(before: Making) -> tuple[Making, list[Write]]:
        return _with(before, model.undecided(model.found(before.items, item_id)))

    after = draft.change(meeting_id, "reopen_item", me, now, table, settings, step)
    return views.item(model.found(after.items, item_id), meeting_id, me, leads=True)


def _with(before: Making, item: Item) -> tuple[Making, list[Write]]:
    """The agenda with this item as it is now, and its write."""
    was = model.found(before.items, item.id)
    items = [item if each.id == item.id else each for each in before.items]
    return replace(before, items=items), [repository.put_item(before.meeting.id, item, was)]
