"""Owns what the doors of outcomes answer with about what is left of a meeting (`day_views`: of its day)."""

from datetime import datetime

from comhar.dates.dublin_time import local_date
from comhar.fields import View
from comhar.meetings.day.model import Action
from comhar.meetings.model import Choice, Kind, Mode, State
from comhar.membership.model import Member


class OfMeeting(View):
    """What every page about a meeting begins with; `starts_at` is Dublin wall time."""

    id: str
    region: str
    kind: Kind
    starts_at: str


class Attendee(View):
    """`there` is whether the form has them ticked."""

    id: str
    name: str
    answer: Choice | None = None
    there: bool = False


class TopicVotes(View):
    topic: str
    votes: int


class ActionView(View):
    """`moved` are the dates it had before."""

    id: str
    what: str
    who: str
    by: str
    mine: bool
    may_end: bool
    may_edit: bool
    overdue: bool
    done_on: str | None = None
    moved: list[str] = []


class Actions(View):
    region: str
    actions: list[ActionView]
    lately_done: list[ActionView]


class ActionPage(View):
    region: str
    action: ActionView


class ActionForm(View):
    region: str
    id: str
    what: str
    owner: str  # a member's id, or a name
    owner_name: str  # as it was stored with the action
    by: str
    revision: int
    people: list[Attendee]


class NewAction(View):
    """Who may take on an action that is added beside a meeting."""

    region: str
    people: list[Attendee]


class Done(View):
    region: str
    action: str


class Closing(OfMeeting):
    """What the form that closes a meeting starts from: attendance from what was saved or answered, the
    next topic from the vote; `recorded` is what it agreed on before it was reopened."""

    people: list[Attendee]
    headcount: int | None  # of a national meeting, as it was recorded before it was reopened
    topics: list[str]
    results: list[TopicVotes]
    next_topic: str | None
    next_lead: str | None
    earlier: list[ActionView]
    recorded: list[ActionView]
    national: bool
    state: State
    may_chair: bool


class Closed(View):
    id: str
    state: State
    attended: int
    actions: int
    survey: str | None = None


class RecordLine(View):
    title: str
    minutes: int | None
    notes: str | None


class Event(View):
    """When the meeting was closed or reopened, and by whom: `chair`, `lead` or `office`."""

    what: str
    role: str
    at: str
    reason: str | None = None


class Version(View):
    number: int
    issued_at: str


class Record(OfMeeting):
    """A closed meeting's record. `attended` names who was there, for who leads the region."""

    minutes: int
    mode: Mode
    venue: str | None
    topic: str | None
    led_by: list[str]
    present: int
    attended: list[str]
    lines: list[RecordLine]
    notes_shown: bool
    actions: list[ActionView]
    next_topic: str | None
    next_lead: str | None
    agendas: list[Version]
    events: list[Event]
    reopened_until: str | None  # for who may reopen it


class ReopenPage(OfMeeting):
    until: str


class Reopened(View):
    id: str
    state: State


class Unconfirmed(OfMeeting):
    """A meeting of the past of which nobody has said whether it happened; `days` since then."""

    days: int


class UnconfirmedMeetings(View):
    meetings: list[Unconfirmed]


def results(counts: dict[str, int]) -> list[TopicVotes]:
    return [TopicVotes(topic=topic, votes=votes) for topic, votes in counts.items()]


def action(one: Action, me: Member, now: datetime) -> ActionView:
    """An action as this person may see it: whose it is, for themselves and who is confirmed."""
    mine = one.member == me.id
    named = me.confirmed or me.office or mine
    return ActionView(
        id=one.id,
        what=one.what,
        who=one.who if named else "",
        by=one.by.isoformat(),
        mine=mine,
        may_end=one.ended_by(me),
        may_edit=me.chairs(one.region),
        overdue=one.open and one.by < local_date(now),
        done_on=one.done_on.isoformat() if one.done_on else None,
        moved=[each["from"] for each in one.moved],
    )
