"""Routes of invitations: the National Office asks people to join."""

from comhar.invitations import bulk, forms, service, views
from comhar.web import App, OfficeContext, Once, page_after

app = App("invitations", sensitive=True)


@app.get("/invitations", title="The page to invite from, with the open invitations")
def invitations_page(ctx: OfficeContext, cursor: str | None = None) -> views.Invitations:
    after = page_after(cursor, r"[\d-]{10}T[\d:.]{12}Z#[0-9a-f]{64}")
    return service.list_open_invitations(after, ctx)


@app.post(
    "/invitations", status=202, then="/invitations?done=invited", title="Invite straight away"
)
def invite(form: forms.Invite, ctx: OfficeContext) -> views.Invited:
    return service.invite(form, ctx)


@app.post(
    "/invitations/lists",
    status=201,
    then="/invitations/lists/{id}",
    form="/invitations",
    upload=True,
    title="Check a list of people to invite",
    creates=True,
)
def check_list(form: forms.PeopleList, ctx: OfficeContext, once: Once) -> views.CheckedList:
    return bulk.check_list(form, ctx, once)


@app.get(
    "/invitations/lists/<list_id>", title="A list that was checked, and how far its sending is"
)
def list_page(list_id: str, ctx: OfficeContext, cursor: str | None = None) -> views.CheckedList:
    after = page_after(cursor, r"NEW#\d{4}")
    return bulk.get_list(list_id, after, ctx)


@app.post(
    "/invitations/lists/<list_id>/send",
    then="/invitations/lists/{list_id}",
    form="/invitations/lists/{list_id}",
    title="Send a list that was checked",
)
def send_list(list_id: str, ctx: OfficeContext) -> views.CheckedList:
    return bulk.send_list(list_id, ctx)


@app.post(
    "/invitations/lists/<list_id>/discard",
    then="/invitations?done=list_discarded",
    form="/invitations/lists/{list_id}",
    title="Throw a list away",
)
def discard_list(list_id: str, ctx: OfficeContext) -> views.Discarded:
    return bulk.discard_list(list_id, ctx)


@app.post(
    "/invitations/<invitation>/again",
    then="/invitations?done=invited_again",
    form="/invitations",
    title="Send the link again",
    creates=True,
)
def invite_again(invitation: str, ctx: OfficeContext, once: Once) -> views.OpenInvitation:
    return service.send_again(invitation, ctx, once)


@app.get("/invitations/<invitation>/withdraw", title="The page to take an invitation back")
def withdraw_invitation_page(invitation: str, ctx: OfficeContext) -> views.OpenInvitation:
    return service.get_invitation(invitation, ctx)


@app.post(
    "/invitations/<invitation>/withdraw",
    then="/invitations?done=invitation_withdrawn",
    title="Withdraw an invitation",
)
def withdraw_invitation(invitation: str, ctx: OfficeContext) -> views.Withdrawn:
    return service.withdraw(invitation, ctx)
