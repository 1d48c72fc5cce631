"""The workbook of a KPI report: what each sheet holds, how it prints, and that its bytes stay the same."""

import io
import os
import re
import subprocess
import sys
import zipfile
from functools import cache
from typing import Any

import pandas
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from comhar import regions
from comhar.dates.quarters import Quarter
from comhar.reports import files as reports_files
from comhar.reports import tidy_table
from comhar.reports.model import Change, KpiReport
from tests.support.proof_sizes import sized
from tests.support.sample_reports import (
    LONG_REASON,
    earlier_reports,
    give_reasons,
    hide_protected,
    sample_report,
    workbook_digests,
)

FINAL: dict[str, Any] = {"status": "final", "version": 2}
FIXED = ["Summary", "Change", "Roles", "Figures", "Definitions", "Reasons"]
FIXED += ["Data quality", "Chart data"]


@cache
def usual_bytes() -> bytes:
    """The workbook of a final report with history, hidden figures, reasons and changes."""
    changes = [Change(region="SW", kpi="meetings_held", before="0", after="1")]
    report = give_reasons(hide_protected(sample_report(**FINAL, changes=changes)))
    return as_xlsx(report, earlier_reports())


@cache
def usual() -> Workbook:
    return load_workbook(io.BytesIO(usual_bytes()))


@cache
def first() -> Workbook:
    """That of a provisional report without any history, with nothing hidden and no reasons."""
    return opened(sample_report())


def as_xlsx(report: KpiReport, earlier: list[KpiReport] | None = None) -> bytes:
    return reports_files.FILES["xlsx"](report, earlier or [])


def opened(report: KpiReport, earlier: list[KpiReport] | None = None) -> Workbook:
    return load_workbook(io.BytesIO(as_xlsx(report, earlier)))


def table(sheet: Worksheet) -> dict[str, dict[str, Any]]:
    """The cells of a sheet's table, by the first cell of their row and the column's header."""
    rows = [*sheet.iter_rows()]
    first = next(n for n, row in enumerate(rows) if row[-1].value is not None)
    head = [str(cell.value) for cell in rows[first]]
    return {str(row[0].value): dict(zip(head, row, strict=True)) for row in rows[first + 1 :]}


def texts(sheet: Worksheet) -> str:
    return " | ".join(str(cell.value) for row in sheet for cell in row if cell.value is not None)


# For people


def test_each_region_has_a_sheet_and_so_has_ireland() -> None:
    book = usual()
    names = [*regions.names().values(), "Ireland"]
    assert book.sheetnames == [*FIXED[:3], *names, *FIXED[3:]]


def test_the_summary_says_met_and_not_met_beside_numbers_that_stay_numbers() -> None:
    rows = table(usual()["Summary"])
    met, unmet = rows["Meetings held"]["Dublin and North East"], rows["Meetings held"]["South West"]
    assert (met.value, met.number_format) == (1, '#,##0" met"')
    assert (unmet.value, unmet.number_format) == (0, '#,##0" not met"')
    assert met.fill.fgColor.rgb != unmet.fill.fgColor.rgb
    assert (
        rows["Terms of reference approved"]["South West"].number_format
        == '"yes"" not met";;"no"" not met"'
    )
    assert rows["Attendance"]["Ireland"].number_format == '0.0"%"'


def test_hidden_figures_are_empty_and_a_column_of_words_says_so() -> None:
    book = usual()
    for sheet, figure in (("Summary", "Satisfaction"), ("Roles", "Peer Educator")):
        cells = table(book[sheet])[figure]
        assert cells["Ireland"].value is cells["South West"].value is None
        assert cells["Ireland"].fill.patternType == "lightUp"
        assert cells["Hidden in"].value == "everywhere"
    region = table(book["South West"])
    assert [region["Satisfaction"][name].value for name in ("Value", "State")] == [None, "hidden"]
    assert [region["Meetings held"][name].value for name in ("Value", "State")] == [0, None]
    head, *rows = book["Figures"].iter_rows(values_only=True)
    hidden = [row for row in rows if row[head.index("state")] == "hidden"]
    assert hidden and {row[head.index("value")] for row in hidden} == {None}


def test_changes_on_the_last_quarter_have_their_sign() -> None:
    book = usual()
    change = table(book["Change"])["Active members"]["South West"]
    assert (change.value, change.number_format) == (-5, "+#,##0;-#,##0;0")
    region = table(book["South West"])
    assert region["Meetings held"]["Change"].value == -1
    assert region["Terms of reference approved"]["Change"].number_format == (
        '"now yes";"now no";"as before"'
    )
    assert "Change" not in first().sheetnames


def test_a_quarter_that_is_not_over_is_compared_with_none() -> None:
    assert "Change" not in opened(sample_report(status="running"), earlier_reports()).sheetnames


def test_a_hidden_figure_has_no_change() -> None:
    assert table(usual()["Change"])["Satisfaction"]["South West"].value is None


def test_reasons_stand_beside_what_they_explain() -> None:
    book = usual()
    assert table(book["Dublin and Midlands"])["Meetings held"]["Reason"].value == LONG_REASON
    assert texts(book["Reasons"]).count(LONG_REASON) == 18
    assert "No reason recorded" in texts(first()["Reasons"])
    assert "Every region met every target." in texts(opened(sample_report(met=True))["Reasons"])


def test_data_quality_says_what_is_missing_hidden_and_changed() -> None:
    words = texts(usual()["Data quality"])
    assert "Final, version 2, made on Thursday 1 April 2027" in words
    assert "Not recorded yet | Meetings not recorded yet | South West | 1 meeting" in words
    assert "Hidden | Satisfaction | Dublin and North East" in words
    assert "Changed since version 1 | Meetings held | South West | Before: 0. Now: 1." in words


def test_definitions_explain_every_figure_of_the_report() -> None:
    report = sample_report()
    rows = table(first()["Definitions"])
    assert [*rows] == [row.label for row in report.rows]
    assert {row["Code"].value for row in rows.values()} == {row.kpi for row in report.rows}


def test_what_is_not_published_says_so_on_every_sheet() -> None:
    report = sample_report(status="running")
    assert reports_files.name(report, "xlsx") == "COP-KPI-2027-Q1-so-far-2027-04-01.xlsx"
    book = opened(report)
    for sheet in book.worksheets:
        assert "Not a published figure" in sheet.oddHeader.center.text, sheet.title
    assert "Not a published figure" in texts(book["Summary"])
    final = usual()
    assert "published" not in str(final["Figures"].oddHeader.center.text)
    assert "Final, version 2" in final["Figures"].oddHeader.right.text


# For programs


def test_the_table_of_figures_is_that_of_the_csv_and_the_offices_own_ids() -> None:
    report = sample_report(metric_ids={"meetings_held": "MHER-01"})
    head, *rows = opened(report)["Figures"].iter_rows(values_only=True)
    assert head == (*tidy_table.COLUMNS, "metric_id")
    assert [list(row[:-1]) for row in rows] == tidy_table.lines(report)
    ids = {row[head.index("kpi")]: row[-1] for row in rows}
    assert (ids["meetings_held"], ids["attendance_rate"]) == ("MHER-01", None)


def test_calamine_and_pandas_read_what_openpyxl_reads() -> None:
    made, book = usual_bytes(), usual()
    other = CalamineWorkbook.from_filelike(io.BytesIO(made))
    assert other.sheet_names == book.sheetnames
    for sheet in book.worksheets:
        cells = other.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        rows = [[cell or "" if cell != 0 else 0 for cell in row] for row in sheet.values]
        assert cells == rows, sheet.title
    frames = [
        pandas.read_excel(io.BytesIO(made), sheet_name="Figures", engine=engine)
        for engine in ("openpyxl", "calamine")
    ]
    pandas.testing.assert_frame_equal(*frames)
    assert str(frames[0].dtypes["value"]) == "float64"


# Names of sheets


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("History", "History (2)"),
        ("summary", "summary (2)"),
        ("Cork [city] / Kerry: a*b?", "Cork  city    Kerry  a b"),
        ("'Muineachán'", "Muineachán"),
        ("Oirthear agus Iarthuaisceart Chúige Laighean", "Oirthear agus Iarthuaisceart Ch"),
        ("///", "Sheet"),
    ],
)
def test_a_region_of_any_name_has_a_sheet_that_excel_takes(name: str, sheet: str) -> None:
    report = sample_report()
    book = opened(report.model_copy(update={"names": {**report.names, "SW": name}}))
    assert sheet in book.sheetnames
    assert table(book["Summary"])["Meetings held"][name].value == 0


def test_regions_whose_names_begin_alike_have_a_sheet_each() -> None:
    report = sample_report()
    names = {code: f"Dublin and the counties of the midlands {code}" for code in report.regions}
    sheets = opened(report.model_copy(update={"names": names})).sheetnames
    assert len({each.casefold() for each in sheets}) == len(sheets) == len(first().sheetnames)


# Charts


def chart_numbers(made: bytes) -> list[tuple[str, list[str]]]:
    """Each range that a chart draws, and the numbers it remembers of it."""
    found = []
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith("xl/charts/chart"):
                text = archive.read(name).decode()
                for values in re.findall(r"<c:val>(.*?)</c:val>", text):
                    (where,) = re.findall(r"<c:f>(.*?)</c:f>", values)
                    found.append((where, re.findall(r"<c:v>(.*?)</c:v>", values)))
    return found


def test_charts_draw_the_numbers_of_the_report() -> None:
    made, book = usual_bytes(), usual()
    assert len(book["Summary"]._charts) == 3 and len(book["South West"]._charts) == 1
    for where, numbers in chart_numbers(made):
        name, _, cells = where.replace("'", "").partition("!")
        values = [cell.value for row in book[name][cells.replace("$", "")] for cell in row]
        assert [float(each) for each in numbers] == values
    quarters = [row[0] for row in book["Chart data"].values][-8:]
    assert quarters == [str(each.quarter) for each in earlier_reports()] + ["2027-Q1"]


def test_one_quarter_alone_makes_no_chart_over_time() -> None:
    book = first()
    assert len(book["Summary"]._charts) == 2 and not book["South West"]._charts


# Paper


def test_every_sheet_prints_on_a4_with_its_header_on_each_page() -> None:
    for sheet in usual().worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToWidth in (
            None,
            1,
        )
        if sheet.title != "Chart data":
            assert sheet.print_title_rows and sheet.freeze_panes, sheet.title


def test_a_row_is_as_high_as_its_longest_text_needs() -> None:
    plain, sheet = first()["South West"], usual()["South West"]
    number = next(row[0].row for row in sheet if row[0].value == "Meetings held")
    lines = len(LONG_REASON) / sheet.column_dimensions["G"].width
    assert sheet.row_dimensions[number].height >= 13 * lines
    assert plain.row_dimensions[number].height < 30


def test_beyond_fifty_regions_the_sheets_of_each_are_left_out_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = {f"R{number}": f"Region {number}" for number in range(sized(51, 600))}
    monkeypatch.setattr(regions, "names", lambda: names)
    monkeypatch.setattr(regions, "codes", lambda: tuple(names))
    book = opened(sample_report())
    assert book.sheetnames == ["Summary", "Roles", "Ireland", *FIXED[3:-1]]
    assert "there are more than 50 regions" in texts(book["Data quality"])
    assert book["Summary"].print_title_cols == "$A:$B"


# Bytes

DIGEST = """
import datetime, sys, time, xlsxwriter.core
from tests.support.sample_reports import workbook_digests

class Kind(type):
    def __instancecheck__(cls, other):
        return isinstance(other, datetime.datetime)

class Clock(datetime.datetime, metaclass=Kind):
    @classmethod
    def now(cls, zone=None):
        return cls.fromtimestamp(float(sys.argv[1]), zone)

xlsxwriter.core.datetime, time.time = Clock, lambda: float(sys.argv[1])
print(*workbook_digests())
"""


def test_the_bytes_are_the_same_in_another_process_and_on_another_day() -> None:
    process = subprocess.run(
        [sys.executable, "-c", DIGEST, "1900000000"],
        env={**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
    )
    first, second = workbook_digests()
    assert process.stdout.split() == [first, second], process.stderr
    assert first == second


def test_no_file_says_when_it_was_zipped() -> None:
    with zipfile.ZipFile(io.BytesIO(usual_bytes())) as archive:
        assert {each.date_time[0] for each in archive.infolist()} == {1980}


def test_a_file_is_named_by_quarter_status_and_version() -> None:
    name = reports_files.name(sample_report(Quarter(2027, 1), **FINAL), "xlsx")
    assert name == "COP-KPI-2027-Q1-final-v2.xlsx"
