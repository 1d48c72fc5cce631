"""A workbook's sheet for each region: its figures, with reasons and notes."""

from comhar.reports import captions, figures
from comhar.reports.model import KpiReport, Row
from comhar.reports.summary_sheet import change_cell, met_style, target_style, value_cell
from comhar.sheet_layout import CENTRED, ROW_HEAD, TEXT, Layout, Sheet, Styled

MOST = 50  # regions that have a sheet each, and a place in the charts
_COLUMNS = ("Figure", "Value", "State", "Target", "Met", "Change", "Reason", "Note")
_STATES = {"ok": None, "hidden": "hidden", "no_data": "no data"}


def add_region(layout: Layout, report: KpiReport, region: str, before: KpiReport | None) -> Sheet:
    """The figures of one region, or of the nation, but those of roles."""
    name = captions.region_name(report, region)
    sheet = layout.add_sheet(name, [34, 11, 10, 9, 10, 11, 34, 44], pages=1)
    sheet.add_title(name)
    sheet.add_sentence(f"{captions.period(report)}. {captions.status(report)}.")
    if before:
        sheet.add_sentence(f"Change: on {captions.period(before)}.")
    sheet.row += 1
    sheet.add_head(_COLUMNS)
    for row in report.rows:
        if not figures.is_of_role(row.kpi):
            sheet.add_row(_cells(row, region, report, before))
    return sheet


def _cells(row: Row, region: str, report: KpiReport, before: KpiReport | None) -> list[Styled]:
    figure = row.figure(region)
    met: Styled = (captions.MET[figure.target_met] or None, {**CENTRED, **met_style(figure)})
    changed = change_cell(row, region, report, before) if before else (None, TEXT)
    note = ". ".join(filter(None, [figure.note, row.note]))
    note = note[:1].upper() + note[1:]
    target: Styled = (figure.target, target_style(row))
    state: Styled = (_STATES[figure.state], CENTRED)
    judged = [value_cell(row, region), state, target, met, changed]
    return [(row.label, ROW_HEAD), *judged, (figure.reason, TEXT), (note, TEXT)]
