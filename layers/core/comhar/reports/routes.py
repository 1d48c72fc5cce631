"""Routes of reports: the office lists, reads and downloads the KPI reports."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from comhar import table_schema
from comhar.reports import explain, files, service, tidy_table
from comhar.reports.model import KpiList
from comhar.reports.report_views import RegionDetails, ShownReport
from comhar.spreadsheets import CONTENT_TYPES
from comhar.web import App, ExportBucket, OfficeContext, UserContext

app = App("reports")


@app.get("/reports/kpi", title="The KPI reports, newest first")
def kpi_reports(ctx: OfficeContext) -> KpiList:
    return service.list_reports(ctx)


@app.get(
    "/reports/kpi/<quarter>",
    title="A quarter's KPI report, or with .csv or .xlsx its file",
    files=CONTENT_TYPES.values(),
)
def kpi_report(
    quarter: str, ctx: OfficeContext, exports: ExportBucket
) -> Response[ShownReport | dict[str, Any] | str | bytes]:
    """`2027-Q1` answers with the report, `2027-Q1.csv` and `2027-Q1.xlsx` with its file.

    `2027-Q1.schema.json` describes the columns of the CSV as a Table Schema.
    """
    # A parameter spans a whole segment of the path, so the suffix is split off here.
    named, _, kind = quarter.partition(".")
    if kind == "schema.json":
        headers = {"Content-Disposition": f'attachment; filename="{files.SCHEMA_NAME}"'}
        return Response(
            200, "application/json", table_schema.as_json(tidy_table.SCHEMA), headers=headers
        )
    if kind not in files.FILES:
        return Response(200, "application/json", service.show_page(quarter, ctx))
    name, body = service.hand_out(named, kind, ctx, exports)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(200, CONTENT_TYPES[kind], body, headers=headers)


@app.get("/reports/figures", title="The figures and how they are computed")
def kpi_figures(ctx: UserContext) -> explain.ExplainedFigures:
    return explain.list_figures()


@app.get("/reports/figures/<kpi>", title="How one figure is computed, in plain words")
def kpi_figure(kpi: str, ctx: UserContext) -> explain.ExplainedFigure:
    return explain.get_figure(kpi)


@app.get("/reports/kpi/<quarter>/regions/<region>", title="All figures of a region in a report")
def kpi_region(quarter: str, region: str, ctx: OfficeContext) -> RegionDetails:
    return service.show_region(quarter, region, ctx)
