"""Routes to the records behind a figure, for the office."""

from comhar.reports import record_views, records
from comhar.web import App, OfficeContext
from comhar.web.pagination import page_after

app = App("reports")


@app.get(
    "/reports/kpi/<quarter>/regions/<region>/<kpi>",
    title="The records behind one figure of a region",
    sensitive=True,
)
def kpi_records(
    quarter: str, region: str, kpi: str, ctx: OfficeContext, cursor: str | None = None
) -> record_views.KpiRecords:
    start = int(page_after(cursor, r"[1-9]\d{0,4}") or 0)
    return records.get_records(quarter, region, kpi, start, ctx)
