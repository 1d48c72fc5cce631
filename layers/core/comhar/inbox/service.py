"""Use cases of the inbox: list, read, send a sign-up link, put away, delete."""

import re
from collections.abc import Iterable
from contextlib import suppress
from email.message import Message
from typing import Any

from comhar import deletion_holds, retention
from comhar.aws.buckets import InboxBucket
from comhar.aws.conditions import ConditionFailed, Item, conflict_as
from comhar.aws.dynamodb import Table
from comhar.communities.model import apply_wording
from comhar.communities.repository import text_key
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.dates.ics import find_meeting_id
from comhar.due_work import leases
from comhar.errors import Conflict, FieldError, Invalid, Malformed, NotFound
from comhar.inbox import (
    calendar_replies,
    mail_answers,
    mail_body,
    mail_headers,
    model,
    repository,
    views,
)
from comhar.inbox.calendar_views import calendar_reply
from comhar.inbox.mail_body import File
from comhar.inbox.model import Reply, State
from comhar.meetings import repository as meetings_repository
from comhar.meetings.model import Meeting
from comhar.membership import email_addresses
from comhar.membership.model import AlreadyMember, Member
from comhar.membership.repository import audit_write, find_by_address
from comhar.messages import repository as messages_repository

PAGE = 50
INBOX = "INBOX"  # the audit's subject for what concerns the whole list
_ID = r"[0-9]{17}-[0-9a-f]{16}"


def show_list(state: str | None, cursor: str | None, ctx: Context) -> views.Inbox:
    """One page of the open mails, or of those done; newest first.

    Who looked is noted in the audit: the list names people, who may be in distress.

    Raises:
        Invalid: there is no such state.
        Malformed: the cursor is of another list.
    """
    wanted = next((each for each in repository.STATES if each == (state or "open")), None)
    if wanted is None:
        raise Invalid(FieldError("state", "Choose open or done."))
    if cursor and not re.fullmatch(f"MAIL#{_ID}", cursor, re.ASCII):
        raise Malformed("This page of the list does not exist.", next="Start from the first page.")
    page = repository.list_page(ctx.table, wanted, cursor or None, PAGE)
    rows = [views.row(item) for item in page.items]
    days = retention.period("inbound").days
    line = audit_write(ctx.user, "read_inbox", INBOX, ctx.now, state=wanted, rows=len(rows))
    ctx.table.transact([line])
    return views.Inbox(messages=rows, next=page.next, state=wanted, kept_days=days)


def show(mail_id: str, ctx: Context, letterbox: InboxBucket) -> views.Message:
    """One mail with its words; that it was read is noted in the audit.

    Raises:
        NotFound: there is no such mail.
    """
    item = get_mail(mail_id, ctx.table)
    mail, member = _read(item, letterbox), _find_sender(item, ctx)
    contents = mail_body.contents(mail) if mail else None
    answered = mail_answers.find_answered(item, mail, member, ctx) if mail else None
    line = audit_write(ctx.user, "read_mail", _subject(mail_id), ctx.now)
    noted = [] if "read_at" in item else [repository.note_reading_write(item, ctx.now)]
    ctx.table.transact([line], optional=noted)
    replies = calendar_replies.read(mail_body.calendars(mail), item["sender"]) if mail else ()
    helps, meetings = _read_help_and_meetings(replies, ctx.table)
    rows = [calendar_reply(reply, item, meetings, member is not None, ctx.now) for reply in replies]
    return views.message(item, contents, member, helps, answered, rows)


def _read_help_and_meetings(
    replies: Iterable[Reply], table: Table
) -> tuple[list[dict[str, Any]], dict[str, Meeting]]:
    """Where help is found, and the meetings that are answered; one read."""
    ids = list(dict.fromkeys(filter(None, (find_meeting_id(reply.uid) for reply in replies))))
    text, *items = table.batch_get([text_key("help"), *map(meetings_repository.key, ids)])
    found = {item["id"]: meetings_repository.from_item(item) for item in items if item}
    return apply_wording("help", (text or {}).get("words"))["entries"], found


def pass_on_answer(mail_id: str, ctx: Context, letterbox: InboxBucket) -> views.Row:
    """Passes a member's answer on to who wrote the message, and puts the mail away.

    Raises:
        NotFound: there is no such mail.
        NotToBePassedOn: it answers no message, or it was passed on.
    """
    item = get_mail(mail_id, ctx.table)
    mail, member = _read(item, letterbox), _find_sender(item, ctx)
    answered = mail_answers.find_answered(item, mail, member, ctx) if mail else None
    if answered is None or member is None:
        raise model.NotToBePassedOn
    message, text = answered
    with conflict_as(model.NotToBePassedOn):
        ctx.table.transact(
            [
                *messages_repository.reply_writes(message, member, text, ctx.now),
                *repository.pass_on_writes(item, ctx.now),
                audit_write(ctx.user, "pass_on_mail", _subject(mail_id), ctx.now),
            ]
        )
    return views.row({**item, "state": "done", "passed_on_at": stamp(ctx.now)})


def _find_sender(item: Item, ctx: Context) -> Member | None:
    sender = item["sender"]
    return find_by_address(ctx.table, ctx.settings, sender) if sender else None


def hand_out(mail_id: str, number: int, ctx: Context, letterbox: InboxBucket) -> tuple[str, bytes]:
    """Name and bytes of a file that came with the mail; number 0 is the whole mail.

    Who took it is noted in the audit.

    Raises:
        NotFound: there is no such mail, or no such file.
        NotKept: the mail's file is not there, or a virus was found in it.
        TooBig: the file is larger than a function can answer with.
    """
    item = get_mail(mail_id, ctx.table)
    raw = letterbox.get(item["message"]) if item["kind"] != "virus" else None
    if raw is None:
        raise model.NotKept
    whole = File(f"mail-{mail_id}.eml", "message/rfc822", raw)
    files = (whole, *mail_body.contents(mail_headers.parsed(raw)).files)
    if not 0 <= number < len(files):
        raise NotFound
    if len(files[number].body) > views.LARGEST:
        raise model.TooBig
    ctx.table.transact(
        [audit_write(ctx.user, "download_mail", _subject(mail_id), ctx.now, file=number)]
    )
    return files[number].name, files[number].body


def invite(mail_id: str, ctx: Context) -> views.Row:
    """Sends a sign-up link to whoever wrote, invited by the office.

    Raises:
        NotFound: there is no such mail.
        NotToBeInvited: nobody may be invited in answer to a mail of its kind.
        AlreadyMember: the sender is one.
        AlreadyInvited: a link was sent in answer already.
    """
    item = get_mail(mail_id, ctx.table)
    email = item["sender"]
    if item["kind"] not in model.INVITED:
        raise model.NotToBeInvited
    if find_by_address(ctx.table, ctx.settings, email):
        raise AlreadyMember(next="They are in the list of members.")
    with conflict_as(model.AlreadyInvited):
        ctx.table.transact(
            [
                email_addresses.link_letter_write("join", email, {"invited": True}, ctx.now),
                repository.note_invitation_write(item, ctx.now),
                email_addresses.invitation_write(email, ctx.user.id, ctx.now),
                audit_write(ctx.user, "invite", _subject(mail_id), ctx.now),
            ]
        )
    return views.row(item)


def put_away(mail_id: str, state: State, ctx: Context) -> views.Row:
    """Moves a mail to the other list; one that is there already stays.

    Raises:
        NotFound: there is no such mail.
        Conflict: somebody else moved it back at the same moment.
    """
    item = get_mail(mail_id, ctx.table)
    moved = item["state"] == state or _move(item, state, ctx)
    if not moved and get_mail(mail_id, ctx.table)["state"] != state:
        raise Conflict
    return views.row({**item, "state": state})


def _move(item: Item, state: State, ctx: Context) -> bool:
    """Whether it could be moved: somebody else may be first, or it has just been deleted."""
    what = "mail_done" if state == "done" else "mail_reopened"
    line = audit_write(ctx.user, what, _subject(item["id"]), ctx.now)
    with suppress(ConditionFailed):
        ctx.table.transact([*repository.move_writes(item, state), line])
        return True
    return False


def forget(item: Item, ctx: Context[None], letterbox: InboxBucket) -> None:
    """Deletes a claimed mail whose time is over, once no hold lasts on it.

    The file goes first, so that no name of it is lost.
    """
    if deletion_holds.postpone(item, "mail", item["id"], ctx.table, ctx.now):
        return
    letterbox.delete(item["message"])
    with suppress(ConditionFailed):  # it was moved meanwhile: there it is due at once
        ctx.table.transact(repository.delete_writes(item, leases.still_leased(item)))


def get_mail(mail_id: str, table: Table) -> Item:
    """Raises NotFound."""
    item = repository.find(table, mail_id) if re.fullmatch(_ID, mail_id, re.ASCII) else None
    if item is None:
        raise NotFound
    return item


def _read(item: Item, letterbox: InboxBucket) -> Message | None:
    """The mail itself; None where a virus was found, or its file is not there."""
    raw = letterbox.get(item["message"]) if item["kind"] != "virus" else None
    return mail_headers.parsed(raw) if raw is not None else None


def _subject(mail_id: str) -> str:
    """What the audit calls a mail."""
    return f"mail-{mail_id}"
