"""The sheets with indicators as rows and regions as columns, Ireland last."""

from typing import Any

from comhar.reports import captions, figures
from comhar.reports.model import NATION, Figure, KpiReport, Row
from comhar.reports.quarter_comparison import change
from comhar.sheet_layout import (
    GREEN,
    MET_FILL,
    NUMBER,
    RED,
    ROW_HEAD,
    SHADED,
    TEXT,
    UNMET_FILL,
    Layout,
    Sheet,
    Styled,
)

_NUMBERS = {"count": "#,##0", "percent": '0.0"%"', "mean": "0.00"}
_HIDDEN_IN, _NAMES_WIDTH = "Hidden in", 24


def add_summary(layout: Layout, report: KpiReport, before: KpiReport | None) -> Sheet:
    """Every figure but those of roles, judged by its target in word and colour."""
    rows = [row for row in report.rows if not figures.is_of_role(row.kpi)]
    places = captions.places(report)
    widths = [34, 9, *[15] * len(places), *([14] if before else []), _NAMES_WIDTH]
    sheet = layout.add_sheet("Summary", widths, frozen_columns=2, pages=1)
    sheet.add_title(f"COP KPI report, {captions.period(report)}")
    sheet.add_sentence(captions.status(report))
    if advice := captions.status_advice(report):
        sheet.add_sentence(advice, bold=True)
    sheet.add_sentence(
        "An empty cell: no data. A shaded one: hidden, to protect a small group. See “Data quality”."
    )
    sheet.row += 1
    names = [captions.region_name(report, code) for code in places]
    compared = [f"Ireland: change on {captions.period(before)}"] if before else []
    sheet.add_head(["Figure", "Target for a region", *names, *compared, _HIDDEN_IN])
    for row in rows:
        cells = [_judged(row, code) for code in places]
        if before:
            cells.append(change_cell(row, NATION, report, before))
        cells.append(_hidden_in(row, report))
        sheet.add_row([(row.label, ROW_HEAD), (row.target, target_style(row)), *cells])
    return sheet


def add_changes(layout: Layout, report: KpiReport, before: KpiReport) -> None:
    """By how much every region's figures differ from those of the quarter before."""
    places = captions.places(report)
    sheet = layout.add_sheet("Change", [34, *[15] * len(places)])
    sheet.add_title(f"Change on {captions.period(before)}")
    sheet.add_sentence(f"Compared with: {captions.status(before)}.")
    sheet.add_sentence("Percentages change by percentage points. An empty cell: one is not known.")
    sheet.row += 1
    sheet.add_head(["Figure", *(captions.region_name(report, code) for code in places)])
    for row in report.rows:
        if not figures.is_of_role(row.kpi):
            cells = [change_cell(row, code, report, before) for code in places]
            sheet.add_row([(row.label, ROW_HEAD), *cells])


def add_roles(layout: Layout, report: KpiReport) -> None:
    """How many active members each role has."""
    places = captions.places(report)
    sheet = layout.add_sheet("Roles", [40, *[15] * len(places), _NAMES_WIDTH])
    sheet.add_title(f"Active members by role, {captions.period(report)}")
    sheet.add_sentence(
        "Shaded: hidden. Counts of 1 to 4 are, and others that would give them away."
    )
    sheet.row += 1
    names = [captions.region_name(report, code) for code in places]
    sheet.add_head(["Role", *names, _HIDDEN_IN])
    for row in report.rows:
        if figures.is_of_role(row.kpi):
            role = row.label.removeprefix("Active members: ")
            cells = [value_cell(row, code) for code in places]
            sheet.add_row([(role, ROW_HEAD), *cells, _hidden_in(row, report)])


def value_cell(row: Row, code: str) -> Styled:
    """The figure as a number; shaded where it is hidden, so that all are numbers."""
    figure = row.figure(code)
    if figure.state == "hidden":
        return None, SHADED
    return figure.value, {**NUMBER, "num_format": number_format(row, code)}


def _hidden_in(row: Row, report: KpiReport) -> Styled:
    hidden = captions.with_state(row, report, "hidden")
    if hidden == captions.places(report):
        return "everywhere", TEXT
    return captions.names(report, hidden) or None, TEXT


def target_style(row: Row) -> dict[str, Any]:
    shape = '"yes"' if row.unit == "yes_no" else {"percent": '0"%"'}.get(row.unit, "0")
    return {**NUMBER, "num_format": f'{shape}" at most"' if row.at_most and row.target else shape}


def change_cell(row: Row, code: str, report: KpiReport, before: KpiReport) -> Styled:
    """With its sign; a change of yes or no in words."""
    difference = change(row.kpi, code, report, before)
    shape = "0.00" if row.unit == "mean" else "0.0" if row.unit == "percent" else "#,##0"
    if row.unit == "yes_no" and code != NATION:
        return difference, {**NUMBER, "num_format": '"now yes";"now no";"as before"'}
    return difference, {**NUMBER, "num_format": f"+{shape};-{shape};0"}


def met_style(figure: Figure) -> dict[str, Any]:
    if figure.target_met is None:
        return {}
    fill, colour = (MET_FILL, GREEN) if figure.target_met else (UNMET_FILL, RED)
    return {"bg_color": fill, "font_color": colour}


def number_format(row: Row, code: str, word: str = "") -> str:
    """The format of a figure's number, with a word after it."""
    after = f'" {word}"' if word else ""
    if row.unit == "yes_no" and code != NATION:
        return f'"yes"{after};;"no"{after}'
    return _NUMBERS.get(row.unit, "#,##0") + after


def _judged(row: Row, code: str) -> Styled:
    figure = row.figure(code)
    cell, style = value_cell(row, code)
    if figure.value is None or figure.target_met is None:
        return cell, style
    shape = number_format(row, code, captions.MET[figure.target_met])
    return cell, {**style, **met_style(figure), "num_format": shape}
