"""Owns what the doors of meetings answer with: each page is a template over one of these."""

from typing import Any

from comhar.fields import View
from comhar.meetings.agenda.model import Line as AgendaLine
from comhar.meetings.agenda.views import ItemView
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
    """What the page behind an emailed answer link shows, without signing in. `answer` is what the link
    named: nothing is said until the form is sent; `said` is what was answered before.

    `whose` answer it is stands here in short, as who `other` is that is signed in instead, if somebody
    is; they answer for themselves at `meeting`, where it concerns them.
    """

    whose: str
    other: str | None = None
    meeting: str | None = None
    said: Choice | None = None
    region: str
    kind: Kind
    starts_at: str
    minutes: int
    mode: Mode
    venue: str | None
    needs_until: str
    access_needs: list[dict[str, str]]  # to choose from, each with key and title
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
    needs: list[str] = []  # titles of the list
    arrange: str | None = None  # in their own words


class Needs(View):
    """What the person who asks now has asked for."""

    meeting: str
    needs: list[str] = []  # keys of the list
    arrange: str | None


class Attending(View):
    """A member and what they answered; `recorded` by a co-chair, to whom they said it."""

    id: str
    name: str
    answer: Choice | None = None
    recorded: bool = False


class AttendingPage(View):
    """Who has answered what, for who leads; of a national meeting page by page."""

    meeting: str
    region: str
    kind: Kind
    starts_at: str
    minutes: int
    state: State
    over: bool
    people: list[Attending]
    next: str | None = None


class RecordedAnswer(View):
    meeting: str
    member: str
    answer: Choice


class ChangePage(View):
    """What the forms start from that move a meeting, place it elsewhere or cancel it."""

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
    over: bool
    agenda_issued_at: str | None


class MayLead(View):
    """A member who can be named to lead a meeting."""

    id: str
    name: str


class LeadPage(View):
    """What the form starts from that names who takes the turn to lead a meeting."""

    id: str
    region: str
    kind: Kind
    starts_at: str
    minutes: int
    lead: str | None
    people: list[MayLead]


class LedBy(View):
    meeting: str
    lead: str | None


class FacilitatorPage(View):
    """What the form starts from that names who hosts a first meeting."""

    id: str
    region: str
    kind: Kind
    starts_at: str
    minutes: int
    state: State
    facilitator_name: str | None
    facilitator_email: str | None
    needs_until: str  # when name and address are deleted


class Hosted(View):
    meeting: str
    facilitator_name: str | None


class PackLine(View):
    title: str
    minutes: int | None = None
    text: str | None = None


class PackNeed(View):
    """How many asked for something of the list; nobody's own words."""

    need: str
    title: str
    count: int


class Pack(View):
    """All that a first meeting's facilitator needs, `until` the end of that day; no member's name."""

    region: str
    kind: Kind
    starts_at: str
    minutes: int
    mode: Mode
    venue: str | None
    link: str | None
    topic: str | None
    facilitator_name: str
    chairs: list[str]
    lines: list[PackLine]
    together: int
    yes: int
    maybe: int
    members: int
    needs: list[PackNeed]
    until: str


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
    agenda_changed_at: str | None = None  # when a changed one took the place of the first
    agenda: list[AgendaLine]
    items: list[ItemView]
    answers: Answers | None  # of a national meeting for the office alone
    my_answer: Choice | None
    my_answer_recorded: bool = False  # by a co-chair
    access_needs: list[dict[str, str]] = []  # to choose from, for who may answer
    my_choices: list[str] = []  # what I asked to be arranged: keys of the list
    my_needs: str | None  # and in my own words
    needs_until: str  # when it is deleted, with all others'
    needs: list[Need] = []  # for its organisers alone
    may_answer: bool
    may_lead: bool
    may_chair: bool
    may_run: bool
    run_open: bool = False  # an hour before it starts, and from then on
    statements_open: bool = False  # a day before it starts, and from then on
    over: bool
    going_on: bool = False  # it has begun, and its minutes are not over
    chairs: list[str] = []  # in whose names the agenda went out
    led_by: list[
        str
    ] = []  # for who is confirmed, while it is scheduled; nobody where the office leads
    attended: int | None = None
    next_topic: str | None = None
    survey_until: str | None = None
    facilitator_name: str | None = None  # for who leads
    may_host: bool = False  # may say who hosts a first meeting


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
    this_year: int
    coming: list[Summary]
    past: list[Summary]
    may_lead: bool
