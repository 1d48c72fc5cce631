"""How whoever leads arranges an agenda: the order of its lines, their minutes, what is left out."""

from collections.abc import Mapping, Sequence
from typing import Literal

from comhar import data
from comhar.errors import Conflict, NotFound
from comhar.meetings.agenda.model import MEMBER_ITEMS, Item, Line, Plan, anchor_key, default_lines
from comhar.meetings.model import Meeting

Direction = Literal["up", "down"]


def build_lines(
    meeting: Meeting, items: Sequence[Item], actions: Sequence[str], plan: Plan | None = None
) -> list[Line]:
    """The agenda as it stands: every accepted item is on it, and each line once."""
    return arrange_lines(default_lines(meeting, items, actions), plan or Plan())


def arrange_lines(lines: Sequence[Line], plan: Plan) -> list[Line]:
    """The agenda: these lines (see `model.defaults`) as the plan has them.

    The line of members' items gives way to the items themselves.
    """
    by_key = {each.key: each for each in lines}
    left = set(list_left_out(lines, plan))
    return [_with_minutes(by_key[key], plan) for key in order_keys(lines, plan) if key not in left]


def order_keys(lines: Sequence[Line], plan: Plan) -> list[str]:
    """The keys of all these lines (see `model.defaults`) in order, those left out and hidden included.

    What the plan does not name comes after its neighbour of the template; an item, before the line of
    members' items.
    """
    known = _template_keys()
    of_template = [each for each in lines if each.key in known]
    keys = [each.key for each in lines]
    placed = [key for key in dict.fromkeys(plan.order) if key in keys]
    before = ""
    for key in (each.key for each in of_template):
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
    return [each.key for each in lines if each.key in {*plan.out, *hidden} - items]


def member_item_keys(lines: Sequence[Line]) -> set[str]:
    """The keys of the lines that are members' items."""
    return {each.key for each in lines} - _template_keys()


def _template_keys() -> set[str]:
    templates = data.load("agenda_templates").values()
    return {line["key"] for template in templates for line in template["items"]}


def _with_minutes(line: Line, plan: Plan) -> Line:
    if line.key not in plan.minutes:
        return line
    return line.model_copy(update={"minutes": plan.minutes[line.key] or None})


def list_restorable(lines: Sequence[Line], plan: Plan) -> list[Line]:
    """The lines that were left out by hand and can be brought back."""
    hidden = {MEMBER_ITEMS} if member_item_keys(lines) else set()
    left = set(list_left_out(lines, plan)) - hidden
    return [each for each in lines if each.key in left]


def set_minutes(lines: Sequence[Line], plan: Plan, minutes: Mapping[str, int]) -> Plan:
    """The plan with these minutes for the lines on the agenda.

    A line not named gets its usual ones. Minutes of lines that are not there, because somebody took
    them away, are passed over.
    """
    present = {each.key for each in arrange_lines(lines, plan)}
    usual = {each.key: each.minutes or 0 for each in lines}
    of_others = {key: n for key, n in plan.minutes.items() if key not in present}
    changed = {key: n for key, n in minutes.items() if key in present and n != usual[key]}
    return plan.model_copy(update={"minutes": of_others | changed})


def move_line(lines: Sequence[Line], plan: Plan, key: str, direction: Direction) -> Plan:
    """The plan with one line a place further up or down among those shown; at the end, it stays.

    Raises:
        NotFound: the line is not on the agenda.
    """
    present = [each.key for each in arrange_lines(lines, plan)]
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
        Conflict: it is a member's item.
    """
    if key not in {each.key for each in arrange_lines(lines, plan)}:
        raise NotFound("There is no such line on this agenda.")
    if key in member_item_keys(lines):
        raise Conflict(
            "A member’s item cannot be left out.",
            next="Put it back to undecided. Then you can decline it, with a reason.",
        )
    return plan.model_copy(update={"out": (*plan.out, key)})


def restore_line(lines: Sequence[Line], plan: Plan, key: str) -> Plan:
    """The plan with a line that was left out by hand on it again.

    Raises:
        NotFound: it was not left out.
    """
    if key not in {each.key for each in list_restorable(lines, plan)}:
        raise NotFound("There is no such line to bring back.")
    return plan.model_copy(update={"out": tuple(each for each in plan.out if each != key)})
