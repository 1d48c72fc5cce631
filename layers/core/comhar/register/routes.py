"""Routes of the register: the members, as the National Office keeps them."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from comhar import table_schema
from comhar.absence.forms import SetAway
from comhar.register import (
    add_member,
    edit,
    export,
    export_files,
    forms,
    member_absence,
    member_list,
    service,
    views,
)
from comhar.register import member_page as register_member_page
from comhar.spreadsheets import CONTENT_TYPES
from comhar.web import App, OfficeContext, Once, SignInRequest, UserContext

MeetingId = Annotated[str | None, Query(max_length=60)]
app = App("register", sensitive=True)


@app.get("/members", title="The register, page by page")
def members(
    ctx: OfficeContext,
    region: str | None = None,
    role: str | None = None,
    status: str | None = None,
    confirmed: str | None = None,
    cursor: str | None = None,
) -> views.Register:
    by = {"region": region, "role": role, "status": status, "confirmed": confirmed}
    filters = forms.Filters(**by, cursor=cursor)
    return member_list.get_page(filters, ctx)


@app.post("/members/search", page="members", form="/members", title="The register, by name too")
def search_members(form: forms.Search, ctx: OfficeContext) -> views.Register:
    """A name is posted, because an address is kept in histories and logs."""
    return member_list.get_page(form, ctx)


@app.get("/members/new", title="The form to sign somebody up")
def enter_page(ctx: OfficeContext) -> views.EnterForm:
    return views.enter_form()


@app.post(
    "/members",
    status=201,
    then="/members/{id}?done=entered",
    title="Sign up somebody who asked by phone",
    creates=True,
    repeatable=False,
)
def enter_member(form: forms.EnterMember, ctx: OfficeContext, once: Once) -> views.Person:
    return add_member.add_member(form, ctx, once)


@app.get("/members/export", title="The page to download the list from")
def export_page(
    ctx: OfficeContext, region: str | None = None, status: str | None = None
) -> views.ExportForm:
    return export.get_export_form(region, status, ctx)


@app.post(
    "/members/export/code",
    status=202,
    then="/members/export?done=code_sent",
    form="/members/export",
    title="Ask for the code of an export",
)
def export_code(ctx: OfficeContext) -> views.CodeSent:
    return export.send_code(ctx)


@app.post("/members/export", title="The register as a file", files=CONTENT_TYPES.values())
def export_register(
    form: forms.ExportRegister, ctx: OfficeContext, request: SignInRequest
) -> Response:
    name, body = export.export_register(form, request, ctx)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(200, CONTENT_TYPES[form.format], body, headers=headers)


@app.get(
    "/members/export.schema.json",
    title="What the columns of the register's CSV mean",
    files=["application/json"],
)
def export_schema(ctx: OfficeContext) -> Response:
    """As a Table Schema."""
    headers = {"Content-Disposition": f'attachment; filename="{export_files.SCHEMA_NAME}"'}
    body = table_schema.as_json(export_files.SCHEMA)
    return Response(200, "application/json", body, headers=headers)


@app.get("/members/history", title="Who looked at the list, and who downloaded it")
def looks_page(ctx: OfficeContext, of: str = "list", cursor: str | None = None) -> views.Looks:
    """`of` may also be `invitations`, `inbox`, or a text: `roles`, `legal_basis`, `help`."""
    return register_member_page.get_list_looks(of, cursor, ctx)


@app.get("/members/names", title="The changes of name that wait for the office")
def names_page(ctx: OfficeContext) -> views.NamesToCheck:
    return edit.list_waiting_names(ctx)


@app.get("/members/confirm", title="Whom to confirm in a community")
def confirm_page(
    ctx: UserContext, region: str | None = None, meeting: MeetingId = None
) -> views.ConfirmPage:
    """With `meeting`, those who were there."""
    return service.get_confirm_page(region, meeting, ctx)


@app.post(
    "/members/bulk",
    then="{next}",
    form="/members/confirm",
    title="Approve or confirm several members",
)
def change_several(form: forms.Several, ctx: UserContext) -> views.SeveralDone:
    return service.change_several(form, ctx)


@app.get("/members/<id>", title="One member, with the history of the record")
def member_page(id: str, ctx: UserContext, cursor: str | None = None) -> views.Record:
    return register_member_page.get_record(id, cursor, ctx)


@app.get("/members/<id>/reads", title="Who has looked at a member’s record")
def member_reads(id: str, ctx: OfficeContext, cursor: str | None = None) -> views.Reads:
    return register_member_page.get_looks(id, cursor, ctx)


@app.get("/members/<id>/edit", title="The form to put a record right")
def edit_page(id: str, ctx: OfficeContext) -> views.EditForm:
    return edit.get_edit_form(id, ctx)


@app.post("/members/<id>/edit", then="/members/{id}?done=saved", title="Put a record right")
def edit_member(id: str, form: forms.EditMember, ctx: OfficeContext) -> views.Person:
    """`revision` is that of the record as it was read. A 409 tells what others changed since then."""
    return edit.edit_member(id, form, ctx)


@app.post(
    "/members/<id>/admit",
    then="/members/{id}?done=admitted",
    form="/members/{id}",
    title="Approve a request to join",
)
def admit(id: str, ctx: OfficeContext) -> views.Person:
    return service.admit(id, ctx)


@app.post(
    "/members/<id>/decline",
    then="/members/{id}?done=declined",
    form="/members/{id}",
    title="Decline who is waiting",
)
def decline(id: str, form: forms.Why, ctx: OfficeContext) -> views.Person:
    return service.decline(id, form, ctx)


@app.post(
    "/members/<id>/confirm",
    then="/members/{id}?done=confirmed",
    form="/members/{id}",
    title="Confirm a member",
)
def confirm(id: str, ctx: UserContext) -> views.Person:
    return service.confirm(id, ctx)


@app.post(
    "/members/<id>/unknown",
    then="/members/confirm?done=not_known",
    form="/members/{id}",
    title="Ask the office about a member you do not know",
)
def refer_to_office(id: str, ctx: UserContext) -> views.Referred:
    """For co-chairs; the member is told nothing."""
    return service.refer_to_office(id, ctx)


@app.post(
    "/members/<id>/name",
    then="/members/{id}?done=name_decided",
    form="/members/{id}",
    title="Decide on a change of name that waits",
)
def decide_name(id: str, form: forms.DecideName, ctx: OfficeContext) -> views.Person:
    return edit.decide_name(id, form, ctx)


@app.get("/members/<id>/move", title="The form to move a member to another region")
def move_page(id: str, ctx: OfficeContext) -> views.MoveForm:
    return service.get_move_form(id, ctx)


@app.post(
    "/members/<id>/move", then="/members/{id}?done=moved_member", title="Move a member to a region"
)
def move_member(id: str, form: forms.Move, ctx: OfficeContext) -> views.Person:
    return service.move(id, form, ctx)


@app.get("/members/<id>/away", title="The form to record until when a member is away")
def member_away_page(id: str, ctx: OfficeContext) -> views.MemberAway:
    return member_absence.get_away(id, ctx)


@app.post(
    "/members/<id>/away",
    then="/members/{id}?done=member_away",
    title="Record until when a member is away",
)
def set_member_away(id: str, form: SetAway, ctx: OfficeContext) -> views.MemberAway:
    """`until` is the day back; null ends it."""
    return member_absence.set_away(id, form, ctx)


@app.get("/members/<id>/emails", title="What happens when the emails to a person stop")
def emails_page(id: str, ctx: OfficeContext) -> views.Emails:
    return member_absence.get_emails(id, ctx)


@app.post(
    "/members/<id>/emails",
    then="/members/{id}?done=emails",
    title="Stop all scheduled emails to a person, or begin them again",
)
def stop_emails(id: str, form: forms.StopEmails, ctx: OfficeContext) -> views.Emails:
    return member_absence.stop_emails(id, form, ctx)


@app.get("/members/<id>/deactivate", title="The page to end a membership from")
def deactivate_page(id: str, ctx: OfficeContext) -> views.EndForm:
    return service.get_end_form(id, ctx)


@app.post(
    "/members/<id>/deactivate", then="/members/{id}?done=deactivated", title="End a membership"
)
def deactivate(id: str, form: forms.Why, ctx: OfficeContext) -> views.Person:
    return service.deactivate(id, form, ctx)


@app.post(
    "/members/<id>/reactivate",
    then="/members/{id}?done=reactivated",
    form="/members/{id}",
    title="Begin a membership again",
)
def reactivate(id: str, ctx: OfficeContext) -> views.Person:
    return service.reactivate(id, ctx)


@app.post(
    "/members/<id>/link",
    status=202,
    then="/members/{id}?done=sign_in_sent",
    form="/members/{id}",
    title="Send a member a sign-in link",
    creates=True,
)
def send_link(id: str, ctx: OfficeContext, once: Once) -> views.Person:
    return service.send_link(id, ctx, once)
