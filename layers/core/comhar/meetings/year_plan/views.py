"""Views of a year's meetings: how each quarter stands, and the form to plan it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.fields import View
from comhar.meetings.model import Kind, Meeting, State
from comhar.meetings.repository import format_local

FILLS = ("first", "quarterly", "reflective")
"""Kinds by which a quarter has its meeting (DOMAIN, KPIs)."""


class YearMeeting(View):
    id: str
    kind: Kind
    starts_at: str
    minutes: int
    state: State
    over: bool
    lead: str | None = None  # for who may read names


class QuarterView(View):
    """`standing` is `held`, `planned`, `unclosed` (past, neither closed nor cancelled), `missed`
    (past, and nothing) or `empty`."""

    key: str
    number: int
    first: str
    last: str
    standing: str
    over: bool
    meetings: list[YearMeeting]


class YearView(View):
    region: str
    year: int
    years: list[int]  # the one before and the one after, where there are such pages
    quarters: list[QuarterView]
    may_lead: bool


class Leader(View):
    id: str
    name: str


class YearForm(YearView):
    """What the form to lay out a year starts from; `notes` by quarter, once the dates were looked at."""

    people: list[Leader]
    modes: list[dict[str, Any]]
    kinds: list[dict[str, Any]]
    looked: bool = False
    notes: dict[str, list[str]] = {}


class Laid(View):
    """What was scheduled, in order of time, each with why to look twice at its date; and what is still
    to be said of the year."""

    region: str
    year: int
    meetings: list[YearMeeting]
    notes: dict[str, list[str]]


def quarter(
    quarter: Quarter, meetings: Sequence[Meeting], names: Mapping[str, str], now: datetime
) -> QuarterView:
    """One quarter with its meetings, and the names of who leads them."""
    own = [meeting for meeting in meetings if Quarter.of(meeting.starts_at.date()) == quarter]
    over = quarter.last < local_date(now)
    return QuarterView(
        key=f"q{quarter.number}",
        number=quarter.number,
        first=quarter.first.isoformat(),
        last=quarter.last.isoformat(),
        standing=_standing([meeting for meeting in own if meeting.kind in FILLS], over, now),
        over=over,
        meetings=[year_meeting(meeting, names, now) for meeting in own],
    )


def _standing(meetings: Sequence[Meeting], over: bool, now: datetime) -> str:
    """How a quarter stands with these meetings of its own (see QuarterView)."""
    if any(meeting.state == "held" for meeting in meetings):
        return "held"
    if any(meeting.start > now for meeting in meetings):
        return "planned"
    if meetings:
        return "unclosed"
    return "missed" if over else "empty"


def year_meeting(meeting: Meeting, names: Mapping[str, str], now: datetime) -> YearMeeting:
    """A meeting in its quarter."""
    return YearMeeting(
        **meeting.model_dump(include={"id", "kind", "minutes", "state"}),
        starts_at=format_local(meeting.starts_at),
        over=meeting.start <= now,
        lead=names.get(meeting.lead or ""),
    )
