"""How a report becomes a file: the same report gives the same bytes, always."""

import io
from collections.abc import Callable
from typing import Any

from comhar import spreadsheets
from comhar.reports.model import Kpi, KpiFigure, KpiReport
from comhar.spreadsheets import Cell

COLUMNS = (
    "quarter",
    "version",
    "status",
    "region",
    "region_name",
    "code",
    "title",
    "unit",
    "value",
    "state",
    "target",
    "note",
)


def name(report: KpiReport, kind: str) -> str:
    """The file's name when somebody downloads it."""
    return f"comhar-kpi-{report.quarter}-v{report.version}-{report.status}.{kind}"


def key(quarter: str, version: int, kind: str) -> str:
    """Where the file lies in the export bucket."""
    return f"kpi/{quarter}/{version:04d}.{kind}"


def figures(report: KpiReport) -> list[list[Cell]]:
    """One line a figure, under COLUMNS. Only a figure that is shown has a value."""
    kpis = {kpi.code: kpi for kpi in report.kpis}
    head: list[Cell] = [report.quarter, report.version, report.status]
    return [
        [*head, region.code, region.name, *_line(kpis, figure)]
        for region in [*report.regions, report.total]
        for figure in region.figures
    ]


def _line(kpis: dict[str, Kpi], figure: KpiFigure) -> list[Cell]:
    kpi = kpis[figure.code]
    state, target = figure.state, _target(kpi)
    return [kpi.code, kpi.title, kpi.unit, figure.value, state, target, figure.note]


def _target(kpi: Kpi) -> Cell:
    return kpi.target if kpi.target is None or kpi.unit == "yes_no" else int(kpi.target)


def as_csv(report: KpiReport) -> bytes:
    return spreadsheets.csv_file([COLUMNS, *figures(report)])


def as_xlsx(report: KpiReport) -> bytes:
    """The report as a workbook of two sheets.

    A sheet to read, a figure a row and a region a column; and a sheet to calculate with.
    """
    memory = io.BytesIO()
    with spreadsheets.workbook(memory) as book:
        made = report.made_at.replace(tzinfo=None)
        book.set_properties({"title": f"KPI report {report.quarter}", "created": made})
        _overview(book, report)
        _all_figures(book, report)
    return memory.getvalue()


def _overview(book: Any, report: KpiReport) -> None:
    sheet = spreadsheets.add_sheet(book, "KPIs")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    shapes = {
        "percent": book.add_format({"num_format": '0.0"%"', "valign": "top"}),
        "mean": book.add_format({"num_format": "0.00", "valign": "top"}),
    }
    columns = [*report.regions, report.total]
    spreadsheets.write_cell(sheet, 0, 0, f"KPIs {report.quarter}, {report.status}", bold)
    spreadsheets.write_cell(
        sheet, 1, 0, "An empty cell: no data. “hidden”: to protect a small group.", wrap
    )
    spreadsheets.write_row(sheet, 3, [None, "Target", *(each.name for each in columns)], bold)
    for row, kpi in enumerate(report.kpis, start=4):
        spreadsheets.write_row(sheet, row, [kpi.title, _target(kpi)], wrap)
        for column, region in enumerate(columns, start=2):
            shape = shapes.get(kpi.unit, wrap)
            spreadsheets.write_cell(sheet, row, column, _cell(region.figures[row - 4]), shape)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1 + len(columns), 14)
    sheet.freeze_panes(4, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)


def _cell(figure: KpiFigure) -> Cell:
    return "hidden" if figure.state == "suppressed" else figure.value


def _all_figures(book: Any, report: KpiReport) -> None:
    sheet = spreadsheets.add_sheet(book, "Figures")
    spreadsheets.write_row(sheet, 0, COLUMNS, book.add_format({"bold": True}))
    for row, cells in enumerate(figures(report), start=1):
        spreadsheets.write_row(sheet, row, cells)
    sheet.set_column(0, len(COLUMNS) - 1, 16)
    sheet.autofilter(0, 0, len(figures(report)), len(COLUMNS) - 1)
    sheet.freeze_panes(1, 0)


FILES: dict[str, Callable[[KpiReport], bytes]] = {"csv": as_csv, "xlsx": as_xlsx}
