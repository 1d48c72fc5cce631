"""The tidy table of a report: one line a figure, as CSV and in the workbook.

Each column has one type whatever the quarter holds, so that a program reads two quarters alike: a value
always has a decimal point, and where there is no reason the column says so.
"""

from comhar import spreadsheets, table_schema
from comhar.reports import captions
from comhar.reports.model import NATION, KpiReport, Row
from comhar.spreadsheets import Cell

COLUMNS = (
    *("quarter", "region_code", "region", "kpi", "label", "value", "unit", "target"),
    *("target_met", "state", "reason"),
)
NO_REASON = "none"  # an empty column would be read as another type than one with texts

SCHEMA = table_schema.make_schema(
    [
        {"name": "quarter", "type": "string", "description": "Such as 2027-Q1."},
        {"name": "region_code", "type": "string", "description": "ALL is Ireland."},
        {"name": "region", "type": "string"},
        {"name": "kpi", "type": "string", "description": "The figure's code, never changed."},
        {"name": "label", "type": "string", "description": "The figure's name, for people."},
        {
            "name": "value",
            "type": "number",
            "description": "Empty unless the state is ok. Percent from 0 to 100, yes 1, no 0.",
        },
        {
            "name": "unit",
            "type": "string",
            "constraints": {"enum": ["count", "percent", "mean", "yes_no"]},
            "description": "Where a region has yes or no, Ireland has the count of regions.",
        },
        {"name": "target", "type": "integer", "description": "Empty where there is none."},
        {
            "name": "target_met",
            **table_schema.YES_NO,
            "description": "Empty where there is no target or no value. Of Ireland, where it has no"
            " target: whether every region met its own.",
        },
        {
            "name": "state",
            "type": "string",
            "constraints": {"enum": ["ok", "hidden", "no_data"]},
            "description": "hidden protects a small group. no_data: nothing to count or divide.",
        },
        {
            "name": "reason",
            "type": "string",
            "missingValues": [NO_REASON],
            "description": "Why a target was not met; none where no reason is recorded.",
        },
    ],
    primary_key=("quarter", "region_code", "kpi"),
)


def lines(report: KpiReport) -> list[list[Cell]]:
    """One line a figure, under COLUMNS. Only a figure that is shown has a value."""
    quarter = _quarter(report)
    return [
        [quarter, code, captions.region_name(report, code), *_line(row, code)]
        for code in captions.places(report)
        for row in report.rows
    ]


def as_csv(report: KpiReport) -> bytes:
    return spreadsheets.csv_file([COLUMNS, *lines(report)])


def _quarter(report: KpiReport) -> str:
    """A year is its fourth quarter to date: a bare 2027 would be read as a number."""
    return f"{report.quarter}-Q4-ytd" if report.quarter.isdecimal() else report.quarter


def _line(row: Row, code: str) -> list[Cell]:
    figure = row.figure(code)
    value = None if figure.value is None else float(figure.value)
    unit = "count" if code == NATION and row.unit == "yes_no" else row.unit
    met = {True: "yes", False: "no", None: None}[figure.target_met]
    judged = [figure.target, met, figure.state, figure.reason or NO_REASON]
    return [row.kpi, row.label, value, unit, *judged]
