"""Responses: a poll, its dates and votes, and which part of it each person sees."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from comhar.dates.dublin_time import local_date, stamp
from comhar.fields import View, json_name
from comhar.meetings.model import Kind, Mode
from comhar.meetings.repository import format_local
from comhar.membership.model import Member, disambiguate_names, sort_by_name
from comhar.polls import model
from comhar.polls.model import Option, Poll, State, Tally, Vote

Votes = Mapping[str, Mapping[str, Vote]]  # by member, then by date
_SAME = {"id", "region", "kind", "mode", "minutes", "topic", "state", "meeting", "reason"}


class PollRow(View):
    """A poll in a list; `meeting` came of it."""

    id: str
    kind: Kind
    state: State
    closes_at: str
    dates: int
    meeting: str | None = None


class Polls(View):
    region: str
    open: list[PollRow]
    over: list[PollRow]
    may_lead: bool


class Checked(View):
    """A date that was typed, and why to look at it twice."""

    starts_at: str
    notes: list[str]


class PollForm(View):
    """What the form starts from; `checked` are the dates typed, once they were looked at."""

    region: str
    kinds: list[dict[str, Any]]
    modes: list[dict[str, Any]]
    most: int
    fewest: int
    closes_on: str
    next_topic: str | None
    checked: list[Checked] = []


class DateView(View):
    """One date of a poll. The counts are for who may see them, the names for co-chairs."""

    key: str
    starts_at: str
    notes: list[str]
    own_vote: Annotated[Vote | None, json_name("mine")] = None
    yes: int | None = None
    if_need_be: int | None = None
    no: int | None = None
    best: bool = False
    names: dict[str, list[str]] = {}


class PollView(View):
    id: str
    region: str
    kind: Kind
    mode: Mode
    minutes: int
    topic: str | None
    state: State
    open: bool
    closes_at: str
    deleted_on: str
    dates: list[DateView]
    is_asked: Annotated[
        bool, json_name("asked")
    ]  # whether the reader is one of those who are asked
    has_answered: Annotated[bool, json_name("mine")]  # and has answered
    counted: bool  # whether the reader sees the counts
    answered: int | None = None
    members: int | None = None
    missing: list[str] = []  # who has not answered, for co-chairs
    may_lead: bool
    may_pick: bool
    may_remind: bool
    reminded_on: str | None = None
    meeting: str | None = None
    reason: str | None = None
    whose: str | None = None  # in short, on the page behind an emailed link: whose answer it is
    other: str | None = None  # and who is signed in there instead, if somebody is
    own: bool = False  # who is asked, too


class PollOpened(View):
    id: str
    region: str
    state: State
    closes_at: str
    dates: list[Checked]


class DatesAnswered(View):
    poll: str
    votes: dict[str, Vote]


class Reminding(View):
    poll: str
    missing: int


class Picked(View):
    poll: str
    meeting: str
    starts_at: str


class PickForm(View):
    """What the form starts from: the dates with their counts, and what the poll said of the meeting."""

    id: str
    region: str
    state: State
    kind: Kind
    mode: Mode
    minutes: int
    topic: str | None
    dates: list[DateView]
    best: str | None
    kinds: list[dict[str, Any]]
    modes: list[dict[str, Any]]


class PollEnded(View):
    poll: str
    region: str
    state: State


def poll_view(
    poll: Poll, votes: Votes, active: list[Member], user: Member, now: datetime
) -> PollView:
    """A poll as this user may see it.

    Everyone sees the dates. Who has answered also sees the counts, and so does everyone asked once it is
    closed; co-chairs see the names too. `active` are the region's members: who left does not count.
    """
    counting = active_votes(votes, active)
    leads, is_open = user.may_chair(poll.region), poll.is_open(now)
    missing = [name for member, name in disambiguate_names(active) if member.id not in votes]
    sees = leads or user.id in counting or (not is_open and model.is_asked(poll, user))
    today = poll.reminded_on == local_date(now)
    return PollView(
        **poll.model_dump(include=_SAME),
        open=is_open,
        closes_at=stamp(poll.closes_at),
        deleted_on=local_date(poll.deleted_at).isoformat(),
        dates=date_views(poll, counting, active, user, sees, leads),
        is_asked=model.is_asked(poll, user),
        has_answered=user.id in votes,
        counted=sees,
        answered=len(counting) if sees else None,
        members=len(active) if sees else None,
        missing=missing if leads else [],
        may_lead=leads,
        may_pick=leads and poll.state in ("open", "closed"),
        may_remind=leads and is_open and bool(missing) and not today,
        reminded_on=poll.reminded_on.isoformat() if leads and poll.reminded_on else None,
    )


def active_votes(votes: Votes, active: list[Member]) -> Votes:
    """The answers of those who are still members."""
    return {member.id: votes[member.id] for member in active if member.id in votes}


def date_views(
    poll: Poll, votes: Votes, active: list[Member], user: Member, sees: bool, named: bool
) -> list[DateView]:
    """The dates in order, as this user may see them."""
    tallies = model.tally(poll, list(votes.values()))
    top = model.best_keys(tallies)
    views = []
    for option in poll.options:
        view = _date_view(option, votes.get(user.id, {}))
        if sees:
            about = tallies[option.key].model_dump() | {"best": option.key in top}
            names = _names(option, votes, active) if named else {}
            view = view.model_copy(update={**about, "names": names})
        views.append(view)
    return views


def _date_view(option: Option, votes: Mapping[str, Vote]) -> DateView:
    return DateView(
        key=option.key,
        starts_at=format_local(option.starts_at),
        notes=list(option.notes),
        own_vote=votes.get(option.key),
    )


def _names(option: Option, votes: Votes, active: list[Member]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {answer: [] for answer in Tally.model_fields}
    for member, name in sort_by_name(active):
        if vote := votes.get(member.id, {}).get(option.key):
            names[vote].append(name)
    return names


def poll_by_link(
    poll: Poll, member: Member, votes: Mapping[str, Vote], user: Member | None, now: datetime
) -> PollView:
    """The poll behind an emailed link: the dates, and the answers so far.

    `member` is the one to whom the link was sent, `user` whoever is signed in.
    """
    other = user if user and user.id != member.id else None
    return PollView(
        **poll.model_dump(include=_SAME - {"meeting", "reason"}),
        open=poll.is_open(now),
        closes_at=stamp(poll.closes_at),
        deleted_on=local_date(poll.deleted_at).isoformat(),
        dates=[_date_view(option, votes) for option in poll.options],
        is_asked=True,
        has_answered=bool(votes),
        counted=False,
        may_lead=False,
        may_pick=False,
        may_remind=False,
        whose=member.short_name,
        other=other.short_name if other else None,
        own=other is not None and model.is_asked(poll, other),
    )
