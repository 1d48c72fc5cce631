"""A poll for a date, and its rules: when it closes, and which date suits best."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from comhar import retention
from comhar.dates.dublin_time import local_date, to_instant
from comhar.dates.working_days import issue_instant, working_days_before
from comhar.errors import Conflict, FieldError, Invalid
from comhar.formatting import format_moment
from comhar.meetings.model import Kind, Mode
from comhar.meetings.timeline import REMINDED_BEFORE
from comhar.membership.model import Member

Vote = Literal["yes", "if_need_be", "no"]
State = Literal["open", "closed", "picked", "cancelled", "unfit"]
FEWEST, MOST = 2, 8  # dates of one poll
MAX_SPAN = timedelta(days=366)  # at most, from the first of them to the last
OPTION_KEYS = "abcdefgh"
NAMED_UP_TO = 100  # active members of a community whose co-chairs see who voted what
OPEN_DAYS = 7  # for how long a poll is open, unless its form says otherwise
_CLOSES = time(17)  # Dublin wall time on its last day


class PollOver(Conflict):
    title = "This poll is closed."
    next = "Ask your co-chairs which date it will be. Once they choose one, you are invited."


class PollDecided(Conflict):
    title = "This poll has been decided already."
    next = "Open the poll again to see what became of it."


class PollChanged(Conflict):
    title = "This poll changed a moment ago. No date is picked yet."
    next = (
        "It may have closed in the meantime. Open the poll again, check it, then send this again."
    )


class NobodyToRemind(Conflict):
    title = "Nobody is left to remind, or they were reminded today already."
    next = "You can remind people once a day, while the poll is open."


class Option(BaseModel):
    """One date of a poll, as naive Dublin wall time.

    `notes` are the warnings against it at the time of asking.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    starts_at: datetime
    notes: tuple[str, ...] = ()


class Poll(BaseModel):
    """A poll of a region's members for the date of a meeting.

    `made_at` and `closes_at` are UTC instants. `reminded` counts the reminders, `reminded_on` is the
    Dublin day of the last. `done` names the steps that the clock has taken; `answered` is how many had
    answered when it closed.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    region: str
    kind: Kind
    mode: Mode
    minutes: int
    topic: str | None = None
    options: tuple[Option, ...]
    closes_at: datetime
    made_at: datetime
    state: State = "open"
    reminded: int = 0
    reminded_on: date | None = None
    done: tuple[str, ...] = ()
    answered: int | None = None
    meeting: str | None = None
    reason: str | None = None
    revision: int = 0

    @property
    def deleted_at(self) -> datetime:
        """When it is deleted with all answers (`poll` in data/retention.json)."""
        return self.closes_at + retention.period("poll")

    def is_open(self, now: datetime) -> bool:
        return self.state == "open" and now < self.closes_at


class Tally(BaseModel):
    """How many members gave each answer to one date."""

    model_config = ConfigDict(frozen=True)

    yes: int = 0
    if_need_be: int = 0
    no: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        """Orders dates: first by who can come at all, then by who likes to."""
        return self.yes + self.if_need_be, self.yes


@dataclass(frozen=True)
class PollResults:
    """A poll with its counts, and how many members of the community are active.

    `counts` hold `answered`, and each answer to each date (`a_yes`). `votes` are by member, then by date:
    everybody's where there are `names`, else the reader's own alone. `names` are the active members' by id,
    each unique, in order. `absent` of them are away, or not to be written to: nobody waits for their answer.
    """

    poll: Poll
    counts: Counter[str]
    members: int
    votes: Mapping[str, Mapping[str, Vote]]
    names: Mapping[str, str] = field(default_factory=dict)
    absent: int = 0
    absent_ids: frozenset[str] = frozenset()


def make_options(options: Sequence[tuple[datetime, Sequence[str]]]) -> tuple[Option, ...]:
    """The dates in order of time, each with its warnings and a letter as its key."""
    ordered = sorted(options, key=lambda option: option[0])
    return tuple(
        Option(key=key, starts_at=at, notes=tuple(notes))
        for key, (at, notes) in zip(OPTION_KEYS, ordered, strict=False)
    )


def closing_instant(day: date) -> datetime:
    """17:00 Dublin on that day, as a UTC instant."""
    return to_instant(datetime.combine(day, _CLOSES))


def choose_closes_at(day: date | None, first: datetime, now: datetime) -> datetime:
    """When a poll closes: on `day`, else in a week, but before the day of `first`.

    `first` is its first date, as Dublin wall time. The result is a UTC instant.

    Raises:
        Invalid: it would not close before `first`, or that time is past.
    """
    latest = first.date() - timedelta(days=1)
    chosen = day or min(local_date(now) + timedelta(days=OPEN_DAYS), latest)
    if chosen > latest:
        raise Invalid(FieldError("closes_on", "Choose a day before the first of the dates."))
    if closing_instant(chosen) <= now:
        why = (
            "Choose a day to come." if day else "Choose later dates, so that there is time to ask."
        )
        raise Invalid(FieldError("closes_on", why))
    return closing_instant(chosen)


def list_steps(poll: Poll, closures: Collection[date]) -> list[tuple[datetime, str]]:
    """The steps that the clock still has to take, with their UTC instants, in order.

    They are `remind`, 2 working days before the poll closes, and `close`.
    """
    if poll.state != "open":
        return []
    day = working_days_before(local_date(poll.closes_at), REMINDED_BEFORE, frozenset(closures))
    planned = [(poll.closes_at, "close")]
    if issue_instant(day) > poll.made_at:
        planned.append((issue_instant(day), "remind"))
    return sorted((at, step) for at, step in planned if step not in poll.done)


def validate_votes(poll: Poll, votes: Mapping[str, Vote], now: datetime) -> dict[str, Vote]:
    """One member's answers, in the order of the dates.

    Raises:
        PollOver: the poll is not open any more.
        Invalid: a date has no answer, or is none of this poll's.
    """
    if not poll.is_open(now):
        raise PollOver
    keys = [option.key for option in poll.options]
    missing = [_missing_vote(option) for option in poll.options if option.key not in votes]
    odd = [
        FieldError("votes", "Answer the dates of this poll.") for key in votes if key not in keys
    ]
    if missing or odd:
        raise Invalid(*missing, *odd[:1])
    return {key: votes[key] for key in keys}


def _missing_vote(option: Option) -> FieldError:
    question = f"Choose an answer for {format_moment(option.starts_at)}: yes, if need be, or no."
    return FieldError(f"votes.{option.key}", question)


def tally(poll: Poll, counts: Counter[str]) -> dict[str, Tally]:
    """By the key of each date: how many members gave each answer.

    `counts` are those that are stored, of each answer to each date: `a_yes`.
    """
    return {
        option.key: Tally(**{vote: counts[f"{option.key}_{vote}"] for vote in Tally.model_fields})
        for option in poll.options
    }


def best_keys(tallies: Mapping[str, Tally]) -> list[str]:
    """The keys of the dates with the highest rank; none if nobody can come."""
    top = max((date_tally.rank for date_tally in tallies.values()), default=(0, 0))
    return [key for key, date_tally in tallies.items() if date_tally.rank == top] if top[0] else []


def note_reminder(poll: Poll, missing: int, now: datetime) -> Poll:
    """The poll with one reminder more, sent today to the `missing` members.

    Raises:
        PollOver: the poll is not open any more.
        NobodyToRemind: all have answered, or were reminded today.
    """
    if not poll.is_open(now):
        raise PollOver(next="Pick a date, or end the poll.")
    if missing <= 0 or poll.reminded_on == local_date(now):
        raise NobodyToRemind
    return revise(poll, reminded=poll.reminded + 1, reminded_on=local_date(now))


def require_undecided(poll: Poll) -> Poll:
    """The poll, if a date of it can still be picked, or it can still be ended.

    Raises:
        PollDecided: a date was picked, or the poll was ended.
    """
    if poll.state not in ("open", "closed"):
        raise PollDecided
    return poll


def get_option(poll: Poll, key: str, now: datetime) -> Option:
    """The date with this key.

    Raises:
        PollDecided: a date was picked, or the poll was ended.
        Invalid: the date is past, or there is none of this key.
    """
    for option in require_undecided(poll).options:
        if option.key == key:
            if to_instant(option.starts_at) <= now:
                raise Invalid(FieldError("option", "This date has passed. Choose another."))
            return option
    raise Invalid(FieldError("option", "Choose one of the dates."))


def end_poll(poll: Poll, reason: str | None, now: datetime) -> Poll:
    """The poll ended without a meeting: `cancelled` while open, `unfit` once closed."""
    state = "cancelled" if require_undecided(poll).is_open(now) else "unfit"
    return revise(poll, state=state, reason=reason)


def is_asked(poll: Poll, member: Member) -> bool:
    """Whether the poll asks this member."""
    return member.active and member.region == poll.region


def revise(poll: Poll, **changes: Any) -> Poll:
    return poll.model_copy(update={**changes, "revision": poll.revision + 1})
