"""The agenda: items that members propose, and lines made of them and the template."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from comhar import data
from comhar.errors import Conflict, NotFound, changed_by_other
from comhar.meetings.model import Meeting

MEMBER_ITEMS = "member_items"  # the line whose place the accepted items take
MOST_MINUTES = 600  # the longest meeting
MOST_ITEMS = 200  # of one meeting
MOST_UNDECIDED = 10  # of one member at one meeting


class ItemDecided(Conflict):
    title = "This item has been decided already."


class TooManyItems(Conflict):
    kind = "enough-items"
    title = "No more items can be proposed for this meeting."
    next = "Bring yours to the meeting, or propose it for the next one."


class ItemChanged(Conflict):
    title = "This item was changed or decided a moment ago."
    next = "What you typed is still here. Check it before you send it again."


class AgendaChanged(Conflict):
    title = changed_by_other("this agenda")
    next = "Their changes are kept, and what you typed is still here. Check it and save again."


def _kind(key: str) -> str:
    if key not in {kind["key"] for kind in data.load("conversation_kinds")}:
        raise ValueError("Choose one of the kinds offered.")
    return key


ConversationKind = Annotated[str, AfterValidator(_kind)]


class Line(BaseModel):
    """One line of an agenda; `minutes` is how long it may take. `key` is the template's, or the id of
    the member's item."""

    model_config = ConfigDict(frozen=True)

    key: str = ""
    title: str
    minutes: int | None = None
    text: str | None = None
    link: str | None = None
    file: str | None = None  # of which kind and size a file is that goes with it


class File(BaseModel):
    """A file with an item: its storage key, name, kind (`pdf`) and size in bytes."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    kind: str
    size: int

    @property
    def kind_and_size(self) -> str:
        """What the agenda shows of it; its name is its owner's."""
        return f"{self.kind.upper()}, {max(1, round(self.size / 1024))} KB"


class Item(BaseModel):
    """A member's item for the agenda; `by` is who proposed it, empty once erased."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    why: str | None = None
    kind: str | None = None
    link: str | None = None
    file: File | None = None
    minutes: int | None = None
    state: Literal["proposed", "accepted", "declined"] = "proposed"
    by: str
    by_name: str
    reason: str | None = None
    revision: int = 0

    def change(self, **changes: Any) -> "Item":
        return self.model_copy(update={**changes, "revision": self.revision + 1})

    def decide(self, state: Literal["accepted", "declined"], reason: str | None = None) -> "Item":
        """The item as accepted or declined.

        Raises:
            ItemDecided: somebody has decided on it already.
        """
        if self.state != "proposed":
            raise ItemDecided
        return self.change(state=state, reason=reason)

    def reopen(self) -> "Item":
        """The item as undecided again.

        Raises:
            Conflict: nobody has decided on it.
        """
        if self.state == "proposed":
            raise Conflict("Nobody has decided on this item yet.")
        return self.change(state="proposed", reason=None)


class Plan(BaseModel):
    """How the lead arranged the lines; what it does not name has its default place.

    And its default minutes. `out` are lines of the template left out; an accepted item never is. No
    minutes are written 0.
    """

    model_config = ConfigDict(frozen=True)

    order: tuple[str, ...] = ()
    minutes: dict[str, int] = {}
    out: tuple[str, ...] = ()
    revision: int = 0


def require_room(items: Sequence[Item], proposer_id: str) -> None:
    """Checks that the meeting, and this member at it, can have one more item.

    Raises:
        TooManyItems: the meeting has 200 items, or 10 of this member's wait to be decided.
    """
    undecided = [item for item in items if item.by == proposer_id and item.state == "proposed"]
    if len(undecided) >= MOST_UNDECIDED:
        raise TooManyItems(
            f"{MOST_UNDECIDED} of your items wait to be decided.",
            next="Wait until the co-chairs have decided, or take one back.",
        )
    if len(items) >= MOST_ITEMS:
        raise TooManyItems


def get_item(items: Sequence[Item], item_id: str) -> Item:
    """The item of that id.

    Raises:
        NotFound: it is not among these.
    """
    for item in items:
        if item.id == item_id:
            return item
    raise NotFound("There is no such item on this meeting’s list.")


def default_lines(meeting: Meeting, items: Sequence[Item], actions: Sequence[str]) -> list[Line]:
    """All lines that the agenda may have, in their default places.

    That is the template of the meeting's kind with its topic and last time's open actions, and the
    accepted items before the line of members' items, or before the last (DOMAIN, "Rules").
    """
    kinds = {kind["key"]: kind for kind in data.load("meetings")["kinds"]}
    template = data.load("agenda_templates")[kinds[meeting.kind]["agenda"]]["items"]
    lines = [_template_line(row, meeting, actions) for row in template]
    place = [line.key for line in lines].index(anchor_key(lines))
    accepted = [_item_line(item) for item in items if item.state == "accepted"]
    return lines[:place] + accepted + lines[place:]


def anchor_key(lines: Sequence[Line]) -> str:
    """The key of the template's line before which members' items stand by default."""
    keys = [line.key for line in lines]
    return MEMBER_ITEMS if MEMBER_ITEMS in keys else keys[-1]


def _template_line(values: Mapping[str, Any], meeting: Meeting, actions: Sequence[str]) -> Line:
    line = Line(**values)
    if line.key == "lead_topic" and meeting.topic:
        return line.model_copy(update={"title": f"{line.title}: {meeting.topic}"})
    if line.key == "actions" and actions:
        return line.model_copy(update={"text": "Still open: " + "; ".join(actions)})
    return line


def _item_line(item: Item) -> Line:
    why = " ".join(item.why.split()) if item.why else None
    file = item.file.kind_and_size if item.file else None
    same = item.model_dump(include={"title", "minutes", "link"})
    return Line(key=item.id, text=why, file=file, **same)


def total_minutes(lines: Sequence[Line]) -> int:
    return sum(line.minutes or 0 for line in lines)


def is_same_agenda(before: Sequence[Line], after: Sequence[Line]) -> bool:
    """Whether two agendas read the same to members.

    That an action was done meanwhile is no change of the agenda.
    """
    return [_without_actions(line) for line in before] == [_without_actions(line) for line in after]


def _without_actions(line: Line) -> Line:
    return line.model_copy(update={"text": None}) if line.key == "actions" else line
