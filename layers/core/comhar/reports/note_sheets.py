"""The sheets that explain a workbook's figures."""

from collections.abc import Iterator

from comhar.reports import captions, figures
from comhar.reports.model import NATION, KpiReport, Row
from comhar.reports.region_sheets import MOST
from comhar.reports.summary_sheet import met_style, target_style, value_cell
from comhar.sheet_layout import ROW_HEAD, TEXT, Layout

_NATIONAL = {
    "sum": "The sum of the regions’ targets",
    "regions": "How many regions met theirs",
    None: "",
}
Line = tuple[str, str, str, str]  # what it is about, the figure, where, what we know


def add_definitions(layout: Layout, report: KpiReport) -> None:
    """How each figure is counted."""
    sheet = layout.add_sheet("Definitions", [34, 30, 18, 14, 26, 60])
    sheet.add_title("How the figures are counted")
    sheet.row += 1
    head = ("Figure", "Code", "Unit", "Target for a region", "Target for Ireland", "What it counts")
    sheet.add_head(head)
    for row in report.rows:
        definition = figures.find_definition(row.kpi)
        national = _NATIONAL[definition.national_target] if definition else ""
        counted = row.note
        if definition and definition.protected:
            counted += " Counted once, when the quarter ends."
        code, unit = (row.kpi, TEXT), (captions.UNITS[row.unit], TEXT)
        target = (row.target, target_style(row))
        words = ((national or None, TEXT), (counted, TEXT))
        sheet.add_row([(row.label, ROW_HEAD), code, unit, target, *words])


def add_reasons(layout: Layout, report: KpiReport) -> None:
    """The regions' figures that did not meet their target, each with its reason."""
    sheet = layout.add_sheet("Reasons", [28, 34, 12, 12, 60])
    sheet.add_title("Targets not met, and why")
    sheet.row += 1
    sheet.add_head(["Region", "Figure", "Value", "Target", "Reason"])
    unmet = [
        (code, row, row.figure(code))
        for code in captions.places(report)
        for row in report.rows
        if row.figure(code).reason or (code != NATION and captions.is_unmet(row.figure(code)))
    ]
    for code, row, figure in unmet:
        name = (captions.region_name(report, code), ROW_HEAD)
        value, style = value_cell(row, code)
        judged = (value, {**style, **met_style(figure)}), (figure.target, target_style(row))
        reason = (figure.reason or "No reason recorded", TEXT)
        sheet.add_row([name, (row.label, TEXT), *judged, reason])
    if not unmet:
        running = report.status == "running"
        sheet.add_sentence(
            "No target is missed so far." if running else "Every region met every target."
        )


def add_data_quality(layout: Layout, report: KpiReport) -> None:
    """What a reader should know before relying on the figures."""
    sheet = layout.add_sheet("Data quality", [22, 34, 40, 60])
    sheet.add_title("Data quality")
    sheet.row += 1
    sheet.add_head(["About", "Figure", "Where", "What we know"])
    for about, *texts in quality_lines(report):
        sheet.add_row([(about, ROW_HEAD), *((text or None, TEXT) for text in texts)])


def quality_lines(report: KpiReport) -> Iterator[Line]:
    """Status, gaps, hidden figures, no data, changes since the version before."""
    status = captions.status(report)
    yield "Status", "", "", ". ".join(filter(None, [status, captions.status_advice(report)]))
    for note in report.notes:
        yield "Period", "", "", note
    if len(report.regions) > MOST:
        left_out = f"No charts and no sheet for each region: there are more than {MOST} regions."
        yield "Left out", "", "", left_out
    for row in report.rows:
        yield from _gaps(row, report)
    for row in report.rows:
        if hidden := captions.with_state(row, report, "hidden"):
            yield "Hidden", row.label, captions.names(report, hidden), captions.WHY_HIDDEN
    for row in report.rows:
        if empty := captions.with_state(row, report, "no_data"):
            why = row.national.note if row.national.state == "no_data" else None
            why = why or "No data: there was nothing to count or divide."
            yield "No data", row.label, captions.names(report, empty), why
    for change in report.changes:
        row_label = _label(report, change.kpi)
        what = f"Before: {change.before}. Now: {change.after}."
        where = captions.region_name(report, change.region)
        yield f"Changed since version {report.version - 1}", row_label, where, what


def _gaps(row: Row, report: KpiReport) -> Iterator[Line]:
    if row.kpi != "meetings_unconfirmed":
        return
    for code in report.regions:
        if figure := row.figure(code).value:
            many = "1 meeting" if figure == 1 else f"{figure} meetings"
            what = f"{many} with a date in the past. We do not know yet whether they took place."
            yield "Not recorded yet", row.label, report.names[code], what


def _label(report: KpiReport, kpi: str) -> str:
    return next((row.label for row in report.rows if row.kpi == kpi), kpi)
