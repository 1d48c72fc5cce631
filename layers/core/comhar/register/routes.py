"""Routes of the register: the members, as the national office keeps them."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.membership.model import Member
from comhar.register import add_member, edit, export, forms, member_list, naming, service, views
from comhar.register import member_page as member_page_service
from comhar.spreadsheets import CONTENT_TYPES
from comhar.web import App, Once, asked_by, office, signed_in

app = App("register")
Me = Annotated[Member, Depends(signed_in)]
Office = Annotated[Member, Depends(office)]
AskedBy = Annotated[str, Depends(asked_by)]


@app.get("/members", title="The register, page by page")
def members(
    me: Office,
    region: str | None = None,
    role: str | None = None,
    status: str | None = None,
    confirmed: str | None = None,
    cursor: str | None = None,
) -> views.Register:
    by = {"region": region, "role": role, "status": status, "confirmed": confirmed}
    asked = forms.Filters(**by, cursor=cursor)
    return member_list.page(asked, me, wiring.clock(), wiring.members())


@app.post("/members/search", page="members", form="/members", title="The register, by name too")
def search_members(form: forms.Search, me: Office) -> views.Register:
    """A name is posted, because an address is kept in histories and logs."""
    return member_list.page(form, me, wiring.clock(), wiring.members())


@app.get("/members/new", title="The form to sign somebody up")
def enter_page(me: Office) -> views.EnterForm:
    return views.enter_form()


@app.post(
    "/members",
    status=201,
    then="/members/{id}?done=entered",
    title="Sign up somebody who asked by phone",
    creates=True,
    anew=False,
)
def enter_member(form: forms.EnterMember, me: Office, once: Once) -> views.Person:
    return views.person(add_member.enter(form, me, wiring.clock(), wiring.members(), once))


@app.get("/members/export", title="The page to download the list from")
def export_page(
    me: Office, region: str | None = None, status: str | None = None
) -> views.ExportForm:
    return export.form(region, status, me)


@app.post(
    "/members/export/code",
    status=202,
    then="/members/export?done=code_sent",
    form="/members/export",
    title="Ask for the code of an export",
)
def export_code(me: Office) -> views.CodeSent:
    return export.send_code(me, wiring.clock(), wiring.members())


@app.post("/members/export", title="The register as a file")
def export_register(form: forms.ExportRegister, me: Office, request: AskedBy) -> Response:
    now = wiring.clock()
    name, body = export.export(form, request, me, now, wiring.members())
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(200, CONTENT_TYPES[form.format], body, headers=headers)


@app.get("/members/history", title="Who looked at the list, and who downloaded it")
def looks_page(me: Office, of: str = "list", cursor: str | None = None) -> views.Looks:
    """`of` may also be `invitations`, `inbox`, or a text: `roles`, `legal_basis`, `help`."""
    return member_page_service.looks(of, cursor, wiring.members())


@app.get("/members/names", title="The changes of name that wait for the office")
def names_page(me: Office) -> views.NamesToCheck:
    return naming.waiting(me, wiring.clock(), wiring.members())


@app.get("/members/<id>", title="One member, with the history of the record")
def member_page(id: str, me: Me, cursor: str | None = None) -> views.Record:
    return member_page_service.show(id, cursor, me, wiring.clock(), wiring.members())


@app.get("/members/<id>/reads", title="Who has looked at a member’s record")
def member_reads(id: str, me: Office, cursor: str | None = None) -> views.Reads:
    return member_page_service.reads(id, cursor, me, wiring.clock(), wiring.members())


@app.get("/members/<id>/edit", title="The form to put a record right")
def edit_page(id: str, me: Office) -> views.EditForm:
    return edit.edit_form(id, me, wiring.clock(), wiring.members())


@app.post("/members/<id>/edit", then="/members/{id}?done=saved", title="Put a record right")
def edit_member(id: str, form: forms.EditMember, me: Office) -> views.Person:
    """`revision` is that of the record as it was read. A 409 tells what others changed since then."""
    return views.person(edit.edit(id, form, me, wiring.clock(), wiring.members()))


@app.post(
    "/members/<id>/admit",
    then="/members/{id}?done=admitted",
    form="/members/{id}",
    title="Admit who is waiting",
)
def admit(id: str, me: Office) -> views.Person:
    return views.person(service.admit(id, me, wiring.clock(), wiring.members()))


@app.post(
    "/members/<id>/decline",
    then="/members/{id}?done=declined",
    form="/members/{id}",
    title="Decline who is waiting",
)
def decline(id: str, form: forms.Why, me: Office) -> views.Person:
    return views.person(service.decline(id, form, me, wiring.clock(), wiring.members()))


@app.post(
    "/members/<id>/confirm",
    then="/members/{id}?done=confirmed",
    form="/members/{id}",
    title="Confirm a member",
)
def confirm(id: str, me: Me) -> views.Person:
    return views.person_for(me, service.confirm(id, me, wiring.clock(), wiring.members()))


@app.post(
    "/members/<id>/name",
    then="/members/{id}?done=name_decided",
    form="/members/{id}",
    title="Decide on a change of name that waits",
)
def decide_name(id: str, form: forms.DecideName, me: Office) -> views.Person:
    return views.person(naming.decide(id, form, me, wiring.clock(), wiring.members()))


@app.get("/members/<id>/move", title="The form to move a member to another region")
def move_page(id: str, me: Office) -> views.MoveForm:
    return service.move_form(id, me, wiring.clock(), wiring.members())


@app.post(
    "/members/<id>/move", then="/members/{id}?done=moved_member", title="Move a member to a region"
)
def move_member(id: str, form: forms.Move, me: Office) -> views.Person:
    return views.person(service.move(id, form, me, wiring.clock(), wiring.members()))


@app.get("/members/<id>/deactivate", title="The page to end a membership from")
def deactivate_page(id: str, me: Office) -> views.EndForm:
    return service.end_form(id, me, wiring.clock(), wiring.members())


@app.post(
    "/members/<id>/deactivate", then="/members/{id}?done=deactivated", title="End a membership"
)
def deactivate(id: str, form: forms.Why, me: Office) -> views.Person:
    return views.person(service.deactivate(id, form, me, wiring.clock(), wiring.members()))


@app.post(
    "/members/<id>/reactivate",
    then="/members/{id}?done=reactivated",
    form="/members/{id}",
    title="Begin a membership again",
)
def reactivate(id: str, me: Office) -> views.Person:
    return views.person(service.reactivate(id, me, wiring.clock(), wiring.members()))


@app.post(
    "/members/<id>/link",
    status=202,
    then="/members/{id}?done=sign_in_sent",
    form="/members/{id}",
    title="Send a member a sign-in link",
    creates=True,
)
def send_link(id: str, me: Office, once: Once) -> views.Person:
    return views.person(service.send_link(id, me, wiring.clock(), wiring.members(), once))
