"""Owns what the doors of polls answer with: each page is a template over one of these."""

from typing import Any

from comhar.fields import View
from comhar.meetings.model import Kind, Mode
from comhar.polls.model import State, Vote


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
    mine: Vote | None = None
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
    asked: bool  # whether the reader is one of those who are asked
    mine: bool  # and has answered
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
