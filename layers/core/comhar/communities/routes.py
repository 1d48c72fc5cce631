"""Routes of the communities, and of what belongs to no topic."""

from importlib.resources import files
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.depends import Depends

from comhar import data
from comhar.communities import editable_texts, service, views
from comhar.context import Context
from comhar.fields import Empty
from comhar.membership.model import Member
from comhar.web import App, anonymous, member_of, public

app = App("communities")
Nobody = Annotated[Context[None], Depends(anonymous)]
Anyone = Annotated[Context[Member | None], Depends(public)]
Mine = Annotated[Context, Depends(member_of)]


@app.get("/", title="The first page")
def home(ctx: Anyone) -> Empty:
    return Empty()


@app.get("/help", title="Where to find help now")
def help_now(ctx: Nobody) -> views.Help:
    return editable_texts.help_now(ctx)


@app.get("/about", title="About Comhar")
def about(ctx: Anyone) -> views.About:
    return views.About(office_email=ctx.settings.mail_from)


@app.get("/privacy", title="What is kept, and who sees it")
def privacy(ctx: Anyone) -> views.Privacy:
    return editable_texts.privacy(ctx)


@app.get("/roles", title="The roles, and what each does")
def roles_page(ctx: Anyone) -> views.Roles:
    return editable_texts.roles(ctx)


@app.get("/communities/<region>", title="A region's community")
def community(region: str, ctx: Mine) -> views.Overview:
    return service.overview(region, ctx)


@app.get("/openapi.json", title="This description of the API")
def openapi(ctx: Nobody) -> Response:
    text = files(data).joinpath("openapi.json").read_text(encoding="utf-8")
    return Response(200, "application/json", text)


@app.get("/health", title="Whether the system answers")
def health(ctx: Nobody) -> Response:
    return Response(200, "application/json", '{"ok":true}')
