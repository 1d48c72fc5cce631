"""Owns the use cases of writing step by step: each step is saved as one goes."""

from datetime import datetime

from comhar import data
from comhar.dates.dublin_time import wall
from comhar.errors import FieldError, Invalid, NotFound
from comhar.meetings import repository as meetings
from comhar.membership.model import Member
from comhar.membership.repository import Members
from comhar.once import REPEATABLE, Once
from comhar.reflections import draft_views, model, revisions, service, views
from comhar.reflections.drafts import Drafts
from comhar.reflections.model import STEPS, Draft
from comhar.reflections.repository import Reflections

PAGES = "/reflections/new"
NO_MEETING = "none"
_MEETINGS = 4  # a year of quarterly ones


def opening(me: Member, meeting: str | None, now: datetime, drafts: Drafts) -> draft_views.Opening:
    """The first page: what it may be about, and how far the draft is. Raises MembersOnly.

    `meeting` is the one the person comes from, if any.
    """
    region = service.own_region(me)
    draft = drafts.read(me.id, "meeting")
    rows = meetings.past_rows(drafts.table, region, wall(now), _MEETINGS)
    choices = [
        draft_views.MeetingChoice(id=row["id"], kind=row["kind"], starts_at=row["starts_at"])
        for row in rows
        if row["state"] != "cancelled"
    ]
    chosen = meeting or draft.meeting
    return draft_views.Opening(
        meetings=choices,
        meeting=chosen if chosen in {each.id for each in choices} else NO_MEETING,
        written=list(draft.words),
        missing=draft.missing,
        go_on=_go_on(draft),
        draft=draft.saved_at is not None,
        changes=draft.of,
    )


def _go_on(draft: Draft) -> str:
    return f"{PAGES}/{draft.missing[0] if draft.missing else 'review'}"


def begin(form: model.Begin, me: Member, now: datetime, drafts: Drafts) -> draft_views.StepSaved:
    """Keeps what it is about and leads to the first step. Raises MembersOnly, Invalid."""
    meeting = None if form.meeting == NO_MEETING else form.meeting
    service.check_meeting(meeting, me, drafts.table)
    saved = drafts.save(me.id, "meeting", meeting, now)
    return draft_views.StepSaved(saved_at=saved, next=f"{PAGES}/{STEPS[0]}")


def step(name: str, me: Member, drafts: Drafts) -> draft_views.StepPage:
    """Raises NotFound for what is no step, MembersOnly."""
    place = _place(name)
    service.own_region(me)
    words = data.load("reflection_steps")[place]
    return draft_views.StepPage(
        step=name,
        number=place + 1,
        of=len(STEPS),
        title=words["title"],
        prompt=words["prompt"],
        example=words["example"],
        text=drafts.read(me.id, name).words.get(name, ""),
        back=_page(model.neighbour(name, -1)),
        skip=_page(model.neighbour(name, +1)),
    )


def save(
    name: str, form: model.Step, me: Member, now: datetime, drafts: Drafts
) -> draft_views.StepSaved:
    """Saves one step. Nothing written is a mistake only for who goes on as if there were.

    Raises NotFound, MembersOnly, Invalid.
    """
    _place(name)
    service.own_region(me)
    if form.text is None and form.go == "on":
        raise Invalid(FieldError("text", "Write something here, or skip this step for now."))
    saved = drafts.save(me.id, name, form.text, now)
    ways = {
        "on": _page(model.neighbour(name, +1)),
        "back": _page(model.neighbour(name, -1)),
        "later": "/reflections?done=draft",
    }
    return draft_views.StepSaved(saved_at=saved, next=ways[form.go])


def _place(name: str) -> int:
    if name not in STEPS:
        raise NotFound
    return STEPS.index(name)


def _page(name: str) -> str:
    return f"{PAGES}/{name}" if name else PAGES


def review(me: Member, drafts: Drafts, members: Members, kept: Reflections) -> draft_views.Review:
    """The whole draft, and who would read it. Raises MembersOnly, NoDraft."""
    region = service.own_region(me)
    draft = _waiting(me, drafts)
    readers = draft_views.readers(members.of_region(region), me) if me.confirmed else None
    before = revisions.changed_by(draft, me, kept)
    return draft_views.Review(
        draft=str(draft.saved_at),
        steps=draft_views.offered("reflection_steps"),
        words=draft.words,
        missing=draft.missing,
        meeting=draft.meeting,
        readers=readers,
        visibilities=draft_views.offered("visibilities", "" if readers else "community"),
        kinds=draft_views.offered("conversation_kinds"),
        changes=before.id if before else None,
        visibility=before.visibility if before else "private",
        kind=before.kind if before else None,
    )


def submit(
    form: model.Submit,
    me: Member,
    now: datetime,
    drafts: Drafts,
    kept: Reflections,
    once: Once = REPEATABLE,
) -> views.Reflected:
    """Makes the draft a reflection and ends it, at once.

    Raises MembersOnly, NoDraft, DraftChanged, NotYetSharing, and Invalid for each step left out.
    """
    service.own_region(me)
    draft = _waiting(me, drafts)
    if draft.saved_at != form.draft:
        raise model.DraftChanged
    if draft.missing:
        raise Invalid(*(FieldError(each, _left_out(each)) for each in draft.missing))
    if before := revisions.changed_by(draft, me, kept):
        return revisions.keep(before, draft, form, me, now, kept, once)
    words = model.words_of(draft.words)
    return service.keep(words, form, draft.meeting, me, now, kept, draft, once)


def _waiting(me: Member, drafts: Drafts) -> Draft:
    draft = drafts.read(me.id)
    if draft.saved_at is None:
        raise model.NoDraft
    return draft


def _left_out(step: str) -> str:
    return f"Write the step “{data.load('reflection_steps')[STEPS.index(step)]['title']}”."


def discard(me: Member, drafts: Drafts) -> draft_views.Discarded:
    drafts.discard(me.id)
    return draft_views.Discarded()
