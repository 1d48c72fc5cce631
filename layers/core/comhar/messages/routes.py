"""Routes of messages: write to members, stop one, read it, reply to it."""

from comhar.messages import forms, office_messages, service, views
from comhar.web import App, ChairContext, OfficeContext, Once, PublicContext

app = App("messages")


@app.get("/communities/<region>/messages", title="Messages to a community's members")
def messages(region: str, ctx: ChairContext) -> views.Messages:
    return service.list_messages(region, ctx)


@app.get("/communities/<region>/messages/new", title="The form to write to members", sensitive=True)
def message_form(region: str, ctx: ChairContext) -> views.MessageForm:
    return service.get_form(region, ctx)


@app.post(
    "/communities/<region>/messages/check",
    page="message_form",
    form="/communities/{region}/messages/new",
    title="Look at a message before sending it",
    sensitive=True,
)
def preview_message(region: str, form: forms.Write, ctx: ChairContext) -> views.MessageForm:
    return service.preview(region, form, ctx)


@app.post(
    "/communities/<region>/messages",
    status=201,
    then="/messages/{id}?done=message_written",
    form="/communities/{region}/messages/new",
    title="Write to a community's members",
    creates=True,
    sensitive=True,
)
def write_message(
    region: str, form: forms.Write, ctx: ChairContext, once: Once
) -> views.MessageView:
    """It goes out after ten minutes, from 8am to 7pm on working days."""
    return service.write(region, form, ctx, once)


@app.get("/messages/<id>", title="A message to members", sensitive=True)
def message(id: str, ctx: ChairContext) -> views.MessageView:
    """Replies are shown to who wrote it alone."""
    return service.get_message(id, ctx)


@app.post(
    "/messages/<id>/cancel",
    then="/messages/{id}?done=message_cancelled",
    form="/messages/{id}",
    title="Stop a message before it goes out",
)
def cancel_message(id: str, ctx: ChairContext) -> views.MessageView:
    return service.cancel(id, ctx)


@app.post(
    "/messages/<id>/release",
    then="/messages/{id}?done=message_released",
    form="/messages/{id}",
    title="Release a colleague’s message to many people",
)
def release_message(id: str, ctx: OfficeContext) -> views.MessageView:
    return office_messages.release(id, ctx)


@app.get("/national/messages", page="messages", title="The office’s messages to members")
def office_messages_page(ctx: OfficeContext) -> views.Messages:
    return office_messages.list_messages(ctx)


@app.get("/national/messages/new", title="The office’s form to write to members", sensitive=True)
def office_message_form(ctx: OfficeContext) -> views.OfficeForm:
    return office_messages.get_form(ctx)


@app.post(
    "/national/messages/check",
    page="office_message_form",
    form="/national/messages/new",
    title="See who gets a message of the office before sending it",
    sensitive=True,
)
def preview_office_message(form: forms.OfficeWrite, ctx: OfficeContext) -> views.OfficeForm:
    return office_messages.preview(form, ctx)


@app.post(
    "/national/messages",
    status=201,
    then="/messages/{id}?done=message_written",
    form="/national/messages/new",
    title="Write to regions, co-chairs or people",
    creates=True,
    sensitive=True,
)
def write_office_message(
    form: forms.OfficeWrite, ctx: OfficeContext, once: Once
) -> views.MessageView:
    """Above 50 people a second person of the office releases it."""
    return office_messages.write(form, ctx, once)


@app.get("/reply/<token>", title="The page behind an emailed link to reply")
def reply_page(token: str, ctx: PublicContext) -> views.ReplyPage:
    return service.get_reply_page(token, ctx)


@app.post(
    "/reply/<token>",
    then="/?done=reply_sent",
    title="Reply to a message by an emailed link",
)
def reply(token: str, form: forms.Reply, ctx: PublicContext) -> views.Replied:
    """Once a link."""
    return service.reply(token, form, ctx)
