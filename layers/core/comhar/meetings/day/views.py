"""Responses: a meeting's day, its votes and statements, the record, actions."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from comhar.aws.conditions import Item
from comhar.fields import View, json_name
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda.model import Line
from comhar.meetings.day.action_views import ActionView
from comhar.meetings.model import Choice, Kind, Meeting, Mode, State


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


class RunningLine(View):
    key: str
    title: str
    minutes: int | None
    text: str | None
    notes: str | None


class Statement(View):
    name: str
    text: str


class Running(OfMeeting):
    """What who runs a meeting has before them; `attended` is how many are ticked so far. `statements`
    is None where there are none to read: at a national meeting, and for the office."""

    minutes: int
    lines: list[RunningLine]
    scribe: str | None
    attended: int | None
    statements: list[Statement] | None
    may_close: bool
    national: bool


class Note(OfMeeting):
    """The notes of one line as they stand, and the revision to change them from."""

    line: str
    title: str
    text: str | None
    revision: int


class NoteSaved(View):
    meeting: str
    line: str
    revision: int


class AttendancePage(OfMeeting):
    people: list[Attendee]
    revision: int
    national: bool


class AttendanceSaved(View):
    meeting: str
    attended: int
    revision: int


class ScribePage(OfMeeting):
    people: list[Attendee]
    scribe: str | None


class Scribe(View):
    meeting: str
    scribe: str | None


class StatementPage(OfMeeting):
    """One's own statement, and those of others for who is confirmed."""

    text: str | None
    statements: list[Statement]


class StatementForPage(OfMeeting):
    people: list[Attendee]


class Said(View):
    meeting: str
    text: str | None


class Idea(View):
    id: str
    title: str
    is_own: Annotated[bool, json_name("mine")]


class IdeaMade(Idea):
    meeting: str


class Topics(OfMeeting):
    """What can be voted for; `results` only for who has voted and for who leads. Of a national meeting
    they and `voted` are for the office."""

    bank: list[str]
    ideas: list[Idea]
    own_vote: Annotated[list[str], json_name("mine")]
    results: list[TopicVotes] | None
    voted: int | None
    may_vote: bool
    may_lead: bool


class Voted(View):
    meeting: str
    topics: list[str]


class Withdrawn(View):
    meeting: str
    idea: str


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
    """When the meeting was closed or reopened, or its attendance corrected, and by whom: `chair`, `lead` or
    `office`. Of a correction all but `what` and `at` is for who leads the region."""

    what: str
    role: str | None = None
    at: str
    reason: str | None = None
    before: int | None = None
    after: int | None = None


class Version(View):
    number: int
    issued_at: str


class Record(OfMeeting):
    """A closed meeting's record. `attended` names who was there, for who leads the region.

    `sign_in_again` says that they have to sign in again to see it.
    """

    minutes: int
    mode: Mode
    venue: str | None
    topic: str | None
    led_by: list[str]
    present: int
    attended: list[str]
    sign_in_again: bool
    to_confirm: int  # of who was there, for who leads the region
    lines: list[RecordLine]
    notes_shown: bool
    actions: list[ActionView]
    next_topic: str | None
    next_lead: str | None
    agendas: list[Version]
    events: list[Event]
    reopened_until: str | None  # for who may reopen it
    may_correct: bool  # the attendance


class RecordedPerson(View):
    """`left` says that they are no active member of the community now."""

    id: str
    name: str
    there: bool
    left: bool


class CorrectionPage(OfMeeting):
    """Who is recorded as having been at a closed meeting; of a national one `people` is empty."""

    people: list[RecordedPerson]
    present: int
    revision: int
    national: bool


class AttendanceCorrected(View):
    """`outcome` is `attendance_unchanged` where just this was recorded already."""

    meeting: str
    attended: int
    revision: int
    outcome: Literal["attendance_corrected", "attendance_unchanged"]


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


def meeting_fields(meeting: Meeting) -> dict[str, Any]:
    """The fields that every page about a meeting begins with (OfMeeting)."""
    facts = {"id": meeting.id, "region": meeting.region, "kind": meeting.kind}
    return facts | {"starts_at": meetings_repository.format_local(meeting.starts_at)}


def running_line(key: str, line: Line, note: Item | None) -> RunningLine:
    same = line.model_dump(include={"title", "minutes", "text"})
    return RunningLine(key=key, **same, notes=(note or {}).get("text"))


def statements(rows: Iterable[Item]) -> list[Statement]:
    return [Statement(name=row["name"], text=row["text"]) for row in rows]


def vote_results(counts: dict[str, int]) -> list[TopicVotes]:
    return [TopicVotes(topic=topic, votes=votes) for topic, votes in counts.items()]
