"""Owns the use cases of what is shared: a group's reflection, and what members add to a plan."""

from datetime import datetime

from comhar import data
from comhar.aws.dynamodb import ConditionFailed
from comhar.dates.dublin_time import stamp
from comhar.errors import FieldError, Invalid, NotFound
from comhar.meetings.model import Meeting
from comhar.membership.model import Member
from comhar.membership.repository import Members, audit
from comhar.once import REPEATABLE, Once
from comhar.reflections import deletion, draft_views, group, model, service, together
from comhar.reflections import group_views as shown
from comhar.reflections.additions import Additions
from comhar.reflections.group import Group
from comhar.reflections.group_drafts import GroupDrafts
from comhar.reflections.keys import shared_key
from comhar.reflections.model import STEPS, Reflection
from comhar.reflections.repository import Reflections
from comhar.tokens import new_id

_TRIES = group.MOST_ADDITIONS + 1  # at deleting: each that is lost means that a line was added


def share_page(
    meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts, members: Members
) -> shown.GroupSharePage:
    """All that is written, and who will read it. Raises NothingWritten, and what `together.step` raises."""
    meeting, held = _written(meeting_id, me, now, drafts)
    return shown.GroupSharePage(
        **shown.about(meeting),
        revision=held.revision,
        steps=draft_views.offered("reflection_steps"),
        words=held.words,
        missing=held.missing,
        readers=draft_views.readers(members.of_region(meeting.region), me),
    )


def share(
    meeting_id: str,
    form: group.GroupShare,
    me: Member,
    now: datetime,
    drafts: GroupDrafts,
    kept: Reflections,
    once: Once = REPEATABLE,
) -> shown.GroupShared:
    """Makes the draft a reflection that the community reads, and ends it, at once.

    Raises GroupChangedMeanwhile, Invalid for each step left out, and what `share_page` raises.
    """
    meeting, held = _written(meeting_id, me, now, drafts)
    if held.revision != form.revision:
        raise group.GroupChangedMeanwhile
    if held.missing:
        raise Invalid(*(FieldError(each, _left_out(each)) for each in held.missing))
    made = _made(meeting, held, now)
    line = audit(me, "share_group_reflection", meeting.id, now)
    try:
        ended = drafts.shared(meeting, held, made.id, now)
        kept.table.transact([ended, kept.of_group(made), line, *once.writes(made.id)])
    except ConditionFailed as lost:
        raise group.GroupChangedMeanwhile from lost
    return shown.GroupShared(
        id=made.id, region=made.region, meeting=meeting.id, shared_at=stamp(now)
    )


def _made(meeting: Meeting, held: Group, now: datetime) -> Reflection:
    return Reflection(
        id=new_id(now, meeting.region),
        author=group.author(meeting.id),
        region=meeting.region,
        written_at=now,
        words=model.words_of(held.words),
        visibility="community",
        meeting=meeting.id,
        group=True,
    )


def delete_page(
    meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts
) -> shown.GroupDeletePage:
    """Raises LeadsOnly, NothingWritten, and what `together.page` raises."""
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
            writes += [
                Reflections.group_gone(row),
                *deletion.additions_gone(row["id"], drafts.table),
            ]
        try:
            drafts.table.transact([*writes, audit(me, "delete_group_reflection", meeting.id, now)])
        except ConditionFailed as lost:
            if 0 in lost.failed:
                break
            continue  # somebody added to it
        return shown.GroupDeleted(meeting=meeting.id)
    raise group.GroupChangedMeanwhile


def add(
    reflection_id: str,
    form: group.Add,
    me: Member,
    now: datetime,
    kept: Additions,
    once: Once = REPEATABLE,
) -> shown.Added:
    """Adds a line to the action plan of a shared reflection, in my name.

    Raises NotFound, EnoughAdded, ChangedMeanwhile.
    """
    if service.reading(me) is None:
        raise NotFound
    added = kept.add(reflection_id, form.text, me, now, once)
    return shown.Added(id=added, reflection=reflection_id)


def withdraw_addition(
    reflection_id: str, addition_id: str, me: Member, kept: Additions
) -> shown.AdditionWithdrawn:
    """Takes my own line back. Raises NotFound."""
    kept.withdraw(reflection_id, addition_id, me)
    return shown.AdditionWithdrawn(id=addition_id, reflection=reflection_id)


def _written(
    meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts
) -> tuple[Meeting, Group]:
    meeting, held = together.write(meeting_id, me, now, drafts, *STEPS)
    if not held.sealed:
        raise group.NothingWritten
    return meeting, held


def _deletable(
    meeting_id: str, me: Member, now: datetime, drafts: GroupDrafts
) -> tuple[Meeting, Group]:
    meeting, _, held = together.read(meeting_id, me, now, drafts)
    if not group.leads(meeting, me):
        raise group.LeadsOnly
    if not (held.reflection or held.sealed):
        raise group.NothingWritten
    return meeting, held


def _left_out(step: str) -> str:
    return f"Write the step “{data.load('reflection_steps')[STEPS.index(step)]['title']}”."
