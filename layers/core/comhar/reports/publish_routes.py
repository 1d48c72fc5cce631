"""Routes by which the office chooses reasons and publishes figures."""

from comhar.reports import choose_reasons, publish, publish_forms, publish_views
from comhar.web import App, OfficeContext, Once

app = App("reports")


@app.get("/reports/kpi/<quarter>/reasons", title="The form to choose reasons for figures")
def reasons_page(quarter: str, ctx: OfficeContext) -> publish_views.Reasons:
    return choose_reasons.get_reasons(quarter, ctx)


@app.post(
    "/reports/kpi/<quarter>/reasons",
    then="/reports/kpi/{quarter}/reasons?done={outcome}",
    title="Choose reasons for figures",
)
def save_reasons(
    quarter: str, form: publish_forms.ChooseReasons, ctx: OfficeContext
) -> publish_views.ReasonsSaved:
    return choose_reasons.save_reasons(quarter, form, ctx)


@app.get("/reports/kpi/<quarter>/publish", title="What would be published now, and what changed")
def publish_page(quarter: str, ctx: OfficeContext) -> publish_views.Publication:
    return publish.get_publication(quarter, ctx)


@app.post(
    "/reports/kpi/<quarter>/publish",
    status=201,
    then="/reports/kpi/{quarter}?done=published",
    creates=True,
    repeatable=False,
    title="Publish a quarter's figures",
)
def publish_report(
    quarter: str, form: publish_forms.Publish, ctx: OfficeContext, once: Once
) -> publish_views.Published:
    return publish.publish_report(quarter, form, ctx, once)
