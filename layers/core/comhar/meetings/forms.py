"""Owns what is sent to the doors of meetings and what they answer with."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from comhar.fields import Form, Line, View
from comhar.meetings.agenda import Line as AgendaLine
from comhar.meetings.model import Kind, Mode, State

Choice = Literal["yes", "no", "maybe"]


def _wall(at: datetime) -> datetime:
    """Meeting times are Dublin wall time to the minute, written without a zone."""
    if at.tzinfo is not None:
        raise ValueError("Write the local time without a zone, like 2027-02-18T10:00.")
    if not 2000 < at.year < 2100:
        raise ValueError("Enter a real date and time.")
    return at.replace(second=0, microsecond=0)


def _regional(kind: Kind) -> Kind:
    if kind == "national":
        raise ValueError("The national event belongs to no region: choose another kind.")
    return kind


Wall = Annotated[datetime, Field(strict=False), AfterValidator(_wall)]
Web = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^https?://[^\s<>\"]+$"),
]


class Schedule(Form):
    kind: Annotated[Kind, AfterValidator(_regional)]
    starts_at: Wall
    minutes: Annotated[int, Field(ge=15, le=600)] = 120
    mode: Mode
    venue: Line | None = None
    link: Web | None = None
    topic: Line | None = None


class Reschedule(Form):
    starts_at: Wall


class Cancel(Form):
    reason: Line


class Propose(Form):
    title: Line
    minutes: Annotated[int, Field(ge=1, le=240)] | None = None


class DeclineItem(Form):
    reason: Line | None = None


class Answer(Form):
    answer: Choice


class Action(Form):
    """What will be done, by whom (a member's id, or a name) and by when."""

    what: Line
    who: Line
    by: date


class Close(Form):
    attended: Annotated[list[Line], Field(max_length=1000)]
    next_topic: Line | None = None
    next_lead: Line | None = None
    actions: Annotated[list[Action], Field(max_length=40)] = []


class Scheduled(View):
    id: str
    region: str
    kind: Kind
    mode: Mode
    starts_at: str
    minutes: int
    state: State
    agenda_due_at: str
    short_notice: bool  # made after its agenda should have gone out


class ItemView(View):
    id: str
    meeting: str
    title: str
    minutes: int | None
    state: str
    by: str | None = None
    mine: bool = False
    reason: str | None = None


class Answered(View):
    meeting: str
    answer: Choice


class Invitation(View):
    """What the page behind an emailed answer link shows, without signing in."""

    kind: Kind
    starts_at: str
    minutes: int
    mode: Mode
    venue: str | None
    answer: Choice | None = None


class Thanks(View):
    answer: Choice


class SchedulePage(View):
    """What the form starts from: what the last meeting chose, and what there is to choose from."""

    region: str
    next_topic: str | None
    kinds: list[dict[str, Any]]
    modes: list[dict[str, Any]]
    agenda_days: int


class ActionView(View):
    id: str
    what: str
    who: str
    by: str
    mine: bool
    may_end: bool


class Actions(View):
    region: str
    actions: list[ActionView]


class Done(View):
    region: str
    action: str


class Answers(View):
    yes: int = 0
    maybe: int = 0
    no: int = 0
    names: dict[str, list[str]] = {}


class MeetingView(View):
    id: str
    region: str
    kind: Kind
    mode: Mode
    starts_at: str
    minutes: int
    venue: str | None
    link: str | None
    topic: str | None
    state: State
    reason: str | None
    agenda_due_at: str
    agenda_issued_at: str | None
    agenda_late: bool
    agenda: list[AgendaLine]
    items: list[ItemView]
    answers: Answers
    my_answer: Choice | None
    may_lead: bool
    may_chair: bool
    over: bool
    chairs: list[str] = []
    attended: int | None = None
    next_topic: str | None = None
    survey_until: str | None = None


class Summary(View):
    """A meeting in a list."""

    id: str
    kind: Kind
    mode: Mode
    starts_at: str
    minutes: int
    state: State
    topic: str | None = None
    agenda_issued_at: str | None = None
    survey_until: str | None = None


class Programme(View):
    region: str
    coming: list[Summary]
    past: list[Summary]
    may_lead: bool


class Attendee(View):
    id: str
    name: str
    answer: Choice | None = None


class Closing(View):
    """What the form that closes a meeting starts from: attendance is prefilled from the answers."""

    id: str
    region: str
    kind: Kind
    starts_at: str
    people: list[Attendee]
    topics: list[str]
    state: State
    may_chair: bool


class Closed(View):
    id: str
    state: State
    attended: int
    actions: int
    survey: str | None = None
