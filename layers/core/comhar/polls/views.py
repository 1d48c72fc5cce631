"""Responses: a poll, its dates and votes, and which part of it each person sees."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from comhar.dates.dublin_time import local_date, stamp
from comhar.fields import View, json_name
from comhar.meetings.model import Kind, Mode
from comhar.meetings.repository import format_local
from comhar.membership.model import Member
from comhar.polls import model
from comhar.polls.model import NAMED_UP_TO, Poll, PollResults, State, Tally, Vote

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
    """One date of a poll. The counts are for who may see them, names for co-chairs."""

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
    named: bool = False  # whether co-chairs see names: in a community of at most 100 members
    sign_in_again: bool = False  # to see the names
    missing: list[str] = []  # the names of who has not answered
    unanswered: int | None = None  # how many these are, for co-chairs
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


def poll_view(results: PollResults, user: Member, now: datetime, stale: bool = False) -> PollView:
    """A poll as this user may see it.

    Everyone sees the dates. Who has answered also sees the counts, and so does everyone asked once it is
    closed; co-chairs of a small community see the names too, unless the device is `stale`. Who left does
    not count.
    """
    poll, members = results.poll, results.members
    leads, is_open = user.may_chair(poll.region), poll.is_open(now)
    is_asked, has_answered = model.is_asked(poll, user), user.id in results.votes
    nameable = leads and members <= NAMED_UP_TO
    named = nameable and not stale
    sees = leads or (is_asked and (has_answered or not is_open))
    unanswered = max(members - results.absent - results.counts["answered"], 0)
    reminded = poll.reminded_on == local_date(now)
    own = results.votes.get(user.id, {})
    dates = counted_dates(poll, results.counts, own) if sees else _list_dates(poll, own)
    missing = [
        name
        for key, name in results.names.items()
        if key not in results.votes and key not in results.absent_ids
    ]
    return PollView(
        **poll.model_dump(include=_SAME),
        open=is_open,
        closes_at=stamp(poll.closes_at),
        deleted_on=local_date(poll.deleted_at).isoformat(),
        dates=_with_names(dates, results) if named else dates,
        is_asked=is_asked,
        has_answered=has_answered,
        counted=sees,
        answered=results.counts["answered"] if sees else None,
        members=members if sees else None,
        named=named,
        sign_in_again=nameable and stale,
        missing=missing if named else [],
        unanswered=unanswered if leads else None,
        may_lead=leads,
        may_pick=leads and poll.state in ("open", "closed"),
        may_remind=leads and is_open and unanswered > 0 and not reminded,
        reminded_on=poll.reminded_on.isoformat() if leads and poll.reminded_on else None,
    )


def counted_dates(
    poll: Poll, counts: Counter[str], own: Mapping[str, Vote] | None = None
) -> list[DateView]:
    """The dates in order, with how many gave each answer; `own` are the reader's."""
    tallies = model.tally(poll, counts)
    best = model.best_keys(tallies)
    return [
        date.model_copy(update={**tallies[date.key].model_dump(), "best": date.key in best})
        for date in _list_dates(poll, own or {})
    ]


def _list_dates(poll: Poll, own: Mapping[str, Vote]) -> list[DateView]:
    return [
        DateView(
            key=option.key,
            starts_at=format_local(option.starts_at),
            notes=list(option.notes),
            own_vote=own.get(option.key),
        )
        for option in poll.options
    ]


def _with_names(dates: list[DateView], results: PollResults) -> list[DateView]:
    """The dates, each with the names of who gave which answer."""
    voters = [
        (name, results.votes[member_id])
        for member_id, name in results.names.items()
        if member_id in results.votes
    ]
    return [
        date.model_copy(
            update={
                "names": {
                    answer: [name for name, votes in voters if votes.get(date.key) == answer]
                    for answer in Tally.model_fields
                }
            }
        )
        for date in dates
    ]


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
        dates=_list_dates(poll, votes),
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
