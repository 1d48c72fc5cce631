"""Published quarters in the tables, with figures that a test chooses."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from comhar import regions, wiring
from comhar.dates.quarters import Quarter
from comhar.reports import figures as reports_figures
from comhar.reports import repository as reports_repository
from comhar.reports.aggregate import Tally
from comhar.reports.model import KpiReport, Row, Status


def publish(
    quarter: str,
    *,
    version: int = 2,
    status: Status = "final",
    reasons: dict[str, str] | None = None,
    tally: Tally | None = None,
    **counts: int,
) -> KpiReport:
    """A version of the quarter's report; `counts` are of the South West, `reasons` of its figures."""
    period = Quarter.parse(quarter)
    at = datetime.combine(period.last, datetime.min.time(), UTC) + timedelta(days=version, hours=9)
    tallies = {code: Tally() for code in regions.codes()}
    tallies["SW"] = tally or Tally(Counter(counts), has_members=True)
    report = reports_figures.make_report(tallies, period, at, status=status, version=version)
    rows = [_give_reason(row, (reasons or {}).get(row.kpi)) for row in report.rows]
    report = report.model_copy(update={"rows": rows})
    reports_repository.freeze(wiring.table(), report, at)
    return report


def _give_reason(row: Row, reason: str | None) -> Row:
    figure: dict[str, Any] = {"SW": row.values["SW"].model_copy(update={"reason": reason})}
    return row.model_copy(update={"values": row.values | figure})
