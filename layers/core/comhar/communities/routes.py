"""Routes of the pages that anybody may read."""

from datetime import timedelta
from importlib.resources import files

from aws_lambda_powertools.event_handler import Response

from comhar import data
from comhar.communities import editable_texts, views
from comhar.fields import Empty
from comhar.web import AnonymousContext, App, PublicContext

app = App("communities")
_CONTACT_HOLDS = timedelta(days=180)  # RFC 9116 wants less than a year


@app.get("/", for_visitors=True, title="The first page")
def home(ctx: PublicContext) -> Empty:
    return Empty()


@app.get("/help", title="Where to find help now")
def help_now(ctx: AnonymousContext) -> views.Help:
    return editable_texts.get_help(ctx)


@app.get("/about", title="About Comhar")
def about(ctx: PublicContext) -> views.About:
    return editable_texts.get_about(ctx)


@app.get("/accessibility", title="The accessibility statement")
def accessibility(ctx: PublicContext) -> views.Accessibility:
    return editable_texts.get_accessibility(ctx)


@app.get("/privacy", title="What is kept, and who sees it")
def privacy(ctx: PublicContext) -> views.Privacy:
    return editable_texts.get_privacy(ctx)


@app.get("/roles", title="The roles, and what each does")
def roles_page(ctx: PublicContext) -> views.Roles:
    return editable_texts.get_roles(ctx)


@app.get("/principles", title="The principles of engagement work")
def principles(ctx: PublicContext) -> views.Principles:
    return views.Principles(principles=data.load("engagement_principles"))


@app.get("/first-day", page="first_day", title="A member’s first steps")
def first_day(ctx: PublicContext) -> views.FirstDay:
    return views.FirstDay(**data.load("first_days")["member"])


@app.get("/first-day/co-chair", page="first_day", title="A co-chair’s first steps")
def first_day_co_chair(ctx: PublicContext) -> views.FirstDay:
    return views.FirstDay(**data.load("first_days")["co_chair"])


@app.get("/first-day/office", page="first_day", title="First steps in the National Office")
def first_day_office(ctx: PublicContext) -> views.FirstDay:
    return views.FirstDay(**data.load("first_days")["office"])


@app.get("/openapi.json", title="This description of the API", files=["application/json"])
def openapi(ctx: AnonymousContext) -> Response:
    text = files(data).joinpath("openapi.json").read_text(encoding="utf-8")
    return Response(200, "application/json", text)


@app.get(
    "/.well-known/security.txt",
    title="Where to tell us of a weakness (RFC 9116)",
    files=["text/plain"],
)
def security_contact(ctx: AnonymousContext) -> Response:
    settings = ctx.settings
    lines = (
        f"Contact: mailto:{settings.mail_from}",
        f"Expires: {(ctx.now + _CONTACT_HOLDS).isoformat(timespec='seconds')}",
        "Preferred-Languages: en, ga",
        f"Canonical: {settings.public_url}/.well-known/security.txt",
    )
    return Response(200, "text/plain; charset=utf-8", "".join(f"{line}\n" for line in lines))


@app.get("/health", title="Whether the system answers", files=["application/json"])
def health(ctx: AnonymousContext) -> Response:
    return Response(200, "application/json", '{"ok":true}')
