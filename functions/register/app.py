"""The doors of the register: the members, as the national office keeps them."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.membership.model import Member
from comhar.register import forms, service, views
from comhar.web import App, office, signed_in

app = App("register")
Me = Annotated[Member, Depends(signed_in)]
Office = Annotated[Member, Depends(office)]


@app.get("/members", title="The register")
def members(
    me: Office, region: str | None = None, status: str | None = None, cursor: str | None = None
) -> views.Register:
    return service.register(region, status, cursor, wiring.members())


@app.get("/members/<id>", title="One member")
def member_page(id: str, me: Me) -> views.Person:
    return service.show(id, me, wiring.members())


@app.post("/members/<id>/admit", then="/members/{id}?done=admitted", title="Admit who is waiting")
def admit(id: str, me: Office) -> views.Person:
    return views.person(service.admit(id, me, wiring.clock(), wiring.members()))


@app.post(
    "/members/<id>/decline",
    then="/members/{id}?done=declined",
    form="/members/{id}",
    title="Decline who is waiting",
)
def decline(id: str, form: forms.Decline, me: Office) -> views.Person:
    return views.person(service.decline(id, form.reason, me, wiring.clock(), wiring.members()))


@app.post("/members/<id>/confirm", then="/members/{id}?done=confirmed", title="Confirm a member")
def confirm(id: str, me: Me) -> views.Person:
    return views.person(service.confirm(id, me, wiring.clock(), wiring.members()))


handler = app.handler
