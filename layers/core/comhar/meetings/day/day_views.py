"""Owns what the doors of outcomes answer with about a meeting's day, from its notes to its votes."""

from collections.abc import Iterable

from comhar.aws.conditions import Item
from comhar.fields import View
from comhar.meetings.agenda.model import Line
from comhar.meetings.day.views import Attendee, OfMeeting, TopicVotes


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
    mine: bool


class IdeaMade(Idea):
    meeting: str


class Topics(OfMeeting):
    """What can be voted for; `results` only for who has voted and for who leads. Of a national meeting
    they and `voted` are for the office."""

    bank: list[str]
    ideas: list[Idea]
    mine: list[str]
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


def line(key: str, one: Line, note: Item | None) -> RunningLine:
    held = one.model_dump(include={"title", "minutes", "text"})
    return RunningLine(key=key, **held, notes=(note or {}).get("text"))


def statements(rows: Iterable[Item]) -> list[Statement]:
    return [Statement(name=each["name"], text=each["text"]) for each in rows]
