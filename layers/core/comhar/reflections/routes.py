"""Routes of reflections."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.openapi.params import Query

from comhar import wiring
from comhar.context import Context
from comhar.membership.repository import Members
from comhar.reflections import (
    draft_views,
    group,
    group_views,
    revisions,
    service,
    sharing,
    sheets,
    takeout,
    together,
    views,
    writing,
)
from comhar.reflections.model import Begin, Reflect, Step, Submit
from comhar.spreadsheets import CONTENT_TYPES
from comhar.web import App, Once, member_of, page_after, signed_in

app = App("reflections", keeper=wiring.sealed_forms)
Me = Annotated[Context, Depends(signed_in)]
Active = Annotated[Context, Depends(member_of)]
LIST = r"[A-Z]{2,3}-[0-9a-z]{20}"
VERSION = r"\d{5}"
MeetingId = Annotated[str | None, Query(max_length=60)]
RegionCode = Annotated[str | None, Query(max_length=10)]


@app.get("/reflections")
def reflections(
    ctx: Me, region: RegionCode = None, cursor: str | None = None
) -> views.ReflectionList:
    """Mine; with `region`, those shared with my community."""
    before = page_after(cursor, LIST)
    if region:
        return service.shared(region, ctx.user, before, wiring.reflections())
    waits = wiring.drafts().waits(ctx.user.id)
    return service.mine(ctx.user, before, waits, wiring.reflections())


@app.post(
    "/reflections",
    status=201,
    then="/reflections/{id}?done=reflected",
    form="/reflections/new",
    creates=True,
)
def reflect(form: Reflect, ctx: Active, once: Once) -> views.Reflected:
    return service.reflect(form, ctx.user, ctx.now, wiring.reflections(), once)


@app.get("/reflections/print", title="All of one's own reflections in full, to be printed")
def reflections_print(ctx: Me, cursor: str | None = None) -> views.AllMine:
    return service.all_mine(ctx.user, page_after(cursor, LIST), wiring.reflections())


@app.get("/reflections/new")
def reflection_opening(ctx: Active, meeting: MeetingId = None) -> draft_views.Opening:
    return writing.opening(ctx.user, meeting, ctx.now, wiring.drafts())


@app.post("/reflections/new", then="{next}")
def reflection_begin(form: Begin, ctx: Active) -> draft_views.StepSaved:
    return writing.begin(form, ctx.user, ctx.now, wiring.drafts())


@app.get("/reflections/new/review")
def reflection_review(ctx: Active) -> draft_views.Review:
    return writing.review(
        ctx.user, wiring.drafts(), Members(ctx.table, ctx.settings), wiring.reflections()
    )


@app.post(
    "/reflections/new/review",
    status=201,
    then="/reflections/{id}?done=reflected",
    creates=True,
    anew=False,
)
def reflection_submit(form: Submit, ctx: Active, once: Once) -> views.Reflected:
    now = ctx.now
    return writing.submit(form, ctx.user, now, wiring.drafts(), wiring.reflections(), once)


@app.post("/reflections/new/discard", then="/reflections?done=discarded", form="/reflections/new")
def reflection_discard(ctx: Active) -> draft_views.Discarded:
    return writing.discard(ctx.user, wiring.drafts())


@app.get("/reflections/new/<step>")
def reflection_step(step: str, ctx: Active) -> draft_views.StepPage:
    return writing.step(step, ctx.user, wiring.drafts())


@app.post("/reflections/new/<step>", then="{next}")
def reflection_save(step: str, form: Step, ctx: Active) -> draft_views.StepSaved:
    return writing.save(step, form, ctx.user, ctx.now, wiring.drafts())


@app.get("/reflections/<id>")
def reflection_page(id: str, ctx: Me) -> views.ReflectionText:
    return service.read(id, ctx.user, wiring.reflections(), wiring.additions())


@app.post(
    "/reflections/<id>/change",
    then="/reflections/new/review",
    form="/reflections/{id}",
    title="Make one's own reflection the draft again, to change it",
)
def reflection_change(id: str, ctx: Active) -> views.Changing:
    return revisions.begin(id, ctx.user, ctx.now, wiring.reflections(), wiring.drafts())


@app.get("/reflections/<id>/versions", title="The earlier versions of one's own reflection")
def reflection_versions(id: str, ctx: Me, cursor: str | None = None) -> views.Versions:
    return revisions.versions(id, ctx.user, page_after(cursor, VERSION), wiring.reflections())


@app.post(
    "/reflections/<id>/withdraw", then="/reflections/{id}?done=withdrawn", form="/reflections/{id}"
)
def reflection_withdraw(id: str, ctx: Me) -> views.Withdrawn:
    return service.withdraw(id, ctx.user, wiring.reflections())


@app.get("/reflections/<id>/delete")
def reflection_delete_page(id: str, ctx: Me) -> views.ReflectionText:
    return views.text(service.own(id, ctx.user, wiring.reflections()), ctx.user)


@app.post("/reflections/<id>/delete", then="/reflections?done=deleted")
def reflection_delete(id: str, ctx: Me) -> views.Deleted:
    return service.delete(id, ctx.user, wiring.reflections())


@app.post(
    "/reflections/<id>/additions",
    status=201,
    then="/reflections/{reflection}?done=added",
    form="/reflections/{id}",
    title="Add a line to the action plan of a shared reflection",
    creates=True,
    anew=False,
)
def add_to_plan(id: str, form: group.Add, ctx: Active, once: Once) -> group_views.Added:
    return sharing.add(id, form, ctx.user, ctx.now, wiring.additions(), once)


@app.post(
    "/reflections/<id>/additions/<addition>/withdraw",
    then="/reflections/{reflection}?done=addition_withdrawn",
    form="/reflections/{id}",
    title="Take back one's own line of an action plan",
)
def addition_withdraw(id: str, addition: str, ctx: Me) -> group_views.AdditionWithdrawn:
    return sharing.withdraw_addition(id, addition, ctx.user, wiring.additions())


@app.get("/meetings/<id>/reflection", title="Where the group's reflection of a meeting stands")
def group_page(id: str, ctx: Active) -> group_views.GroupPage:
    return together.page(id, ctx.user, ctx.now, wiring.group_drafts())


@app.get("/meetings/<id>/reflection/share", title="All that the group wrote, and who would read it")
def group_share_page(id: str, ctx: Active) -> group_views.GroupSharePage:
    now = ctx.now
    return sharing.share_page(
        id, ctx.user, now, wiring.group_drafts(), Members(ctx.table, ctx.settings)
    )


@app.post(
    "/meetings/<id>/reflection/share",
    status=201,
    then="/reflections/{id}?done=group_shared",
    title="Share the group's reflection with the community",
    creates=True,
    anew=False,
)
def group_share(
    id: str, form: group.GroupShare, ctx: Active, once: Once
) -> group_views.GroupShared:
    now = ctx.now
    return sharing.share(id, form, ctx.user, now, wiring.group_drafts(), wiring.reflections(), once)


@app.get("/meetings/<id>/reflection/delete", title="Asks before what the group wrote is deleted")
def group_delete_page(id: str, ctx: Active) -> group_views.GroupDeletePage:
    return sharing.delete_page(id, ctx.user, ctx.now, wiring.group_drafts())


@app.post(
    "/meetings/<id>/reflection/delete",
    then="/meetings/{meeting}/reflection?done=group_deleted",
    title="Delete what the group wrote, or take it back",
)
def group_delete(id: str, ctx: Active) -> group_views.GroupDeleted:
    return sharing.delete(id, ctx.user, ctx.now, wiring.group_drafts())


@app.get("/meetings/<id>/reflection/<step>", title="One step of the group's reflection")
def group_step(id: str, step: str, ctx: Active) -> group_views.GroupStepPage:
    return together.step(id, step, ctx.user, ctx.now, wiring.group_drafts())


@app.post(
    "/meetings/<id>/reflection/<step>",
    then="{next}",
    title="Save one step of the group's reflection",
)
def group_save(
    id: str, step: str, form: group.GroupStep, ctx: Active
) -> group_views.GroupStepSaved:
    return together.save(id, step, form, ctx.user, ctx.now, wiring.group_drafts())


@app.get("/me/data", title="What the download of one's own data holds")
def data_page(ctx: Me) -> takeout.DataPage:
    return takeout.page()


@app.get("/me/data.json", title="Everything held about the signed-in person, as JSON")
def data_json(ctx: Me) -> Response:
    now = ctx.now
    text = takeout.as_json(takeout.everything(ctx.user, now, _rooms()), now)
    return Response(200, "application/json", text, _named("json"))


@app.get("/me/data.xlsx", title="Everything held about the signed-in person, as a spreadsheet")
def data_xlsx(ctx: Me) -> Response:
    parts = takeout.everything(ctx.user, ctx.now, _rooms())
    return Response(200, CONTENT_TYPES["xlsx"], sheets.as_xlsx(parts), _named("xlsx"))


def _rooms() -> takeout.Rooms:
    return takeout.Rooms(
        wiring.members(),
        wiring.reflections(),
        wiring.drafts(),
        wiring.additions(),
        wiring.kept_forms(),
        wiring.sealed_forms(),
    )


def _named(kind: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="my-comhar-data.{kind}"'}
