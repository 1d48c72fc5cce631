"""Routes of the inbox: the queue of mail to the office, where a person reads it."""

import re
from urllib.parse import quote

from aws_lambda_powertools.event_handler import Response

from comhar.inbox import service, views
from comhar.web import App, InboxBucket, OfficeContext

app = App("inbox", sensitive=True)


@app.get("/inbox", title="Mail to the office: what is open, or done")
def inbox(ctx: OfficeContext, state: str | None = None, cursor: str | None = None) -> views.Inbox:
    return service.show_list(state, cursor, ctx)


@app.get("/inbox/<message>", title="One mail")
def inbox_message(message: str, ctx: OfficeContext, letterbox: InboxBucket) -> views.Message:
    return service.show(message, ctx, letterbox)


@app.get(
    "/inbox/<message>/attachments/<number>",
    title="A file that came with a mail",
    files=["application/octet-stream"],
)
def inbox_attachment(
    message: str, number: int, ctx: OfficeContext, letterbox: InboxBucket
) -> Response:
    """Number 0 is the whole mail, as it came."""
    name, body = service.hand_out(message, number, ctx, letterbox)
    plain = re.sub(r"[^\w.-]+", "_", name, flags=re.ASCII)
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(200, "application/octet-stream", body, headers={"Content-Disposition": named})


@app.post(
    "/inbox/<message>/invite",
    then="/inbox/{message}?done=link_sent",
    form="/inbox/{message}",
    title="Send a sign-up link to the person who wrote",
)
def inbox_invite(message: str, ctx: OfficeContext) -> views.Row:
    return service.invite(message, ctx)


@app.post(
    "/inbox/<message>/pass-on",
    then="/inbox/{message}?done=mail_passed_on",
    form="/inbox/{message}",
    title="Pass an answer on to who wrote the message",
)
def inbox_pass_on(message: str, ctx: OfficeContext, letterbox: InboxBucket) -> views.Row:
    return service.pass_on_answer(message, ctx, letterbox)


@app.post("/inbox/<message>/done", then="/inbox?done=mail_done", title="Put a mail away")
def inbox_done(message: str, ctx: OfficeContext) -> views.Row:
    return service.put_away(message, "done", ctx)


@app.post(
    "/inbox/<message>/reopen",
    then="/inbox/{message}?done=mail_reopened",
    title="Put a mail back on the queue",
)
def inbox_reopen(message: str, ctx: OfficeContext) -> views.Row:
    return service.put_away(message, "open", ctx)
