"""The doors of invitations: the national office asks people to join."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.invitations import forms, service, views
from comhar.membership.model import Member
from comhar.web import App, office

app = App("invitations")
Office = Annotated[Member, Depends(office)]


@app.get("/invitations", title="The page to invite from")
def invitations_page(
    me: Office, sent: int | None = None, already: int | None = None, invalid: int | None = None
) -> views.InvitationsPage:
    return views.InvitationsPage(sent=sent, already=already, invalid=invalid)


@app.post(
    "/invitations",
    status=202,
    then="/invitations?sent={sent}&already={already}&invalid={unread}",
    title="Invite people by email",
)
def invite(form: forms.Invite, me: Office) -> forms.Invited:
    return service.invite(form, me, wiring.clock(), wiring.members())


handler = app.handler
