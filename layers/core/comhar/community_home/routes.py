"""Routes of a community's page, and of the checklist of starting one."""

from comhar.community_home import checklist, forms, service, views
from comhar.web import App, MemberContext, page_after

app = App("community_home")

PERSON = "[0-9a-z-]{1,64}"  # the form of a member's id


@app.get("/communities/<region>", title="A region's community")
def community(region: str, ctx: MemberContext, cursor: str | None = None) -> views.Overview:
    """What it is for and does, and its members: the co-chairs first, then everybody by name, 50 a page.

    `cursor` is the `next` of the page before; what the community does stands on the first page alone."""
    return service.get_overview(region, page_after(cursor, PERSON), ctx)


@app.get("/communities/<region>/members", page="members", title="A community's members")
def community_members(region: str, ctx: MemberContext, cursor: str | None = None) -> views.People:
    """The co-chairs first, then everybody by name, 50 a page; `cursor` is the `next` of the page before."""
    return service.get_people(region, page_after(cursor, PERSON), ctx)


@app.post(
    "/communities/<region>/members",
    page="members",
    title="A community's members, by part of a name or role",
)
def find_community_members(region: str, form: forms.FindPeople, ctx: MemberContext) -> views.People:
    """A name is posted, because an address is kept in histories and logs. At most 50."""
    return service.find_people(region, form, ctx)


@app.get("/communities/<region>/start", title="The steps of starting a community, and what is next")
def start(region: str, ctx: MemberContext) -> checklist.Checklist:
    """Each step is derived from what is there; nobody ticks it."""
    return service.get_checklist(region, ctx)
