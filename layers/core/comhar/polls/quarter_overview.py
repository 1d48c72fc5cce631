"""Owns how the quarters of a year stand: what is held, planned or missing in each, and how it is shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from comhar import data
from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.meetings.model import Meeting
from comhar.meetings.repository import wall
from comhar.polls import views

FIRST_YEAR = 2020  # before the first community there was nothing to show
FILLS = ("first", "quarterly", "reflective")
"""Kinds by which a quarter has its meeting (DOMAIN, KPIs)."""


def known(year: int) -> bool:
    """Whether there is a page of this year: not for one whose public holidays are not known."""
    return bool(FIRST_YEAR <= year < data.load("holidays")["to"])


def quarter(
    one: Quarter, found: Sequence[Meeting], names: Mapping[str, str], now: datetime
) -> views.QuarterView:
    """One quarter with those of the year's meetings that are in it, and the names of who leads them."""
    own = [each for each in found if Quarter.of(each.starts_at.date()) == one]
    over = one.last < local_date(now)
    return views.QuarterView(
        key=f"q{one.number}",
        number=one.number,
        first=one.first.isoformat(),
        last=one.last.isoformat(),
        standing=standing([each for each in own if each.kind in FILLS], over, now),
        over=over,
        meetings=[shown(each, names, now) for each in own],
    )


def standing(own: Sequence[Meeting], over: bool, now: datetime) -> str:
    """How a quarter stands that has these meetings of its own: `held`, `planned`, `unclosed` (past, and
    neither closed nor cancelled), `missed` (past, and none) or `empty`."""
    if any(each.state == "held" for each in own):
        return "held"
    if any(each.start > now for each in own):
        return "planned"
    if own:
        return "unclosed"
    return "missed" if over else "empty"


def shown(meeting: Meeting, names: Mapping[str, str], now: datetime) -> views.YearMeeting:
    """A meeting in its quarter."""
    return views.YearMeeting(
        **meeting.model_dump(include={"id", "kind", "minutes", "state"}),
        starts_at=wall(meeting.starts_at),
        over=meeting.start <= now,
        lead=names.get(meeting.lead or ""),
    )
