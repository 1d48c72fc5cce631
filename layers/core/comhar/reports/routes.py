"""Routes of reports: the national office lists, reads and downloads the KPI reports."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.depends import Depends

from comhar import wiring
from comhar.context import Context
from comhar.membership.model import Member
from comhar.reports import files, service
from comhar.reports.model import KpiList
from comhar.reports.repository import Reports
from comhar.spreadsheets import CONTENT_TYPES
from comhar.web import App, office

app = App("reports")
Office = Annotated[Context, Depends(office)]


@app.get("/reports/kpi", title="The KPI reports, newest first")
def kpi_reports(ctx: Office) -> KpiList:
    return service.list_reports(Reports(ctx.table))


@app.get("/reports/kpi/<quarter>", title="A quarter's KPI report, or with .csv or .xlsx its file")
def kpi_report(quarter: str, ctx: Office) -> Response:
    """`2027-Q1` answers with the report, `2027-Q1.csv` and `2027-Q1.xlsx` with its file."""
    # A parameter spans a whole segment of the path, so the suffix is split off here.
    named, _, kind = quarter.partition(".")
    if kind in files.FILES:
        return _file(named, kind, ctx.user)
    report = service.show(quarter, Reports(ctx.table))
    return Response(200, "application/json", report)


def _file(quarter: str, kind: str, me: Member) -> Response:
    """The file as it was written once, with a name to save it under."""
    name, body = service.hand_out(
        quarter, kind, me, wiring.clock(), Reports(wiring.table()), wiring.exports()
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(200, CONTENT_TYPES[kind], body, headers=headers)
