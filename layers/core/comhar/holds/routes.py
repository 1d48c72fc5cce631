"""Routes of holds: what the office has put on hold for now."""

from comhar.holds import forms, service, views
from comhar.web import App, OfficeContext

app = App("holds", sensitive=True)


@app.get("/holds", title="Records that must not be deleted for now")
def holds_page(ctx: OfficeContext) -> views.Holds:
    return service.list_holds(ctx)


@app.get(
    "/holds/<kind>/<thing>", title="The hold on a person’s records, a mail or a meeting’s records"
)
def hold_page(kind: str, thing: str, ctx: OfficeContext) -> views.HoldPage:
    return service.get_hold(kind, thing, ctx)


@app.post(
    "/holds/<kind>/<thing>",
    then="/holds?done=hold_saved",
    title="Put records on hold, or change a hold",
)
def set_hold(kind: str, thing: str, form: forms.SetHold, ctx: OfficeContext) -> views.HoldPage:
    return service.set_hold(kind, thing, form, ctx)


@app.post(
    "/holds/<kind>/<thing>/lift",
    then="/holds?done=hold_lifted",
    form="/holds/{kind}/{thing}",
    title="Lift a hold",
)
def lift_hold(kind: str, thing: str, ctx: OfficeContext) -> views.Lifted:
    return service.lift_hold(kind, thing, ctx)
