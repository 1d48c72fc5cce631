"""The doors of agendas: what members propose, what goes out."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.agendas import forms, service, views
from comhar.membership.model import Member
from comhar.web import App, member_of

app = App("agendas")
Mine = Annotated[Member, Depends(member_of)]


@app.get("/meetings/<id>/agenda", title="The agenda in the making")
def agenda(id: str, me: Mine) -> views.AgendaView:
    return service.prepare(id, me, wiring.clock(), wiring.table(), wiring.settings())


@app.get("/meetings/<id>/items/new", title="The form to propose an agenda item")
def propose_page(id: str, me: Mine) -> views.ItemForm:
    return service.propose_page(id, wiring.clock(), wiring.table(), wiring.settings())


@app.post(
    "/meetings/<id>/items",
    status=201,
    then="/meetings/{meeting}?done=proposed",
    title="Propose an agenda item",
)
def propose(id: str, form: forms.Propose, me: Mine) -> views.ItemView:
    return service.propose(id, form, me, wiring.clock(), wiring.table())


@app.post(
    "/meetings/<id>/items/<item>/accept",
    then="/meetings/{meeting}/agenda?done=accepted",
    form="/meetings/{id}/agenda",
    title="Accept an agenda item",
)
def accept_item(id: str, item: str, me: Mine) -> views.ItemView:
    return service.accept(id, item, me, wiring.clock(), wiring.table())


@app.get("/meetings/<id>/items/<item>/decline", title="The form to decline an agenda item")
def decline_page(id: str, item: str, me: Mine) -> views.ItemView:
    return service.one(id, item, me, wiring.table())


@app.post(
    "/meetings/<id>/items/<item>/decline",
    then="/meetings/{meeting}/agenda?done=declined_item",
    title="Decline an agenda item",
)
def decline_item(id: str, item: str, form: forms.DeclineItem, me: Mine) -> views.ItemView:
    return service.decline(id, item, form, me, wiring.clock(), wiring.table())


handler = app.handler
