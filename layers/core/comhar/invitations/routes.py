"""Routes of invitations: the national office asks people to join."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.invitations import bulk, forms, service, views
from comhar.membership.model import Member
from comhar.web import App, Once, office, page_after

app = App("invitations")
Office = Annotated[Member, Depends(office)]


@app.get("/invitations", title="The page to invite from, with the open invitations")
def invitations_page(me: Office, cursor: str | None = None) -> views.Invitations:
    after = page_after(cursor, r"[\d-]{10}T[\d:.]{12}Z#[0-9a-f]{64}")
    return service.open_invitations(after, me, wiring.clock(), wiring.members())


@app.post("/invitations", status=202, then="/invitations?done=invited", title="Invite at once")
def invite(form: forms.Invite, me: Office) -> views.Invited:
    return service.invite(form, me, wiring.clock(), wiring.members())


@app.post(
    "/invitations/lists",
    status=201,
    then="/invitations/lists/{id}",
    form="/invitations",
    upload=True,
    title="Check a list of people to invite",
    creates=True,
)
def check_list(form: forms.PeopleList, me: Office, once: Once) -> views.CheckedList:
    return bulk.check(form, me, wiring.clock(), wiring.members(), once)


@app.get(
    "/invitations/lists/<list_id>", title="A list that was checked, and how far its sending is"
)
def list_page(list_id: str, me: Office, cursor: str | None = None) -> views.CheckedList:
    after = page_after(cursor, r"NEW#\d{4}")
    return bulk.show(list_id, after, wiring.clock(), wiring.members())


@app.post(
    "/invitations/lists/<list_id>/send",
    then="/invitations/lists/{list_id}",
    form="/invitations/lists/{list_id}",
    title="Send a list that was checked",
)
def send_list(list_id: str, me: Office) -> views.CheckedList:
    return bulk.send(list_id, me, wiring.clock(), wiring.members())


@app.post(
    "/invitations/lists/<list_id>/discard",
    then="/invitations?done=list_discarded",
    form="/invitations/lists/{list_id}",
    title="Throw a list away",
)
def discard_list(list_id: str, me: Office) -> views.Discarded:
    return bulk.discard(list_id, wiring.clock(), wiring.members())


@app.post(
    "/invitations/<invitation>/again",
    then="/invitations?done=invited_again",
    form="/invitations",
    title="Send the link again",
    creates=True,
)
def invite_again(invitation: str, me: Office, once: Once) -> views.OpenInvitation:
    return service.again(invitation, me, wiring.clock(), wiring.members(), once)


@app.get("/invitations/<invitation>/withdraw", title="The page to take an invitation back")
def withdraw_invitation_page(invitation: str, me: Office) -> views.OpenInvitation:
    return service.show(invitation, wiring.clock(), wiring.members())


@app.post(
    "/invitations/<invitation>/withdraw",
    then="/invitations?done=invitation_withdrawn",
    title="Take an invitation back",
)
def withdraw_invitation(invitation: str, me: Office) -> views.Withdrawn:
    return service.withdraw(invitation, me, wiring.clock(), wiring.members())
