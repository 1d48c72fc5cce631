"""Owns what is shown of a draft, step by step, and of who would read it."""

from collections import Counter
from collections.abc import Iterable

from comhar import data
from comhar.fields import View
from comhar.membership.model import Member
from comhar.reflections.model import Visibility


class MeetingChoice(View):
    """A meeting it may be about; `starts_at` is Dublin wall time."""

    id: str
    kind: str
    starts_at: str


class Opening(View):
    """The first page: the meetings to choose from, and the draft that waits, if any."""

    meetings: list[MeetingChoice]
    meeting: str
    written: list[str]
    missing: list[str]
    go_on: str
    draft: bool
    changes: str | None


class StepPage(View):
    step: str
    number: int
    of: int
    title: str
    prompt: str
    example: str
    text: str
    back: str
    skip: str


class StepSaved(View):
    saved_at: str
    next: str


class RoleCount(View):
    role: str
    people: int


class Readers(View):
    """Who could read it if it were shared now, the author left out."""

    people: int
    roles: list[RoleCount]


class Offered(View):
    """One of the things to choose from."""

    value: str
    text: str
    hint: str = ""


class Review(View):
    """The draft in full. `readers` is None for who cannot share yet; `changes` is the reflection that it
    changes, if it is no new one, with its `visibility` and `kind` so far."""

    draft: str
    steps: list[Offered]
    words: dict[str, str]
    missing: list[str]
    meeting: str | None
    readers: Readers | None
    visibilities: list[Offered]
    kinds: list[Offered]
    changes: str | None
    visibility: Visibility
    kind: str | None


class Discarded(View):
    discarded: bool = True


def offered(name: str, leave_out: str = "") -> list[Offered]:
    """The entries of a data file, but the one left out."""
    return [
        Offered(value=each["key"], text=each["title"], hint=each.get("description", ""))
        for each in data.load(name)
        if each["key"] != leave_out
    ]


def readers(members: Iterable[Member], me: Member) -> Readers:
    """The confirmed active members but `me`, by role, the most frequent first."""
    others = [each for each in members if each.active and each.confirmed and each.id != me.id]
    roles = Counter(each.role or "other" for each in others).most_common()
    return Readers(
        people=len(others), roles=[RoleCount(role=role, people=count) for role, count in roles]
    )
