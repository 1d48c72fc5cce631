"""Routes of membership: joining, signing in, and the page of who is signed in."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.context import Context
from comhar.fields import Empty
from comhar.meetings import repository as meetings
from comhar.membership import forms, views
from comhar.membership import repository as people
from comhar.membership import sign_in as sign_in_service
from comhar.membership import sign_up as sign_up_service
from comhar.membership.model import Member
from comhar.membership.repository import Members
from comhar.polls import repository as polls
from comhar.regions import NATIONAL
from comhar.web import App, asked_by, crowded_until, known_browser, own_session, public, signed_in

app = App("membership")
Anyone = Annotated[Context[Member | None], Depends(public)]
Me = Annotated[Context, Depends(signed_in)]
AskedBy = Annotated[str, Depends(asked_by)]
Crowded = Annotated[datetime | None, Depends(crowded_until)]


@app.get("/join", title="The page to join from")
def join_page(ctx: Anyone) -> views.JoinPage:
    return views.JoinPage(office_email=ctx.settings.mail_from)


@app.post("/join", status=202, then="/join/sent", title="Ask for a sign-up link")
def join(form: forms.Join, ctx: Anyone, crowded: Crowded) -> forms.Sent:
    return sign_up_service.ask_to_join(form, crowded, ctx.now, Members(ctx.table, ctx.settings))


@app.get("/join/sent")
def join_sent(ctx: Anyone) -> Empty:
    return Empty()


@app.get("/sign-up/<token>", title="What the sign-up form behind an emailed link is for")
def sign_up_page(token: str, ctx: Anyone) -> views.SignUpStart:
    return sign_up_service.start(token, ctx.now, Members(ctx.table, ctx.settings))


@app.post(
    "/sign-up/<token>",
    status=201,
    then="{next}",
    form="/sign-up/{token}/check",
    title="Become a member",
)
def sign_up(token: str, form: forms.SignUp, ctx: Anyone) -> forms.Welcome:
    return sign_up_service.sign_up(
        token, form, ctx.now, Members(ctx.table, ctx.settings), ctx.settings
    )


@app.get("/sign-up/<token>/check", title="The answers before they are sent")
def sign_up_check(token: str, ctx: Anyone) -> views.SignUpCheck:
    return sign_up_service.check(token, ctx.now, Members(ctx.table, ctx.settings))


@app.get("/sign-up/<token>/<step>", title="One page of the sign-up form")
def sign_up_step(token: str, step: str, ctx: Anyone) -> views.SignUpStep:
    return sign_up_service.show(token, step, ctx.now, Members(ctx.table, ctx.settings))


@app.post("/sign-up/<token>/<step>", then="{next}", title="Keep the answers of one page")
def sign_up_save(token: str, step: str, form: forms.SignUp, ctx: Anyone) -> views.SignUpSaved:
    return sign_up_service.save(token, step, form, ctx.now, Members(ctx.table, ctx.settings))


@app.get("/sign-in", title="The page to sign in from")
def sign_in_page(ctx: Anyone, next: str | None = None) -> views.SignInForm:
    return views.SignInForm(next=forms.local_path(next) if next else None)


@app.post("/sign-in", status=202, then="/sign-in/sent", title="Ask for a sign-in link")
def sign_in(
    form: forms.SignIn,
    ctx: Anyone,
    crowded: Crowded,
    asked_by: AskedBy,
    known: Annotated[str, Depends(known_browser)],
) -> forms.SignInSent:
    return sign_in_service.ask_to_sign_in(
        form, asked_by, known, crowded, ctx.now, Members(ctx.table, ctx.settings)
    )


@app.get("/sign-in/sent")
def sign_in_sent(ctx: Anyone) -> forms.SignInSent:
    return forms.SignInSent()


@app.post(
    "/sign-in/code", then="{next}", form="/sign-in/sent", title="Sign in with the emailed code"
)
def sign_in_by_code(form: forms.Code, ctx: Anyone, request: AskedBy) -> forms.Session:
    return sign_in_service.sign_in_by_code(
        form, form.request or request, ctx.now, Members(ctx.table, ctx.settings)
    )


@app.get("/sign-in/<token>", title="The page behind an emailed sign-in link")
def sign_in_link_page(token: str, ctx: Anyone) -> views.SignInLink:
    return sign_in_service.show_sign_in_link(token, ctx.now, Members(ctx.table, ctx.settings))


@app.post("/sign-in/<token>", then="{next}", title="Sign in with the emailed link")
def sign_in_by_link(token: str, ctx: Anyone) -> forms.Session:
    return sign_in_service.sign_in(token, ctx.now, Members(ctx.table, ctx.settings))


@app.post("/sign-out", then="/?done=signed_out", title="Sign out")
def sign_out(ctx: Anyone, session: Annotated[str | None, Depends(own_session)]) -> forms.SignedOut:
    sign_in_service.sign_out(session, Members(ctx.table, ctx.settings))
    return forms.SignedOut()


@app.get("/me", page="me", title="Who is signed in, and what waits for them")
def own_page(ctx: Me) -> views.Home:
    user, table = ctx.user, ctx.table
    own = [user.region] if user.active and user.region else []
    rows = meetings.around(table, [*own, NATIONAL] if own or user.office else [], ctx.now)
    asked = polls.running(table, own[0], ctx.now) if own else []
    return views.home(user, rows, people.list_waiting(table, user.id), asked, ctx.now)
