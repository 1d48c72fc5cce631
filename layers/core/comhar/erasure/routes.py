"""Routes of erasure: how long things are kept, and how a person has everything deleted."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.erasure import service, views
from comhar.membership.model import Member
from comhar.web import App, public, signed_in

app = App("erasure")
Anyone = Annotated[Member | None, Depends(public)]
Me = Annotated[Member, Depends(signed_in)]


@app.get("/retention", title="How long each kind of thing is kept")
def retention_page(me: Anyone) -> views.Retention:
    return views.kinds()


@app.get("/me/erase", title="The page to have everything about oneself deleted")
def erase_page(me: Me) -> views.Erasure:
    return service.page(me)


@app.post(
    "/me/erase",
    status=202,
    then="/me/erase?done=erase_sent",
    title="Ask for the letter that confirms it",
)
def erase(me: Me) -> views.EraseSent:
    return service.ask(me, wiring.clock(), wiring.members())


@app.get("/erase/<token>", title="The page behind the emailed link")
def erase_link_page(token: str, me: Anyone) -> views.ErasureOf:
    return service.link_page(token, wiring.clock(), wiring.members())


@app.post(
    "/erase/<token>", then="/?done=erasing", title="Delete everything; it can be undone for a while"
)
def erase_by_link(token: str, me: Anyone) -> views.Erasing:
    return service.confirm(token, wiring.clock(), wiring.members())


@app.get("/keep/<token>", title="The page behind the link that undoes it")
def keep_link_page(token: str, me: Anyone) -> views.Undoing:
    return service.undo_page(token, wiring.clock(), wiring.members())


@app.post("/keep/<token>", then="/sign-in?done=stays", title="Undo the deletion")
def keep_by_link(token: str, me: Anyone) -> views.Undone:
    return service.undo(token, wiring.clock(), wiring.members())
