"""Responses: an item, the agenda and its letter, issuing, and proof of delivery."""

from typing import Annotated, Any

from comhar import data
from comhar.fields import View, json_name
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda.model import Item, Line
from comhar.meetings.model import Kind, Meeting, Mode
from comhar.membership.model import Member


class ItemView(View):
    id: str
    meeting: str
    title: str
    why: str | None = None
    kind: str | None = None
    kind_title: str | None = None
    link: str | None = None
    file: str | None = None  # of which kind and size its file is
    minutes: int | None
    state: str
    by: str | None = None
    is_own: Annotated[bool, json_name("mine")] = False
    reason: str | None = None
    revision: int = 0
    kinds: list[dict[str, Any]] = []  # to choose from, for who may change it


class TakenBack(View):
    meeting: str


class ItemForm(View):
    """What the form to propose an item starts from."""

    meeting: str
    region: str
    kind: Kind
    starts_at: str
    agenda_due_at: str | None  # none once it is out
    kinds: list[dict[str, Any]]


class AgendaView(View):
    """The agenda in the making, for who leads the meeting: the lines as they stand, and the items."""

    meeting: str
    region: str
    kind: Kind
    mode: Mode
    starts_at: str
    minutes: int  # the meeting's length
    topic: str | None
    venue: str | None
    link: str | None
    chairs: list[str]
    agenda_due_at: str
    agenda_issued_at: str | None
    agenda_late: bool
    version: int  # how often it went out for this date or an earlier one
    changed: bool  # members have another agenda than this
    may_undo: bool  # more than items were changed
    changes_go_at: str | None  # when they get it, unless it is sent before
    held_back: bool
    hold_until: str | None  # until when it can be held back
    revision: int
    lines: list[Line]
    left_out: list[Line]
    together: int  # minutes of all lines
    items: list[ItemView]
    may_chair: bool
    led_by: list[str]  # the member whose turn it is, else the co-chairs
    topic_by: str | None  # who opens the lead topic
    at: str = "sum"  # the part of the page that was changed last
    next: str = ""  # the page to which the form leads


class IssuePage(View):
    """What is to be known before the agenda goes out by hand."""

    meeting: str
    region: str
    kind: Kind
    starts_at: str
    minutes: int
    together: int
    subject: str  # of the email
    again: bool
    late: bool  # later than the floor
    floor_at: str
    members: int  # to how many it goes
    undecided: int


class LetterView(View):
    """The letter with the agenda as a member would get it now, as plain text and as HTML."""

    meeting: str
    region: str
    kind: Kind
    starts_at: str
    subject: str
    text: str
    html: str


class Receipt(View):
    """How one person's letter stands: `waiting`, `sent`, `delivered`, `bounced`, `failed` or `dropped`, the
    last two with the reason where one is known."""

    name: str
    state: str
    sent_at: str | None
    settled_at: str | None  # when the other side took it
    why: str | None


class Told(View):
    """The letters of one purpose and version; of a national meeting, only those that did not arrive."""

    purpose: str
    version: str
    counts: dict[str, int]
    problems: int
    rows: list[Receipt]


class Delivery(View):
    meeting: str
    region: str
    kind: Kind
    starts_at: str
    parts: list[Told]
    next: str | None  # after whom to go on


def meeting_fields(meeting: Meeting) -> dict[str, Any]:
    """The fields that every page of a meeting's agenda begins with."""
    return {
        "meeting": meeting.id,
        "region": meeting.region,
        "kind": meeting.kind,
        "starts_at": meetings_repository.format_local(meeting.starts_at),
    }


def agenda_item(item: Item, meeting_id: str, user: Member, leads: bool = False) -> ItemView:
    """An item as this person may see it.

    Who proposed it is for them and for who leads.
    """
    is_own = item.by == user.id
    titles = {kind["key"]: kind["title"] for kind in conversation_kinds()}
    same = {"id", "title", "why", "kind", "link", "minutes", "state", "revision"}
    return ItemView(
        meeting=meeting_id,
        **item.model_dump(include=same),
        kind_title=titles.get(item.kind or ""),
        file=item.file.kind_and_size if item.file else None,
        by=item.by_name if leads or is_own else None,
        is_own=is_own,
        reason=item.reason if leads or is_own else None,
    )


def conversation_kinds() -> list[dict[str, Any]]:
    """The conversation kinds, each with its key, title and an example."""
    kinds: list[dict[str, Any]] = data.load("conversation_kinds")
    return kinds
