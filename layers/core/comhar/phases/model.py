"""Rules of phases: which one a community is in, its rests, and its end."""

from datetime import date
from typing import Literal

from comhar.communities.model import Community, Rest, add_months
from comhar.errors import Conflict, FieldError, Invalid

Phase = Literal["define", "design", "grow", "perform", "transform"]
MOST_PHASES = 40  # listed; older ones are dropped
MOST_MONTHS = 12  # of a rest


class PhaseChanged(Conflict):
    title = "Somebody else changed this community a moment ago."
    next = "Open the page again, then make your change."


class RestsNot(Conflict):
    title = "This community is not resting."


class ClosedAlready(Conflict):
    title = "This community is closed already."


class NotClosed(Conflict):
    title = "This community is not closed."


class MeetingsPlanned(Conflict):
    title = "This community still has meetings to come."
    next = "Cancel them first: everybody is told. Then close the community."


def enter_phase(community: Community, phase: Phase, why: str | None, today: date) -> Community:
    """The community in this phase from today (Dublin) on.

    The same object where nothing changes.
    """
    last = community.phases[-1] if community.phases else {}
    if last.get("phase") == phase and why in (None, last.get("why")):
        return community
    entry = {"phase": phase, "since": today.isoformat()} | ({"why": why} if why else {})
    return _change(community, phases=(*community.phases, entry)[-MOST_PHASES:])


def rest(community: Community, until: date, today: date) -> Community:
    """The community resting from today until that day, on which it goes on.

    Raises:
        ClosedAlready: it is closed.
        Invalid: the day is not in the next 12 months.
    """
    if community.closed_on:
        raise ClosedAlready
    if not today < until <= add_months(today, MOST_MONTHS):
        raise Invalid(FieldError("until", f"Choose a day in the next {MOST_MONTHS} months."))
    running = community.rest_on(today)
    first = running.first if running else today
    return _change(community, rests=(*_past(community, today), Rest(first=first, until=until)))


def end_rest(community: Community, today: date) -> Community:
    """The community going on from today.

    Raises:
        RestsNot: it does not rest.
    """
    running = community.rest_on(today)
    if running is None:
        raise RestsNot
    ended = (Rest(first=running.first, until=today),) if running.first < today else ()
    return _change(community, rests=(*_past(community, today), *ended))


def _past(community: Community, today: date) -> tuple[Rest, ...]:
    return tuple(rest for rest in community.rests if rest.until <= today)


def close(community: Community, today: date) -> Community:
    """The community as closed from today on.

    Raises:
        ClosedAlready: it is.
    """
    if community.closed_on:
        raise ClosedAlready
    return _change(community, closed_on=today)


def reopen(community: Community) -> Community:
    """The community as open again.

    Raises:
        NotClosed: it is.
    """
    if not community.closed_on:
        raise NotClosed
    return _change(community, closed_on=None)


def _change(community: Community, **changes: object) -> Community:
    return community.model_copy(update={**changes, "revision": community.revision + 1})
