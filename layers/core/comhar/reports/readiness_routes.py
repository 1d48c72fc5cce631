"""Routes of readiness: the office sees gaps in figures, and asks about them."""

from comhar.reports import forms, readiness, readiness_views
from comhar.web import App, OfficeContext

app = App("reports")


@app.get("/reports/kpi/<quarter>/readiness", title="What is missing for a quarter's figures")
def gaps(quarter: str, ctx: OfficeContext) -> readiness_views.Readiness:
    return readiness.get_readiness(quarter, ctx)


@app.post(
    "/reports/kpi/<quarter>/readiness",
    then="/reports/kpi/{quarter}/readiness?done=co_chairs_asked",
    title="Ask a region's co-chairs about what is missing",
)
def ask_about_gap(
    quarter: str, form: forms.Question, ctx: OfficeContext
) -> readiness_views.GapRequest:
    return readiness.ask_co_chairs(quarter, form, ctx)
