"""Routes of a community's leadership: its two co-chairs, and who starts it."""

from comhar.leadership import forms, service, views
from comhar.web import App, ChairContext, MemberContext

app = App("communities", folder="leadership")


@app.get("/communities/<region>/chairs", title="The form to choose two co-chairs")
def chairs_page(region: str, ctx: ChairContext) -> views.ChairsPage:
    return service.get_chairs_page(region, ctx)


@app.post(
    "/communities/<region>/chairs",
    then="/communities/{region}?done=chairs",
    title="Choose two co-chairs",
)
def chairs(region: str, form: forms.Chairs, ctx: ChairContext) -> views.Led:
    return service.appoint_chairs(region, form, ctx)


@app.post(
    "/communities/<region>/starter",
    then="/communities/{region}?done=starter",
    form="/communities/{region}",
    title="Offer to bring people together where nobody leads yet",
)
def start_community(region: str, ctx: MemberContext) -> views.Started:
    return service.start_community(region, ctx)


@app.post(
    "/communities/<region>/starter/release",
    then="/communities/{region}?done=released",
    form="/communities/{region}",
    title="Take back that a member brings people together",
)
def release_starter(region: str, ctx: MemberContext) -> views.Started:
    return service.release_starter(region, ctx)
