"""Owns the use cases of reflections: write, read, share, withdraw and delete."""

from datetime import datetime

from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.dates.dublin_time import stamp
from comhar.errors import FieldError, Invalid, NotFound
from comhar.meetings import repository as meetings
from comhar.membership.model import Member
from comhar.once import REPEATABLE, Once
from comhar.reflections import model, views
from comhar.reflections.additions import Additions
from comhar.reflections.model import Author, Draft, Reflection
from comhar.reflections.repository import DraftGone, Reflections
from comhar.tokens import new_id, secret

_TRIES = 5  # at counting one's own reflections, against one's own other pages


def reflect(
    form: model.Reflect, me: Member, now: datetime, kept: Reflections, once: Once = REPEATABLE
) -> views.Reflected:
    """Keeps a whole reflection. Raises MembersOnly, NotYetSharing, Invalid."""
    check_meeting(form.meeting, me, kept.table)
    words = model.Words(**form.model_dump(include=set(model.STEPS)))
    return keep(words, form, form.meeting, me, now, kept, once=once)


def keep(
    words: model.Words,
    form: model.Reflect | model.Submit,
    meeting: str | None,
    me: Member,
    now: datetime,
    kept: Reflections,
    draft: Draft | None = None,
    once: Once = REPEATABLE,
) -> views.Reflected:
    """Keeps what was written, from a form or from the draft, which it ends.

    Raises MembersOnly, NotYetSharing, DraftChanged, ChangedMeanwhile.
    """
    region = own_region(me)
    if form.visibility == "community" and not me.confirmed:
        raise model.NotYetSharing
    reflection = Reflection(
        id=new_id(now, region),
        author=Author(id=me.id, name=me.name, role=me.role),
        region=region,
        written_at=now,
        words=words,
        visibility=form.visibility,
        meeting=meeting,
        kind=form.kind,
        counted=f"COUNTED#{model.quarter(now)}#{secret()}",
    )
    _add(reflection, draft, kept, once)
    return views.Reflected(
        id=reflection.id, region=region, written_at=stamp(now), visibility=form.visibility
    )


def _add(reflection: Reflection, draft: Draft | None, kept: Reflections, once: Once) -> None:
    for _ in range(_TRIES):
        try:
            return kept.add(reflection, draft, once)
        except DraftGone as gone:
            raise model.DraftChanged from gone
        except ConditionFailed:
            continue
    raise model.ChangedMeanwhile


def own_region(me: Member) -> str:
    """The community whose member this is. Raises MembersOnly: the office writes none."""
    if not me.active or me.region is None:
        raise model.MembersOnly
    return me.region


def check_meeting(meeting: str | None, me: Member, table: Table) -> None:
    """Raises MembersOnly, and Invalid for what is no meeting of the member's community."""
    region = own_region(me)
    if meeting is None:
        return
    known = meeting.startswith(f"{region}-") and table.get(meetings.key(meeting))
    if not known:
        raise Invalid(FieldError("meeting", "Choose a meeting of your community."))


def mine(me: Member, before: str | None, waits: bool, kept: Reflections) -> views.ReflectionList:
    found, more = kept.mine(me.id, before)
    rows = [views.row(each, me) for each in found]
    return views.ReflectionList(reflections=rows, next=more, draft=waits)


def all_mine(me: Member, before: str | None, kept: Reflections) -> views.AllMine:
    """All of my own in full, newest first, a page at a time."""
    found, more = kept.mine(me.id, before)
    return views.AllMine(reflections=[views.text(each, me) for each in found], next=more)


def shared(region: str, me: Member, before: str | None, kept: Reflections) -> views.ReflectionList:
    """Those shared with my community. Raises NotAReader."""
    if reading(me) != region:
        raise model.NotAReader
    found, more = kept.shared(region, before)
    rows = [views.row(each, me) for each in found]
    return views.ReflectionList(reflections=rows, next=more, region=region)


def reading(me: Member) -> str | None:
    """The region whose shared reflections this person may read: the office none, it only counts."""
    return me.region if me.active and me.confirmed else None


def read(
    reflection_id: str, me: Member, kept: Reflections, added: Additions
) -> views.ReflectionText:
    """My own or one shared with me, a shared one with what was added. Raises NotFound,
    whatever the reason."""
    found = kept.readable(reflection_id, me.id, reading(me))
    if found is None:
        raise NotFound
    return views.text(found, me, added.of(found.id) if found.visibility == "community" else ())


def own(reflection_id: str, me: Member, kept: Reflections) -> Reflection:
    """Raises NotFound where it is not mine."""
    found = kept.readable(reflection_id, me.id, None)
    if found is None:
        raise NotFound
    return found


def withdraw(reflection_id: str, me: Member, kept: Reflections) -> views.Withdrawn:
    """Takes back the shared copy and the count; my own copy stays. Raises NotFound, NotShared."""
    found = own(reflection_id, me, kept)
    if found.row is None:
        raise model.NotShared
    try:
        kept.withdraw(found)
    except ConditionFailed as lost:
        raise model.ChangedMeanwhile from lost
    return views.Withdrawn(id=found.id)


def delete(reflection_id: str, me: Member, kept: Reflections) -> views.Deleted:
    """Deletes my reflection with its shared copy and its count. Raises NotFound."""
    found = own(reflection_id, me, kept)
    try:
        kept.delete(found)
    except ConditionFailed as lost:
        raise model.ChangedMeanwhile from lost
    return views.Deleted(id=found.id)
