"""Rules of starting a community: its steps in order, and where they stand."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from comhar import data
from comhar.communities.model import Community

State = Literal["done", "next", "open", "passed"]
ESTABLISHED = 12  # meetings after which a community is past its start
_ESTABLISHED_AFTER = timedelta(days=366)  # since it had its first co-chairs


class Facts(BaseModel):
    """What the steps are derived from; nothing of it is stored for them.

    `meetings` are the rows of the region's first meetings, in order. `terms` and `vision` are the
    summaries of these. `planned` is the start of the next meeting, Dublin wall time.
    """

    model_config = ConfigDict(frozen=True)

    community: Community
    active: int
    confirmed: int
    meetings: tuple[Mapping[str, Any], ...] = ()
    planned: str | None = None
    terms: Mapping[str, Any]
    vision: Mapping[str, Any]

    @property
    def first_held(self) -> Mapping[str, Any] | None:
        """The row of the first meeting that took place."""
        return next((row for row in self.meetings if row["state"] == "held"), None)

    @property
    def first_meeting(self) -> Mapping[str, Any] | None:
        """The row of the first meeting that is planned or took place."""
        return next((row for row in self.meetings if row["state"] != "cancelled"), None)


def is_established(community: Community, meetings: int, today: date) -> bool:
    """Whether a community is past its start, so that its page only links the steps.

    `meetings` are those of the last year and to come: of earlier ones that page knows nothing.
    """
    was_led = any(term.since <= today - _ESTABLISHED_AFTER for term in community.terms)
    return was_led or meetings >= ESTABLISHED


class Step(BaseModel):
    """A step and its state.

    `passed` is one whose time has gone by without it.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    title: str
    by: str
    state: State = "open"


def _has_starter(facts: Facts) -> bool:
    return bool(facts.community.starter or facts.community.chairs or facts.first_held)


def _are_confirmed(facts: Facts) -> bool:
    """All of them before the first meeting; who joins later is confirmed in time."""
    settled = facts.confirmed == facts.active or facts.first_held is not None
    return facts.confirmed >= 2 and settled


def _is_hosted(facts: Facts) -> bool:
    row = facts.first_held or facts.first_meeting or {}
    return bool(row.get("facilitator_agreed") and row.get("training_agreed"))


_IS_DONE: dict[str, Callable[[Facts], bool]] = {
    "starter": _has_starter,
    "members": _are_confirmed,
    "facilitator": _is_hosted,
    "first_meeting": lambda facts: facts.first_held is not None,
    "terms": lambda facts: bool(facts.terms["approved"]),
    "vision": lambda facts: bool(facts.vision["agreed"]),
    "chairs": lambda facts: len(facts.community.chairs) == 2,
    "schedule": lambda facts: facts.planned is not None and facts.first_held is not None,
}


def _waits_for_chairs(key: str, facts: Facts) -> bool:
    """Whether only the co-chairs, who are not chosen yet, can go on with the terms."""
    return key == "terms" and bool(facts.terms["begun"]) and not facts.community.chairs


def list_steps(facts: Facts) -> list[Step]:
    """The steps in the guide's order, as the facts have them.

    The first to do is `next`.
    """
    steps = []
    is_next_taken = False
    for step in data.load("start_steps"):
        key = step["key"]
        if _IS_DONE[key](facts):
            state: State = "done"
        elif key == "facilitator" and facts.first_held:
            state = "passed"  # without one, or nobody has noted it
        elif is_next_taken or _waits_for_chairs(key, facts):
            state = "open"
        else:
            state, is_next_taken = "next", True
        steps.append(Step(**step, state=state))
    return steps
