"""Routes of the lists of all regions, for the National Office."""

from comhar.all_regions import service, views
from comhar.web import App, OfficeContext

app = App("all_regions")


@app.get("/communities", title="The communities of all regions")
def communities(ctx: OfficeContext) -> views.Communities:
    return service.list_communities(ctx)


@app.get("/meetings", title="The meetings of all regions, and the national events")
def meetings(ctx: OfficeContext) -> views.Meetings:
    return service.list_meetings(ctx)
