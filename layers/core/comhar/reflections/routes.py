"""Routes of reflections."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.openapi.params import Query

from comhar import wiring
from comhar.membership.model import Member
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
Me = Annotated[Member, Depends(signed_in)]
Active = Annotated[Member, Depends(member_of)]
LIST = r"[A-Z]{2,3}-[0-9a-z]{20}"
VERSION = r"\d{5}"
MeetingId = Annotated[str | None, Query(max_length=60)]
RegionCode = Annotated[str | None, Query(max_length=10)]


@app.get("/reflections")
def reflections(
    me: Me, region: RegionCode = None, cursor: str | None = None
) -> views.ReflectionList:
    """Mine; with `region`, those shared with my community."""
    before = page_after(cursor, LIST)
    if region:
        return service.shared(region, me, before, wiring.reflections())
    waits = wiring.drafts().waits(me.id)
    return service.mine(me, before, waits, wiring.reflections())


@app.post(
    "/reflections",
    status=201,
    then="/reflections/{id}?done=reflected",
    form="/reflections/new",
    creates=True,
)
def reflect(form: Reflect, me: Active, once: Once) -> views.Reflected:
    return service.reflect(form, me, wiring.clock(), wiring.reflections(), once)


@app.get("/reflections/print", title="All of one's own reflections in full, to be printed")
def reflections_print(me: Me, cursor: str | None = None) -> views.AllMine:
    return service.all_mine(me, page_after(cursor, LIST), wiring.reflections())


@app.get("/reflections/new")
def reflection_opening(me: Active, meeting: MeetingId = None) -> draft_views.Opening:
    return writing.opening(me, meeting, wiring.clock(), wiring.drafts())


@app.post("/reflections/new", then="{next}")
def reflection_begin(form: Begin, me: Active) -> draft_views.StepSaved:
    return writing.begin(form, me, wiring.clock(), wiring.drafts())


@app.get("/reflections/new/review")
def reflection_review(me: Active) -> draft_views.Review:
    return writing.review(me, wiring.drafts(), wiring.members(), wiring.reflections())


@app.post(
    "/reflections/new/review",
    status=201,
    then="/reflections/{id}?done=reflected",
    creates=True,
    anew=False,
)
def reflection_submit(form: Submit, me: Active, once: Once) -> views.Reflected:
    now = wiring.clock()
    return writing.submit(form, me, now, wiring.drafts(), wiring.reflections(), once)


@app.post("/reflections/new/discard", then="/reflections?done=discarded", form="/reflections/new")
def reflection_discard(me: Active) -> draft_views.Discarded:
    return writing.discard(me, wiring.drafts())


@app.get("/reflections/new/<step>")
def reflection_step(step: str, me: Active) -> draft_views.StepPage:
    return writing.step(step, me, wiring.drafts())


@app.post("/reflections/new/<step>", then="{next}")
def reflection_save(step: str, form: Step, me: Active) -> draft_views.StepSaved:
    return writing.save(step, form, me, wiring.clock(), wiring.drafts())


@app.get("/reflections/<id>")
def reflection_page(id: str, me: Me) -> views.ReflectionText:
    return service.read(id, me, wiring.reflections(), wiring.additions())


@app.post(
    "/reflections/<id>/change",
    then="/reflections/new/review",
    form="/reflections/{id}",
    title="Make one's own reflection the draft again, to change it",
)
def reflection_change(id: str, me: Active) -> views.Changing:
    return revisions.begin(id, me, wiring.clock(), wiring.reflections(), wiring.drafts())


@app.get("/reflections/<id>/versions", title="The earlier versions of one's own reflection")
def reflection_versions(id: str, me: Me, cursor: str | None = None) -> views.Versions:
    return revisions.versions(id, me, page_after(cursor, VERSION), wiring.reflections())


@app.post(
    "/reflections/<id>/withdraw", then="/reflections/{id}?done=withdrawn", form="/reflections/{id}"
)
def reflection_withdraw(id: str, me: Me) -> views.Withdrawn:
    return service.withdraw(id, me, wiring.reflections())


@app.get("/reflections/<id>/delete")
def reflection_delete_page(id: str, me: Me) -> views.ReflectionText:
    return views.text(service.own(id, me, wiring.reflections()), me)


@app.post("/reflections/<id>/delete", then="/reflections?done=deleted")
def reflection_delete(id: str, me: Me) -> views.Deleted:
    return service.delete(id, me, wiring.reflections())


@app.post(
    "/reflections/<id>/additions",
    status=201,
    then="/reflections/{reflection}?done=added",
    form="/reflections/{id}",
    title="Add a line to the action plan of a shared reflection",
    creates=True,
    anew=False,
)
def add_to_plan(id: str, form: group.Add, me: Active, once: Once) -> group_views.Added:
    return sharing.add(id, form, me, wiring.clock(), wiring.additions(), once)


@app.post(
    "/reflections/<id>/additions/<addition>/withdraw",
    then="/reflections/{reflection}?done=addition_withdrawn",
    form="/reflections/{id}",
    title="Take back one's own line of an action plan",
)
def addition_withdraw(id: str, addition: str, me: Me) -> group_views.AdditionWithdrawn:
    return sharing.withdraw_addition(id, addition, me, wiring.additions())


@app.get("/meetings/<id>/reflection", title="Where the group's reflection of a meeting stands")
def group_page(id: str, me: Active) -> group_views.GroupPage:
    return together.page(id, me, wiring.clock(), wiring.group_drafts())


@app.get("/meetings/<id>/reflection/share", title="All that the group wrote, and who would read it")
def group_share_page(id: str, me: Active) -> group_views.GroupSharePage:
    now = wiring.clock()
    return sharing.share_page(id, me, now, wiring.group_drafts(), wiring.members())


@app.post(
    "/meetings/<id>/reflection/share",
    status=201,
    then="/reflections/{id}?done=group_shared",
    title="Share the group's reflection with the community",
    creates=True,
    anew=False,
)
def group_share(id: str, form: group.GroupShare, me: Active, once: Once) -> group_views.GroupShared:
    now = wiring.clock()
    return sharing.share(id, form, me, now, wiring.group_drafts(), wiring.reflections(), once)


@app.get("/meetings/<id>/reflection/delete", title="Asks before what the group wrote is deleted")
def group_delete_page(id: str, me: Active) -> group_views.GroupDeletePage:
    return sharing.delete_page(id, me, wiring.clock(), wiring.group_drafts())


@app.post(
    "/meetings/<id>/reflection/delete",
    then="/meetings/{meeting}/reflection?done=group_deleted",
    title="Delete what the group wrote, or take it back",
)
def group_delete(id: str, me: Active) -> group_views.GroupDeleted:
    return sharing.delete(id, me, wiring.clock(), wiring.group_drafts())


@app.get("/meetings/<id>/reflection/<step>", title="One step of the group's reflection")
def group_step(id: str, step: str, me: Active) -> group_views.GroupStepPage:
    return together.step(id, step, me, wiring.clock(), wiring.group_drafts())


@app.post(
    "/meetings/<id>/reflection/<step>",
    then="{next}",
    title="Save one step of the group's reflection",
)
def group_save(id: str, step: str, form: group.GroupStep, me: Active) -> group_views.GroupStepSaved:
    return together.save(id, step, form, me, wiring.clock(), wiring.group_drafts())


@app.get("/me/data", title="What the download of one's own data holds")
def data_page(me: Me) -> takeout.DataPage:
    return takeout.page()


@app.get("/me/data.json", title="Everything held about the signed-in person, as JSON")
def data_json(me: Me) -> Response:
    now = wiring.clock()
    text = takeout.as_json(takeout.everything(me, now, _rooms()), now)
    return Response(200, "application/json", text, _named("json"))


@app.get("/me/data.xlsx", title="Everything held about the signed-in person, as a spreadsheet")
def data_xlsx(me: Me) -> Response:
    parts = takeout.everything(me, wiring.clock(), _rooms())
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
