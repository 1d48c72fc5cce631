"""Use cases for a member's draft: written step by step, each saved as one goes."""

from comhar import data
from comhar.aws.encryption import Seal
from comhar.context import Context
from comhar.dates.dublin_time import to_wall
from comhar.errors import FieldError, Invalid, NotFound
from comhar.idempotency import REPEATABLE, Once
from comhar.meetings import repository as meetings_repository
from comhar.membership import member_counts
from comhar.reflections import model, revisions, service, views
from comhar.reflections.draft_repository import Drafts
from comhar.reflections.model import STEPS, Draft
from comhar.reflections.repository import Reflections

PAGES = "/reflections/new"
NO_MEETING = "none"
_MEETINGS = 4  # a year of quarterly ones


def opening(meeting: str | None, ctx: Context, seal: Seal) -> views.Opening:
    """The first page: what it may be about, and how far the draft is.

    `meeting` is the one the person comes from, if any.

    Raises:
        MembersOnly: the person is no active member of a community.
    """
    region = model.own_region(ctx.user)
    draft = Drafts(ctx.table, seal).read(ctx.user.id, "meeting")
    rows = meetings_repository.list_past_rows(ctx.table, region, to_wall(ctx.now), _MEETINGS)
    choices = [
        views.MeetingChoice(id=row["id"], kind=row["kind"], starts_at=row["starts_at"])
        for row in rows
        if row["state"] != "cancelled"
    ]
    chosen = meeting or draft.meeting
    return views.Opening(
        meetings=choices,
        meeting=chosen if chosen in {choice.id for choice in choices} else NO_MEETING,
        written=list(draft.words),
        missing=draft.missing,
        go_on=f"{PAGES}/{draft.missing[0] if draft.missing else 'review'}",
        draft=draft.saved_at is not None,
        changes=draft.of,
        steps=[
            views.Prompt(key=each["key"], title=each["title"], prompt=each["prompt"])
            for each in data.load("reflection_steps")
        ],
    )


def begin(form: model.Begin, ctx: Context, seal: Seal) -> views.StepSaved:
    """Saves what it is about and leads to the first step.

    Raises:
        MembersOnly: the person is no active member of a community.
        Invalid: it is no meeting of the member's community.
    """
    meeting = None if form.meeting == NO_MEETING else form.meeting
    service.check_meeting(meeting, ctx)
    saved_at = Drafts(ctx.table, seal).save(ctx.user.id, "meeting", meeting, ctx.now)
    return views.StepSaved(saved_at=saved_at, next=f"{PAGES}/{STEPS[0]}")


def step(name: str, ctx: Context, seal: Seal) -> views.StepPage:
    """One step, with what is written so far.

    Raises:
        NotFound: there is no such step.
        MembersOnly: the person is no active member of a community.
    """
    place = _place(name)
    model.own_region(ctx.user)
    words = data.load("reflection_steps")[place]
    return views.StepPage(
        step=name,
        number=place + 1,
        of=len(STEPS),
        title=words["title"],
        prompt=words["prompt"],
        example=words["example"],
        text=Drafts(ctx.table, seal).read(ctx.user.id, name).words.get(name, ""),
        back=_page(model.neighbour(name, -1)),
        skip=_page(model.neighbour(name, +1)),
    )


def save(name: str, form: model.Step, ctx: Context, seal: Seal) -> views.StepSaved:
    """Saves one step.

    An empty text is an error only for who goes on to the next step.

    Raises:
        NotFound: there is no such step.
        MembersOnly: the person is no active member of a community.
        Invalid: nothing is written.
    """
    _place(name)
    model.own_region(ctx.user)
    if form.text is None and form.go == "on":
        raise Invalid(FieldError("text", "Write something here, or skip this step for now."))
    saved_at = Drafts(ctx.table, seal).save(ctx.user.id, name, form.text, ctx.now)
    ways = {
        "on": _page(model.neighbour(name, +1)),
        "back": _page(model.neighbour(name, -1)),
        "later": "/reflections?done=draft",
    }
    return views.StepSaved(saved_at=saved_at, next=ways[form.go])


def _place(name: str) -> int:
    if name not in STEPS:
        raise NotFound
    return STEPS.index(name)


def _page(name: str) -> str:
    return f"{PAGES}/{name}" if name else PAGES


def review(ctx: Context, seal: Seal) -> views.Review:
    """The whole draft, and who would read it.

    Raises:
        MembersOnly: the person is no active member of a community.
        NoDraft: there is none.
    """
    me, region = ctx.user, model.own_region(ctx.user)
    draft = _get_draft(ctx, seal)
    readers = None
    if me.confirmed:
        readers = views.readers(member_counts.count_readers(ctx.table, region), me)
    before = revisions.find_changed(draft, ctx, seal)
    last = before.visibility if before else Reflections(ctx.table, seal).last_visibility(me.id)
    return views.Review(
        draft=str(draft.saved_at),
        steps=views.offered("reflection_steps"),
        words=draft.words,
        missing=draft.missing,
        meeting=draft.meeting,
        readers=readers,
        visibilities=views.offered("visibilities", "" if readers else "community"),
        kinds=views.offered("conversation_kinds"),
        changes=before.id if before else None,
        visibility="private" if last == "community" and not readers else last,
        kind=before.kind if before else None,
    )


def submit(
    form: model.Submit, ctx: Context, seal: Seal, once: Once = REPEATABLE
) -> views.Reflected:
    """Makes the draft a reflection and ends it, at once.

    Raises:
        MembersOnly: the person is no active member of a community.
        NoDraft: there is none.
        DraftChanged: it is not what the person read.
        NotYetSharing: it is to be shared, and nobody has confirmed who they are.
        Invalid: for each step left out.
    """
    model.own_region(ctx.user)
    draft = _get_draft(ctx, seal)
    if draft.saved_at != form.draft:
        raise model.DraftChanged
    model.require_all_written(draft.missing)
    if before := revisions.find_changed(draft, ctx, seal):
        return revisions.save(before, draft, form, ctx, seal, once)
    words = model.words_of(draft.words)
    return service.save(words, form, draft.meeting, ctx, seal, draft, once)


def _get_draft(ctx: Context, seal: Seal) -> Draft:
    draft = Drafts(ctx.table, seal).read(ctx.user.id)
    if draft.saved_at is None:
        raise model.NoDraft
    return draft


def discard(ctx: Context, seal: Seal) -> views.Discarded:
    Drafts(ctx.table, seal).discard(ctx.user.id)
    return views.Discarded()
