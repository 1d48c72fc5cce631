"""How the lead arranges an agenda: order and minutes of its lines, lines left out."""

from collections.abc import Mapping, Sequence
from typing import Literal

from comhar import data
from comhar.errors import NotFound
from comhar.meetings.agenda.model import MEMBER_ITEMS, Item, Line, Plan, anchor_key, default_lines
from comhar.meetings.model import Meeting

Direction = Literal["up", "down"]


def build_lines(
    meeting: Meeting, items: Sequence[Item], actions: Sequence[str], plan: Plan | None = None
) -> list[Line]:
    """The agenda as it would go out now: every accepted item is on it, each line once."""
    return arrange_lines(default_lines(meeting, items, actions), plan or Plan())


def arrange_lines(lines: Sequence[Line], plan: Plan) -> list[Line]:
    """These lines (see `model.default_lines`) as the plan arranges them.

    The line of members' items gives way to the items themselves.
    """
    by_key = {line.key: line for line in lines}
    left = set(list_left_out(lines, plan))
    return [_with_minutes(by_key[key], plan) for key in order_keys(lines, plan) if key not in left]


def order_keys(lines: Sequence[Line], plan: Plan) -> list[str]:
    """The keys of all these lines in order, those left out and hidden included.

    A line that the plan does not name comes after its neighbour of the template; an item, before
    the line of members' items.
    """
    known = template_keys()
    of_template = [line for line in lines if line.key in known]
    keys = [line.key for line in lines]
    placed = [key for key in dict.fromkeys(plan.order) if key in keys]
    before = ""
    for key in (line.key for line in of_template):
        if key not in placed:
            placed.insert(placed.index(before) + 1 if before else 0, key)
        before = key
    for key in keys:
        if key not in placed:
            placed.insert(placed.index(anchor_key(of_template)), key)
    return placed


def list_left_out(lines: Sequence[Line], plan: Plan) -> list[str]:
    """The keys of the lines that are not on the agenda."""
    items = member_item_keys(lines)
    hidden = {MEMBER_ITEMS} if items else set()
    return [line.key for line in lines if line.key in {*plan.out, *hidden} - items]


def member_item_keys(lines: Sequence[Line]) -> set[str]:
    """The keys of the lines that are members' items."""
    return {line.key for line in lines} - template_keys()


def template_keys() -> set[str]:
    """The keys of all templates' lines; any other key is that of a member's item."""
    templates = data.load("agenda_templates").values()
    return {line["key"] for template in templates for line in template["items"]}


def _with_minutes(line: Line, plan: Plan) -> Line:
    if line.key not in plan.minutes:
        return line
    return line.model_copy(update={"minutes": plan.minutes[line.key] or None})


def list_restorable(lines: Sequence[Line], plan: Plan) -> list[Line]:
    """Agenda items that were left out by hand and can be brought back."""
    hidden = {MEMBER_ITEMS} if member_item_keys(lines) else set()
    left = set(list_left_out(lines, plan)) - hidden
    return [line for line in lines if line.key in left]


def set_minutes(lines: Sequence[Line], plan: Plan, minutes: Mapping[str, int]) -> Plan:
    """The plan with these minutes for the lines on the agenda.

    A line not named gets its usual minutes. Minutes of a line that somebody has removed are
    ignored.
    """
    present = {line.key for line in arrange_lines(lines, plan)}
    usual = {line.key: line.minutes or 0 for line in lines}
    of_others = {key: n for key, n in plan.minutes.items() if key not in present}
    changed = {key: n for key, n in minutes.items() if key in present and n != usual[key]}
    return plan.model_copy(update={"minutes": of_others | changed})


def move_line(lines: Sequence[Line], plan: Plan, key: str, direction: Direction) -> Plan:
    """The plan with one line moved up or down among those on the agenda.

    At the end it stays where it is.

    Raises:
        NotFound: the line is not on the agenda.
    """
    present = [line.key for line in arrange_lines(lines, plan)]
    if key not in present:
        raise NotFound("There is no such line on this agenda.")
    at = present.index(key) + (-1 if direction == "up" else 1)
    keys = order_keys(lines, plan)
    if 0 <= at < len(present):
        keys.remove(key)
        keys.insert(keys.index(present[at]) + (direction == "down"), key)
    return plan.model_copy(update={"order": tuple(keys)})


def leave_out_line(lines: Sequence[Line], plan: Plan, key: str) -> Plan:
    """The plan with a line of the template left out.

    Raises:
        NotFound: the line is not on the agenda.
    """
    if key not in {line.key for line in arrange_lines(lines, plan)}:
        raise NotFound("There is no such line on this agenda.")
    return plan.model_copy(update={"out": (*plan.out, key)})


def restore_line(lines: Sequence[Line], plan: Plan, key: str) -> Plan:
    """The plan with a line that was left out by hand on it again.

    Raises:
        NotFound: it was not left out.
    """
    if key not in {line.key for line in list_restorable(lines, plan)}:
        raise NotFound("There is no such line to bring back.")
    return plan.model_copy(update={"out": tuple(out_key for out_key in plan.out if out_key != key)})
