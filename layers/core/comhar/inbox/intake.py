"""Use cases for incoming mail: read, classify, queue once, and answer if allowed."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from comhar.address_digests import address_digest
from comhar.aws.buckets import InboxBucket
from comhar.aws.conditions import ConditionFailed, Item, Write
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.inbox import (
    announcements,
    calendar_replies,
    language,
    mail_body,
    mail_headers,
    model,
    repository,
)
from comhar.inbox.model import Mail, State
from comhar.membership import email_addresses, link_requests
from comhar.membership.repository import find_by_address
from comhar.telemetry import log_error
from comhar.tokens import digest

_BEGINNING = 256 * 1024  # bytes of a mail: its head, and a calendar's reply, which is short

Answer = Callable[[model.Reply], bool]


class NotTakenIn(Exception):
    """Some mail could not be taken in.

    SES's event comes again, and then somebody should look.
    """


def take_in_all(
    records: list[dict[str, Any]], ctx: Context[None], letterbox: InboxBucket, answer: Answer
) -> int:
    """Takes in each mail of a receipt of SES; how many were answered.

    `answer` records what a calendar's reply says, or notifies the organisers of what it proposes, and tells
    whether it could.

    Raises:
        NotTakenIn: bare, for Lambda writes an error's words to the log, and they may hold an address.
    """
    answered, failed = 0, 0
    for record in records:
        try:
            answered += take_in(record["ses"], ctx, letterbox, answer)
        except Exception as error:
            log_error("mail_failed", error)
            failed += 1
    if failed:
        raise NotTakenIn(f"{failed} mails could not be taken in")
    return answered


def take_in(
    ses: dict[str, Any], ctx: Context[None], letterbox: InboxBucket, answer: Answer
) -> bool:
    """Queues a mail for the office once, and answers it if a machine may.

    Returns whether it was answered.

    However often SES tells of it, it is queued and answered once.
    """
    at = datetime.fromisoformat(ses["mail"]["timestamp"])
    if repository.find(ctx.table, model.mail_id(ses["mail"]["messageId"], at)):
        return False
    mail = _read(ses, at, letterbox)
    known = bool(mail.sender) and _is_known(mail.sender, ctx)
    kind = model.kind(mail, known, ctx.settings)
    item = repository.to_item(mail, kind, "open")
    if kind == "calendar":
        item = _with_answer(mail, item, answer)
    return _queue(item, mail, ctx.now, ctx.table)


def _read(ses: dict[str, Any], at: datetime, letterbox: InboxBucket) -> Mail:
    """The mail as its file says, or as SES tells where there is no file, or none that can be read:
    whatever was sent, a person can see that something came."""
    receipt = ses["mail"]
    head = mail_headers.from_receipt(receipt.get("headers", []))
    for raw in (letterbox.get(receipt["messageId"]) or head, head):
        try:
            return _mail(raw[:_BEGINNING], ses, at)
        except Exception as error:  # a fault of ours or the libraries', which must not lose a mail
            log_error("mail_not_read", error)
    return _mail(b"", ses, at)


def _mail(raw: bytes, ses: dict[str, Any], at: datetime) -> Mail:
    message = mail_headers.parsed(raw)
    facts = mail_headers.facts(message, ses["mail"].get("source"))
    words = mail_body.contents(message).words
    replies = calendar_replies.read(mail_body.calendars(message), facts["sender"])
    has_words = bool(words) and not mail_headers.sent_by_a_program(message)
    verdicts = model.Verdicts.of(ses["receipt"])
    return Mail(
        ses["mail"]["messageId"],
        at,
        verdicts=verdicts,
        replies=replies,
        has_own_words=has_words or any(reply.comment for reply in replies),
        is_irish=language.seems_irish(words),
        **facts,
    )


def _is_known(email: str, ctx: Context[None]) -> bool:
    return (
        email in ctx.settings.office_emails
        or find_by_address(ctx.table, ctx.settings, email) is not None
    )


def _with_answer(mail: Mail, item: Item, answer: Answer) -> Item:
    """The item of calendar replies: done when all their answers could be recorded and say nothing else."""
    recorded = [
        reply for reply in mail.replies if mail.is_by_attendee(reply) and _record(reply, answer)
    ]
    if any(reply.is_wish for reply in recorded):
        item = {**item, "organisers_notified": True}
    answers = [reply.answer for reply in recorded if not reply.is_wish]
    if not answers:
        return item
    is_done = len(answers) == len(mail.replies) and not mail.has_own_words
    state: State = "done" if is_done else "open"
    return {**item, "pk": repository.key(state, mail.id)[0], "state": state, "answer": answers[0]}


def _record(reply: model.Reply, answer: Answer) -> bool:
    """Whether the answer could be recorded; if not, the mail waits for a person."""
    try:
        return answer(reply)
    except Exception as error:
        log_error("answer_not_recorded", error)
        return False


def _queue(item: Item, mail: Mail, now: datetime, table: Table) -> bool:
    """Writes the mail, and with it the answer, unless the address was answered within a day."""
    purpose = model.ANSWERS.get(item["kind"])
    if purpose:
        # Refused: answered within the day, or taken in by another. The next write tells which.
        with suppress(ConditionFailed, link_requests.LinkRequestConflict):
            return _write_answered(purpose, item, mail, now, table)
    with suppress(ConditionFailed):  # told twice at the same moment
        table.transact(_taken_in_writes(item, now))
    return False


def _taken_in_writes(item: Item, now: datetime) -> list[Write]:
    return [*repository.insert_writes(item), *announcements.plan_write(item, now)]


def _write_answered(purpose: str, item: Item, mail: Mail, now: datetime, table: Table) -> bool:
    """Whether it was answered: not with a link while one lies in that mailbox.

    Raises ConditionFailed, LinkRequestConflict.
    """
    once = f"mail-{digest(mail.message)[:16]}"
    address, facts = address_digest(mail.sender), {"mail": True} if purpose == "join" else {}
    if mail.is_irish:
        facts["irish"] = True
    letter = email_addresses.link_letter_write(purpose, mail.sender, facts, now, once)
    answered = [
        *_taken_in_writes({**item, "answered": purpose}, now),
        repository.note_answer_write(address, now),
    ]
    if purpose != "join":
        table.transact([letter, *answered])
        return True
    name, ask_item = (
        link_requests.counter_name("join", mail.sender, []),
        table.get(link_requests.key(address)),
    )
    ask = link_requests.LinkRequest(address, name, link_requests.JOIN, ask_item)
    if ask.is_early(now):
        table.transact(_taken_in_writes(item, now))
        return False
    table.transact([ask.note_write(now), letter, *answered])
    return True
