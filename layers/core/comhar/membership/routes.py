"""Routes of membership: joining, signing in, and the page of who is signed in."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.fields import Empty
from comhar.meetings import repository as meetings
from comhar.membership import forms, views
from comhar.membership import sign_in as sign_in_service
from comhar.membership import sign_up as sign_up_service
from comhar.membership.model import NATIONAL, Member
from comhar.polls import repository as polls
from comhar.web import App, asked_by, crowded_until, known_browser, own_session, public, signed_in

app = App("membership")
Anyone = Annotated[Member | None, Depends(public)]
Me = Annotated[Member, Depends(signed_in)]
AskedBy = Annotated[str, Depends(asked_by)]
Crowded = Annotated[datetime | None, Depends(crowded_until)]


@app.get("/join", title="The page to join from")
def join_page(me: Anyone) -> views.JoinPage:
    return views.JoinPage(office_email=wiring.settings().mail_from)


@app.post("/join", status=202, then="/join/sent", title="Ask for a sign-up link")
def join(form: forms.Join, me: Anyone, crowded: Crowded) -> forms.Sent:
    return sign_up_service.ask_to_join(form, crowded, wiring.clock(), wiring.members())


@app.get("/join/sent")
def join_sent(me: Anyone) -> Empty:
    return Empty()


@app.get("/sign-up/<token>", title="What the sign-up form behind an emailed link is for")
def sign_up_page(token: str, me: Anyone) -> views.SignUpStart:
    return sign_up_service.start(token, wiring.clock(), wiring.members())


@app.post(
    "/sign-up/<token>",
    status=201,
    then="{next}",
    form="/sign-up/{token}/check",
    title="Become a member",
)
def sign_up(token: str, form: forms.SignUp, me: Anyone) -> forms.Welcome:
    return sign_up_service.sign_up(token, form, wiring.clock(), wiring.members(), wiring.settings())


@app.get("/sign-up/<token>/check", title="The answers before they are sent")
def sign_up_check(token: str, me: Anyone) -> views.SignUpCheck:
    return sign_up_service.check(token, wiring.clock(), wiring.members())


@app.get("/sign-up/<token>/<step>", title="One page of the sign-up form")
def sign_up_step(token: str, step: str, me: Anyone) -> views.SignUpStep:
    return sign_up_service.show(token, step, wiring.clock(), wiring.members())


@app.post("/sign-up/<token>/<step>", then="{next}", title="Keep the answers of one page")
def sign_up_save(token: str, step: str, form: forms.SignUp, me: Anyone) -> views.SignUpSaved:
    return sign_up_service.save(token, step, form, wiring.clock(), wiring.members())


@app.get("/sign-in", title="The page to sign in from")
def sign_in_page(me: Anyone, next: str | None = None) -> views.SignInForm:
    return views.SignInForm(next=forms.local_path(next) if next else None)


@app.post("/sign-in", status=202, then="/sign-in/sent", title="Ask for a sign-in link")
def sign_in(
    form: forms.SignIn,
    me: Anyone,
    crowded: Crowded,
    asked_by: AskedBy,
    known: Annotated[str, Depends(known_browser)],
) -> forms.SignInSent:
    return sign_in_service.ask_to_sign_in(
        form, asked_by, known, crowded, wiring.clock(), wiring.members()
    )


@app.get("/sign-in/sent")
def sign_in_sent(me: Anyone) -> forms.SignInSent:
    return forms.SignInSent()


@app.post(
    "/sign-in/code", then="{next}", form="/sign-in/sent", title="Sign in with the emailed code"
)
def sign_in_by_code(form: forms.Code, me: Anyone, request: AskedBy) -> forms.Session:
    return sign_in_service.sign_in_by_code(
        form, form.request or request, wiring.clock(), wiring.members()
    )


@app.get("/sign-in/<token>", title="The page behind an emailed sign-in link")
def sign_in_link_page(token: str, me: Anyone) -> views.SignInLink:
    return sign_in_service.show_sign_in_link(token, wiring.clock(), wiring.members())


@app.post("/sign-in/<token>", then="{next}", title="Sign in with the emailed link")
def sign_in_by_link(token: str, me: Anyone) -> forms.Session:
    return sign_in_service.sign_in(token, wiring.clock(), wiring.members())


@app.post("/sign-out", then="/?done=signed_out", title="Sign out")
def sign_out(me: Anyone, session: Annotated[str | None, Depends(own_session)]) -> forms.SignedOut:
    sign_in_service.sign_out(session, wiring.members())
    return forms.SignedOut()


@app.get("/me", page="me", title="Who is signed in, and what waits for them")
def own_page(me: Me) -> views.Home:
    now = wiring.clock()
    regions = [me.region, NATIONAL] if me.active and me.region else [NATIONAL] if me.office else []
    rows = meetings.around(wiring.table(), regions, now)
    asked = polls.running(wiring.table(), me.region, now) if me.active and me.region else []
    return views.home(me, rows, wiring.members().waiting(me.id), asked, now)
