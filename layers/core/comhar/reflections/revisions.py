"""Owns the use cases of changing a reflection later: it becomes the draft again, and its versions stay."""

from datetime import datetime

from comhar.aws.dynamodb import ConditionFailed
from comhar.dates.dublin_time import stamp
from comhar.errors import NotFound
from comhar.membership.model import Member
from comhar.once import REPEATABLE, Once
from comhar.reflections import model, service, views
from comhar.reflections.drafts import Drafts
from comhar.reflections.model import Draft, Reflection
from comhar.reflections.repository import DraftGone, Reflections
from comhar.tokens import secret


def begin(
    reflection_id: str, me: Member, now: datetime, kept: Reflections, drafts: Drafts
) -> views.Changing:
    """Makes the member's draft of it, unless it is that already.

    Raises NotFound where it is not mine, DraftWaits where another draft is.
    """
    found = service.own(reflection_id, me, kept)
    if drafts.read(me.id, "meeting").of != found.id:
        drafts.change(found, now)
    return views.Changing(id=found.id)


def changed_by(draft: Draft, me: Member, kept: Reflections) -> Reflection | None:
    """What the draft changes; None for a new one, and where what it changes was deleted meanwhile:
    then it is kept as a new one."""
    return kept.readable(draft.of, me.id, None) if draft.of else None


def keep(
    before: Reflection,
    draft: Draft,
    form: model.Submit,
    me: Member,
    now: datetime,
    kept: Reflections,
    once: Once = REPEATABLE,
) -> views.Reflected:
    """Keeps the draft as the next version. Raises NotYetSharing, DraftChanged, ChangedMeanwhile."""
    if form.visibility == "community" and not service.reading(me) == before.region:
        raise model.NotYetSharing
    changes = {
        "words": model.words_of(draft.words),
        "visibility": form.visibility,
        "meeting": draft.meeting,
        "kind": form.kind,
        "counted": before.counted or f"COUNTED#{before.quarter}#{secret()}",
        "version": before.version + 1,
        "changed_at": now,
    }
    after = before.model_copy(update=changes)
    try:
        kept.change(before, after, draft, once)
    except DraftGone as gone:
        raise model.DraftChanged from gone
    except ConditionFailed as lost:
        raise model.ChangedMeanwhile from lost
    return views.Reflected(
        id=after.id,
        region=after.region,
        written_at=stamp(after.written_at),
        visibility=after.visibility,
    )


def versions(
    reflection_id: str, me: Member, before: str | None, kept: Reflections
) -> views.Versions:
    """The earlier versions of my own, newest first. Raises NotFound where it is not mine."""
    if kept.readable(reflection_id, me.id, None) is None:
        raise NotFound
    found, more = kept.versions(me.id, reflection_id, before)
    return views.Versions(
        id=reflection_id, versions=[views.version(each) for each in found], next=more
    )
