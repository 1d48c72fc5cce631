"""Responses: messages to members, how they stand, and replies to them."""

from comhar.dates.dublin_time import stamp
from comhar.fields import View
from comhar.messages.model import Message


class MeetingChoice(View):
    id: str
    starts_at: str


class Preview(View):
    """How many get it, when, and whether a second person of the office has to release it first."""

    people: int
    sends_at: str
    needs_release: bool


class MessageForm(View):
    """`next_at` is when the next message can be sent, where two were sent in seven days."""

    region: str
    name: str
    meetings: list[MeetingChoice]
    preview: Preview | None = None


class Purpose(View):
    key: str
    title: str


class Recipient(View):
    id: str
    name: str


class Group(View):
    """Who of a region gets a message, by name."""

    region: str
    people: list[Recipient]


class OfficePreview(Preview):
    """The same, with who gets it."""

    groups: list[Group]


class OfficeForm(View):
    """`choices` are the people to tick, where people are chosen one by one."""

    name: str
    purposes: list[Purpose]
    regions: list[str]
    choices: list[Group] | None = None
    preview: OfficePreview | None = None


class MessageRow(View):
    id: str
    region: str
    to: str
    regions: list[str]
    subject: str
    writer_name: str
    people: int
    state: str
    written_at: str
    sends_at: str


class Messages(View):
    region: str
    messages: list[MessageRow]


class ReplyView(View):
    name: str
    text: str
    at: str


class MessageView(MessageRow):
    """`replies` are shown to who wrote the message alone, else None.

    `released_by` names the second person of the office who let it go out.
    """

    text: str
    purpose: str | None = None
    released_by: str | None = None
    may_cancel: bool
    may_release: bool
    replies: list[ReplyView] | None = None


class ReplyPage(View):
    """What a link to reply opens: the message, and who reads the reply."""

    token: str
    region: str
    by_office: bool
    subject: str
    text: str
    writer_name: str
    whose: str


class Replied(View):
    region: str


def row(message: Message) -> dict[str, object]:
    fields = message.model_dump(include=set(MessageRow.model_fields))
    times = {"written_at": stamp(message.written_at), "sends_at": stamp(message.sends_at)}
    return {**fields, **times}
