"""Routes of messages: write to members, stop one, read it, reply to it."""

from comhar.messages import forms, service, views
from comhar.web import App, ChairContext, Once, PublicContext

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
    """It goes out after ten minutes, from 08:00 to 19:00 on working days."""
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
