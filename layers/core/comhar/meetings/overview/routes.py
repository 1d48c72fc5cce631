"""Routes that show a whole meeting: its page, and its facilitator's pack."""

from typing import Annotated

from aws_lambda_powertools.event_handler.depends import Depends

from comhar.context import Context
from comhar.meetings.overview import service, views
from comhar.membership.model import Member
from comhar.web import App, member_of, public

app = App("meetings", folder="meetings/overview")
Anyone = Annotated[Context[Member | None], Depends(public)]
Mine = Annotated[Context, Depends(member_of)]


@app.get("/meetings/<id>", title="A meeting")
def meeting(id: str, ctx: Mine) -> views.MeetingView:
    return service.get_meeting_page(id, ctx)


@app.get("/pack/<token>", title="The pack of a first meeting’s facilitator")
def pack(token: str, ctx: Anyone) -> views.Pack:
    return service.get_pack(token, ctx)
