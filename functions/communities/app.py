"""The doors of the communities, and of what belongs to no capability: the API's description."""

from importlib.resources import files
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.depends import Depends

from comhar import data
from comhar.web import App, anonymous

app = App("communities")

Nobody = Annotated[None, Depends(anonymous)]


@app.get("/openapi.json", title="This description of the API")
def openapi(nobody: Nobody) -> Response:
    text = files(data).joinpath("openapi.json").read_text(encoding="utf-8")
    return Response(200, "application/json", text)


@app.get("/health", title="Whether the system answers")
def health(nobody: Nobody) -> Response:
    return Response(200, "application/json", '{"ok":true}')


handler = app.handler
