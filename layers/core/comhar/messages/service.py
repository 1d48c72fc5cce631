"""Use cases of messages: write to members, preview, stop, send, reply."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from comhar.aws.conditions import ConditionFailed, Item, conflict_as, retry_conflicts
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp, to_wall
from comhar.dates.working_days import at_once
from comhar.email_links import LinkSpent, get_link, spend_write
from comhar.errors import FieldError, Invalid, NotFound, NotYours
from comhar.idempotency import REPEATABLE, Once
from comhar.letters import repository as letters_repository
from comhar.letters.model import Mailing
from comhar.meetings import reply_counts
from comhar.meetings import repository as meetings_repository
from comhar.membership import member_counts
from comhar.membership.member_fields import require_region
from comhar.membership.model import Member
from comhar.membership.repository import audit_write, find_members
from comhar.messages import forms, model, repository, views
from comhar.messages.model import Message, MessageGone, MessagesChanged
from comhar.tokens import new_id

NO_MEETING = FieldError("meeting", "Choose a meeting of this community.")
_NEXT = "You can still write to your co-chairs: their names are on your community’s page."


def list_messages(region: str, ctx: Context) -> views.Messages:
    """The newest messages to a community's members; one query."""
    messages = repository.list_messages(ctx.table, require_region(region))
    rows = [views.MessageRow.model_validate(views.row(message)) for message in messages]
    return views.Messages(region=region, messages=rows)


def get_form(region: str, ctx: Context) -> views.MessageForm:
    """What the form to write starts from; one query."""
    rows = meetings_repository.list_rows_from(ctx.table, require_region(region), to_wall(ctx.now))
    meetings = [
        views.MeetingChoice(id=each["id"], starts_at=each["starts_at"])
        for each in rows
        if each["state"] == "scheduled"
    ]
    return views.MessageForm(region=region, name=ctx.user.display_name, meetings=meetings)


def preview(region: str, form: forms.Write, ctx: Context) -> views.MessageForm:
    """The form with the message as members will see it; nothing is written.

    Raises:
        Invalid, TooManyMessages: as `write`.
    """
    message, _ = _prepare(region, form, ctx)
    counted = views.Preview(
        people=message.people,
        sends_at=stamp(message.sends_at),
        needs_release=message.state == "unreleased",
    )
    return get_form(region, ctx).model_copy(update={"preview": counted})


def write(
    region: str, form: forms.Write, ctx: Context, once: Once = REPEATABLE
) -> views.MessageView:
    """Writes to the members; it goes out after ten minutes, in the hours of emails.

    Raises:
        Invalid: no meeting is chosen, or it is no meeting of the community.
        TooManyMessages: the co-chairs sent two in seven days.
        MessagesChanged: others were written meanwhile, again and again.
    """

    def save() -> Message:
        message, recent = _prepare(region, form, ctx)
        ctx.table.transact(
            [
                *repository.insert_writes(message, recent, ctx.now),
                audit_write(ctx.user, "write_message", message.id, ctx.now, region=region),
                *once.writes(message.id),
            ]
        )
        return message

    with conflict_as(MessagesChanged):
        message = retry_conflicts(save)
    return view(message, (), ctx)


def _prepare(region: str, form: forms.Write, ctx: Context) -> tuple[Message, Item | None]:
    """The message as it would be stored, and what is counted so far; two or three reads."""
    require_region(region)
    by_office = region not in ctx.user.chair_of
    recent, closures = ctx.table.batch_get(
        [repository.recent_key(region), communities_repository.CLOSURES]
    )
    if not by_office:
        model.require_room(repository.recent_from_item(recent, ctx.now))
    people = _count_people(region, form, ctx)
    message = Message(
        **form.model_dump(exclude={"meeting"}),
        meeting=form.meeting if form.to != "members" else None,
        id=new_id(ctx.now, region),
        region=region,
        writer=ctx.user.id,
        writer_name=ctx.user.display_name,
        by_office=by_office,
        people=people,
        state=model.choose_state(by_office, people),
        written_at=ctx.now,
        sends_at=at_once(
            ctx.now + model.UNDO, communities_repository.closed_days_from_item(closures)
        ),
    )
    return message, recent


def _count_people(region: str, form: forms.Write, ctx: Context) -> int:
    active = member_counts.count_askable(ctx.table, region, local_date(ctx.now))
    if form.to == "members":
        return active
    if not form.meeting or not form.meeting.startswith(f"{region}-"):
        raise Invalid(NO_MEETING)
    try:
        bundle = meetings_repository.get_bundle(ctx.table, form.meeting)
    except NotFound:
        raise Invalid(NO_MEETING) from None
    answers = reply_counts.count_answers(bundle)
    return answers["yes"] if form.to == "coming" else max(active - answers.total(), 0)


def get_message(message_id: str, ctx: Context) -> views.MessageView:
    """A message; with the replies for who wrote it. Two reads."""
    message = repository.get_message(ctx.table, message_id)
    own = message.writer == ctx.user.id
    return view(message, repository.list_replies(ctx.table, message_id) if own else (), ctx)


def view(message: Message, replies: Sequence[Item], ctx: Context) -> views.MessageView:
    """A message as the user may see and change it."""
    listed = [
        views.ReplyView(name=each["name"], text=each["text"], at=each["at"]) for each in replies
    ]
    return views.MessageView.model_validate(
        {
            **views.row(message),
            "text": message.text,
            "released_by": message.released_by,
            "purpose": model.get_purpose_title(message.purpose),
            "may_cancel": model.may_cancel(message, ctx.user),
            "may_release": model.may_release(message, ctx.user),
            "replies": listed if message.writer == ctx.user.id else None,
        }
    )


def cancel(message_id: str, ctx: Context) -> views.MessageView:
    """Stops a message that has not gone out.

    Raises:
        NotFound: there is none.
        NotYours: it is the office's, and the user is not of the office.
        MessageGone: it went out, or was stopped.
        MessagesChanged: others were written meanwhile, again and again.
    """
    with conflict_as(MessagesChanged):
        message = retry_conflicts(partial(_cancel, message_id, ctx))
    return view(message, (), ctx)


def _cancel(message_id: str, ctx: Context) -> Message:
    region = message_id.partition("-")[0]
    stored, recent = ctx.table.batch_get(
        [repository.key(message_id), repository.recent_key(region)]
    )
    if stored is None:
        raise NotFound
    message = repository.from_item(stored)
    if not model.is_stoppable(message):
        raise MessageGone
    if not model.may_cancel(message, ctx.user):
        raise NotYours
    ctx.table.transact(
        [
            *repository.cancel_writes(message, recent, ctx.now),
            audit_write(ctx.user, "cancel_message", message.id, ctx.now, region=region),
        ]
    )
    return message.model_copy(update={"state": "cancelled"})


def send(item: Item, ctx: Context[None]) -> None:
    """Writes the mailings of a claimed message; its letters read whom it is for."""
    mailings = _list_mailings(repository.from_item(item))
    with suppress(ConditionFailed):  # stopped just now, or another worker's
        ctx.table.transact(
            [
                repository.sent_write(item),
                *(letters_repository.insert_mailing_write(each, ctx.now) for each in mailings),
            ]
        )


def _list_mailings(message: Message) -> list[Mailing]:
    if message.to == "regions":
        return [Mailing("message", message.id, code, code) for code in message.regions]
    if message.to in (
        "chairs",
        "people",
        "peer",
    ):  # nobody, where all of them were erased meanwhile
        named = Mailing("message", message.id, "0", people=message.recipients)
        return [named] if message.recipients else []
    facts = {"meeting": message.meeting} if message.meeting else {}
    return [Mailing("message", message.id, "0", message.region, facts=facts)]


def get_reply_page(token: str, ctx: Context[Member | None]) -> views.ReplyPage:
    """What an emailed link to reply opens; three reads.

    Raises:
        LinkSpent: it was used, has run out, or who wrote the message has left.
    """
    message, member, _ = _open_link(token, ctx)
    return views.ReplyPage(
        **message.model_dump(include={"region", "by_office", "subject", "text", "writer_name"}),
        token=token,
        whose=member.short_name,
    )


def reply(token: str, form: forms.Reply, ctx: Context[Member | None]) -> views.Replied:
    """Keeps a reply and emails it to who wrote the message; once a link.

    Raises:
        LinkSpent: as for the page.
    """
    message, member, link = _open_link(token, ctx)
    ctx.table.transact(
        [
            spend_write(link, ctx.now, LinkSpent),
            *repository.reply_writes(message, member, form.text, ctx.now),
        ]
    )
    return views.Replied(region=message.region)


def _open_link(token: str, ctx: Context[Member | None]) -> tuple[Message, Member, Item]:
    link = get_link(ctx.table, token, "reply", ctx.now, _NEXT)
    message = repository.find_message(ctx.table, link["subject"])
    if message is None:
        raise LinkSpent(next=_NEXT)
    people = find_members(ctx.table, ctx.settings, [link["person"], message.writer])
    member, writer = people
    if not member or not member.active or not model.is_reachable(writer, message):
        raise LinkSpent(next=_NEXT)
    return message, member, link
