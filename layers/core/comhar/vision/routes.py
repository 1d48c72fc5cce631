"""Routes of a community's vision: read, write together, agree, act, look back."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from comhar.vision import forms, objective_actions, service, views
from comhar.web import App, ChairContext, MemberContext, Once, page_after

app = App("vision")
HERE = "/communities/{region}/vision"


@app.get("/communities/<region>/vision", title="A community's vision")
def vision(region: str, ctx: MemberContext) -> views.Vision:
    return service.get_page(region, ctx)


@app.get("/communities/<region>/vision/edit", title="The form to change a part of the vision")
def vision_edit(
    region: str, ctx: MemberContext, part: Annotated[forms.Part, Query()] = "about"
) -> views.VisionForm:
    return service.get_form(region, part, ctx)


@app.get("/communities/<region>/vision/remove", title="What happens when an objective is removed")
def vision_remove(
    region: str, ctx: MemberContext, part: Annotated[forms.Place, Query()] = "1"
) -> views.VisionForm:
    return service.get_removal(region, part, ctx)


@app.post(
    "/communities/<region>/vision",
    then=f"{HERE}?done=vision_saved",
    form=f"{HERE}/edit",
    title="Save the vision, or a part of it",
)
def vision_save(region: str, form: forms.Vision, ctx: MemberContext) -> views.VisionSaved:
    """Two who change different answers both keep theirs; of the same one, 409 with both texts."""
    return service.save(region, form, ctx)


@app.post(
    "/communities/<region>/vision/agree",
    then=f"{HERE}?done=vision_agreed",
    form=HERE,
    title="Agree to the vision",
)
def vision_agree(region: str, form: forms.Agreement, ctx: MemberContext) -> views.Agreed:
    """A changed objective is to be agreed to again."""
    return service.agree(region, form, ctx)


@app.post(
    "/communities/<region>/vision/ask",
    then=f"{HERE}?done=vision_asked",
    form=HERE,
    title="Ask the members by email to agree to the vision",
)
def vision_ask(region: str, ctx: MemberContext) -> views.Asked:
    """Once, until an objective changes."""
    return service.ask(region, ctx)


@app.get(
    "/communities/<region>/vision/actions/new",
    title="The form to add an action to an objective",
    sensitive=True,
)
def vision_action(
    region: str, ctx: ChairContext, objective: Annotated[forms.Place, Query()] = "1"
) -> views.NewVisionAction:
    return objective_actions.get_action_form(region, objective, ctx)


@app.post(
    "/communities/<region>/vision/actions",
    status=201,
    then=f"{HERE}?done=action_added",
    form=f"{HERE}/actions/new",
    title="Add an action to an objective of the vision",
    creates=True,
    repeatable=False,
    sensitive=True,
)
def vision_act(
    region: str, form: forms.NewAction, ctx: ChairContext, once: Once
) -> views.ActionAdded:
    return objective_actions.add_action(region, form, ctx, once)


@app.get("/communities/<region>/vision/versions", title="Saved revisions of the vision")
def vision_versions(region: str, ctx: MemberContext, cursor: str | None = None) -> views.Versions:
    """The newest first, 30 a page; `cursor` is the `next` of the page before."""
    return service.list_versions(region, page_after(cursor, "[0-9]{1,6}"), ctx)


@app.get("/communities/<region>/vision/versions/<number>", title="One revision of the vision")
def vision_version(region: str, number: str, ctx: MemberContext) -> views.Version:
    return service.get_version(region, number, ctx)


@app.get("/communities/<region>/vision/print", title="The vision to print")
def vision_print(region: str, ctx: MemberContext) -> views.Vision:
    return service.get_page(region, ctx)
