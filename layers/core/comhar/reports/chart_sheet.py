"""The charts of a workbook, and the sheet with the numbers they draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from comhar.reports import captions
from comhar.reports.model import Figure, KpiReport
from comhar.reports.quarter_comparison import find_figure
from comhar.sheet_layout import GREEN, NUMBER, ROW_HEAD, Layout, Sheet

ORANGE = "#B35900"
_COLOURS = (GREEN, ORANGE, "#5694CA", "#7C2855", "#9AA5AB", "#D9A400", "#2F5D8A", "#B58DB6")
_HEIGHT = 270  # pixels
_FONT = {"name": "Arial", "size": 9}


@dataclass(frozen=True)
class ChartData:
    """Where the numbers of the charts stand: rows and columns of a sheet, from 0."""

    sheet: Sheet
    regions: tuple[int, int]  # first and last row
    quarters: tuple[int, int] | None  # None where there is one quarter only
    places: list[str]  # a column each, after the quarter's
    names: list[str]


def add_chart_data(layout: Layout, report: KpiReport, reports: Sequence[KpiReport]) -> ChartData:
    """The numbers of every region, and of each quarter up to the report's own."""
    places = captions.places(report)
    names = [captions.region_name(report, code) for code in places]
    sheet = layout.add_sheet("Chart data", [34, *[16] * max(3, len(places))])
    sheet.add_title("The numbers behind the charts")
    sheet.add_heading(f"By region, {captions.period(report)}")
    sheet.add_head(["Region", "Meetings held", "Target", "Attendance, %"], frozen=False)
    first = sheet.row
    for code in report.regions:
        meetings = find_figure(report, "meetings_held", code)
        attendance = find_figure(report, "attendance_rate", code)
        numbers = [_value(meetings), meetings.target if meetings else None, _value(attendance)]
        sheet.add_row([(report.names[code], ROW_HEAD), *((each, NUMBER) for each in numbers)])
    last = sheet.row - 1
    sheet.add_heading("Active members at the end of each quarter")
    sheet.add_head(["Quarter", *names], frozen=False)
    since = sheet.row
    for each in reports:
        members = [_value(find_figure(each, "members_active", code)) for code in places]
        sheet.add_row([(each.quarter, ROW_HEAD), *((number, NUMBER) for number in members)])
    quarters = (since, sheet.row - 1) if len(reports) > 1 else None
    return ChartData(sheet, (first, last), quarters, places, names)


def insert_charts(summary: Sheet, data: ChartData) -> None:
    """Charts in one line below the summary's table."""
    book = summary.book
    charts = [
        (_meetings(book, data), "Meetings held in each region, beside the target"),
        (_attendance(book, data), "Attendance in each region"),
    ]
    if data.quarters:
        charts.append((_members(book, data), "Active members over the last quarters"))
    width = summary.pixels // len(charts)
    for number, (chart, words) in enumerate(charts):
        place_chart(summary, chart, words, width, number * width)


def insert_region_chart(sheet: Sheet, data: ChartData, region: str) -> None:
    """A region's active members over the quarters, where there are several."""
    if data.quarters:
        column = 1 + data.places.index(region)
        chart = _over_time(sheet.book, data, [column], "Active members")
        place_chart(sheet, chart, f"Active members of {data.names[column - 1]}", 520, 0)


def place_chart(sheet: Sheet, chart: Any, words: str, width: int, left: int) -> None:
    chart.set_size({"width": width - 8, "height": _HEIGHT})
    more = {"x_offset": left + 4, "y_offset": 10, "description": words, "object_position": 3}
    sheet.sheet.insert_chart(sheet.row, 0, chart, more)


def _value(figure: Figure | None) -> int | float | None:
    return figure.value if figure else None


def _meetings(book: Any, data: ChartData) -> Any:
    chart = _columns(book, "Meetings held, by region", legend=True)
    chart.add_series({**_series(data, data.regions, 1, "Meetings held"), **_fill(GREEN)})
    target = book.add_chart({"type": "line"})
    marker = {
        "type": "long_dash",
        "size": 14,
        "fill": {"color": ORANGE},
        "border": {"color": ORANGE},
    }
    line = {"marker": marker, "line": {"none": True}}
    target.add_series({**_series(data, data.regions, 2, "Target"), **line})
    chart.combine(target)
    chart.set_y_axis({**_AXIS, "min": 0, "num_format": "0", "major_unit": 1})
    return chart


_AXIS: dict[str, Any] = {
    "num_font": _FONT,
    "major_gridlines": {"visible": True, "line": {"color": "#D8DDE0"}},
}


def _attendance(book: Any, data: ChartData) -> Any:
    chart = _columns(book, "Attendance, % of active members", legend=False)
    chart.add_series({**_series(data, data.regions, 3, "Attendance"), **_fill(GREEN)})
    chart.set_y_axis({**_AXIS, "min": 0, "max": 100, "num_format": "0"})
    return chart


def _members(book: Any, data: ChartData) -> Any:
    regions = len(data.places) - 1
    columns = [*range(1, 1 + regions)] if regions <= len(_COLOURS) else [1 + regions]
    return _over_time(book, data, columns, "Active members, by quarter")


def _over_time(book: Any, data: ChartData, columns: Sequence[int], title: str) -> Any:
    stacked = len(columns) > 1
    chart = _columns(book, title, legend=stacked, stacked=stacked)
    assert data.quarters
    for number, column in enumerate(columns):
        series = _series(data, data.quarters, column, data.names[column - 1])
        chart.add_series({**series, **_fill(_COLOURS[number], labels=not stacked)})
    chart.set_y_axis({**_AXIS, "min": 0, "num_format": "0"})
    return chart


def _columns(book: Any, title: str, *, legend: bool, stacked: bool = False) -> Any:
    chart = book.add_chart({"type": "column", **({"subtype": "stacked"} if stacked else {})})
    chart.set_title({"name": title, "name_font": {**_FONT, "size": 10, "bold": True}})
    chart.set_x_axis({"num_font": _FONT})
    chart.set_legend({"position": "bottom", "font": _FONT} if legend else {"none": True})
    chart.show_blanks_as("gap")
    return chart


def _series(data: ChartData, rows: tuple[int, int], column: int, name: str) -> dict[str, Any]:
    sheet = data.sheet.name
    return {
        "name": name,
        "categories": [sheet, rows[0], 0, rows[1], 0],
        "values": [sheet, rows[0], column, rows[1], column],
        "gap": 60,
    }


def _fill(colour: str, *, labels: bool = True) -> dict[str, Any]:
    number = {"value": True, "position": "outside_end", "font": {**_FONT, "size": 8}}
    return {"fill": {"color": colour}, **({"data_labels": number} if labels else {})}
