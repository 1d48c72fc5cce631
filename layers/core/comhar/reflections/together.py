"""Owns the use cases of a group's reflection: write it step by step, share it, delete it, add to it."""

from datetime import datetime

from comhar import data
from comhar.calendar import stamp
from comhar.errors import FieldError, Invalid, NotFound
from comhar.meetings.model import Meeting
from comhar.membership.model import Member
from comhar.membership.records import Members, audit
from comhar.reflections import additions, group, model, service, views
from comhar.reflections import group_views as shown
from comhar.reflections.additions import Additions
from comhar.reflections.group import Group
from comhar.reflections.group_drafts import GroupDrafts
from comhar.reflections.model import STEPS, Reflection
from comhar.reflections.records import Reflections, shared_key
from comhar.table import Lost
from comhar.tokens import new_id

_TRIES = 5  # at deleting, against those who add


def page(meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts) -> shown.GroupPage:
    """Where it stands. Raises NotFound, NotAReader, NoneAtNational, MeetingCancelled."""
    meeting, scribe, held = _read(meeting_id, me, now, drafts)
    early, over = now < group.opens(meeting), now > group.until(meeting)
    writes = group.writes(meeting, me, scribe)
    may_write = writes and not (early or over or held.reflection)
    until = held.withdrawn_until
    there = now <= until if until else bool(held.sealed)
    return shown.GroupPage(
        **shown.about(meeting),
        steps=shown.rows(held),
        opens_at=stamp(group.opens(meeting)),
        until=stamp(group.until(meeting)),
        deleted_at=stamp(group.kept_until(meeting)),
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
    meeting, held = _write(meeting_id, me, now, drafts, _known(name))
    return shown.step_page(meeting, name, held, _here(meeting))


def save(
    meeting_id: str,
    name: str,
    form: group.GroupStep,
    me: Member,
    now: datetime,
    drafts: GroupDrafts,
) -> shown.GroupStepSaved:
    """Saves one step. Nothing written is a mistake only for who goes on as if there were.

    Raises Invalid, StepWrittenMeanwhile, and what `step` raises.
    """
    meeting, _ = _write(meeting_id, me, now, drafts, _known(name))
    if form.text is None and form.go == "on":
        raise Invalid(FieldError("text", "Write something here, or skip this step for now."))
    try:
        if form.text is not None or form.revision:
            drafts.save(meeting, name, form.text, form.revision, now)
    except Lost as lost:
        raise group.StepWrittenMeanwhile from lost
    ways = {"on": model.neighbour(name, +1), "back": model.neighbour(name, -1)}
    here = _here(meeting)
    on = shown.page(here, ways[form.go]) if form.go in ways else f"{here}?done=group_draft"
    return shown.GroupStepSaved(meeting=meeting_id, step=name, next=on)


def share_page(
    meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts, members: Members
) -> shown.GroupSharePage:
    """All that is written, and who will read it. Raises NothingWritten, and what `step` raises."""
    meeting, held = _written(meeting_id, me, now, drafts)
    return shown.GroupSharePage(
        **shown.about(meeting),
        revision=held.revision,
        steps=views.offered("reflection_steps"),
        words=held.words,
        missing=held.missing,
        readers=views.readers(members.of_region(meeting.region), me),
        withdrawn_days=group.WITHDRAWN_WITHIN.days,
    )


def share(
    meeting_id: str,
    form: group.GroupShare,
    me: Member,
    now: datetime,
    drafts: GroupDrafts,
    kept: Reflections,
) -> shown.GroupShared:
    """Makes the draft a reflection that the community reads, and ends it, at once.

    Raises GroupChangedMeanwhile, Invalid for each step left out, and what `share_page` raises.
    """
    meeting, held = _written(meeting_id, me, now, drafts)
    if held.revision != form.revision:
        raise group.GroupChangedMeanwhile
    if held.missing:
        raise Invalid(*(FieldError(each, _left_out(each)) for each in held.missing))
    made = Reflection(
        id=new_id(now, meeting.region),
        author=group.author(meeting.id),
        region=meeting.region,
        written_at=now,
        words=model.Words(**held.words),
        visibility="community",
        meeting=meeting.id,
        group=True,
    )
    line = audit(me.id, "share_group_reflection", meeting.id, now)
    try:
        ended = drafts.shared(meeting, held, made.id, now)
        kept.table.transact(ended, kept.of_group(made), line)
    except Lost as lost:
        raise group.GroupChangedMeanwhile from lost
    return shown.GroupShared(
        id=made.id, region=made.region, meeting=meeting.id, shared_at=stamp(now)
    )


def delete_page(
    meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts
) -> shown.GroupDeletePage:
    """Raises LeadsOnly, NothingWritten, SharedTooLong, and what `page` raises."""
    return shown.deleting(*_deletable(meeting_id, me, now, drafts))


def delete(meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts) -> shown.GroupDeleted:
    """Deletes the draft, or takes back what is shared with all that was added: no text is left.

    Raises GroupChangedMeanwhile, and what `delete_page` raises.
    """
    meeting, held = _deletable(meeting_id, me, now, drafts)
    for _ in range(_TRIES):
        row = held.reflection and drafts.table.get(shared_key(meeting.region, held.reflection))
        writes = [drafts.gone(meeting, held)]
        if row:
            writes += [Reflections.group_gone(row), *additions.all_gone(row["id"], drafts.table)]
        try:
            drafts.table.transact(*writes, audit(me.id, "delete_group_reflection", meeting.id, now))
        except Lost as lost:
            if 0 in lost.failed:
                break
            continue  # somebody added to it
        return shown.GroupDeleted(meeting=meeting.id)
    raise group.GroupChangedMeanwhile


def add(
    reflection_id: str, form: group.Add, me: Member, now: datetime, kept: Additions
) -> shown.Added:
    """Adds a line to the action plan of a group's reflection, in my name.

    Raises NotFound, EnoughAdded, ChangedMeanwhile.
    """
    if service.reading(me) is None:
        raise NotFound
    added = kept.add(reflection_id, form.text, me, now)
    return shown.Added(id=added, reflection=reflection_id)


def withdraw_addition(
    reflection_id: str, addition_id: str, me: Member, kept: Additions
) -> shown.AdditionWithdrawn:
    """Takes my own line back. Raises NotFound."""
    kept.withdraw(reflection_id, addition_id, me)
    return shown.AdditionWithdrawn(id=addition_id, reflection=reflection_id)


def _read(
    meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts
) -> tuple[Meeting, str | None, Group]:
    meeting, scribe, held = drafts.of(meeting_id, now)
    group.offered(meeting)
    if not group.reads(meeting, me):
        raise model.NotAReader
    return meeting, scribe, held


def _write(
    meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts, *steps: str
) -> tuple[Meeting, Group]:
    meeting, scribe, held = _read(meeting_id, me, now, drafts)
    if not group.writes(meeting, me, scribe):
        raise group.WritersOnly
    group.writing(meeting, now)
    if held.reflection:
        raise group.SharedAlready
    return meeting, drafts.opened(meeting, held, *steps)


def _written(
    meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts
) -> tuple[Meeting, Group]:
    meeting, held = _write(meeting_id, me, now, drafts, *STEPS)
    if not held.sealed:
        raise group.NothingWritten
    return meeting, held


def _deletable(
    meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts
) -> tuple[Meeting, Group]:
    meeting, _, held = _read(meeting_id, me, now, drafts)
    if not group.leads(meeting, me):
        raise group.LeadsOnly
    if not (held.reflection or held.sealed):
        raise group.NothingWritten
    if held.withdrawn_until and now > held.withdrawn_until:
        raise group.SharedTooLong
    return meeting, held


def _known(step: str) -> str:
    if step not in STEPS:
        raise NotFound
    return step


def _here(meeting: Meeting) -> str:
    return f"/meetings/{meeting.id}/reflection"


def _left_out(step: str) -> str:
    return f"Write the step “{data.load('reflection_steps')[STEPS.index(step)]['title']}”."
