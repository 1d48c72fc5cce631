"""Responses: a group's reflection, its steps, sharing and deleting it."""

from comhar import data
from comhar.dates.dublin_time import stamp
from comhar.fields import View
from comhar.meetings import repository as meetings_repository
from comhar.meetings.model import Meeting
from comhar.reflections import model
from comhar.reflections.group import Group
from comhar.reflections.views import Offered, Readers, StepPage, offered


class AboutMeeting(View):
    """The meeting in which a group reflects; `starts_at` is Dublin wall time."""

    id: str
    region: str
    kind: str
    starts_at: str


class GroupStepRow(View):
    step: str
    title: str
    written: bool


class GroupPage(AboutMeeting):
    """Where the group's reflection stands. `may_write`, `may_share` and `may_delete` say what this person
    can do now; nothing of the text is here."""

    steps: list[GroupStepRow]
    opens_at: str
    until: str
    deleted_at: str
    closed: bool
    early: bool
    over: bool
    writes: bool
    may_write: bool
    may_share: bool
    may_delete: bool
    reflection: str | None
    shared_at: str | None


class GroupStepPage(AboutMeeting, StepPage):
    revision: int


class GroupStepSaved(View):
    """`revision` is that of the step as it stands now."""

    meeting: str
    step: str
    revision: int
    next: str


class GroupSharePage(AboutMeeting):
    """The whole draft, and who would read it besides who shares it."""

    revision: int
    steps: list[Offered]
    words: dict[str, str]
    missing: list[str]
    readers: Readers


class GroupShared(View):
    id: str
    region: str
    meeting: str
    shared_at: str


class GroupDeletePage(AboutMeeting):
    """`shared` is None for a draft; else since when all can read it."""

    shared: str | None


class GroupDeleted(View):
    meeting: str
    deleted: bool = True


def about(meeting: Meeting) -> dict[str, str]:
    at = meetings_repository.format_local(meeting.starts_at)
    return {"id": meeting.id, "region": meeting.region, "kind": meeting.kind, "starts_at": at}


def rows(group: Group) -> list[GroupStepRow]:
    return [
        GroupStepRow(step=each.value, title=each.text, written=each.value in group.sealed)
        for each in offered("reflection_steps")
    ]


def step_page(meeting: Meeting, step: str, group: Group, here: str) -> GroupStepPage:
    """One step with its prompt for a group, and the ways to its neighbours."""
    place = model.STEPS.index(step)
    words = data.load("reflection_steps")[place]
    before, after = model.neighbour(step, -1), model.neighbour(step, +1)
    return GroupStepPage(
        **about(meeting),
        step=step,
        number=place + 1,
        of=len(model.STEPS),
        title=words["title"],
        prompt=words["group_prompt"],
        example=words["group_example"],
        text=group.words.get(step, ""),
        revision=group.revisions.get(step, 0),
        back=page(here, before),
        skip=page(here, after),
    )


def page(here: str, step: str) -> str:
    """The address of a step; of the page to share it after the last."""
    return f"{here}/{'share' if step == 'review' else step}" if step else here


def deleting(meeting: Meeting, group: Group) -> GroupDeletePage:
    shared = group.shared_at
    return GroupDeletePage(
        **about(meeting),
        shared=stamp(shared) if shared else None,
    )
