"""Routes of erasure: how long things are kept, and how a person has everything deleted."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.context import Context
from comhar.erasure import service, views
from comhar.membership.model import Member
from comhar.web import App, public, signed_in

app = App("erasure")
Anyone = Annotated[Context[Member | None], Depends(public)]
Me = Annotated[Context, Depends(signed_in)]


@app.get("/retention", title="How long each kind of thing is kept")
def retention_page(ctx: Anyone) -> views.Retention:
    return views.kinds()


@app.get("/me/erase", title="The page to have everything about oneself deleted")
def erase_page(ctx: Me) -> views.Erasure:
    return service.page(ctx)


@app.post(
    "/me/erase",
    status=202,
    then="/me/erase?done=erase_sent",
    title="Ask for the letter that confirms it",
)
def erase(ctx: Me) -> views.EraseSent:
    return service.ask(ctx)


@app.get("/erase/<token>", title="The page behind the emailed link")
def erase_link_page(token: str, ctx: Anyone) -> views.ErasureOf:
    return service.show_link(token, ctx)


@app.post(
    "/erase/<token>", then="/?done=erasing", title="Delete everything; it can be undone for a while"
)
def erase_by_link(token: str, ctx: Anyone) -> views.Erasing:
    return service.confirm(token, ctx)


@app.get("/keep/<token>", title="The page behind the link that undoes it")
def keep_link_page(token: str, ctx: Anyone) -> views.Undoing:
    return service.show_undo_link(token, ctx)


@app.post("/keep/<token>", then="/sign-in?done=stays", title="Undo the deletion")
def keep_by_link(token: str, ctx: Anyone) -> views.Undone:
    return service.undo(token, ctx)
