"""Routes of a community's page, and of the checklist of starting one."""

from comhar.community_home import checklist, service, views
from comhar.web import App, MemberContext, page_after

app = App("communities", folder="community_home")


@app.get("/communities/<region>", title="A region's community")
def community(region: str, ctx: MemberContext, cursor: str | None = None) -> views.Overview:
    """The co-chairs first, then everybody by name, 50 a page; `cursor` is the `next` of the page before."""
    return service.get_overview(region, page_after(cursor, "[0-9a-z-]{1,64}"), ctx)


@app.get("/communities/<region>/start", title="The steps of starting a community, and what is next")
def start(region: str, ctx: MemberContext) -> checklist.Checklist:
    """Each step is derived from what is there; nobody ticks it."""
    return service.get_checklist(region, ctx)
