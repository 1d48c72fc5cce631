"""Responses: who leads a community, who stands, whose turn it is, what is open."""

from typing import Any

from comhar.fields import View


class ChairsPage(View):
    """Who can be chosen, those who stand first.

    `term_months` is that of the last term.
    """

    region: str
    members: list[dict[str, str]]
    standing: int
    term_months: int
    round: int


class ChairsCheck(View):
    """What happens when these two are chosen, before it does."""

    region: str
    members: list[str]
    names: list[str]
    term_months: int
    until: str
    leaving: list[str]
    round: int


class Led(View):
    region: str
    chairs: list[str]
    until: str


class StepDownPage(View):
    """`other` is the name of who would lead alone."""

    region: str
    other: str | None


class SteppedDown(View):
    region: str
    chairs: list[str]


class Started(View):
    """`started` says whether the community has a starter now."""

    region: str
    started: bool


class Named(View):
    id: str
    name: str


class Nominations(View):
    """Who stands as co-chair. Names are for confirmed members; others see `count`.

    `state` is how the reader stands: `asked` (by `asked_by`), `standing`, or nothing. `waiting_for` is
    whom they asked and who has not answered. `members` can be proposed.
    """

    region: str
    hidden: bool
    count: int
    standing: list[Named]
    state: str | None = None
    asked_by: str | None = None
    waiting_for: Named | None = None
    may_propose: bool
    members: list[Named] = []


class Proposed(View):
    """What became of it: `asked`, `standing`, `declined` or `withdrawn`."""

    region: str
    state: str


class PastTerm(View):
    """A term; `ended` is `running`, `ran_out`, `replaced` or `early`."""

    name: str | None
    since: str
    until: str
    last_day: str | None
    ended: str


class Turn(View):
    name: str
    led: str | None
    offered: bool


class Leadership(View):
    """The terms that were, newest first, and the next turns to lead a meeting.

    `review` says that the co-chairs' look back after six months is due, `never_led` how many members have
    not led a meeting yet. In a community that was `closed` nobody stands or is chosen.
    """

    region: str
    closed: bool = False
    hidden: bool
    chair: bool
    term_ends: str | None
    review: list[str]
    terms: list[PastTerm]
    turns: list[Turn]
    never_led: int
    may_offer: bool
    offered: bool


class Offered(View):
    region: str
    offered: bool


class Handover(View):
    """All that is open in a community, for who leads it now."""

    region: str
    chairs: list[str]
    term_ends: str | None
    next_topic: str | None
    next_lead: str | None
    meetings: list[dict[str, Any]]
    undecided: list[str]
    actions: list[dict[str, Any]]
    action_count: int
    polls: list[dict[str, Any]]
    surveys: list[str]
    unconfirmed: int
