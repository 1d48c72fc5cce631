"""Routes that show a whole meeting: its page, and by link its facilitator's pack."""

from comhar.meetings.overview import service, views
from comhar.web import App, MemberContext, PublicContext

app = App("meetings/overview")


@app.get("/meetings/<id>", title="A meeting")
def meeting(id: str, ctx: MemberContext) -> views.MeetingView:
    return service.get_meeting_page(id, ctx)


@app.get("/pack/<token>", title="The pack of a first meeting’s facilitator")
def pack(token: str, ctx: PublicContext) -> views.Pack:
    return service.get_pack(token, ctx)
