"""Responses: when each recurring survey is next, and how it is planned."""

from datetime import date, datetime
from typing import Literal

from comhar.fields import View
from comhar.surveys.views import TalkInstead


class ByItself(View):
    """A survey of the whole community. Where it is planned, it opens at `opens_at`: on `next_on`, or on
    the first working day after. Where it is not, `next_on` is the day that the form offers.

    `running` says whether it is open now, or about to open. On `left_out_on` it did not open, because no
    meeting had been recorded since `met_since`. `paused` says that it waits for a decision (`asked`) or was
    `stopped`, and `goes_on_at` when it would open if somebody said to go on now.
    """

    kind: str
    title: str
    months: int
    planned: bool
    next_on: date
    opens_at: datetime | None
    running: bool
    met_since: date
    left_out_on: date | None = None
    paused: Literal["asked", "stopped"] | None = None
    paused_on: date | None = None
    goes_on_at: datetime | None = None
    revision: int


class Evaluations(View):
    """`meetings` is the title of the survey that follows each meeting. `invited` is how many members a
    survey of the whole community would ask today, `few` that nothing could be shown of so few: then
    `talk` offers to talk about each survey's questions instead;
    `settled_days` is for how long who is asked has been in the community."""

    region: str
    invited: int
    few: bool
    shown_from: int
    settled_days: int
    meetings: str
    open_days: int
    surveys: list[ByItself]
    talk: list[TalkInstead] = []


class PlannedEvaluations(View):
    """The days on which the surveys are next."""

    region: str
    cop_review: date
    annual_value: date
    changed: list[str]


class DecidedEvaluation(View):
    """Whether a survey goes on; `done` names the notice to whoever decided."""

    region: str
    kind: str
    paused: Literal["asked", "stopped"] | None
    next_on: date
    done: str
