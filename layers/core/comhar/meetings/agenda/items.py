"""Use cases for agenda items: members propose, edit, withdraw; the lead decides."""

from comhar.aws.conditions import Put, Write, conflict_as
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.idempotency import REPEATABLE, Once
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.meetings import model as meetings_model
from comhar.meetings import repository as meetings_repository
from comhar.meetings import timeline
from comhar.meetings.agenda import draft, forms, letters, model, repository, views
from comhar.meetings.agenda.draft import AgendaDraft
from comhar.meetings.agenda.model import Item
from comhar.meetings.letter_context import organiser_letter_writes
from comhar.meetings.model import Meeting
from comhar.tokens import new_id


def propose_item(
    meeting_id: str, form: forms.Propose, ctx: Context, once: Once = REPEATABLE
) -> views.ItemView:
    """Proposes an item; the co-chairs decide whether it goes on the agenda.

    Once they were asked to decide, and until the agenda is out, each of them is also sent one letter.
    Two reads and one transaction; one more read for a late item.

    Raises:
        NotFound: there is no such meeting.
        NotUpcoming: it has begun, or is closed or cancelled.
        TooManyItems: the member has 10 undecided items, or the meeting has 200.
    """
    meeting = meetings_repository.get_meeting(ctx.table, meeting_id)
    meeting.require_upcoming(ctx.now)
    items = repository.list_stored_items(ctx.table, meeting_id)
    model.require_room(items, proposer_id=ctx.user.id)
    item = Item(
        id=new_id(ctx.now), by=ctx.user.id, by_name=ctx.user.display_name, **form.model_dump()
    )
    ctx.table.transact(
        [
            *repository.insert_item_writes(meeting_id, item),
            *once.writes(item.id, meeting=meeting_id),
        ],
        optional=_late_item_writes(meeting, ctx),
    )
    return views.agenda_item(item, meeting_id, ctx.user)


def _late_item_writes(meeting: Meeting, ctx: Context) -> list[Put]:
    """Notifies the organisers of an item that came after they were asked to decide.

    Nothing once the agenda is out, and nothing to who proposed the item. They get one letter,
    however many items come.
    """
    if meeting.agenda_issued or "undecided" not in meeting.done:
        return []
    version = f"{letters.question_version(meeting)}.late"
    writes = organiser_letter_writes("undecided_items", meeting.id, version, ctx)
    return [write for write in writes if write.item["sk"] != ctx.user.id]


def get_propose_page(meeting_id: str, ctx: Context) -> views.ItemForm:
    """The form to propose an item.

    Raises:
        NotFound: there is no such meeting.
        NotUpcoming: it has begun, or is closed or cancelled.
    """
    meeting = meetings_repository.get_meeting(ctx.table, meeting_id)
    meeting.require_upcoming(ctx.now)
    due = timeline.agenda_due_at(meeting, meetings_repository.get_rules(ctx.table, ctx.settings))
    return views.ItemForm(
        **views.meeting_fields(meeting),
        agenda_due_at=None if meeting.agenda_issued else stamp(due),
        kinds=views.conversation_kinds(),
    )


def get_own_item_page(meeting_id: str, item_id: str, ctx: Context) -> views.ItemView:
    """One's own item, while one may still change it.

    Raises:
        NotFound, NotUpcoming, ItemDecided: as `get_own_item`.
    """
    view = views.agenda_item(get_own_item(meeting_id, item_id, ctx), meeting_id, ctx.user)
    return view.model_copy(update={"kinds": views.conversation_kinds()})


def get_own_item(meeting_id: str, item_id: str, ctx: Context) -> Item:
    """One's own item, which nobody has decided on.

    Raises:
        NotFound: there is no such meeting, or no such item of one's own.
        NotUpcoming: the meeting has begun, or is closed or cancelled.
        ItemDecided: the co-chairs have decided on it.
    """
    meeting, items = repository.get_meeting_with_item(ctx.table, meeting_id, item_id)
    item = model.get_item([item for item in items if item.by == ctx.user.id], item_id)
    meeting.require_upcoming(ctx.now)
    if item.state != "proposed":
        raise model.ItemDecided
    return item


def edit_item(meeting_id: str, item_id: str, form: forms.EditItem, ctx: Context) -> views.ItemView:
    """Changes the words of one's own item.

    Raises:
        ItemChanged: it was changed or decided on since it was read.
        NotFound, NotUpcoming, ItemDecided: as `get_own_item`.
    """
    before = get_own_item(meeting_id, item_id, ctx)
    words = form.model_dump(exclude={"revision"})
    if words == before.model_dump(include=set(words)):
        return views.agenda_item(before, meeting_id, ctx.user)
    if form.revision != before.revision:
        raise model.ItemChanged
    after = before.change(**words)
    save_own_item(ctx.table, *repository.update_item_writes(meeting_id, before, after))
    return views.agenda_item(after, meeting_id, ctx.user)


def withdraw_item(meeting_id: str, item_id: str, ctx: Context) -> views.TakenBack:
    """Deletes one's own item, and its file.

    Raises:
        ItemChanged: it was changed or decided on a moment ago.
        NotFound, NotUpcoming, ItemDecided: as `get_own_item`.
    """
    before = get_own_item(meeting_id, item_id, ctx)
    file = repository.delete_file_writes(meeting_id, before, ctx.now)
    save_own_item(ctx.table, *repository.delete_item_writes(meeting_id, before), *file)
    return views.TakenBack(meeting=meeting_id)


def save_own_item(table: Table, *writes: Write) -> None:
    """Writes what changes one's own item.

    Raises:
        ItemChanged: somebody changed it or decided on it a moment ago.
    """
    with conflict_as(model.ItemChanged):
        table.transact(writes)


def get_decision_page(meeting_id: str, item_id: str, ctx: Context) -> views.ItemView:
    """One item, for who leads the meeting and decides on it.

    Raises:
        NotFound: there is no such meeting or item.
        LeadsOnly: somebody else leads the meeting.
    """
    meeting, items = repository.get_meeting_with_item(ctx.table, meeting_id, item_id)
    if not meeting.is_led_by(ctx.user):
        raise meetings_model.LeadsOnly
    item = model.get_item(items, item_id)
    return views.agenda_item(item, meeting_id, ctx.user, leads=True)


def accept_item(meeting_id: str, item_id: str, ctx: Context) -> views.ItemView:
    """Puts an item on the agenda.

    Raises:
        NotFound: there is no such meeting or item.
        ItemDecided: somebody has decided on it already.
        LeadsOnly, NotUpcoming, MeetingChanged: as `draft.change_agenda`.
    """

    def step(before: AgendaDraft) -> tuple[AgendaDraft, list[Write]]:
        return before.replace_item(model.get_item(before.items, item_id).decide("accepted"))

    after = draft.change_agenda(meeting_id, "accept_item", ctx, step)
    return views.agenda_item(model.get_item(after.items, item_id), meeting_id, ctx.user, leads=True)


def decline_item(
    meeting_id: str, item_id: str, form: forms.DeclineItem, ctx: Context
) -> views.ItemView:
    """Declines an item and notifies its proposer, with the reason.

    Raises:
        NotFound: there is no such meeting or item.
        ItemDecided: somebody has decided on it already.
        LeadsOnly, NotUpcoming, MeetingChanged: as `draft.change_agenda`.
    """

    def step(before: AgendaDraft) -> tuple[AgendaDraft, list[Write]]:
        item = model.get_item(before.items, item_id).decide("declined", form.reason)
        after, writes = before.replace_item(item)
        if item.by:  # nobody, where they were erased meanwhile
            letter = LetterId("item_declined", meeting_id, f"{item_id}.{item.revision}", item.by)
            writes.append(letters_repository.insert_write(Letter(letter), ctx.now))
        return after, writes

    after = draft.change_agenda(meeting_id, "decline_item", ctx, step)
    return views.agenda_item(model.get_item(after.items, item_id), meeting_id, ctx.user, leads=True)


def reopen_item(meeting_id: str, item_id: str, ctx: Context) -> views.ItemView:
    """Sets a decided item back to undecided.

    A letter that it was declined, not yet sent, is void.

    Raises:
        NotFound: there is no such meeting or item.
        Conflict: nobody has decided on it.
        LeadsOnly, NotUpcoming, MeetingChanged: as `draft.change_agenda`.
    """

    def step(before: AgendaDraft) -> tuple[AgendaDraft, list[Write]]:
        return before.replace_item(model.get_item(before.items, item_id).reopen())

    after = draft.change_agenda(meeting_id, "reopen_item", ctx, step)
    return views.agenda_item(model.get_item(after.items, item_id), meeting_id, ctx.user, leads=True)
