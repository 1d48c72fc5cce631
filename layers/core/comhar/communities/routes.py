"""Routes of the communities, and of the home, help, about and privacy pages."""

from importlib.resources import files

from aws_lambda_powertools.event_handler import Response

from comhar import data
from comhar.communities import editable_texts, service, views
from comhar.fields import Empty
from comhar.web import (
    AnonymousContext,
    App,
    MemberContext,
    PublicContext,
    page_after,
)

app = App("communities")


@app.get("/", title="The first page")
def home(ctx: PublicContext) -> Empty:
    return Empty()


@app.get("/help", title="Where to find help now")
def help_now(ctx: AnonymousContext) -> views.Help:
    return editable_texts.get_help(ctx)


@app.get("/about", title="About Comhar")
def about(ctx: PublicContext) -> views.About:
    return views.About(office_email=ctx.settings.mail_from)


@app.get("/privacy", title="What is kept, and who sees it")
def privacy(ctx: PublicContext) -> views.Privacy:
    return editable_texts.get_privacy(ctx)


@app.get("/roles", title="The roles, and what each does")
def roles_page(ctx: PublicContext) -> views.Roles:
    return editable_texts.get_roles(ctx)


@app.get("/communities/<region>", title="A region's community")
def community(region: str, ctx: MemberContext, cursor: str | None = None) -> views.Overview:
    """The co-chairs first, then everybody by name, 50 a page; `cursor` is the `next` of the page before."""
    return service.get_overview(region, page_after(cursor, "[0-9a-z-]{1,64}"), ctx)


@app.get("/openapi.json", title="This description of the API")
def openapi(ctx: AnonymousContext) -> Response:
    text = files(data).joinpath("openapi.json").read_text(encoding="utf-8")
    return Response(200, "application/json", text)


@app.get("/health", title="Whether the system answers")
def health(ctx: AnonymousContext) -> Response:
    return Response(200, "application/json", '{"ok":true}')
