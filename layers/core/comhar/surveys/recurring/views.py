"""Responses: when each recurring survey is next, and how it is planned."""

from datetime import date, datetime

from comhar.fields import View


class ByItself(View):
    """A survey of the whole community. Where it is planned, it opens at `opens_at`: on `next_on`, or on
    the first working day after. Where it is not, `next_on` is the day that the form offers.

    `running` says whether it is open now, or about to open.
    """

    kind: str
    title: str
    months: int
    planned: bool
    next_on: date
    opens_at: datetime | None
    running: bool
    revision: int


class Evaluations(View):
    """`meetings` is the title of the survey that follows each meeting. `invited` is how many members a
    survey of the whole community would ask today, `few` that nothing could be shown of so few;
    `settled_days` is for how long who is asked has been in the community."""

    region: str
    invited: int
    few: bool
    settled_days: int
    meetings: str
    open_days: int
    surveys: list[ByItself]


class PlannedEvaluations(View):
    """The days on which the surveys are next."""

    region: str
    cop_review: date
    annual_value: date
    changed: list[str]
