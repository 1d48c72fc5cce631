"""Route of figures of any dates."""

from comhar.reports import date_report
from comhar.web import App, OfficeContext

app = App("reports")


@app.get("/reports/dates", title="Figures of any dates, which nobody publishes")
def kpi_dates(
    ctx: OfficeContext, first: str | None = None, last: str | None = None
) -> date_report.DateReport:
    """`?first=2027-01-10&last=2027-02-20`: both days are among them."""
    return date_report.get_date_report(first, last, ctx)
