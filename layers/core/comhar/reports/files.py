"""The files of a report: names, keys, and what makes each."""

from collections.abc import Callable, Sequence

from comhar.dates.dublin_time import local_date
from comhar.reports import tidy_table, workbook
from comhar.reports.model import KpiReport

SCHEMA_NAME = "COP-KPI.schema.json"  # the same for every quarter


def name(report: KpiReport, kind: str) -> str:
    """The file's name when somebody downloads it."""
    made_on = local_date(report.made_at).isoformat()
    if report.status == "running":
        return f"COP-KPI-{report.quarter}-so-far-{made_on}.{kind}"
    version = f"v{report.version}" if report.version else made_on
    return f"COP-KPI-{report.quarter}-{report.status}-{version}.{kind}"


def key(quarter: str, version: int, kind: str) -> str:
    """Where the file lies in the export bucket."""
    return f"kpi/{quarter}/{version:04d}.{kind}"


def _csv(report: KpiReport, earlier: Sequence[KpiReport] = ()) -> bytes:
    return tidy_table.as_csv(report)


FILES: dict[str, Callable[..., bytes]] = {"csv": _csv, "xlsx": workbook.as_xlsx}
