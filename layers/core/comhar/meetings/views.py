"""Owns what the doors of meetings answer with: each page is a template over one of these."""

from typing import Any

from comhar.agendas.model import Line as AgendaLine
from comhar.agendas.views import ItemView
from comhar.fields import View
from comhar.meetings.model import Choice, Kind, Mode, State


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
    needs_until: str
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


class Answers(View):
    yes: int = 0
    maybe: int = 0
    no: int = 0
    names: dict[str, list[str]] = {}


class Need(View):
    """What somebody asked to be arranged."""

    name: str
    arrange: str


class Needs(View):
    """What the person who asks now has asked for."""

    meeting: str
    arrange: str | None


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
    my_needs: str | None
    needs_until: str  # when it is deleted, with all others'
    needs: list[Need] = []  # for its organisers alone
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
