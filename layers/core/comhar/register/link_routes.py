"""Routes behind the link by which somebody ends what the office entered about them."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.context import Context
from comhar.membership.model import Member
from comhar.register import add_member, views
from comhar.web import App, public

app = App("register")
Anyone = Annotated[Context[Member | None], Depends(public)]


@app.get("/not-me/<token>", title="The page behind the link to end what the office entered")
def not_me_page(token: str, ctx: Anyone) -> views.NotMeLink:
    return add_member.show_link(token, ctx)


@app.post("/not-me/<token>", then="/?done=not_me", title="End what the office entered")
def not_me(token: str, ctx: Anyone) -> views.NotMe:
    return add_member.not_me(token, ctx)
