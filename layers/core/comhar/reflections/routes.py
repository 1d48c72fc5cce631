"""Routes of reflections: write, read, change, share, add to a plan, and a group's."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from comhar.reflections import (
    additions,
    draft_service,
    group,
    group_service,
    group_views,
    revisions,
    service,
    views,
)
from comhar.reflections.model import Begin, Reflect, Search, Step, Submit
from comhar.web import (
    App,
    Encryption,
    MemberContext,
    Once,
    UserContext,
    page_after,
    sealed_forms,
)

app = App("reflections", get_saved_forms=sealed_forms, sensitive=True)
LIST = r"[A-Z]{2,3}-[0-9a-z]{20}"
VERSION = r"\d{5}"
MeetingId = Annotated[str | None, Query(max_length=60)]
RegionCode = Annotated[str | None, Query(max_length=10)]


@app.get("/reflections")
def reflections(
    ctx: UserContext, seal: Encryption, region: RegionCode = None, cursor: str | None = None
) -> views.ReflectionList:
    """Mine; with `region`, those shared with my community."""
    before = page_after(cursor, LIST)
    if region:
        return service.list_shared(region, before, ctx, seal)
    return service.list_own(before, ctx, seal)


@app.post(
    "/reflections",
    status=201,
    then="/reflections/{id}?done=reflected",
    form="/reflections/new",
    creates=True,
)
def reflect(form: Reflect, ctx: MemberContext, seal: Encryption, once: Once) -> views.Reflected:
    return service.reflect(form, ctx, seal, once)


@app.post(
    "/reflections/search",
    page="reflections",
    form="/reflections",
    title="Search those shared with my community",
)
def search_reflections(form: Search, ctx: UserContext, seal: Encryption) -> views.ReflectionList:
    """Words are posted, because an address is kept in histories and logs."""
    return service.search_shared(form, ctx, seal)


@app.get("/reflections/print", title="All of one's own reflections in full, to be printed")
def reflections_print(
    ctx: UserContext, seal: Encryption, cursor: str | None = None
) -> views.AllMine:
    return service.list_in_full(page_after(cursor, LIST), ctx, seal)


@app.get("/reflections/new")
def reflection_opening(
    ctx: MemberContext, seal: Encryption, meeting: MeetingId = None
) -> views.Opening:
    return draft_service.opening(meeting, ctx, seal)


@app.post("/reflections/new", then="{next}")
def reflection_begin(form: Begin, ctx: MemberContext, seal: Encryption) -> views.StepSaved:
    return draft_service.begin(form, ctx, seal)


@app.get("/reflections/new/review")
def reflection_review(ctx: MemberContext, seal: Encryption) -> views.Review:
    return draft_service.review(ctx, seal)


@app.post(
    "/reflections/new/review",
    status=201,
    then="/reflections/{id}?done=reflected",
    creates=True,
    repeatable=False,
)
def reflection_submit(
    form: Submit, ctx: MemberContext, seal: Encryption, once: Once
) -> views.Reflected:
    return draft_service.submit(form, ctx, seal, once)


@app.post("/reflections/new/discard", then="/reflections?done=discarded", form="/reflections/new")
def reflection_discard(ctx: MemberContext, seal: Encryption) -> views.Discarded:
    return draft_service.discard(ctx, seal)


@app.get("/reflections/new/<step>")
def reflection_step(step: str, ctx: MemberContext, seal: Encryption) -> views.StepPage:
    return draft_service.step(step, ctx, seal)


@app.post("/reflections/new/<step>", then="{next}")
def reflection_save(step: str, form: Step, ctx: MemberContext, seal: Encryption) -> views.StepSaved:
    return draft_service.save(step, form, ctx, seal)


@app.get("/reflections/<id>")
def reflection_page(id: str, ctx: UserContext, seal: Encryption) -> views.ReflectionText:
    return service.read(id, ctx, seal)


@app.post(
    "/reflections/<id>/change",
    then="/reflections/new/review",
    form="/reflections/{id}",
    title="Make one's own reflection the draft again, to change it",
)
def reflection_change(id: str, ctx: MemberContext, seal: Encryption) -> views.Changing:
    return revisions.begin(id, ctx, seal)


@app.get("/reflections/<id>/versions", title="The earlier versions of one's own reflection")
def reflection_versions(
    id: str, ctx: UserContext, seal: Encryption, cursor: str | None = None
) -> views.Versions:
    return revisions.versions(id, page_after(cursor, VERSION), ctx, seal)


@app.post(
    "/reflections/<id>/withdraw", then="/reflections/{id}?done=withdrawn", form="/reflections/{id}"
)
def reflection_withdraw(id: str, ctx: UserContext, seal: Encryption) -> views.Withdrawn:
    return service.withdraw(id, ctx, seal)


@app.get("/reflections/<id>/delete")
def reflection_delete_page(id: str, ctx: UserContext, seal: Encryption) -> views.ReflectionText:
    return service.read_own(id, ctx, seal)


@app.post("/reflections/<id>/delete", then="/reflections?done=deleted")
def reflection_delete(id: str, ctx: UserContext, seal: Encryption) -> views.Deleted:
    return service.delete(id, ctx, seal)


@app.post(
    "/reflections/<id>/additions",
    status=201,
    then="/reflections/{reflection}?done=added",
    form="/reflections/{id}",
    title="Add a line to the action plan of a shared reflection",
    creates=True,
    repeatable=False,
)
def add_to_plan(
    id: str, form: group.Add, ctx: MemberContext, seal: Encryption, once: Once
) -> views.Added:
    return additions.add(id, form, ctx, seal, once)


@app.post(
    "/reflections/<id>/additions/<addition>/withdraw",
    then="/reflections/{reflection}?done=addition_withdrawn",
    form="/reflections/{id}",
    title="Take back one's own line of an action plan",
)
def addition_withdraw(id: str, addition: str, ctx: UserContext) -> views.AdditionWithdrawn:
    return additions.withdraw(id, addition, ctx)


@app.get("/meetings/<id>/reflection", title="Where the group's reflection of a meeting stands")
def group_page(id: str, ctx: MemberContext, seal: Encryption) -> group_views.GroupPage:
    return group_service.page(id, ctx, seal)


@app.get("/meetings/<id>/reflection/share", title="All that the group wrote, and who would read it")
def group_share_page(id: str, ctx: MemberContext, seal: Encryption) -> group_views.GroupSharePage:
    return group_service.share_page(id, ctx, seal)


@app.post(
    "/meetings/<id>/reflection/share",
    status=201,
    then="/reflections/{id}?done=group_shared",
    title="Share the group's reflection with the community",
    creates=True,
    repeatable=False,
)
def group_share(
    id: str, form: group.GroupShare, ctx: MemberContext, seal: Encryption, once: Once
) -> group_views.GroupShared:
    return group_service.share(id, form, ctx, seal, once)


@app.get("/meetings/<id>/reflection/delete", title="Asks before what the group wrote is deleted")
def group_delete_page(id: str, ctx: MemberContext, seal: Encryption) -> group_views.GroupDeletePage:
    return group_service.delete_page(id, ctx, seal)


@app.post(
    "/meetings/<id>/reflection/delete",
    then="/meetings/{meeting}/reflection?done=group_deleted",
    title="Delete what the group wrote, or take it back",
)
def group_delete(id: str, ctx: MemberContext, seal: Encryption) -> group_views.GroupDeleted:
    return group_service.delete(id, ctx, seal)


@app.get("/meetings/<id>/reflection/<step>", title="One step of the group's reflection")
def group_step(
    id: str, step: str, ctx: MemberContext, seal: Encryption
) -> group_views.GroupStepPage:
    return group_service.step(id, step, ctx, seal)


@app.post(
    "/meetings/<id>/reflection/<step>",
    then="{next}",
    title="Save one step of the group's reflection",
)
def group_save(
    id: str, step: str, form: group.GroupStep, ctx: MemberContext, seal: Encryption
) -> group_views.GroupStepSaved:
    return group_service.save(id, step, form, ctx, seal)
