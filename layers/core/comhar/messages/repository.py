"""Stored items of messages: each message, its replies, and recent counts."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from comhar import retention, waiting_rows
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Delete,
    Item,
    Key,
    Put,
    Update,
    Write,
    absent,
)
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp, unstamp
from comhar.due_work import leases
from comhar.errors import NotFound
from comhar.formatting import Instant, get_title
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.membership.model import ErasedPerson, Member
from comhar.messages.model import Message, MessageGone, NotToBeReleased, count_in_week
from comhar.tokens import new_id

MOST = 50  # a page


def key(message_id: str) -> Key:
    return f"REGION#{message_id.partition('-')[0]}", f"MESSAGE#{message_id}"


def recent_key(region: str) -> Key:
    """What the co-chairs of a region wrote in the last seven days."""
    return f"REGION#{region}", "MESSAGES"


def own_recent_key(member_id: str) -> Key:
    """The same of what a member wrote to people in the same role."""
    return f"MEMBER#{member_id}", "MESSAGES"


def _counted_in(message: Message) -> Key:
    return own_recent_key(message.writer) if message.to == "peer" else recent_key(message.region)


def reply_key(message_id: str, reply_id: str) -> Key:
    return key(message_id)[0], f"MESSAGE_REPLY#{message_id}#{reply_id}"


def from_item(item: Item) -> Message:
    return Message.model_validate(item)


def find_message(table: Table, message_id: str) -> Message | None:
    item = table.get(key(message_id))
    return from_item(item) if item else None


def get_message(table: Table, message_id: str) -> Message:
    """The message; one read.

    Raises:
        NotFound: there is none.
    """
    message = find_message(table, message_id)
    if message is None:
        raise NotFound
    return message


def list_messages(table: Table, region: str) -> list[Message]:
    """The newest messages of a region; one query."""
    page = table.query(f"REGION#{region}", "MESSAGE#", newest_first=True, limit=MOST)
    return [from_item(item) for item in page.items]


def list_replies(table: Table, message_id: str) -> list[Item]:
    """The replies to a message, oldest first; one query."""
    return table.query(*reply_key(message_id, "")).items


def recent_from_item(item: Item | None, now: datetime) -> dict[str, datetime]:
    """The co-chairs' messages of the last seven days, which were not cancelled."""
    stored = {each: unstamp(at) for each, at in (item or {}).get("recent", {}).items()}
    return count_in_week(stored, now)


def insert_writes(message: Message, recent: Item | None, now: datetime) -> list[Write]:
    """Stores a message to be sent when it is time, and counts that of a co-chair.

    Refused where another was counted meanwhile.
    """
    pk, sk = key(message.id)
    item: dict[str, Any] = {
        **message.model_dump(exclude_none=True, exclude={"written_at", "sends_at"}),
        "pk": pk,
        "sk": sk,
        "written_at": stamp(message.written_at),
        "sends_at": stamp(message.sends_at),
        "expires": int((now + retention.period("message")).timestamp()),
    }
    if message.state == "unreleased":
        waits = waiting_rows.begin_write("release_message", message.id, now)
        return [Put(item, condition=UNLESS_EXISTS), waits]
    item |= _due(message.sends_at)
    writes: list[Write] = [Put(item, condition=UNLESS_EXISTS)]
    if not message.by_office:
        counted = {**recent_from_item(recent, now), message.id: now}
        writes.append(_recent_write(_counted_in(message), recent, counted))
    return writes


def _due(sends_at: datetime) -> dict[str, str]:
    return {"sends_at": stamp(sends_at), "due": "work", "due_at": stamp(sends_at)}


def release_writes(message: Message, by: str, sends_at: datetime) -> list[Write]:
    """Lets a message go out that waited for a second person, `by` name."""
    released = Update(
        key(message.id),
        set={"state": "waiting", "released_by": by, **_due(sends_at)},
        condition={"state": "unreleased"},
        conflict=NotToBeReleased,
    )
    return [released, waiting_rows.end_write("release_message", message.id)]


def cancel_writes(message: Message, recent: Item | None, now: datetime) -> list[Write]:
    """Stops a message that has not gone out; it counts no more."""
    stopped = Update(
        key(message.id),
        set={"state": "cancelled"},
        remove=("due", "due_at", "recipients"),
        condition={"state": message.state},
        conflict=MessageGone,
    )
    if message.state == "unreleased":
        return [stopped, waiting_rows.end_write("release_message", message.id)]
    counted = recent_from_item(recent, now)
    if counted.pop(message.id, None) is None:
        return [stopped]
    return [stopped, _recent_write(_counted_in(message), recent, counted)]


def _recent_write(place: Key, before: Item | None, counted: dict[str, datetime]) -> Update:
    revision = (before or {}).get("revision", 0)
    stamps = {message: stamp(at) for message, at in counted.items()}
    return Update(
        place,
        set={"recent": stamps, "revision": revision + 1},
        condition={"revision": revision or absent},
    )


def sent_write(item: Item) -> Update:
    """Marks a claimed message as sent."""
    return Update(
        (item["pk"], item["sk"]),
        set={"state": "sent"},
        remove=("due", "due_at", "recipients"),
        condition={"state": "waiting", **leases.still_leased(item)},
    )


def reply_writes(message: Message, member: Member, text: str, now: datetime) -> list[Write]:
    """Keeps a reply as long as its message, and emails it to who wrote that."""
    reply_id = new_id(now)
    pk, sk = reply_key(message.id, reply_id)
    about = {"member": member.id, "name": member.display_name, "text": text, "at": stamp(now)}
    until = message.written_at + retention.period("message")
    item = {"pk": pk, "sk": sk, **about, "expires": int(until.timestamp())}
    letter = Letter(LetterId("message_reply", message.id, reply_id, message.writer))
    return [Put(item, condition=UNLESS_EXISTS), letters_repository.insert_write(letter, now)]


def _list_all(table: Table, region: str) -> tuple[list[Item], list[Item]]:
    """The messages of a region, and the replies to them; one query."""
    items = table.query(f"REGION#{region}", "MESSAGE#", until="MESSAGE_REPLY#~").items
    messages = [item for item in items if item["sk"].startswith("MESSAGE#")]
    return messages, [item for item in items if item["sk"].startswith("MESSAGE_REPLY#")]


def erase_writes(table: Table, region: str, person: ErasedPerson) -> Iterator[list[Write]]:
    """Deletes what a person wrote: messages with the replies to them, and replies.

    Takes them off the lists of who gets a message that waits.
    """
    messages, replies = _list_all(table, region)
    for item in messages:
        if person.id in item.get("recipients", ()) and item["writer"] != person.id:
            yield [_leave_out_write(item, person.id)]
    own = {item["id"] for item in messages if item["writer"] == person.id}
    for reply in replies:
        if reply["member"] == person.id or reply["sk"].split("#")[1] in own:
            yield [Delete((reply["pk"], reply["sk"]))]
    for message_id in own:
        yield [Delete(key(message_id))]


def _leave_out_write(item: Item, member_id: str) -> Update:
    others = [each for each in item["recipients"] if each != member_id]
    condition = {"recipients": item["recipients"]}
    return Update((item["pk"], item["sk"]), set={"recipients": others}, condition=condition)


def export(table: Table, region: str, member_id: str) -> dict[str, list[Item]]:
    """What a member wrote to the members, and replied; one query."""
    about = {"region": get_title(region)}
    messages, replies = _list_all(table, region)
    rows = [
        {"at": Instant(item["written_at"]), "subject": item["subject"], "text": item["text"]}
        for item in messages
        if item["writer"] == member_id
    ]
    rows += [
        {"at": Instant(item["at"]), "text": item["text"]}
        for item in replies
        if item["member"] == member_id
    ]
    return {"messages": [{**row, **about} for row in rows]}
