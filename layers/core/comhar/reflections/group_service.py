"""Use cases of a group's reflection: its state, each step, share, delete."""

from contextlib import suppress

from comhar.aws.conditions import ConditionFailed, Write, conflict_as
from comhar.aws.encryption import Seal
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.errors import FieldError, Invalid, NotFound
from comhar.idempotency import REPEATABLE, Once
from comhar.meetings.model import Meeting
from comhar.membership import member_counts
from comhar.membership import repository as membership_repository
from comhar.reflections import (
    addition_items,
    draft_repository,
    group,
    group_views,
    keys,
    model,
    repository,
    views,
)
from comhar.reflections.draft_repository import GroupDrafts
from comhar.reflections.group import Group
from comhar.reflections.model import STEPS, Reflection
from comhar.reflections.repository import Reflections
from comhar.tokens import new_id

_TRIES = group.MOST_ADDITIONS + 1  # at deleting: each that is lost means that a line was added


def page(meeting_id: str, ctx: Context, seal: Seal) -> group_views.GroupPage:
    """Where the group's reflection stands.

    Raises:
        NotFound: there is no such meeting.
        NotAReader: it is of another community, or nobody has confirmed who I am.
        NoneAtNational, MeetingCancelled: no group reflects in it.
    """
    me, now = ctx.user, ctx.now
    meeting, scribe, draft = _read(meeting_id, ctx, seal)
    early, over = now < group.opens_at(meeting), now > group.closes_at(meeting)
    writes = group.may_write(meeting, me, scribe)
    may_write = writes and not (early or over or draft.reflection)
    return group_views.GroupPage(
        **group_views.about(meeting),
        steps=group_views.rows(draft),
        opens_at=stamp(group.opens_at(meeting)),
        until=stamp(group.closes_at(meeting)),
        deleted_at=stamp(group.deletion_at(meeting, draft)),
        closed=meeting.closed_at is not None,
        early=early,
        over=over,
        writes=writes,
        may_write=may_write,
        may_share=may_write and not draft.missing,
        may_delete=bool(draft.reflection or draft.sealed) and group.may_lead(meeting, me),
        reflection=draft.reflection,
        shared_at=stamp(draft.shared_at) if draft.shared_at else None,
    )


def step(meeting_id: str, name: str, ctx: Context, seal: Seal) -> group_views.GroupStepPage:
    """One step, for who writes.

    Raises:
        NotFound: there is no such step.
        WritersOnly: others write.
        NotTheDay, WritingOver: it is too early, or too late.
        SharedAlready: it is shared.
        AppError: as `page`.
    """
    meeting, draft = _read_to_write(meeting_id, ctx, seal, _known(name))
    return group_views.step_page(meeting, name, draft, _here(meeting))


def save(
    meeting_id: str, name: str, form: group.GroupStep, ctx: Context, seal: Seal
) -> group_views.GroupStepSaved:
    """Saves one step.

    The same text again changes nothing, from whatever revision it was made.

    Nothing written is a mistake only for who goes on as if there were.

    Raises:
        Invalid: nothing is written.
        StepWrittenMeanwhile: somebody else saved another text.
        AppError: as `step`.
    """
    meeting, draft = _read_to_write(meeting_id, ctx, seal, _known(name))
    if form.text is None and form.go == "on":
        raise Invalid(FieldError("text", "Write something here, or skip this step for now."))
    if not _is_same(draft, name, form.text):
        try:
            GroupDrafts(ctx.table, seal).save(meeting, draft, name, form.text, form.revision)
        except ConditionFailed as failure:
            _, draft = _read_to_write(meeting_id, ctx, seal, name)
            if not _is_same(draft, name, form.text):
                raise group.StepWrittenMeanwhile from failure
        else:
            draft = draft.model_copy(update={"revisions": {name: form.revision + 1}})
    ways = {"on": model.neighbour(name, +1), "back": model.neighbour(name, -1)}
    here = _here(meeting)
    on = group_views.page(here, ways[form.go]) if form.go in ways else f"{here}?done=group_draft"
    revision = draft.revisions.get(name, 0)
    return group_views.GroupStepSaved(meeting=meeting_id, step=name, revision=revision, next=on)


def share_page(meeting_id: str, ctx: Context, seal: Seal) -> group_views.GroupSharePage:
    """All that is written, and who will read it.

    Raises:
        NothingWritten: nothing is.
        AppError: as `step`.
    """
    meeting, draft = _read_whole(meeting_id, ctx, seal)
    by_role = member_counts.count_readers(ctx.table, meeting.region)
    return group_views.GroupSharePage(
        **group_views.about(meeting),
        revision=draft.revision,
        steps=views.offered("reflection_steps"),
        words=draft.words,
        missing=draft.missing,
        readers=views.readers(by_role, ctx.user),
    )


def share(
    meeting_id: str, form: group.GroupShare, ctx: Context, seal: Seal, once: Once = REPEATABLE
) -> group_views.GroupShared:
    """Makes the draft a reflection that the community reads, and ends it, at once.

    Raises:
        GroupChangedMeanwhile: it is not what the person read.
        Invalid: for each step left out.
        AppError: as `share_page`.
    """
    meeting, draft = _read_whole(meeting_id, ctx, seal)
    if draft.revision != form.revision:
        raise group.GroupChangedMeanwhile
    model.require_all_written(draft.missing)
    reflection = Reflection(
        id=new_id(ctx.now, meeting.region),
        author=group.author(meeting.id),
        region=meeting.region,
        written_at=ctx.now,
        words=model.words_of(draft.words),
        visibility="community",
        meeting=meeting.id,
        group=True,
    )
    with conflict_as(group.GroupChangedMeanwhile):
        ctx.table.transact(
            [
                draft_repository.share_group_write(meeting, draft, reflection.id, ctx.now),
                *Reflections(ctx.table, seal).insert_group_writes(reflection),
                membership_repository.audit_write(
                    ctx.user, "share_group_reflection", meeting.id, ctx.now
                ),
                *once.writes(reflection.id),
            ]
        )
    return group_views.GroupShared(
        id=reflection.id,
        region=reflection.region,
        meeting=meeting.id,
        shared_at=stamp(ctx.now),
    )


def delete_page(meeting_id: str, ctx: Context, seal: Seal) -> group_views.GroupDeletePage:
    """What is asked before what the group wrote is deleted.

    Raises:
        LeadsOnly: others lead the meeting.
        NothingWritten: nothing is.
        AppError: as `page`.
    """
    return group_views.deleting(*_read_to_delete(meeting_id, ctx, seal))


def delete(meeting_id: str, ctx: Context, seal: Seal) -> group_views.GroupDeleted:
    """Deletes the draft, or what is shared with all its additions: no text is left.

    Raises:
        GroupChangedMeanwhile: it is not what was read.
        AppError: as `delete_page`.
    """
    meeting, draft = _read_to_delete(meeting_id, ctx, seal)
    line = membership_repository.audit_write(
        ctx.user, "delete_group_reflection", meeting.id, ctx.now
    )
    for _ in range(_TRIES):
        writes = [draft_repository.delete_group_write(meeting, draft), line]
        writes += _take_back_writes(meeting, draft, ctx)
        with suppress(ConditionFailed):  # somebody added to it: once more
            ctx.table.transact(writes)
            return group_views.GroupDeleted(meeting=meeting.id)
    raise group.GroupChangedMeanwhile


def _take_back_writes(meeting: Meeting, draft: Group, ctx: Context) -> list[Write]:
    """Deletes what is shared, and its count; refused when somebody added to it meanwhile."""
    if not draft.reflection:
        return []
    row = ctx.table.get(keys.shared_key(meeting.region, draft.reflection))
    if row is None:
        return []
    return [
        *repository.delete_group_writes(row),
        *addition_items.delete_writes(ctx.table, row["id"]),
    ]


def _is_same(draft: Group, step: str, text: str | None) -> bool:
    return draft.words.get(step) == text


def _read(meeting_id: str, ctx: Context, seal: Seal) -> tuple[Meeting, str | None, Group]:
    """The meeting, its scribe and what is written, unopened. Raises as `page`."""
    meeting, scribe, draft = GroupDrafts(ctx.table, seal).get(meeting_id, ctx.now)
    group.require_offered(meeting)
    if not group.may_read(meeting, ctx.user):
        raise model.NotAReader
    return meeting, scribe, draft


def _read_to_write(meeting_id: str, ctx: Context, seal: Seal, *steps: str) -> tuple[Meeting, Group]:
    """The meeting and what is written, with these steps opened, for who may write now.

    Raises as `step`.
    """
    meeting, scribe, draft = _read(meeting_id, ctx, seal)
    if not group.may_write(meeting, ctx.user, scribe):
        raise group.WritersOnly
    group.require_open(meeting, ctx.now)
    if draft.reflection:
        raise group.SharedAlready
    return meeting, GroupDrafts(ctx.table, seal).open(meeting, draft, *steps)


def _read_whole(meeting_id: str, ctx: Context, seal: Seal) -> tuple[Meeting, Group]:
    meeting, draft = _read_to_write(meeting_id, ctx, seal, *STEPS)
    if not draft.sealed:
        raise group.NothingWritten
    return meeting, draft


def _read_to_delete(meeting_id: str, ctx: Context, seal: Seal) -> tuple[Meeting, Group]:
    meeting, _, draft = _read(meeting_id, ctx, seal)
    if not group.may_lead(meeting, ctx.user):
        raise group.LeadsOnly
    if not (draft.reflection or draft.sealed):
        raise group.NothingWritten
    return meeting, draft


def _known(step: str) -> str:
    if step not in STEPS:
        raise NotFound
    return step


def _here(meeting: Meeting) -> str:
    return f"/meetings/{meeting.id}/reflection"
