"""A report as an Excel workbook: sheets for people, and one for programs."""

import io
from collections.abc import Sequence

from comhar import spreadsheets
from comhar.dates.dublin_time import local_date
from comhar.formatting import format_day
from comhar.reports import captions, tidy_table
from comhar.reports.chart_sheet import add_chart_data, insert_charts, insert_region_chart
from comhar.reports.model import NATION, KpiReport
from comhar.reports.note_sheets import add_data_quality, add_definitions, add_reasons
from comhar.reports.quarter_comparison import last_quarter
from comhar.reports.region_sheets import MOST, add_region
from comhar.reports.summary_sheet import add_changes, add_roles, add_summary
from comhar.sheet_layout import OPTIONS, Layout

_TIDY_WIDTHS = (11, 12, 22, 32, 36, 9, 9, 9, 12, 10, 26, 12)  # the last is that of the id


def as_xlsx(report: KpiReport, earlier: Sequence[KpiReport] = ()) -> bytes:
    """The workbook, of the same bytes for the same reports.

    `earlier` are reports of quarters before, the oldest first: figures are compared with them.
    """
    memory = io.BytesIO()
    with spreadsheets.workbook(memory, **OPTIONS) as book:
        title = f"COP KPI report, {captions.period(report)}"
        made_at = report.made_at.replace(microsecond=0, tzinfo=None)
        book.set_properties({"title": title, "created": made_at})
        _add_sheets(Layout(book, header=_header(report)), report, earlier)
    return memory.getvalue()


def _add_sheets(layout: Layout, report: KpiReport, earlier: Sequence[KpiReport]) -> None:
    before = last_quarter(report, earlier)
    few = len(report.regions) <= MOST
    summary = add_summary(layout, report, before)
    if before:
        add_changes(layout, report, before)
    add_roles(layout, report)
    sheets = {
        place: add_region(layout, report, place, before)
        for place in captions.places(report)
        if few or place == NATION
    }
    _add_figures(layout, report)
    add_definitions(layout, report)
    add_reasons(layout, report)
    add_data_quality(layout, report)
    if few:
        data = add_chart_data(layout, report, [*earlier, report])
        insert_charts(summary, data)
        for place, sheet in sheets.items():
            insert_region_chart(sheet, data, place)


def _header(report: KpiReport) -> str:
    if report.status == "running":
        made_on = format_day(local_date(report.made_at))
        return f"COP KPI report {report.quarter}&C&9{captions.NOT_PUBLISHED}&R&9{made_on}"
    status = f"{report.status.capitalize()}, {captions.origin(report)}"
    return f"COP KPI report {report.quarter}&R&9{status}"


def _add_figures(layout: Layout, report: KpiReport) -> None:
    """The tidy table, with the office's own id of each figure."""
    columns = dict(zip([*tidy_table.COLUMNS, "metric_id"], _TIDY_WIDTHS, strict=True))
    kpi = tidy_table.COLUMNS.index("kpi")
    lines = tidy_table.lines(report)
    rows = [[*line, report.metric_ids.get(str(line[kpi]))] for line in lines]
    layout.add_table("Figures", columns, rows)
