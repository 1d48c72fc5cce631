"""Routes of the communities, and of what belongs to no topic."""

from importlib.resources import files
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.depends import Depends

from comhar import data, wiring
from comhar.communities import editable_texts, model, service, views
from comhar.fields import Empty
from comhar.membership.model import Member
from comhar.web import App, anonymous, chair, member_of, public

app = App("communities")
Nobody = Annotated[None, Depends(anonymous)]
Anyone = Annotated[Member | None, Depends(public)]
Mine = Annotated[Member, Depends(member_of)]
Chair = Annotated[Member, Depends(chair)]


@app.get("/", title="The first page")
def home(me: Anyone) -> Empty:
    return Empty()


@app.get("/help", title="Where to find help now")
def help_now(nobody: Nobody) -> views.Help:
    return editable_texts.help_now(wiring.table())


@app.get("/about", title="About Comhar")
def about(me: Anyone) -> views.About:
    return views.About(office_email=wiring.settings().mail_from)


@app.get("/privacy", title="What is kept, and who sees it")
def privacy(me: Anyone) -> views.Privacy:
    return editable_texts.privacy(wiring.table())


@app.get("/roles", title="The roles, and what each does")
def roles_page(me: Anyone) -> views.Roles:
    return editable_texts.roles(wiring.table())


@app.get("/communities/<region>", title="A region's community")
def community(region: str, me: Mine) -> views.Overview:
    return service.overview(region, me, wiring.clock(), wiring.members())


@app.get("/communities/<region>/chairs", title="The form to choose two co-chairs")
def chairs_page(region: str, me: Chair) -> views.ChairsPage:
    return service.chairs_page(region, me, wiring.clock(), wiring.members())


@app.post(
    "/communities/<region>/chairs",
    then="/communities/{region}?done=chairs",
    title="Choose two co-chairs",
)
def chairs(region: str, form: model.Chairs, me: Chair) -> views.Led:
    return service.appoint_chairs(region, form, me, wiring.clock(), wiring.members())


@app.post(
    "/communities/<region>/starter",
    then="/communities/{region}?done=starter",
    form="/communities/{region}",
    title="Offer to bring people together where nobody leads yet",
)
def start_community(region: str, me: Mine) -> views.Started:
    return service.start(region, me, wiring.clock(), wiring.members())


@app.post(
    "/communities/<region>/starter/release",
    then="/communities/{region}?done=released",
    form="/communities/{region}",
    title="Take back that a member brings people together",
)
def release_starter(region: str, me: Mine) -> views.Started:
    return service.release(region, me, wiring.clock(), wiring.members())


@app.get("/openapi.json", title="This description of the API")
def openapi(nobody: Nobody) -> Response:
    text = files(data).joinpath("openapi.json").read_text(encoding="utf-8")
    return Response(200, "application/json", text)


@app.get("/health", title="Whether the system answers")
def health(nobody: Nobody) -> Response:
    return Response(200, "application/json", '{"ok":true}')
