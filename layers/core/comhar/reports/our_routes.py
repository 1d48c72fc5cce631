"""Routes of “Our figures”: a region's published figures, for its members."""

from comhar.reports import our_figures, our_views
from comhar.web import App, MemberContext

app = App("reports")


@app.get("/reports/regions/<region>", title="The quarters published for a region")
def our_quarters(region: str, ctx: MemberContext) -> our_views.OurQuarters:
    return our_figures.list_quarters(region, ctx)


@app.get("/reports/regions/<region>/<quarter>", title="A region's figures as published")
def our_quarter(region: str, quarter: str, ctx: MemberContext) -> our_views.OurReport:
    return our_figures.get_quarter(region, quarter, ctx)
