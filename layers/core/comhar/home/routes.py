"""The route of the page of who is signed in."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.context import Context
from comhar.home import service, views
from comhar.web import App, signed_in

app = App("membership", folder="home")
Me = Annotated[Context, Depends(signed_in)]


@app.get("/me", page="me", title="Who is signed in, and what waits for them")
def own_page(ctx: Me) -> views.Home:
    return service.own_page(ctx)
