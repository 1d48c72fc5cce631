"""Routes of joining: ask for a link, and the form behind it."""

from comhar.fields import Empty
from comhar.membership.views import Sent
from comhar.sign_up import forms, service, views
from comhar.web import App, DelayedUntil, PublicContext, ThisBrowser

app = App("sign_up")


@app.get("/join", for_visitors=True, title="The page to join from")
def join_page(ctx: PublicContext) -> views.JoinPage:
    return views.JoinPage(office_email=ctx.settings.mail_from)


@app.post("/join", status=202, then="/join/sent", title="Ask for a sign-up link")
def join(form: forms.Join, ctx: PublicContext, crowded: DelayedUntil) -> Sent:
    return service.request_link(form, crowded, ctx)


@app.get("/join/sent")
def join_sent(ctx: PublicContext) -> Empty:
    return Empty()


@app.get("/sign-up/<token>", title="The sign-up form behind an emailed link")
def sign_up_page(token: str, ctx: PublicContext) -> views.SignUpPage:
    return service.get_page(token, ctx)


@app.post(
    "/sign-up/<token>",
    status=201,
    then="{next}",
    form="/sign-up/{token}",
    title="Become a member",
)
def sign_up(
    token: str, form: forms.SignUp, ctx: PublicContext, browser: ThisBrowser
) -> views.Welcome:
    return service.sign_up(token, form, browser.device, ctx)
