"""Use cases for reflections: write, read, share, withdraw and delete."""

from contextlib import suppress

from comhar.aws.conditions import ConditionFailed, conflict_as
from comhar.aws.encryption import Seal
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.errors import FieldError, Invalid, NotFound
from comhar.idempotency import REPEATABLE, Once
from comhar.meetings import repository as meetings_repository
from comhar.reflections import kpi_rows, model, views
from comhar.reflections.additions import Additions
from comhar.reflections.draft_repository import Drafts
from comhar.reflections.model import Author, Draft, Reflection
from comhar.reflections.repository import Reflections
from comhar.tokens import new_id

_SEARCHED = 200  # shared reflections that a search opens
_TRIES = 5  # at counting one's own reflections, against one's own other pages


def reflect(
    form: model.Reflect, ctx: Context, seal: Seal, once: Once = REPEATABLE
) -> views.Reflected:
    """Saves a whole reflection.

    Raises:
        MembersOnly: the person is no active member of a community.
        NotYetSharing: it is to be shared, and nobody has confirmed who they are.
        Invalid: its meeting is none of the member's community.
    """
    check_meeting(form.meeting, ctx)
    words = model.Words(**form.model_dump(include=set(model.STEPS)))
    return save(words, form, form.meeting, ctx, seal, once=once)


def save(
    words: model.Words,
    form: model.Reflect | model.Submit,
    meeting: str | None,
    ctx: Context,
    seal: Seal,
    draft: Draft | None = None,
    once: Once = REPEATABLE,
) -> views.Reflected:
    """Saves what was written, from a form or from the draft, which it ends.

    Raises:
        MembersOnly: the person is no active member of a community.
        NotYetSharing: it is to be shared, and nobody has confirmed who they are.
        DraftChanged: the draft is not what was read.
        ChangedMeanwhile: others of the member's were faster each time.
    """
    me, region = ctx.user, model.own_region(ctx.user)
    if form.visibility == "community" and not me.confirmed:
        raise model.NotYetSharing
    reflection = Reflection(
        id=new_id(ctx.now, region),
        author=Author(id=me.id, name=me.name, role=me.role),
        region=region,
        written_at=ctx.now,
        words=words,
        visibility=form.visibility,
        meeting=meeting,
        kind=form.kind,
        counted=kpi_rows.new_row(model.quarter(ctx.now)),
    )
    _add(reflection, draft, Reflections(ctx.table, seal), once)
    return views.Reflected(
        id=reflection.id, region=region, written_at=stamp(ctx.now), visibility=form.visibility
    )


def _add(reflection: Reflection, draft: Draft | None, reflections: Reflections, once: Once) -> None:
    for _ in range(_TRIES):
        with suppress(ConditionFailed):
            return reflections.add(reflection, draft, once)
    raise model.ChangedMeanwhile


def check_meeting(meeting: str | None, ctx: Context) -> None:
    """That a reflection may be about this meeting.

    Raises:
        MembersOnly: the person is no active member of a community.
        Invalid: it is no meeting of the member's community.
    """
    region = model.own_region(ctx.user)
    if meeting is None:
        return
    known = meeting.startswith(f"{region}-") and ctx.table.get(meetings_repository.key(meeting))
    if not known:
        raise Invalid(FieldError("meeting", "Choose a meeting of your community."))


def list_own(before: str | None, ctx: Context, seal: Seal) -> views.ReflectionList:
    """A page of my own, newest first, and whether a draft waits."""
    waits = Drafts(ctx.table, seal).exists(ctx.user.id)
    reflections, more = Reflections(ctx.table, seal).list_own(ctx.user.id, before)
    rows = [views.row(each, ctx.user) for each in reflections]
    kinds = views.offered("conversation_kinds")
    return views.ReflectionList(reflections=rows, next=more, draft=waits, kinds=kinds)


def list_in_full(before: str | None, ctx: Context, seal: Seal) -> views.AllMine:
    """All of my own in full, newest first, a page at a time."""
    reflections, more = Reflections(ctx.table, seal).list_own(ctx.user.id, before)
    texts = [views.text(each, ctx.user) for each in reflections]
    return views.AllMine(reflections=texts, next=more)


def list_shared(region: str, before: str | None, ctx: Context, seal: Seal) -> views.ReflectionList:
    """Those shared with my community.

    Raises:
        NotAReader: the region is not mine, or nobody has confirmed who I am.
    """
    if model.reading_region(ctx.user) != region:
        raise model.NotAReader
    reflections, more = Reflections(ctx.table, seal).list_shared(region, before)
    rows = [views.row(each, ctx.user) for each in reflections]
    kinds = views.offered("conversation_kinds")
    return views.ReflectionList(reflections=rows, next=more, region=region, kinds=kinds)


def search_shared(form: model.Search, ctx: Context, seal: Seal) -> views.ReflectionList:
    """Those shared with my community that hold these words, newest first.

    Where a kind is named, those of this kind. They are sealed, so that each is opened: of the newest 200;
    up to ten queries.

    Raises:
        NotAReader: nobody has confirmed who I am.
    """
    region = model.reading_region(ctx.user)
    if region is None:
        raise model.NotAReader
    reflections, more = Reflections(ctx.table, seal).list_newest_shared(region, _SEARCHED)
    found = [each for each in reflections if model.matches(each, form)]
    return views.ReflectionList(
        reflections=[views.row(each, ctx.user) for each in found],
        region=region,
        words=form.words,
        kind=form.kind,
        searched=len(reflections) if more else None,
        kinds=views.offered("conversation_kinds"),
    )


def read(reflection_id: str, ctx: Context, seal: Seal) -> views.ReflectionText:
    """My own or one shared with me, a shared one with what was added.

    Raises:
        NotFound: whatever the reason.
    """
    region = model.reading_region(ctx.user)
    reflection = Reflections(ctx.table, seal).find(reflection_id, ctx.user.id, region)
    if reflection is None:
        raise NotFound
    if reflection.visibility != "community":
        return views.text(reflection, ctx.user)
    added = Additions(ctx.table, seal).list_additions(reflection.id)
    return views.text(reflection, ctx.user, added)


def get_own(reflection_id: str, ctx: Context, seal: Seal) -> Reflection:
    """Raises NotFound where it is not mine."""
    reflection = Reflections(ctx.table, seal).find(reflection_id, ctx.user.id, None)
    if reflection is None:
        raise NotFound
    return reflection


def read_own(reflection_id: str, ctx: Context, seal: Seal) -> views.ReflectionText:
    """My own without what was added. Raises NotFound where it is not mine."""
    return views.text(get_own(reflection_id, ctx, seal), ctx.user)


def withdraw(reflection_id: str, ctx: Context, seal: Seal) -> views.Withdrawn:
    """Takes back the shared copy and the count; my own copy stays.

    Raises:
        NotFound: it is not mine.
        NotShared: nobody else can read it, and it is not counted.
        ChangedMeanwhile: it, or another of mine, was changed at the same moment.
    """
    reflection = get_own(reflection_id, ctx, seal)
    if reflection.row is None:
        raise model.NotShared
    with conflict_as(model.ChangedMeanwhile):
        Reflections(ctx.table, seal).withdraw(reflection)
    return views.Withdrawn(id=reflection.id)


def delete(reflection_id: str, ctx: Context, seal: Seal) -> views.Deleted:
    """Deletes my reflection with its shared copy and its count.

    Raises:
        NotFound: it is not mine.
        ChangedMeanwhile: it, or another of mine, was changed at the same moment.
    """
    reflection = get_own(reflection_id, ctx, seal)
    with conflict_as(model.ChangedMeanwhile):
        Reflections(ctx.table, seal).delete(reflection)
    return views.Deleted(id=reflection.id)
