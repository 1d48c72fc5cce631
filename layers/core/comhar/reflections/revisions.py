"""Use cases of changing a written reflection: each change keeps a version.

It becomes the draft again, and its versions stay.
"""

from comhar.aws.conditions import conflict_as
from comhar.aws.encryption import Seal
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.errors import NotFound
from comhar.idempotency import REPEATABLE, Once
from comhar.reflections import kpi_rows, model, service, views
from comhar.reflections.draft_repository import Drafts
from comhar.reflections.model import Draft, Reflection
from comhar.reflections.repository import Reflections


def begin(reflection_id: str, ctx: Context, seal: Seal) -> views.Changing:
    """Makes the member's draft of it, unless it is that already.

    Raises:
        NotFound: it is not mine.
        DraftWaits: another draft is there.
    """
    reflection = service.get_own(reflection_id, ctx, seal)
    drafts = Drafts(ctx.table, seal)
    if drafts.read(ctx.user.id, "meeting").of != reflection.id:
        drafts.change(reflection, ctx.now)
    return views.Changing(id=reflection.id)


def find_changed(draft: Draft, ctx: Context, seal: Seal) -> Reflection | None:
    """What the draft changes; None for a new one.

    None also where what it changes was deleted meanwhile: then it is saved as a new one.
    """
    return Reflections(ctx.table, seal).find(draft.of, ctx.user.id, None) if draft.of else None


def save(
    before: Reflection,
    draft: Draft,
    form: model.Submit,
    ctx: Context,
    seal: Seal,
    once: Once = REPEATABLE,
) -> views.Reflected:
    """Saves the draft as the next version.

    Raises:
        NotYetSharing: it is to be shared where the member may not read what is shared.
        DraftChanged: the draft is not what was read.
        ChangedMeanwhile: another of the member's was saved at the same moment.
    """
    if form.visibility == "community" and model.reading_region(ctx.user) != before.region:
        raise model.NotYetSharing
    changes = {
        "words": model.words_of(draft.words),
        "visibility": form.visibility,
        "meeting": draft.meeting,
        "kind": form.kind,
        "counted": before.counted or kpi_rows.new_row(before.quarter),
        "version": before.version + 1,
        "changed_at": ctx.now,
    }
    after = before.model_copy(update=changes)
    with conflict_as(model.ChangedMeanwhile):
        Reflections(ctx.table, seal).change(before, after, draft, once)
    return views.Reflected(
        id=after.id,
        region=after.region,
        written_at=stamp(after.written_at),
        visibility=after.visibility,
    )


def versions(reflection_id: str, before: str | None, ctx: Context, seal: Seal) -> views.Versions:
    """The earlier versions of my own, newest first.

    Raises:
        NotFound: it is not mine.
    """
    reflections = Reflections(ctx.table, seal)
    if reflections.find(reflection_id, ctx.user.id, None) is None:
        raise NotFound
    earlier, more = reflections.list_versions(ctx.user.id, reflection_id, before)
    return views.Versions(
        id=reflection_id, versions=[views.version(each) for each in earlier], next=more
    )
