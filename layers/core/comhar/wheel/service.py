"""Use cases of the success wheel: read, save a meeting's picture, remove one."""

from comhar import retention
from comhar.aws.conditions import conflict_as
from comhar.context import Context
from comhar.errors import NotFound
from comhar.formatting import format_short_day
from comhar.meetings.day.views import meeting_fields
from comhar.meetings.model import Meeting
from comhar.results import charts
from comhar.wheel import forms, model, repository, views
from comhar.wheel.model import Picture


def get_page(region: str, ctx: Context) -> views.Wheel:
    """The facets, and for confirmed members the community's pictures; two reads."""
    facets = model.list_facets()
    if not model.may_see(ctx.user, region):
        return views.Wheel(region=region, facets=facets, hidden=True, pictures=[])
    pictures = repository.list_newest(ctx.table, region, ctx.now)
    may_change = False
    if pictures:
        meeting, scribe = repository.get_meeting(ctx.table, pictures[0].meeting)
        may_save = model.may_save(meeting, ctx.user, scribe)
        may_change = may_save and model.is_open(meeting, ctx.now)
    return views.Wheel(
        region=region,
        facets=facets,
        hidden=False,
        pictures=[views.picture(each) for each in pictures],
        may_change=may_change,
        may_remove=model.may_remove(ctx.user, region),
    )


def draw_newest(region: str, ctx: Context) -> bytes:
    """The newest picture as SVG, with the one before; one read.

    Raises:
        MembersSeeWheel: the user is no confirmed member of the community.
        NotFound: it has none.
    """
    if not model.may_see(ctx.user, region):
        raise model.MembersSeeWheel
    pictures = repository.list_newest(ctx.table, region, ctx.now, limit=2)
    if not pictures:
        raise NotFound
    facets = model.list_facets()
    named = zip(("This time", "Last time"), pictures, strict=False)
    series = [
        (
            f"{name}, {format_short_day(picture.starts_at.date().isoformat())}",
            [picture.ratings.get(facet["key"]) for facet in facets],
        )
        for name, picture in named
    ]
    return charts.draw_wheel("Success wheel", [facet["title"] for facet in facets], series)


def get_form(meeting_id: str, ctx: Context) -> views.WheelForm:
    """The form of a meeting's picture; two reads.

    Raises:
        NotFound: there is no such meeting.
        NationalHasNoWheel, RunnersOnly: see `model.require_saver`.
        MeetingCancelled, TooEarly, WheelTooLate: see `model.require_open`.
    """
    meeting, picture = _read_to_save(meeting_id, ctx)
    return views.WheelForm(
        **meeting_fields(meeting),
        facets=model.list_facets(),
        ratings=picture.ratings if picture else {},
        note=picture.note if picture else None,
        revision=picture.revision if picture else 0,
        until=views.until(meeting),
        time=retention.format_days(retention.period("wheel").days),
    )


def save(meeting_id: str, form: forms.Wheel, ctx: Context) -> views.WheelSaved:
    """Saves what the group agreed; the same again changes nothing.

    Raises:
        Invalid: a facet is unknown, or none has a number.
        WheelChanged: somebody else saved another picture, or removed it; nothing is saved.
        AppError: as `get_form`.
    """
    meeting, before = _read_to_save(meeting_id, ctx)
    model.require_ratings(form.ratings)
    revision = before.revision if before else 0
    if not (before and before.is_same(form.ratings, form.note)):
        changed = model.changed_error(before, form.ratings, form.note)
        if form.revision != revision:
            raise changed
        revision += 1
        picture = Picture(
            meeting=meeting.id,
            region=meeting.region,
            kind=meeting.kind,
            starts_at=meeting.starts_at,
            ratings=form.ratings,
            note=form.note,
            revision=revision,
        )
        with conflict_as(changed):
            ctx.table.transact([repository.picture_write(meeting, picture, ctx.now)])
    return views.WheelSaved(meeting=meeting.id, region=meeting.region, revision=revision)


def get_removal(meeting_id: str, ctx: Context) -> views.WheelRemoval:
    """What is asked before a picture is removed; two reads.

    Raises:
        NotFound: there is no such meeting, or it has no picture.
        CoChairsRemove: the user is no co-chair of its community.
    """
    meeting, picture = _read_to_remove(meeting_id, ctx)
    return views.WheelRemoval(
        **meeting_fields(meeting),
        revision=picture.revision,
        may_save_again=model.is_open(meeting, ctx.now),
        until=views.until(meeting),
    )


def remove(meeting_id: str, form: forms.RemoveWheel, ctx: Context) -> views.WheelRemoved:
    """Deletes a picture.

    Raises:
        WheelRemovalStale: it was changed since it was read.
        NotFound, CoChairsRemove: as `get_removal`.
    """
    meeting, picture = _read_to_remove(meeting_id, ctx)
    if form.revision != picture.revision:
        raise model.WheelRemovalStale
    with conflict_as(model.WheelRemovalStale):
        ctx.table.transact([repository.delete_write(meeting, picture.revision)])
    return views.WheelRemoved(meeting=meeting.id, region=meeting.region)


def _read_to_save(meeting_id: str, ctx: Context) -> tuple[Meeting, Picture | None]:
    meeting, scribe = repository.get_meeting(ctx.table, meeting_id)
    model.require_saver(meeting, ctx.user, scribe)
    model.require_open(meeting, ctx.now)
    return meeting, repository.find_picture(ctx.table, meeting, ctx.now)


def _read_to_remove(meeting_id: str, ctx: Context) -> tuple[Meeting, Picture]:
    meeting, _ = repository.get_meeting(ctx.table, meeting_id)
    if not model.may_remove(ctx.user, meeting.region):
        raise model.CoChairsRemove
    picture = repository.find_picture(ctx.table, meeting, ctx.now)
    if picture is None:
        raise NotFound
    return meeting, picture
