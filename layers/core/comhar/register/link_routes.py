"""Routes behind the link by which somebody ends what the office entered about them."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.membership.model import Member
from comhar.register import add_member, views
from comhar.web import App, public

app = App("register")
Anyone = Annotated[Member | None, Depends(public)]


@app.get("/not-me/<token>", title="The page behind the link to end what the office entered")
def not_me_page(token: str, me: Anyone) -> views.NotMeLink:
    return add_member.not_me_link(token, wiring.clock(), wiring.members())


@app.post("/not-me/<token>", then="/?done=not_me", title="End what the office entered")
def not_me(token: str, me: Anyone) -> views.NotMe:
    return add_member.not_me(token, wiring.clock(), wiring.members())
