"""The words about a report that its files and its printed page share."""

from collections.abc import Sequence

from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.formatting import format_day, format_period
from comhar.reports.model import NATION, NATION_NAME, Figure, KpiReport, Row

NOT_PUBLISHED = "Not a published figure"
MET = {True: "met", False: "not met", None: ""}
UNITS = {
    "count": "Number",
    "percent": "Percent, 0 to 100",
    "mean": "Mean, 1 to 5",
    "yes_no": "Yes or no",
}
WHY_HIDDEN = "Hidden: fewer than 5 people, or it would give away another hidden figure."
_MOST_NAMES = 20


def period(report: KpiReport) -> str:
    """The months of a quarter or of a year so far; the days of any other range."""
    if "-Q" in report.quarter:
        return format_period(report.quarter)
    if report.quarter.isdecimal():
        return format_period(f"{Quarter.of(report.last)}-ytd")
    return f"{format_day(report.first)} to {format_day(report.last)}"


def status(report: KpiReport) -> str:
    made_on = format_day(local_date(report.made_at))
    if report.status == "running":
        return f"{NOT_PUBLISHED}. Counted so far, on {made_on}"
    if report.version:
        return f"{report.status.capitalize()}, {origin(report)}, made on {made_on}"
    return f"{report.status.capitalize()}, {origin(report)}, the last of them made on {made_on}"


def origin(report: KpiReport) -> str:
    """The version, or what the figures are put together from."""
    return f"version {report.version}" if report.version else "from the reports of the quarters"


def status_advice(report: KpiReport) -> str | None:
    """What else a reader should know of a report that is not final."""
    match report.status:
        case "running":
            return "The period is not over. These figures can still change."
        case "provisional":
            return "The National Office publishes final figures after checking these."
    return None


def target(row: Row, value: int | None) -> str:
    if value is None:
        return ""
    words = {"percent": f"{value}%", "yes_no": "yes"}.get(row.unit, str(value))
    return f"{words} at most" if row.at_most and value else words


def names(report: KpiReport, codes: Sequence[str]) -> str:
    """The regions' names, the first twenty of many."""
    called = [region_name(report, code) for code in codes[:_MOST_NAMES]]
    more = len(codes) - len(called)
    return ", ".join(called) + (f" and {more} more" if more else "")


def region_name(report: KpiReport, code: str) -> str:
    return NATION_NAME if code == NATION else report.names[code]


def places(report: KpiReport) -> list[str]:
    """The codes of the regions in their order, the nation last."""
    return [*report.regions, NATION]


def with_state(row: Row, report: KpiReport, state: str) -> list[str]:
    """The codes of the regions, or the nation, whose figure is in this state."""
    return [code for code in places(report) if row.figure(code).state == state]


def is_unmet(figure: Figure) -> bool:
    return figure.target_met is False
