"""The doors of the communities, and of what belongs to no capability: the API's description."""

from importlib.resources import files
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.depends import Depends

from comhar import data, wiring
from comhar.communities import model, service
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
def help_now(nobody: Nobody) -> model.Help:
    return model.Help(**data.load("help"))


@app.get("/about", title="About Comhar")
def about(me: Anyone) -> model.About:
    return model.About(office_email=wiring.settings().mail_from)


@app.get("/privacy", title="What is kept, and who sees it")
def privacy(me: Anyone) -> Empty:
    return Empty()


@app.get("/communities/<region>", title="A region's community")
def community(region: str, me: Mine) -> model.Overview:
    return service.overview(region, me, wiring.members())


@app.get("/communities/<region>/chairs", title="The form to name two co-chairs")
def chairs_page(region: str, me: Chair) -> model.ChairsPage:
    return service.chairs_page(region, wiring.members())


@app.post(
    "/communities/<region>/chairs",
    then="/communities/{region}?done=chairs",
    title="Name two co-chairs",
)
def chairs(region: str, form: model.Chairs, me: Chair) -> model.Led:
    return service.appoint_chairs(region, form, me, wiring.clock(), wiring.members())


@app.get("/openapi.json", title="This description of the API")
def openapi(nobody: Nobody) -> Response:
    text = files(data).joinpath("openapi.json").read_text(encoding="utf-8")
    return Response(200, "application/json", text)


@app.get("/health", title="Whether the system answers")
def health(nobody: Nobody) -> Response:
    return Response(200, "application/json", '{"ok":true}')


handler = app.handler
