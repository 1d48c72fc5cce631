"""Owns what stands on an agenda: the items that members propose, the lines made of them, and their order."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from comhar import data
from comhar.errors import Conflict, NotFound
from comhar.meetings.model import Meeting

MEMBER_ITEMS = "member_items"  # the line whose place the accepted items take
MOST_MINUTES = 600  # the longest meeting
MOST_ITEMS = 200  # of one meeting
MOST_UNDECIDED = 10  # of one member at one meeting


class ItemDecided(Conflict):
    title = "This item has been decided already."


class EnoughItems(Conflict):
    title = "No more items can be put to this meeting."
    next = "Bring yours to the meeting, or to the next one."


class ItemChanged(Conflict):
    title = "This item was changed or decided a moment ago."
    next = "What you typed is still here. Look it over before you send it again."


class AgendaChanged(Conflict):
    title = "Somebody else changed this agenda a moment ago."
    next = "Nothing of theirs was overwritten, and what you typed is still here. Look it over and save again."


def _kind(key: str) -> str:
    if key not in {each["key"] for each in data.load("conversation_kinds")}:
        raise ValueError("Choose one of the kinds offered.")
    return key


Talk = Annotated[str, AfterValidator(_kind)]


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
    """A file beside an item: as which it is stored, its name, its kind (`pdf`) and its size in bytes."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    kind: str
    size: int

    @property
    def said(self) -> str:
        """What the agenda says of it; its name is its owner's."""
        return f"{self.kind.upper()}, {max(1, round(self.size / 1024))} KB"


class Item(BaseModel):
    """A member's item for the agenda."""

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


class Plan(BaseModel):
    """How the lines were arranged by hand; what it does not name takes its default place and minutes.

    `out` are lines of the template left out; an accepted item never is. No minutes are written 0.
    """

    model_config = ConfigDict(frozen=True)

    order: tuple[str, ...] = ()
    minutes: dict[str, int] = {}
    out: tuple[str, ...] = ()
    revision: int = 0


def changed(item: Item, **changes: Any) -> Item:
    return item.model_copy(update={**changes, "revision": item.revision + 1})


def decided(item: Item, state: str, reason: str | None = None) -> Item:
    """Raises ItemDecided."""
    if item.state != "proposed":
        raise ItemDecided
    return changed(item, state=state, reason=reason)


def undecided(item: Item) -> Item:
    """Raises Conflict where nobody decided on it."""
    if item.state == "proposed":
        raise Conflict("Nobody has decided on this item yet.")
    return changed(item, state="proposed", reason=None)


def room_for(items: Sequence[Item], member_id: str) -> None:
    """Raises EnoughItems where a meeting has as many items as it may, or undecided ones of this member."""
    waiting = [each for each in items if each.by == member_id and each.state == "proposed"]
    if len(waiting) >= MOST_UNDECIDED:
        raise EnoughItems(
            f"{MOST_UNDECIDED} of your items wait to be decided.",
            next="Wait until the co-chairs have decided, or take one back.",
        )
    if len(items) >= MOST_ITEMS:
        raise EnoughItems


def found(items: list[Item], item_id: str) -> Item:
    for item in items:
        if item.id == item_id:
            return item
    raise NotFound("There is no such item on this meeting’s list.")


def defaults(meeting: Meeting, items: Sequence[Item], actions: Sequence[str]) -> list[Line]:
    """Every line there could be, in its default place: the template of the meeting's kind with its topic
    and last time's open actions, and the accepted items before the line of members' items, or before
    the last (DOMAIN, "Rules")."""
    kinds = {each["key"]: each for each in data.load("meetings")["kinds"]}
    template = data.load("agenda_templates")[kinds[meeting.kind]["agenda"]]["items"]
    lines = [_of_template(each, meeting, actions) for each in template]
    place = [each.key for each in lines].index(_anchor(lines))
    return lines[:place] + [_of_item(each) for each in items if _stands(each)] + lines[place:]


def _of_template(each: Mapping[str, Any], meeting: Meeting, actions: Sequence[str]) -> Line:
    line = Line(**each)
    if line.key == "lead_topic" and meeting.topic:
        return line.model_copy(update={"title": f"{line.title}: {meeting.topic}"})
    if line.key == "actions" and actions:
        return line.model_copy(update={"text": "Still open: " + "; ".join(actions)})
    return line


def _of_item(item: Item) -> Line:
    file = item.file.said if item.file else None
    about = item.model_dump(include={"title", "minutes", "link"})
    why = " ".join(item.why.split()) if item.why else None
    return Line(key=item.id, text=why, file=file, **about)


def _stands(item: Item) -> bool:
    return item.state == "accepted"


def lines(
    meeting: Meeting, items: Sequence[Item], actions: Sequence[str], plan: Plan | None = None
) -> list[Line]:
    """The agenda as it stands: every accepted item is on it, and each line once."""
    return arranged(defaults(meeting, items, actions), plan or Plan())


def _anchor(lines: Sequence[Line]) -> str:
    """The line before which members' items stand unless they were moved."""
    keys = [each.key for each in lines]
    return MEMBER_ITEMS if MEMBER_ITEMS in keys else keys[-1]


def order(lines: Sequence[Line], plan: Plan) -> list[str]:
    """The keys of all these lines (see `defaults`) in order, those left out and hidden included.

    What the plan does not name comes after its neighbour of the template; an item, before the line of
    members' items.
    """
    template = data.load("agenda_templates")
    known = {each["key"] for one in template.values() for each in one["items"]}
    keys = [each.key for each in lines]
    placed = [key for key in dict.fromkeys(plan.order) if key in keys]
    before = ""
    for key in (each for each in keys if each in known):
        if key not in placed:
            placed.insert(placed.index(before) + 1 if before else 0, key)
        before = key
    anchor = _anchor([each for each in lines if each.key in known])
    for key in keys:
        if key not in placed:
            placed.insert(placed.index(anchor), key)
    return placed


def arranged(lines: Sequence[Line], plan: Plan) -> list[Line]:
    """The agenda: these lines (see `defaults`) as the plan has them. The line of members' items gives
    way to the items themselves."""
    by_key = {each.key: each for each in lines}
    left = set(left_out(lines, plan))
    return [_timed(by_key[key], plan) for key in order(lines, plan) if key not in left]


def left_out(lines: Sequence[Line], plan: Plan) -> list[str]:
    """The keys of the lines that are not on the agenda."""
    items = member_lines(lines)
    hidden = {MEMBER_ITEMS} if items else set()
    return [each.key for each in lines if each.key in {*plan.out, *hidden} - items]


def member_lines(lines: Sequence[Line]) -> set[str]:
    """The keys of the lines that are members' items."""
    template = data.load("agenda_templates")
    known = {each["key"] for one in template.values() for each in one["items"]}
    return {each.key for each in lines} - known


def _timed(line: Line, plan: Plan) -> Line:
    if line.key not in plan.minutes:
        return line
    return line.model_copy(update={"minutes": plan.minutes[line.key] or None})


def together(lines: Sequence[Line]) -> int:
    """The minutes of all lines."""
    return sum(each.minutes or 0 for each in lines)


def alike(one: Sequence[Line], other: Sequence[Line]) -> bool:
    """Whether two agendas say the same to who gets them. That an action was done meanwhile is no change
    of the agenda."""
    return [_said(each) for each in one] == [_said(each) for each in other]


def _said(line: Line) -> Line:
    return line.model_copy(update={"text": None}) if line.key == "actions" else line
