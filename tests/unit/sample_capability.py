"""A small capability with one route of each kind, for the tests of `comhar.web`."""

from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from comhar.context import Context
from comhar.errors import Conflict
from comhar.fields import Form, Line, Paragraph, View
from comhar.membership.model import Member
from comhar.web import App, anonymous, chair, member_of, office, public, signed_in
from comhar.web.dispatch import Dispatcher, RouteEntry

app = App("sample")


def handler_of(app: App) -> Dispatcher:
    """A function that serves these routes and no others."""
    routes = [
        RouteEntry(route.method, route.path, "sample.routes") for route in app.routes.values()
    ]
    return Dispatcher(routes, lambda module: app)


class NameTaken(Conflict):
    title = "Somebody has this name already."
    next = "Choose another name."


class Row(Form):
    what: Line
    by: datetime | None = None


class Thing(Form):
    name: Line
    text: Paragraph | None = None
    minutes: Annotated[int, Field(ge=5, le=600)] = 60
    roles: tuple[Line, ...] = ()
    ratings: Annotated[dict[str, Annotated[int, Field(ge=1, le=5)]], Field(default_factory=dict)]
    actions: Annotated[tuple[Row, ...], Field(max_length=20)] = ()


class File(Form):
    filename: Line
    base64: Annotated[str, Field(max_length=2_000_000)]


class Letter(Form):
    text: Line | None = None
    roles: tuple[Line, ...] = ()
    file: File | None = None


class Made(View):
    id: str
    thing: Thing


class Signed(View):
    session: str | None
    next: str = "/me"


Me = Annotated[Context, Depends(signed_in)]


@app.get("/things")
def things(
    ctx: Annotated[Context[Member | None], Depends(public)], limit: Annotated[int, Query()] = 5
) -> Any:
    return {"things": [], "greeting": ctx.user.name if ctx.user else "stranger", "limit": limit}


@app.get("/things/new")
def new_thing(ctx: Me) -> dict[str, Any]:
    return {"name": "", "hint": "ten at most"}


@app.post("/things", status=201, then="/things/{id}?done=saved")
def make(form: Thing, ctx: Me) -> Made:
    if form.name == "taken":
        raise NameTaken
    return Made(id="SW-1", thing=form)


@app.get("/things/<id>")
def thing(id: str, ctx: Annotated[Context, Depends(member_of)]) -> dict[str, str]:
    return {"id": id}


@app.post("/things/<id>/press", then="/things/{id}")
def press(id: str, ctx: Annotated[Context, Depends(chair)]) -> dict[str, str]:
    return {"id": id}


@app.post("/things/<id>/rows", status=201, then="/things/{id}", form="/things/{id}")
def add_row(id: str, form: Row, ctx: Annotated[Context, Depends(member_of)]) -> dict[str, str]:
    return {"id": "row"}


@app.post("/things/<id>/files", upload=True, then="/things/{id}", form="/things/new")
def add_file(id: str, form: Letter, ctx: Me) -> Letter:
    if form.text == "taken":
        raise NameTaken
    return form


@app.get("/desk")
def desk(ctx: Annotated[Context, Depends(office)]) -> dict[str, str]:
    return {}


@app.get("/framed")
def framed(ctx: Annotated[Context[Member | None], Depends(public)]) -> dict[str, Any]:
    return {"version": 7, "nav": [{"href": "/x", "text": "x"}], "lang": "xx"}


@app.get("/survey/<token>")
def survey(token: str, ctx: Annotated[Context[None], Depends(anonymous)]) -> dict[str, str]:
    return {"question": "How was it?"}


@app.post("/in", then="{next}")
def sign_in(form: Row, ctx: Annotated[Context[None], Depends(anonymous)]) -> Signed:
    return Signed(session="m1.secretsecretsecretsecret", next=form.what)


@app.post("/out", then="/")
def sign_out(ctx: Annotated[Context[Member | None], Depends(public)]) -> Signed:
    return Signed(session=None)


@app.get("/file.csv", files=["text/csv; charset=utf-8"])
def file(ctx: Annotated[Context[None], Depends(anonymous)]) -> Response:
    return Response(200, "text/csv; charset=utf-8", "a,b\n")


@app.get("/broken")
def broken(ctx: Annotated[Context[None], Depends(anonymous)]) -> dict[str, str]:
    raise RuntimeError("niamh@example.com wrote this")


@app.get("/lies")
def lies(ctx: Annotated[Context[None], Depends(anonymous)]) -> Made:
    return {"id": 7}  # type: ignore[return-value]
