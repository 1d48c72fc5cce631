"""Owns the use cases of the inbox: list, read, send a sign-up link, put away, and forget in time."""

import re
from datetime import datetime

from comhar import retention
from comhar.aws.buckets import Letterbox
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.communities.repository import text
from comhar.due_work import leases
from comhar.errors import Conflict, FieldError, Invalid, Malformed, NotFound
from comhar.inbox import mail_body, mail_headers, model, repository, views
from comhar.inbox.mail_body import Contents, File
from comhar.inbox.model import State
from comhar.membership import email_addresses
from comhar.membership.model import AlreadyMember, Member
from comhar.membership.repository import Members, audit

PAGE = 50
INBOX = "INBOX"  # the audit's subject for what concerns the whole list
_ID = r"[0-9]{17}-[0-9a-f]{16}"


def show_list(
    state: str | None, cursor: str | None, me: Member, now: datetime, table: Table
) -> views.Inbox:
    """One page of the open mails, or of those done; newest first. Who looked is noted in the audit: it
    names people, who may be in distress.

    Raises Invalid for a state there is not, Malformed for a cursor of another list.
    """
    wanted = next((each for each in repository.STATES if each == (state or "open")), None)
    if wanted is None:
        raise Invalid(FieldError("state", "Choose open or done."))
    if cursor and not re.fullmatch(f"MAIL#{_ID}", cursor, re.ASCII):
        raise Malformed("This page of the list does not exist.", next="Start from the first page.")
    page = repository.listed(table, wanted, cursor or None, PAGE)
    rows = [views.row(item) for item in page.items]
    days = retention.kept("inbound").days
    table.transact([audit(me, "read_inbox", INBOX, now, state=wanted, rows=len(rows))])
    return views.Inbox(messages=rows, next=page.next, state=wanted, kept_days=days)


def show(
    mail_id: str, me: Member, now: datetime, members: Members, letterbox: Letterbox
) -> views.Message:
    """One mail with its words; that it was read is noted in the audit. Raises NotFound."""
    item = existing(mail_id, members.table)
    inside = _contents(item, letterbox)
    known = members.by_address(item["sender"]) if item["sender"] else None
    members.table.transact([audit(me, "read_mail", _subject(mail_id), now)])
    return views.message(item, inside, known, text(members.table, "help")["entries"])


def hand_out(
    mail_id: str, number: int, me: Member, now: datetime, table: Table, letterbox: Letterbox
) -> tuple[str, bytes]:
    """Name and bytes of a file that came with the mail; number 0 is the whole mail.

    Who took it is noted in the audit. Raises NotFound, NotKept, TooBig.
    """
    item = existing(mail_id, table)
    raw = letterbox.get(item["message"]) if item["kind"] != "virus" else None
    if raw is None:
        raise model.NotKept
    whole = File(f"mail-{mail_id}.eml", "message/rfc822", raw)
    files = (whole, *mail_body.contents(mail_headers.parsed(raw)).files)
    if not 0 <= number < len(files):
        raise NotFound
    if len(files[number].body) > views.LARGEST:
        raise model.TooBig
    table.transact([audit(me, "download_mail", _subject(mail_id), now, file=number)])
    return files[number].name, files[number].body


def invite(mail_id: str, me: Member, now: datetime, members: Members) -> views.Row:
    """Sends a sign-up link to whoever wrote, invited by the office.

    Raises NotFound, NotToBeInvited, AlreadyMember, AlreadyInvited.
    """
    item = existing(mail_id, members.table)
    email = item["sender"]
    if item["kind"] not in model.INVITED:
        raise model.NotToBeInvited
    if members.by_address(email):
        raise AlreadyMember(next="You find them in the list of members.")
    letter = email_addresses.link_letter("join", email, {"invited": True}, now)
    rest = (
        repository.invited(item, now),
        email_addresses.invitation(email, me.id, now),
        audit(me, "invite", _subject(mail_id), now),
    )
    try:
        members.table.transact([letter, *rest])
    except ConditionFailed as lost:
        raise model.AlreadyInvited from lost
    return views.row(item)


def put_away(mail_id: str, state: State, me: Member, now: datetime, table: Table) -> views.Row:
    """Moves a mail to the other list; one that is there already stays. Raises NotFound, Conflict."""
    item = existing(mail_id, table)
    if item["state"] != state:
        what = "mail_done" if state == "done" else "mail_reopened"
        try:
            table.transact(
                [*repository.moved(item, state), audit(me, what, _subject(mail_id), now)]
            )
        except ConditionFailed as lost:  # somebody else was first, or it has just been deleted
            if existing(mail_id, table)["state"] != state:
                raise Conflict from lost
    return views.row({**item, "state": state})


def forget(item: Item, table: Table, letterbox: Letterbox) -> None:
    """Deletes a claimed mail whose time is over: the file first, so that no name of it is lost."""
    letterbox.delete(item["message"])
    try:
        table.transact(repository.forgotten(item, leases.held(item)))
    except ConditionFailed:  # it was moved meanwhile: there it is due at once
        return


def existing(mail_id: str, table: Table) -> Item:
    """Raises NotFound."""
    item = repository.find(table, mail_id) if re.fullmatch(_ID, mail_id, re.ASCII) else None
    if item is None:
        raise NotFound
    return item


def _contents(item: Item, letterbox: Letterbox) -> Contents | None:
    """What the mail says; None where a virus was found, or its file is not there."""
    raw = letterbox.get(item["message"]) if item["kind"] != "virus" else None
    return mail_body.contents(mail_headers.parsed(raw)) if raw is not None else None


def _subject(mail_id: str) -> str:
    """What the audit calls a mail."""
    return f"mail-{mail_id}"
