"""Responses: reflections as lists and in full, the steps of writing, who may read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

from comhar import data
from comhar.aws.conditions import Item
from comhar.dates.dublin_time import stamp
from comhar.fields import View, json_name
from comhar.membership.model import Member
from comhar.reflections.model import OPENING, Reflection, Visibility


class By(View):
    name: str
    role: str | None


class Addition(View):
    """A line that a member added to the action plan of a shared reflection."""

    id: str
    name: str
    at: str
    text: str
    is_own: Annotated[bool, json_name("mine")]


class Offered(View):
    """One of the things to choose from."""

    value: str
    text: str
    hint: str = ""


class ReflectionRow(View):
    """A line of a list: by its opening words a person knows which one it is.

    `additions` is how many lines members added to a shared one; None where that is not known.
    """

    id: str
    written_at: str
    opening: str
    visibility: Visibility
    by: By
    is_own: Annotated[bool, json_name("mine")]
    group: bool
    kind: str | None
    kind_title: str | None
    additions: int | None


class ReflectionList(View):
    """`draft`: one waits to be finished. `region` is named where the list is a community's.

    `words` and `kind` are what was searched for, among the newest `searched`; `kinds` can be chosen.
    """

    reflections: list[ReflectionRow]
    next: str | None = None
    region: str | None = None
    draft: bool = False
    words: str | None = None
    kind: str | None = None
    searched: int | None = None
    kinds: list[Offered] = []


class Written(View):
    """The six steps in full."""

    description: str
    feelings: str
    evaluation: str
    analysis: str
    conclusion: str
    action_plan: str


class ReflectionText(Written):
    """One reflection in full."""

    id: str
    region: str
    written_at: str
    visibility: Visibility
    by: By
    is_own: Annotated[bool, json_name("mine")]
    meeting: str | None
    kind: str | None
    kind_title: str | None
    group: bool
    version: int
    changed_at: str | None
    additions: list[Addition] = []


class AllMine(View):
    """All of one's own in full, a page at a time, to be printed."""

    reflections: list[ReflectionText]
    next: str | None = None


class Reflected(View):
    id: str
    region: str
    written_at: str
    visibility: Visibility


class Changing(View):
    """A reflection that is the draft again."""

    id: str


class Version(Written):
    """An earlier version of one's own reflection; `saved_at` is when it was saved."""

    version: int
    saved_at: str
    visibility: Visibility


class Versions(View):
    """Earlier versions, newest first; they are shown to nobody but the author."""

    id: str
    versions: list[Version]
    next: str | None = None


class Withdrawn(View):
    id: str
    visibility: Visibility = "private"


class Deleted(View):
    id: str
    deleted: bool = True


class Added(View):
    id: str
    reflection: str


class AdditionWithdrawn(View):
    id: str
    reflection: str
    withdrawn: bool = True


class MeetingChoice(View):
    """A meeting it may be about; `starts_at` is Dublin wall time."""

    id: str
    kind: str
    starts_at: str


class Prompt(View):
    """One of the six steps, and what it asks."""

    key: str
    title: str
    prompt: str


class Opening(View):
    """The first page: the meetings to choose from, and the draft that waits, if any."""

    meetings: list[MeetingChoice]
    meeting: str
    written: list[str]
    missing: list[str]
    go_on: str
    draft: bool
    changes: str | None
    steps: list[Prompt]


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


def row(reflection: Reflection, me: Member) -> ReflectionRow:
    opening = " ".join(reflection.words.description.split())
    if len(opening) > OPENING:
        opening = opening[: OPENING - 1].rstrip() + "…"
    return ReflectionRow(
        opening=opening,
        kind=reflection.kind,
        kind_title=_title("conversation_kinds", reflection.kind),
        additions=reflection.additions,
        **_outside(reflection, me),
    )


def text(reflection: Reflection, me: Member, added: Sequence[Item] = ()) -> ReflectionText:
    """`added` are the lines that members added, opened."""
    fields = ("id", "name", "at", "text")
    return ReflectionText(
        region=reflection.region,
        meeting=reflection.meeting,
        kind=reflection.kind,
        kind_title=_title("conversation_kinds", reflection.kind),
        **_outside(reflection, me),
        **reflection.words.model_dump(),
        version=reflection.version,
        changed_at=stamp(reflection.changed_at) if reflection.changed_at else None,
        additions=[
            Addition(**{name: each[name] for name in fields}, is_own=each["by"] == me.id)
            for each in added
        ],
    )


def version(reflection: Reflection) -> Version:
    """An earlier version."""
    return Version(
        version=reflection.version,
        saved_at=stamp(reflection.changed_at or reflection.written_at),
        visibility=reflection.visibility,
        **reflection.words.model_dump(),
    )


def _title(name: str, key: str | None) -> str | None:
    return next((each["title"] for each in data.load(name) if each["key"] == key), None)


def _outside(reflection: Reflection, me: Member) -> dict:
    author = reflection.author
    return {
        "id": reflection.id,
        "written_at": stamp(reflection.written_at),
        "visibility": reflection.visibility,
        "by": By(name=author.name, role=author.role),
        "is_own": author.id == me.id,
        "group": reflection.group,
    }


def offered(name: str, leave_out: str = "") -> list[Offered]:
    """The entries of a data file, but the one left out."""
    return [
        Offered(value=each["key"], text=each["title"], hint=each.get("description", ""))
        for each in data.load(name)
        if each["key"] != leave_out
    ]


def readers(by_role: Mapping[str, int], me: Member) -> Readers:
    """The confirmed active members but `me`, who is one; the most frequent role first."""
    others = Counter(by_role)
    others[me.role or "other"] -= 1
    roles = [RoleCount(role=role, people=count) for role, count in (+others).most_common()]
    return Readers(people=sum(each.people for each in roles), roles=roles)
