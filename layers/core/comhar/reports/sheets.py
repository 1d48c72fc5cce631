"""Owns how a report becomes a file: the same report gives the same bytes, always."""

import csv
import io
from collections.abc import Callable
from typing import Any

from comhar.reports.model import Kpi, KpiFigure, KpiReport
from comhar.sheets import Cell, defused

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
        [defused(cell) for cell in [*head, region.code, region.name, *_line(kpis, figure)]]
        for region in [*report.regions, report.total]
        for figure in region.figures
    ]


def _line(kpis: dict[str, Kpi], figure: KpiFigure) -> list[Cell]:
    kpi = kpis[figure.code]
    state, target = figure.state, _number(kpi.target)
    return [kpi.code, kpi.title, kpi.unit, figure.value, state, target, figure.note]


def _number(text: str | None) -> Cell:
    return int(text) if text and text.isdecimal() else text


def as_csv(report: KpiReport) -> bytes:
    """UTF-8 with a byte order mark, or Excel breaks every fada."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([defused(column) for column in COLUMNS])
    writer.writerows(figures(report))
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(report: KpiReport) -> bytes:
    """A sheet to read, a figure a row and a region a column; and a sheet to reckon with."""
    from xlsxwriter import Workbook  # 144 ms: only who makes a file pays for it

    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(memory, options) as book:
        made = report.made_at.replace(tzinfo=None)
        book.set_properties({"title": f"KPI report {report.quarter}", "created": made})
        _overview(book, report)
        _all_figures(book, report)
    return memory.getvalue()


def _overview(book: Any, report: KpiReport) -> None:
    sheet = book.add_worksheet("KPIs")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    shapes = {
        "percent": book.add_format({"num_format": '0.0"%"', "valign": "top"}),
        "mean": book.add_format({"num_format": "0.00", "valign": "top"}),
    }
    columns = [*report.regions, report.total]
    sheet.write_string(0, 0, f"KPIs {report.quarter}, {report.status}", bold)
    sheet.write_string(1, 0, "An empty cell: no data. “hidden”: to protect a small group.", wrap)
    sheet.write_row(3, 0, ["", "Target", *(defused(each.name) for each in columns)], bold)
    for row, kpi in enumerate(report.kpis, start=4):
        sheet.write(row, 0, defused(kpi.title), wrap)
        sheet.write(row, 1, defused(_number(kpi.target)), wrap)
        for column, region in enumerate(columns, start=2):
            sheet.write(row, column, _shown(region.figures[row - 4]), shapes.get(kpi.unit, wrap))
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1 + len(columns), 14)
    sheet.freeze_panes(4, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)


def _shown(figure: KpiFigure) -> Cell:
    return "hidden" if figure.state == "suppressed" else figure.value


def _all_figures(book: Any, report: KpiReport) -> None:
    sheet = book.add_worksheet("Figures")
    sheet.write_row(0, 0, [defused(column) for column in COLUMNS], book.add_format({"bold": True}))
    for row, cells in enumerate(figures(report), start=1):
        sheet.write_row(row, 0, cells)
    sheet.set_column(0, len(COLUMNS) - 1, 16)
    sheet.autofilter(0, 0, len(figures(report)), len(COLUMNS) - 1)
    sheet.freeze_panes(1, 0)


FILES: dict[str, Callable[[KpiReport], bytes]] = {"csv": as_csv, "xlsx": as_xlsx}
