"""The doors of what comes of meetings: the close, the actions."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.membership.model import Member
from comhar.outcomes import actions as agreed
from comhar.outcomes import forms, service, views
from comhar.web import App, member_of

app = App("outcomes")
Mine = Annotated[Member, Depends(member_of)]


@app.get("/meetings/<id>/close", title="The form to close a meeting")
def close_page(id: str, me: Mine) -> views.Closing:
    return service.form(id, me, wiring.members())


@app.post("/meetings/<id>/close", then="/meetings/{id}?done=closed", title="Close a meeting")
def close(id: str, form: forms.Close, me: Mine) -> views.Closed:
    return service.close(id, form, me, wiring.clock(), wiring.members())


@app.get("/communities/<region>/actions", title="A region's open actions")
def actions(region: str, me: Mine) -> views.Actions:
    return agreed.still_open(region, me, wiring.clock(), wiring.table())


@app.post(
    "/communities/<region>/actions/<action>/done",
    then="/communities/{region}/actions?done=saved",
    title="Mark an action as done",
)
def action_done(region: str, action: str, me: Mine) -> views.Done:
    return agreed.end(region, action, me, wiring.clock(), wiring.table())


handler = app.handler
