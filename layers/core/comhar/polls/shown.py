"""Owns how a poll is shown: to whom which part of it."""

from collections.abc import Mapping
from datetime import datetime

from comhar.dates.dublin_time import local_date, stamp
from comhar.meetings.repository import wall
from comhar.membership.model import Member, in_order, told_apart
from comhar.polls import model, views
from comhar.polls.model import Option, Poll, Tally, Vote

Votes = Mapping[str, Mapping[str, Vote]]  # by member, then by date
_SAME = {"id", "region", "kind", "mode", "minutes", "topic", "state", "meeting", "reason"}


def poll(
    held: Poll,
    votes: Votes,
    active: list[Member],
    me: Member,
    now: datetime,
) -> views.PollView:
    """Everyone sees the dates; who has answered, how many can come; co-chairs also who. `active` are the
    region's members: who is none any more does not count."""
    said = counted(votes, active)
    leads, open_ = me.chairs(held.region), held.open_at(now)
    missing = [name for each, name in told_apart(active) if each.id not in votes]
    sees = leads or me.id in said or (not open_ and model.belongs(held, me))
    today = held.reminded_on == local_date(now)
    return views.PollView(
        **held.model_dump(include=_SAME),
        open=open_,
        closes_at=stamp(held.closes_at),
        deleted_on=local_date(held.forgotten_at).isoformat(),
        dates=dates(held, said, active, me, sees, leads),
        asked=model.belongs(held, me),
        mine=me.id in votes,
        counted=sees,
        answered=len(said) if sees else None,
        members=len(active) if sees else None,
        missing=missing if leads else [],
        may_lead=leads,
        may_pick=leads and held.state in ("open", "closed"),
        may_remind=leads and open_ and bool(missing) and not today,
        reminded_on=held.reminded_on.isoformat() if leads and held.reminded_on else None,
    )


def counted(votes: Votes, active: list[Member]) -> Votes:
    """The answers of those who are still members."""
    return {each.id: votes[each.id] for each in active if each.id in votes}


def dates(
    held: Poll,
    said: Votes,
    active: list[Member],
    me: Member,
    sees: bool,
    named: bool,
) -> list[views.DateView]:
    """The dates in order, as this person may see them."""
    tallies = model.tally(held, list(said.values()))
    top = model.best(tallies)
    mine = said.get(me.id, {})
    found = []
    for option in held.options:
        shown = views.DateView(
            key=option.key,
            starts_at=wall(option.starts_at),
            notes=list(option.notes),
            mine=mine.get(option.key),
        )
        if sees:
            about = tallies[option.key].model_dump() | {"best": option.key in top}
            names = _names(option, said, active) if named else {}
            shown = shown.model_copy(update={**about, "names": names})
        found.append(shown)
    return found


def _names(option: Option, said: Votes, active: list[Member]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in Tally.model_fields}
    for member, name in in_order(active):
        if vote := said.get(member.id, {}).get(option.key):
            found[vote].append(name)
    return found


def by_link(
    held: Poll, member: Member, mine: Mapping[str, Vote], me: Member | None, now: datetime
) -> views.PollView:
    """What the page behind an emailed link shows without signing in: the dates, and what was answered
    by the `member` whom the letter was for. `me` is who is signed in."""
    other = me if me and me.id != member.id else None
    shown = [
        views.DateView(
            key=each.key,
            starts_at=wall(each.starts_at),
            notes=list(each.notes),
            mine=mine.get(each.key),
        )
        for each in held.options
    ]
    return views.PollView(
        **held.model_dump(include=_SAME - {"meeting", "reason"}),
        open=held.open_at(now),
        closes_at=stamp(held.closes_at),
        deleted_on=local_date(held.forgotten_at).isoformat(),
        dates=shown,
        asked=True,
        mine=bool(mine),
        counted=False,
        may_lead=False,
        may_pick=False,
        may_remind=False,
        whose=member.in_short,
        other=other.in_short if other else None,
        own=other is not None and model.belongs(held, other),
    )
