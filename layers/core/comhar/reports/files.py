"""How a report becomes a file: the same report gives the same bytes, always."""

import io
from collections.abc import Callable
from typing import Any

from comhar import spreadsheets
from comhar.reports.model import NATION, NATION_NAME, Figure, KpiReport, Row
from comhar.spreadsheets import Cell

COLUMNS = (
    *("quarter", "region_code", "region", "kpi", "label", "value", "unit", "target"),
    *("target_met", "state", "reason"),
)


def name(report: KpiReport, kind: str) -> str:
    """The file's name when somebody downloads it."""
    return f"COP-KPI-{report.quarter}-{report.status}-v{report.version}.{kind}"


def key(quarter: str, version: int, kind: str) -> str:
    """Where the file lies in the export bucket."""
    return f"kpi/{quarter}/{version:04d}.{kind}"


def lines(report: KpiReport) -> list[list[Cell]]:
    """One line a figure, under COLUMNS. Only a figure that is shown has a value."""
    return [
        [report.quarter, code, name, *_line(row, row.figure(code))]
        for code, name in [*report.names.items(), (NATION, NATION_NAME)]
        for row in report.rows
    ]


def _line(row: Row, figure: Figure) -> list[Cell]:
    met = {True: "yes", False: "no", None: None}[figure.target_met]
    judged = [figure.target, met, figure.state, figure.reason]
    return [row.kpi, row.label, figure.value, row.unit, *judged]


def as_csv(report: KpiReport) -> bytes:
    return spreadsheets.csv_file([COLUMNS, *lines(report)])


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
    names = [*report.names.values(), NATION_NAME]
    spreadsheets.write_cell(sheet, 0, 0, f"KPIs {report.quarter}, {report.status}", bold)
    spreadsheets.write_cell(
        sheet, 1, 0, "An empty cell: no data. “hidden”: to protect a small group.", wrap
    )
    spreadsheets.write_row(sheet, 3, [None, "Target", *names], bold)
    for number, row in enumerate(report.rows, start=4):
        spreadsheets.write_row(sheet, number, [row.label, row.target], wrap)
        for column, code in enumerate([*report.regions, NATION], start=2):
            shape = shapes.get(row.unit, wrap)
            spreadsheets.write_cell(sheet, number, column, _cell(row.figure(code)), shape)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1 + len(names), 14)
    sheet.freeze_panes(4, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)


def _cell(figure: Figure) -> Cell:
    return "hidden" if figure.state == "hidden" else figure.value


def _all_figures(book: Any, report: KpiReport) -> None:
    sheet = spreadsheets.add_sheet(book, "Figures")
    spreadsheets.write_row(sheet, 0, COLUMNS, book.add_format({"bold": True}))
    for number, cells in enumerate(lines(report), start=1):
        spreadsheets.write_row(sheet, number, cells)
    sheet.set_column(0, len(COLUMNS) - 1, 16)
    sheet.autofilter(0, 0, len(lines(report)), len(COLUMNS) - 1)
    sheet.freeze_panes(1, 0)


FILES: dict[str, Callable[[KpiReport], bytes]] = {"csv": as_csv, "xlsx": as_xlsx}
