"""The items of the inbox: each mail in the list of open or of done ones.

What stands under the address of the sender finds it. The text is not here: it stays in its file.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from comhar import deletion_holds, retention, waiting_rows
from comhar.address_digests import address_digest
from comhar.aws.buckets import InboxBucket
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    Delete,
    Item,
    Key,
    Put,
    Update,
    Write,
    absent,
    absent_or_at_most,
    present,
)
from comhar.aws.dynamodb import Page, Table
from comhar.context import Context
from comhar.dates.dublin_time import stamp, unstamp
from comhar.formatting import Instant
from comhar.inbox.model import A_DAY, ANNOUNCED, Kind, Mail, State

STATES: tuple[State, ...] = ("open", "done")


def key(state: str, mail_id: str) -> Key:
    return f"INBOX#{state}", f"MAIL#{mail_id}"


def pointer_key(address: str, mail_id: str) -> Key:
    """Where it stands that an address wrote this; `address` is the digest."""
    return f"ADDRESS#{address}", f"MAIL#{mail_id}"


def to_item(mail: Mail, kind: Kind, state: State) -> Item:
    """The mail in its list, with the work that deletes it when its time is over."""
    pk, sk = key(state, mail.id)
    attributes = {
        name: getattr(mail, name) for name in ("id", "message", "sender", "name", "subject")
    }
    item = {"pk": pk, "sk": sk, **attributes, "kind": kind, "state": state, "at": stamp(mail.at)}
    until = {"due": "work", "due_at": stamp(mail.at + retention.period("inbound"))}
    language = {"irish": True} if mail.is_irish else {}
    return {**item, "verdicts": dict(vars(mail.verdicts)), **language, **_wish(mail), **until}


def _wish(mail: Mail) -> Item:
    """What a calendar reply asks for: another time, or that somebody else goes.

    `by_attendee` says whether the very person is proven to have proposed it.
    """
    wish: Item = {}
    for reply in reversed(mail.replies):  # the first is the one that stays
        if reply.is_proposal:
            wish["proposal"] = {
                **{
                    name: getattr(reply, name)
                    for name in ("uid", "sequence", "attendee", "comment")
                },
                "starts_at": stamp(reply.starts_at) if reply.starts_at else None,
                "ends_at": stamp(reply.ends_at) if reply.ends_at else None,
                "by_attendee": mail.is_by_attendee(reply),
            }
        if reply.delegated_to:
            wish["delegated_to"] = list(reply.delegated_to)
    return wish


def insert_writes(item: Item) -> list[Write]:
    """The writes of a mail and of the pointer that finds it by its address.

    Refused if it is there.
    """
    writes: list[Write] = [Put(item, condition=UNLESS_EXISTS), _waiting_write(item)]
    if item["sender"]:
        pk, sk = pointer_key(address_digest(item["sender"]), item["id"])
        writes.append(Put({"pk": pk, "sk": sk, "message": item["message"]}))
    return writes


def note_answer_write(address: str, now: datetime) -> Put:
    """That an address (its digest) is answered; refused within a day of the last time."""
    item = {"pk": f"ADDRESS#{address}", "sk": "ANSWERED", "at": stamp(now)}
    until = {"expires": int((now + A_DAY).timestamp())}
    return Put(item | until, condition={"at": absent_or_at_most(stamp(now - A_DAY))})


def move_writes(item: Item, state: State, **noted: str) -> list[Write]:
    """The writes that move a mail to the other list, with what is `noted` on it.

    Refused when it is there no more, or changed meanwhile.
    """
    pk, sk = key(state, item["id"])
    as_read = {name: item.get(name, absent) for name in ("invited_at", "passed_on_at")}
    condition = {"pk": present, **as_read}
    there = Delete((item["pk"], item["sk"]), condition=condition)
    moved = {**item, **noted, "pk": pk, "sk": sk, "state": state}
    return [there, Put(moved), _waiting_write(moved)]


def note_reading_write(item: Item, now: datetime) -> Update:
    """That the office opened a mail; refused where it was opened or moved before."""
    condition = {"pk": present, "read_at": absent}
    return Update((item["pk"], item["sk"]), set={"read_at": stamp(now)}, condition=condition)


def pass_on_writes(item: Item, now: datetime) -> list[Write]:
    """Notes that a mail was passed on, and puts it away; refused for a second time."""
    if item["state"] == "open":
        return move_writes(item, "done", passed_on_at=stamp(now))
    condition = {"pk": present, "passed_on_at": absent}
    return [Update((item["pk"], item["sk"]), set={"passed_on_at": stamp(now)}, condition=condition)]


def _waiting_write(item: Item) -> Write:
    """Whether the mail waits for the office: it does while it is open."""
    if item["state"] == "open":
        facts = {"announced": True} if item["kind"] in ANNOUNCED else {}
        return waiting_rows.begin_write("answer_mail", item["id"], unstamp(item["at"]), **facts)
    return waiting_rows.end_write("answer_mail", item["id"])


def note_waiting(item: Item, claim: Check, ctx: Context[None]) -> None:
    """Notes that an open mail waits, which an earlier version did not.

    Raises:
        ConditionFailed: another worker has the work.
    """
    waiting_rows.note_earlier(item, {"pk": present}, _waiting_write(item), claim, ctx.table)


def note_invitation_write(item: Item, now: datetime) -> Update:
    """That a sign-up link was sent in answer; refused for a second one."""
    condition = {"pk": present, "invited_at": absent}
    return Update((item["pk"], item["sk"]), set={"invited_at": stamp(now)}, condition=condition)


def delete_writes(item: Item, condition: dict[str, Any]) -> list[Write]:
    """The mail and its pointer, gone."""
    writes: list[Write] = [
        Delete((item["pk"], item["sk"]), condition=condition),
        waiting_rows.end_write("answer_mail", item["id"]),
    ]
    if item["sender"]:
        writes.append(Delete(pointer_key(address_digest(item["sender"]), item["id"])))
    return writes


def find(table: Table, mail_id: str) -> Item | None:
    """The mail, open or done; one batch, and another where it is in neither."""
    keys = [key(state, mail_id) for state in STATES]
    for _ in range(2):  # once more, as it may have been moved between the two lookups
        if item := next(filter(None, table.batch_get(keys)), None):
            return item
    return None


def list_page(table: Table, state: State, after: str | None, size: int) -> Page:
    """One page of the open mails, or of those done, newest first."""
    return table.query(f"INBOX#{state}", "MAIL#", after=after, limit=size, newest_first=True)


def list_from_address(address: str, table: Table) -> list[Item]:
    """The mails that came from an address (its digest), oldest first."""
    ids = [each["sk"].partition("#")[2] for each in _pointers(address, table)]
    return [item for item in (find(table, mail_id) for mail_id in ids) if item]


def export(table: Table, address: str, before: str = "~") -> dict[str, list[Item]]:
    """The mails that came from an address (its digest) before that instant."""
    rows = [
        {"at": Instant(item["at"]), "subject": item.get("subject")}
        for item in list_from_address(address, table)
        if item["at"] < before
    ]
    return {"mail": rows}


def erase_writes(
    table: Table,
    letterbox: InboxBucket,
    address: str,
    is_theirs: Callable[[Item], bool] | None = None,
) -> Iterator[list[Write]]:
    """Deletes all mail from an address (its digest), or what of it `is_theirs`.

    Each file goes before what names it, so that it can be called again after a crash. Mail on hold goes when
    the hold ends.
    """
    for pointer in _pointers(address, table):
        mail_id = pointer["sk"].partition("#")[2]
        if is_theirs:
            mail = find(table, mail_id)
            if mail is None or not is_theirs(mail):
                continue
        if hold := table.get(deletion_holds.key("mail", mail_id)):
            if mail := find(table, mail_id):
                yield [deletion_holds.put_off_write(mail, hold["ends_at"])]
            continue
        letterbox.delete(pointer["message"])
        yield [
            *(Delete(key(state, mail_id)) for state in STATES),
            waiting_rows.end_write("answer_mail", mail_id),
            Delete((pointer["pk"], pointer["sk"])),
        ]
    if is_theirs is None:
        yield [Delete((f"ADDRESS#{address}", "ANSWERED"))]


def _pointers(address: str, table: Table) -> list[Item]:
    return table.query(f"ADDRESS#{address}", "MAIL#").items
