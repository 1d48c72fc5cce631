"""Routes of signing in, by link or by code, of signing out, and of one's devices."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.membership import devices, forms, views
from comhar.membership import sign_in as membership_sign_in
from comhar.web import (
    App,
    DelayedUntil,
    PublicContext,
    SignInRequest,
    ThisBrowser,
    UserContext,
    known_browser,
    local_path,
    own_session,
)

app = App("membership")


@app.get("/sign-in", for_visitors=True, title="The page to sign in from")
def sign_in_page(ctx: PublicContext, next: str | None = None) -> views.SignInForm:
    again = ctx.user.email if ctx.user and ctx.stale else None
    return views.SignInForm(next=local_path(next) if next else None, again=again)


@app.post("/sign-in", status=202, then="/sign-in/sent", title="Ask for a sign-in link")
def sign_in(
    form: forms.SignIn,
    ctx: PublicContext,
    crowded: DelayedUntil,
    asked_by: SignInRequest,
    known: Annotated[str, Depends(known_browser)],
) -> views.SignInSent:
    next = local_path(form.next)
    return membership_sign_in.request_link(form.email, next, asked_by, known, crowded, ctx)


@app.get("/sign-in/sent")
def sign_in_sent(ctx: PublicContext) -> views.SignInSent:
    return views.SignInSent()


@app.post(
    "/sign-in/code", then="{next}", form="/sign-in/sent", title="Sign in with the emailed code"
)
def sign_in_by_code(
    form: forms.SignInCode, ctx: PublicContext, request: SignInRequest, browser: ThisBrowser
) -> views.SignedIn:
    return membership_sign_in.sign_in_by_code(form, form.request or request, browser, ctx)


@app.get("/sign-in/<token>", title="The page behind an emailed sign-in link")
def sign_in_link_page(token: str, ctx: PublicContext, browser: ThisBrowser) -> views.SignInLink:
    return membership_sign_in.get_link_page(token, browser, ctx)


@app.post("/sign-in/<token>", then="{next}", title="Sign in with the emailed link")
def sign_in_by_link(
    token: str, form: forms.Stay, ctx: PublicContext, browser: ThisBrowser
) -> views.SignedIn:
    return membership_sign_in.sign_in(token, form, browser, ctx)


@app.post("/sign-out", then="/?done=signed_out", title="Sign out")
def sign_out(
    ctx: PublicContext, session: Annotated[str | None, Depends(own_session)]
) -> views.SignedOut:
    return membership_sign_in.sign_out(session, ctx)


@app.get("/me/devices", page="devices", title="Where one is signed in")
def device_list(ctx: UserContext, browser: ThisBrowser) -> views.Devices:
    return devices.list_devices(browser, ctx)


@app.post(
    "/me/devices/<device>/sign-out",
    then="/me/devices?done=device_signed_out",
    form="/me/devices",
    title="Sign out on one device",
)
def sign_out_device(device: str, ctx: UserContext) -> views.DeviceSignedOut:
    return devices.sign_out_device(device, ctx)


@app.post(
    "/me/devices/sign-out",
    then="/me/devices?done=others_signed_out",
    form="/me/devices",
    title="Sign out everywhere but on this device",
)
def sign_out_others(ctx: UserContext, browser: ThisBrowser) -> views.OthersSignedOut:
    return devices.sign_out_others(browser, ctx)
