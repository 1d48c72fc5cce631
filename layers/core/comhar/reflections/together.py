"""Owns the use cases of writing a group's reflection: where it stands, each step, who may."""

from datetime import datetime

from comhar.aws.dynamodb import ConditionFailed
from comhar.dates.dublin_time import stamp
from comhar.errors import FieldError, Invalid, NotFound
from comhar.meetings.model import Meeting
from comhar.membership.model import Member
from comhar.reflections import group, model
from comhar.reflections import group_views as shown
from comhar.reflections.group import Group
from comhar.reflections.group_drafts import GroupDrafts
from comhar.reflections.model import STEPS


def page(meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts) -> shown.GroupPage:
    """Where it stands. Raises NotFound, NotAReader, NoneAtNational, MeetingCancelled."""
    meeting, scribe, held = read(meeting_id, me, now, drafts)
    early, over = now < group.opens(meeting), now > group.until(meeting)
    writes = group.writes(meeting, me, scribe)
    may_write = writes and not (early or over or held.reflection)
    there = bool(held.reflection or held.sealed)
    return shown.GroupPage(
        **shown.about(meeting),
        steps=shown.rows(held),
        opens_at=stamp(group.opens(meeting)),
        until=stamp(group.until(meeting)),
        deleted_at=stamp(group.kept_until(meeting, held)),
        closed=meeting.closed_at is not None,
        early=early,
        over=over,
        writes=writes,
        may_write=may_write,
        may_share=may_write and not held.missing,
        may_delete=there and group.leads(meeting, me),
        reflection=held.reflection,
        shared_at=stamp(held.shared_at) if held.shared_at else None,
    )


def step(
    meeting_id: str, name: str, me: Member, now: datetime, drafts: GroupDrafts
) -> shown.GroupStepPage:
    """One step, for who writes. Raises NotFound, WritersOnly, NotTheDay, WritingOver, SharedAlready and
    what `page` raises."""
    meeting, held = write(meeting_id, me, now, drafts, _known(name))
    return shown.step_page(meeting, name, held, _here(meeting))


def save(
    meeting_id: str,
    name: str,
    form: group.GroupStep,
    me: Member,
    now: datetime,
    drafts: GroupDrafts,
) -> shown.GroupStepSaved:
    """Saves one step; the same text again changes nothing, from whatever revision it was made. Nothing
    written is a mistake only for who goes on as if there were.

    Raises Invalid, StepWrittenMeanwhile, and what `step` raises.
    """
    meeting, held = write(meeting_id, me, now, drafts, _known(name))
    if form.text is None and form.go == "on":
        raise Invalid(FieldError("text", "Write something here, or skip this step for now."))
    if not _says(held, name, form.text):
        try:
            drafts.save(meeting, held, name, form.text, form.revision)
        except ConditionFailed as lost:
            _, held = write(meeting_id, me, now, drafts, name)
            if not _says(held, name, form.text):
                raise group.StepWrittenMeanwhile from lost
        else:
            held = held.model_copy(update={"revisions": {name: form.revision + 1}})
    ways = {"on": model.neighbour(name, +1), "back": model.neighbour(name, -1)}
    here = _here(meeting)
    on = shown.page(here, ways[form.go]) if form.go in ways else f"{here}?done=group_draft"
    revision = held.revisions.get(name, 0)
    return shown.GroupStepSaved(meeting=meeting_id, step=name, revision=revision, next=on)


def _says(held: Group, step: str, text: str | None) -> bool:
    return held.words.get(step) == text


def read(
    meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts
) -> tuple[Meeting, str | None, Group]:
    """The meeting, its scribe and what is written, unopened. Raises what `page` raises."""
    meeting, scribe, held = drafts.of(meeting_id, now)
    group.offered(meeting)
    if not group.reads(meeting, me):
        raise model.NotAReader
    return meeting, scribe, held


def write(
    meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts, *steps: str
) -> tuple[Meeting, Group]:
    """The meeting and what is written, with these steps opened, for who may write now. Raises what `step`
    raises."""
    meeting, scribe, held = read(meeting_id, me, now, drafts)
    if not group.writes(meeting, me, scribe):
        raise group.WritersOnly
    group.writing(meeting, now)
    if held.reflection:
        raise group.SharedAlready
    return meeting, drafts.opened(meeting, held, *steps)


def _known(step: str) -> str:
    if step not in STEPS:
        raise NotFound
    return step


def _here(meeting: Meeting) -> str:
    return f"/meetings/{meeting.id}/reflection"
