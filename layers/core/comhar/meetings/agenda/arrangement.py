"""Owns how whoever leads arranges an agenda: the order, the minutes, what is left out."""

from collections.abc import Mapping, Sequence
from typing import Literal

from comhar.errors import Conflict, NotFound
from comhar.meetings.agenda.model import (
    MEMBER_ITEMS,
    Line,
    Plan,
    arranged,
    left_out,
    member_lines,
    order,
)

Direction = Literal["up", "down"]


def may_come_back(lines: Sequence[Line], plan: Plan) -> list[Line]:
    """The lines that were left out by hand and can be brought back."""
    hidden = {MEMBER_ITEMS} if member_lines(lines) else set()
    left = set(left_out(lines, plan)) - hidden
    return [each for each in lines if each.key in left]


def with_minutes(lines: Sequence[Line], plan: Plan, minutes: Mapping[str, int]) -> Plan:
    """The plan with these minutes for the lines on the agenda; a line not named gets its usual ones.
    What is said of lines that are not there, because somebody took them away, is passed over."""
    shown = {each.key for each in arranged(lines, plan)}
    usual = {each.key: each.minutes or 0 for each in lines}
    kept = {key: said for key, said in plan.minutes.items() if key not in shown}
    said = {key: n for key, n in minutes.items() if key in shown and n != usual[key]}
    return plan.model_copy(update={"minutes": kept | said})


def moved(lines: Sequence[Line], plan: Plan, key: str, direction: Direction) -> Plan:
    """The plan with one line a place further up or down among those shown; at the end, it stays."""
    shown = [each.key for each in arranged(lines, plan)]
    if key not in shown:
        raise NotFound("There is no such line on this agenda.")
    at = shown.index(key) + (-1 if direction == "up" else 1)
    keys = order(lines, plan)
    if 0 <= at < len(shown):
        keys.remove(key)
        keys.insert(keys.index(shown[at]) + (direction == "down"), key)
    return plan.model_copy(update={"order": tuple(keys)})


def without(lines: Sequence[Line], plan: Plan, key: str) -> Plan:
    """The plan with a line of the template left out. Raises Conflict for a member's item."""
    if key not in {each.key for each in arranged(lines, plan)}:
        raise NotFound("There is no such line on this agenda.")
    if key in member_lines(lines):
        raise Conflict(
            "A member’s item cannot be left out.",
            next="Put it back to undecided. Then you can decline it, with a reason.",
        )
    return plan.model_copy(update={"out": (*plan.out, key)})


def brought_back(lines: Sequence[Line], plan: Plan, key: str) -> Plan:
    if key not in {each.key for each in may_come_back(lines, plan)}:
        raise NotFound("There is no such line to bring back.")
    return plan.model_copy(update={"out": tuple(each for each in plan.out if each != key)})
