"""Routes of a community's phases, its rests and its end."""

from comhar.phases import forms, service, views
from comhar.web import App, ChairContext, MemberContext, OfficeContext

app = App("phases")
_PAGE = "/communities/{region}/phases"


@app.get("/communities/<region>/phases", title="The phases of a community, and where it is")
def phases(region: str, ctx: MemberContext) -> views.Phases:
    return service.get_phases(region, ctx)


@app.post(
    "/communities/<region>/phase",
    then=_PAGE + "?done=phase",
    form=_PAGE,
    title="Choose the phase of a community",
)
def enter_phase(region: str, form: forms.EnterPhase, ctx: ChairContext) -> views.Phases:
    return service.enter_phase(region, form, ctx)


@app.post(
    "/communities/<region>/rest",
    then=_PAGE + "?done=rests",
    form=_PAGE,
    title="Let a community rest until a day",
)
def start_rest(region: str, form: forms.StartRest, ctx: ChairContext) -> views.Phases:
    return service.start_rest(region, form, ctx)


@app.post(
    "/communities/<region>/rest/end",
    then=_PAGE + "?done=rest_ended",
    form=_PAGE,
    title="Let a resting community go on",
)
def end_rest(region: str, ctx: ChairContext) -> views.Phases:
    return service.end_rest(region, ctx)


@app.get("/communities/<region>/close", title="What happens when a community is closed")
def close_community_page(region: str, ctx: OfficeContext) -> views.ClosePage:
    return service.get_close_page(region, ctx)


@app.post(
    "/communities/<region>/close",
    then=_PAGE + "?done=community_closed",
    form=_PAGE,
    title="Close a community",
)
def close_community(region: str, ctx: OfficeContext) -> views.Phases:
    return service.close_community(region, ctx)


@app.post(
    "/communities/<region>/reopen",
    then=_PAGE + "?done=community_reopened",
    form=_PAGE,
    title="Open a closed community again",
)
def reopen_community(region: str, ctx: OfficeContext) -> views.Phases:
    return service.reopen_community(region, ctx)
