"""Owns what the doors of outcomes answer with: each page is a template over one of these."""

from comhar.fields import View
from comhar.meetings.model import Choice, Kind, State


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
