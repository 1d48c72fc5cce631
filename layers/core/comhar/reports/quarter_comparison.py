"""A report beside those of the quarters before it: changes, and figures over time."""

from collections.abc import Sequence

from comhar.dates.quarters import Quarter
from comhar.reports.model import Figure, KpiReport

MOST = 8  # quarters over which a figure is followed, the report's own among them


def window(quarter: Quarter) -> tuple[Quarter, Quarter]:
    """The first and the last quarter that stand before this one over time."""
    first = quarter
    for _ in range(MOST - 1):
        first = first.previous()
    return first, quarter.previous()


def last_quarter(report: KpiReport, earlier: Sequence[KpiReport]) -> KpiReport | None:
    """The report of the quarter before.

    None where there is none, or where the report is not of one whole quarter.
    """
    if report.status == "running":
        return None
    try:
        before = str(report.period.previous())
    except ValueError:
        return None
    return next((each for each in earlier if each.quarter == before), None)


def change(kpi: str, region: str, report: KpiReport, before: KpiReport | None) -> float | None:
    """By how much a figure differs from the quarter before, where both are shown."""
    now, then = find_figure(report, kpi, region), find_figure(before, kpi, region)
    if now is None or then is None or now.value is None or then.value is None:
        return None
    return round(now.value - then.value, 2)


def find_figure(report: KpiReport | None, kpi: str, region: str) -> Figure | None:
    """The figure, or None where the report has no such figure or region."""
    rows = {row.kpi: row for row in report.rows} if report else {}
    try:
        return rows[kpi].figure(region)
    except KeyError:
        return None
