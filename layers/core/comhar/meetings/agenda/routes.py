"""Routes of agendas: items and their files, arranging, issuing, delivery."""

import re
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response

from comhar.letters import mime
from comhar.meetings.agenda import attachments, delivery, draft, forms, issuing, items, views
from comhar.web import App, MemberContext, Once, PaperBucket, page_after

app = App("meetings/agenda")

EMAIL_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


@app.get("/meetings/<id>/agenda", title="The agenda in the making")
def agenda(id: str, ctx: MemberContext) -> views.AgendaView:
    return draft.get_agenda(id, ctx)


@app.post(
    "/meetings/<id>/agenda",
    then="{next}",
    title="Arrange the agenda",
)
def arrange_agenda(id: str, form: forms.Arrange, ctx: MemberContext) -> views.AgendaView:
    return draft.arrange_agenda(id, form, ctx)


@app.get("/meetings/<id>/agenda/preview", title="The agenda as members will see it")
def agenda_preview(id: str, ctx: MemberContext) -> views.AgendaView:
    return draft.get_agenda(id, ctx)


@app.get("/meetings/<id>/agenda/print", title="The agenda to print")
def agenda_print(id: str, ctx: MemberContext) -> views.AgendaView:
    return draft.get_agenda(id, ctx)


@app.get("/meetings/<id>/agenda/letter", title="The email with the agenda")
def agenda_letter(id: str, ctx: MemberContext) -> views.LetterView:
    return draft.preview_letter(id, ctx, mime.render)


@app.get(
    "/meetings/<id>/agenda/email",
    title="The HTML of the email with the agenda, for a frame",
    files=["text/html"],
)
def agenda_email(id: str, ctx: MemberContext) -> Response:
    html = draft.preview_letter(id, ctx, mime.render).html
    # Its links lead to another window, which its policy does not let it open.
    framed = html.replace("<head>", '<head><base target="_blank">', 1)
    headers = {"Content-Security-Policy": EMAIL_POLICY}
    return Response(200, "text/html; charset=utf-8", framed, headers)


@app.get("/meetings/<id>/agenda/issue", title="The page to send the agenda now")
def issue_page(id: str, ctx: MemberContext) -> views.IssuePage:
    return issuing.get_issue_page(id, ctx)


@app.post(
    "/meetings/<id>/agenda/issue",
    then="/meetings/{meeting}/agenda?done=issued",
    form="/meetings/{id}/agenda",
    title="Send the agenda now",
)
def issue_agenda(id: str, ctx: MemberContext) -> views.AgendaView:
    return issuing.issue_agenda(id, ctx)


@app.post(
    "/meetings/<id>/agenda/hold",
    then="/meetings/{meeting}/agenda?done=held_back",
    form="/meetings/{id}/agenda",
    title="Delay the agenda",
)
def hold_agenda(id: str, ctx: MemberContext) -> views.AgendaView:
    return issuing.hold_agenda(id, ctx)


@app.post(
    "/meetings/<id>/agenda/release",
    then="/meetings/{meeting}/agenda?done=let_go",
    form="/meetings/{id}/agenda",
    title="Stop delaying the agenda",
)
def release_agenda(id: str, ctx: MemberContext) -> views.AgendaView:
    return issuing.release_agenda(id, ctx)


@app.post(
    "/meetings/<id>/agenda/undo",
    then="/meetings/{meeting}/agenda?done=undone",
    form="/meetings/{id}/agenda",
    title="Undo what was changed since the agenda went out",
)
def undo_changes(id: str, ctx: MemberContext) -> views.AgendaView:
    return issuing.undo_changes(id, ctx)


@app.get(
    "/meetings/<id>/delivery",
    title="Delivery report of the invitation and the agenda",
    sensitive=True,
)
def delivery_panel(id: str, ctx: MemberContext, cursor: str | None = None) -> views.Delivery:
    after = page_after(cursor, r"[A-Za-z0-9-]{1,60}")
    return delivery.get_delivery(id, after, ctx)


@app.get("/meetings/<id>/items/new", title="The form to propose an agenda item")
def propose_page(id: str, ctx: MemberContext) -> views.ItemForm:
    return items.get_propose_page(id, ctx)


@app.post(
    "/meetings/<id>/items",
    status=201,
    then="/meetings/{meeting}?done=proposed",
    title="Propose an agenda item",
    creates=True,
)
def propose(id: str, form: forms.Propose, ctx: MemberContext, once: Once) -> views.ItemView:
    return items.propose_item(id, form, ctx, once)


@app.get("/meetings/<id>/items/<item>/edit", title="The form to change one’s own item")
def edit_item_page(id: str, item: str, ctx: MemberContext) -> views.ItemView:
    return items.get_own_item_page(id, item, ctx)


@app.post(
    "/meetings/<id>/items/<item>/edit",
    then="/meetings/{meeting}?done=item_changed",
    title="Change one’s own item",
)
def edit_item(id: str, item: str, form: forms.EditItem, ctx: MemberContext) -> views.ItemView:
    return items.edit_item(id, item, form, ctx)


@app.get("/meetings/<id>/items/<item>/withdraw", title="The page to take one’s own item back")
def withdraw_item_page(id: str, item: str, ctx: MemberContext) -> views.ItemView:
    return items.get_own_item_page(id, item, ctx)


@app.post(
    "/meetings/<id>/items/<item>/withdraw",
    then="/meetings/{meeting}?done=item_withdrawn",
    title="Take one’s own item back",
)
def withdraw_item(id: str, item: str, ctx: MemberContext) -> views.TakenBack:
    return items.withdraw_item(id, item, ctx)


@app.get("/meetings/<id>/items/<item>/file/new", title="The form to add a file to one’s own item")
def paper_page(id: str, item: str, ctx: MemberContext) -> views.ItemView:
    return items.get_own_item_page(id, item, ctx)


@app.post(
    "/meetings/<id>/items/<item>/file",
    then="/meetings/{meeting}?done=paper_added",
    upload=True,
    title="Add a file to one’s own item",
)
def add_paper(
    id: str, item: str, form: forms.AddPaper, ctx: MemberContext, bucket: PaperBucket
) -> views.ItemView:
    return attachments.add_file(id, item, form, ctx, bucket)


@app.post(
    "/meetings/<id>/items/<item>/file/remove",
    then="/meetings/{meeting}?done=paper_removed",
    form="/meetings/{id}/items/{item}/file/new",
    title="Take the file of one’s own item away",
)
def remove_paper(id: str, item: str, ctx: MemberContext) -> views.ItemView:
    return attachments.remove_file(id, item, ctx)


@app.get(
    "/meetings/<id>/items/<item>/file",
    title="The file that goes with an item",
    files=attachments.TYPES.values(),
)
def paper(id: str, item: str, ctx: MemberContext, bucket: PaperBucket) -> Response:
    file = attachments.get_file(id, item, ctx, bucket)
    ascii_name = re.sub(r"[^\w.-]+", "_", file.name, flags=re.ASCII)
    disposition = (
        f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    )
    return Response(200, file.type, file.body, headers={"Content-Disposition": disposition})


@app.post(
    "/meetings/<id>/items/<item>/accept",
    then="/meetings/{meeting}/agenda?done=accepted",
    form="/meetings/{id}/agenda",
    title="Accept an agenda item",
)
def accept_item(id: str, item: str, ctx: MemberContext) -> views.ItemView:
    return items.accept_item(id, item, ctx)


@app.get("/meetings/<id>/items/<item>/decline", title="The form to decline an agenda item")
def decline_page(id: str, item: str, ctx: MemberContext) -> views.ItemView:
    return items.get_decision_page(id, item, ctx)


@app.post(
    "/meetings/<id>/items/<item>/decline",
    then="/meetings/{meeting}/agenda?done=declined_item",
    title="Decline an agenda item",
)
def decline_item(id: str, item: str, form: forms.DeclineItem, ctx: MemberContext) -> views.ItemView:
    return items.decline_item(id, item, form, ctx)


@app.post(
    "/meetings/<id>/items/<item>/reopen",
    then="/meetings/{meeting}/agenda?done=item_reopened",
    form="/meetings/{id}/agenda",
    title="Mark an item as not decided",
)
def reopen_item(id: str, item: str, ctx: MemberContext) -> views.ItemView:
    return items.reopen_item(id, item, ctx)
