"""The letters of messages: the message itself, and a reply to who wrote it."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Item, Key
from comhar.aws.dynamodb import Table
from comhar.formatting import get_title
from comhar.letters.model import Draft, Dropped, Letter, LetterId, Link, Purpose
from comhar.meetings import replies
from comhar.meetings import repository as meetings_repository
from comhar.membership import repository as membership_repository
from comhar.messages import repository
from comhar.messages.model import PEERS, REPLY_HOURS, Audience, Message, get_purpose_title
from comhar.regions import NATIONAL
from comhar.settings import Settings


def draft_message(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To whom the message is for, with a link to reply; the writer gets a copy."""
    item, member, *more = items
    if member is None or member["status"] != "active":
        return Dropped("left")
    if item is None or item["state"] != "sent":
        return Dropped("over")
    if more and not _is_meant(item["to"], more):
        return Dropped("not for them")
    message = repository.from_item(item)
    if message.to == "peer" and not member.get("findable"):
        return Dropped("over")
    if not message.is_for(member.get("region"), bool(member.get("chair_of"))):
        return Dropped("over")
    is_copy = member["id"] == message.writer
    context: dict[str, Any] = {
        "name": membership_repository.display_name(member),
        "writer": message.writer_name,
        "by_office": message.by_office,
        "peer": message.to == "peer",
        "writer_region": _region_of_writer(message),
        "region": member["region"],
        "purpose": get_purpose_title(message.purpose),
        "text": message.text,
        "is_copy": is_copy,
        "page": f"{settings.public_url}/messages/{message.id}",
    }
    return Draft(
        str(member["email"]),
        message.subject,
        "messages/letters/message",
        context,
        None if is_copy else _link_to_reply(message, member["id"]),
        sender=f"{message.writer_name}, {_organisation(message)}",
        thread=f"message.{message.id}",
    )


def _link_to_reply(message: Message, person: str) -> Link:
    return Link("reply", "/reply/{token}", message.id, person, REPLY_HOURS)


def _organisation(message: Message) -> str:
    if message.by_office:
        return "National Office"
    return f"{get_title(_region_of_writer(message))} Community of Practice"


def _region_of_writer(message: Message) -> str:
    return message.regions[0] if message.to == "peer" else message.region


def _is_meant(to: Audience, items: list[Item | None]) -> bool:
    stored, *answers = items
    if stored is None:
        return False
    answer = replies.find_answer(meetings_repository.from_item(stored), answers)
    return answer is None if to == "not_replied" else bool(answer and answer["answer"] == "yes")


def draft_reply(
    letter: Letter, items: list[Item | None], now: datetime, settings: Settings
) -> Draft | Dropped:
    """To who wrote the message, in the name of who replied."""
    reply, member = items
    if member is None or reply is None:
        return Dropped("left")
    region = letter.id.subject.partition("-")[0]
    between = region == PEERS
    path = f"/me/peers/{reply['member']}/message" if between else f"/messages/{letter.id.subject}"
    context = {
        "name": membership_repository.display_name(member),
        "replier": reply["name"],
        "region": region,
        "text": reply["text"],
        "between": between,
        "page": f"{settings.public_url}{path}",
    }
    about = "A reply to your message"
    subject = about if region in (NATIONAL, PEERS) else f"{get_title(region)}: {about.lower()}"
    return Draft(str(member["email"]), subject, "messages/letters/message_reply", context)


def _message_keys(letter: LetterId) -> list[Key]:
    return [repository.key(letter.subject), membership_repository.key(letter.person)]


def _meeting_keys(letter: Letter, table: Table) -> list[Key]:
    meeting = letter.facts.get("meeting")
    if not meeting:
        return []
    answers = replies.keys(table, "ANSWER", meeting, [letter.id.person])
    return [meetings_repository.key(meeting), *answers]


def _reply_keys(letter: LetterId) -> list[Key]:
    reply = repository.reply_key(letter.subject, letter.version)
    return [reply, membership_repository.key(letter.person)]


PURPOSES = {
    "message": Purpose(_message_keys, draft_message, by_facts=_meeting_keys, in_hours=True),
    "message_reply": Purpose(_reply_keys, draft_reply, in_hours=True),
}
