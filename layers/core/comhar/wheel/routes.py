"""Routes of the success wheel: a community's page, and a meeting's picture."""

from aws_lambda_powertools.event_handler import Response

from comhar.web import App, MemberContext
from comhar.wheel import forms, service, views

app = App("wheel")
LIST = "/communities/{region}/wheel"


@app.get("/communities/<region>/wheel", title="The success wheel, and what a community agreed")
def wheel(region: str, ctx: MemberContext) -> views.Wheel:
    return service.get_page(region, ctx)


@app.get(
    "/communities/<region>/wheel.svg",
    title="The newest picture that a community agreed",
    files=["image/svg+xml"],
)
def wheel_picture(region: str, ctx: MemberContext) -> Response:
    """With the one before, for confirmed members."""
    return Response(200, "image/svg+xml", service.draw_newest(region, ctx))


@app.get("/meetings/<id>/wheel", title="The form of a meeting's picture of the success wheel")
def wheel_form(id: str, ctx: MemberContext) -> views.WheelForm:
    return service.get_form(id, ctx)


@app.post(
    "/meetings/<id>/wheel",
    then=f"{LIST}?done=wheel_saved",
    title="Save the picture that a group agreed at a meeting",
)
def wheel_save(id: str, form: forms.Wheel, ctx: MemberContext) -> views.WheelSaved:
    return service.save(id, form, ctx)


@app.get("/meetings/<id>/wheel/remove", title="The form to remove a meeting's picture")
def wheel_removal(id: str, ctx: MemberContext) -> views.WheelRemoval:
    return service.get_removal(id, ctx)


@app.post(
    "/meetings/<id>/wheel/remove",
    then=f"{LIST}?done=wheel_removed",
    title="Remove a meeting's picture",
)
def wheel_remove(id: str, form: forms.RemoveWheel, ctx: MemberContext) -> views.WheelRemoved:
    return service.remove(id, form, ctx)
