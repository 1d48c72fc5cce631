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


@app.get("/sign-up/<token>", title="What the sign-up form behind an emailed link is for")
def sign_up_page(token: str, ctx: PublicContext) -> views.SignUpStart:
    return service.get_start_page(token, ctx)


@app.post(
    "/sign-up/<token>",
    status=201,
    then="{next}",
    form="/sign-up/{token}/check",
    title="Become a member",
)
def sign_up(
    token: str, form: forms.SignUp, ctx: PublicContext, browser: ThisBrowser
) -> views.Welcome:
    return service.sign_up(token, form, browser.device, ctx)


@app.get("/sign-up/<token>/check", title="The answers before they are sent")
def sign_up_check(token: str, ctx: PublicContext) -> views.SignUpCheck:
    return service.get_check_page(token, ctx)


@app.get("/sign-up/<token>/<step>", title="One page of the sign-up form")
def sign_up_step(token: str, step: str, ctx: PublicContext) -> views.SignUpStep:
    return service.get_step_page(token, step, ctx)


@app.post("/sign-up/<token>/<step>", then="{next}", title="Keep the answers of one page")
def sign_up_save(
    token: str, step: str, form: forms.SignUp, ctx: PublicContext
) -> views.SignUpSaved:
    return service.save_step(token, step, form, ctx)
