"""Passes on a member's answer by mail to who wrote the message that it answers."""

import re
from email.message import Message as MailMessage
from itertools import takewhile
from typing import NamedTuple

from comhar.aws.conditions import Item
from comhar.context import Context
from comhar.inbox import mail_body, mail_headers
from comhar.membership.model import Member
from comhar.membership.repository import find_member
from comhar.messages import repository as messages_repository
from comhar.messages.model import Message, is_reachable

LONGEST = 5_000  # characters of a reply
_REFERENCE = re.compile(r"<message\.([A-Z]{2,5}-[0-9a-zA-Z-]{1,60})@")
_ANSWER = re.compile(r"^(?:(?:re|aw|sv|fre|ant)\s*:\s*)+", re.IGNORECASE)
_BEGUN = re.compile(r"(On|Ar)\b.*\d")  # "On Mon, 11 Jan 2027 at 09:11, …", which may go on below
_RULE = re.compile(r"\s*[-_]{2,}.*")  # "-----Original Message-----", "_______"


class PassedOn(NamedTuple):
    """The message that a mail answers, and what of the mail is an answer."""

    message: Message
    text: str


def find_answered(
    item: Item, mail: MailMessage, member: Member | None, ctx: Context
) -> PassedOn | None:
    """What a mail from a member answers, by its references, else by its subject.

    None where it answers no message, or whoever wrote that is not to be reached. One or two reads.
    """
    if item["kind"] != "member" or not member or not member.active or "passed_on_at" in item:
        return None
    message = _find_message(item, mail, member, ctx)
    if message is None or message.state != "sent":
        return None
    writer = find_member(ctx.table, ctx.settings, message.writer)
    words = mail_body.contents(mail).words
    text = get_own_words(words, ctx.settings.mail_from, ctx.settings.public_url)
    return PassedOn(message, text) if text and is_reachable(writer, message) else None


def _find_message(item: Item, mail: MailMessage, member: Member, ctx: Context) -> Message | None:
    if match := _REFERENCE.search(mail_headers.references(mail)):
        return messages_repository.find_message(ctx.table, match[1])
    subject = item["subject"].strip()
    if not member.region or not _ANSWER.match(subject):
        return None
    wanted = _ANSWER.sub("", subject).casefold()
    listed = messages_repository.list_messages(ctx.table, member.region)
    return next((each for each in listed if each.subject.casefold() == wanted), None)


def get_own_words(words: str, our_address: str, public_url: str) -> str:
    """What a mail says without what it quotes and links of ours, which are personal.

    What is quoted stands behind `>`, or below the line that names our address as the sender's.
    """
    lines = words.splitlines()
    is_marked = any(line.startswith(">") for line in lines)
    names_us = re.compile(rf"(<|mailto:){re.escape(our_address)}", re.IGNORECASE)
    own: list[str] = []
    for line in lines:
        if names_us.search(line):
            _drop_introduction(own)
            if not is_marked:
                break
        elif not line.startswith(">"):
            own.append(line)
    text = re.sub(rf"<?{re.escape(public_url)}\S*", "", "\n".join(own))
    return text.strip()[:LONGEST]


def _drop_introduction(lines: list[str]) -> None:
    """Drops the lines above that introduce what is quoted: `On … at 09:11, …` and a rule."""
    above = list(takewhile(str.strip, reversed(lines[-2:])))
    begun = next((n for n, line in enumerate(above, 1) if _BEGUN.match(line)), 0)
    if begun:
        del lines[-begun:]
    while lines and (not lines[-1].strip() or _RULE.fullmatch(lines[-1])):
        lines.pop()
