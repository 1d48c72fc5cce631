"""Files as the programs of those who analyse them read them: each column has one type in every file.

What a program makes of a column without values is its guess, and they differ: so each CSV is read by its
Table Schema here, as far as its reader can, and a workbook cell by cell. Seen with pandas 3.1, polars 2.1,
DuckDB 2.0, frictionless 5.21, openpyxl 3.1, python-calamine 0.9 and exceljs 4.4.
"""

import csv
import io
import json
import re
import subprocess
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pandas
import polars
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet
from pandas._libs.parsers import STR_NA_VALUES
from python_calamine import CalamineWorkbook

from comhar import data
from comhar.regions import NATIONAL
from comhar.reports import figures as reports_figures
from comhar.reports.model import NATION
from tests.support.data_files import Family, make_families

pytestmark = pytest.mark.xdist_group("data_files")
FAMILIES = ("report", "survey", "comparison", "register", "own data")
WITH_CSV = FAMILIES[:-1]
A4 = 9


@cache
def families() -> dict[str, Family]:
    return make_families()


@cache
def books(family: str) -> dict[str, Workbook]:
    return {name: load_workbook(io.BytesIO(made)) for name, made in families()[family].xlsx.items()}


def fields(family: str) -> list[dict[str, Any]]:
    schema = families()[family].schema
    assert schema
    return list(schema["fields"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every file under the name of its family and what is special of it."""
    folder = tmp_path_factory.mktemp("files")
    for family, made in families().items():
        for kind, files in (("csv", made.csv), ("xlsx", made.xlsx)):
            for name, body in files.items():
                (folder / f"{family}, {name}.{kind}").write_bytes(body)
    return folder


@pytest.fixture(scope="module")
def by_exceljs(folder: Path) -> dict[str, Any]:
    """Each workbook's cells by its file's name; all read in one process."""
    script = Path(__file__).parents[1] / "support/exceljs_reader.cjs"
    paths = sorted(map(str, folder.glob("*.xlsx")))
    process = subprocess.run(["node", script, *paths], capture_output=True, text=True, check=True)
    return {Path(path).stem: sheets for path, sheets in json.loads(process.stdout).items()}


# CSV


@pytest.mark.parametrize("family", WITH_CSV)
def test_every_line_has_the_columns_of_the_schema(family: str) -> None:
    names = [field["name"] for field in fields(family)]
    for name, body in families()[family].csv.items():
        assert body.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        assert rows[0] == names, name
        assert {len(row) for row in rows} == {len(names)}, name


@pytest.mark.parametrize("family", WITH_CSV)
def test_frictionless_finds_nothing_wrong_by_the_schema(family: str, folder: Path) -> None:
    schema = frictionless.Schema.from_descriptor(families()[family].schema)
    with frictionless.system.use_context(trusted=True):
        for path in folder.glob(f"{family}, *.csv"):
            report = frictionless.Resource(path=str(path), schema=schema).validate()
            assert report.valid, report.flatten(["type", "fieldName", "note"])


def test_frictionless_finds_a_word_among_numbers(folder: Path, tmp_path: Path) -> None:
    """So that the test before says something."""
    body = (folder / "survey, usual.csv").read_bytes().replace(b",ok\r\n", b",hidden away\r\n", 1)
    (tmp_path / "wrong.csv").write_bytes(body)
    schema = frictionless.Schema.from_descriptor(families()["survey"].schema)
    with frictionless.system.use_context(trusted=True):
        wrong = frictionless.Resource(path=str(tmp_path / "wrong.csv"), schema=schema).validate()
    assert [each[0] for each in wrong.flatten(["type"])] == ["constraint-error"]


def by_pandas(path: Path, family: str) -> tuple[list[str], list[list[Any]]]:
    kinds = {"integer": "Int64", "number": "float64", "boolean": "boolean"}
    frame = pandas.read_csv(
        path,
        dtype={each["name"]: kinds.get(each["type"], "str") for each in fields(family)},
        keep_default_na=False,
        na_values=[""],
        true_values=["yes"],
        false_values=["no"],
    )
    for each in fields(family):
        if each["type"] == "date":  # `parse_dates` would give another unit where there is none
            frame[each["name"]] = pandas.to_datetime(frame[each["name"]]).astype("datetime64[s]")
    cells = [
        [None if pandas.isna(cell) else _day(cell) for cell in row]
        for row in frame.astype(object).itertuples(index=False)
    ]
    return [str(kind) for kind in frame.dtypes], cells


def by_polars(path: Path, family: str) -> tuple[list[str], list[list[Any]]]:
    kinds = {"integer": polars.Int64, "number": polars.Float64, "date": polars.Date}
    types = {each["name"]: kinds.get(each["type"], polars.String) for each in fields(family)}
    frame = polars.read_csv(path, schema_overrides=types, null_values=[""])
    yes_no = [each["name"] for each in fields(family) if each["type"] == "boolean"]
    frame = frame.with_columns(polars.col(name) == "yes" for name in yes_no)
    return [str(kind) for kind in frame.dtypes], [list(row) for row in frame.iter_rows()]


def by_duckdb(path: Path, family: str) -> tuple[list[str], list[list[Any]]]:
    kinds = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE"}
    types = {each["name"]: kinds.get(each["type"], each["type"].upper()) for each in fields(family)}
    with duckdb.connect() as database:
        table = database.read_csv(str(path), header=True, dtype=types, quotechar='"')
        return [str(kind) for kind in table.types], [list(row) for row in table.fetchall()]


READERS: dict[str, Callable[[Path, str], tuple[list[str], list[list[Any]]]]] = {
    "pandas": by_pandas,
    "polars": by_polars,
    "duckdb": by_duckdb,
}


def by_the_schema(path: Path, family: str) -> list[list[Any]]:
    read: dict[str, Callable[[str], Any]] = {
        "string": str,
        "integer": int,
        "number": float,
        "date": date.fromisoformat,
        "boolean": {"yes": True, "no": False}.__getitem__,
    }
    kinds = [read[each["type"]] for each in fields(family)]
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    return [
        [kind(cell) if cell else None for kind, cell in zip(kinds, row, strict=True)]
        for row in rows[1:]
    ]


def _day(cell: Any) -> Any:
    return cell.date() if isinstance(cell, datetime) else cell


@pytest.mark.parametrize("family", WITH_CSV)
@pytest.mark.parametrize("reader", READERS)
def test_a_column_has_one_type_and_the_same_values_for_each_reader(
    reader: str, family: str, folder: Path
) -> None:
    seen = set()
    for path in folder.glob(f"{family}, *.csv"):
        types, cells = READERS[reader](path, family)
        assert cells == by_the_schema(path, family), path.name
        seen.add(tuple(types))
    assert len(seen) == 1, seen


def test_no_code_is_one_that_pandas_takes_for_nothing() -> None:
    """pandas drops a code such as NA from groups; its list is `STR_NA_VALUES`."""
    codes = {NATION, NATIONAL, *(each["code"] for each in data.load("regions"))}
    codes |= {each.code for each in reports_figures.definitions()}
    codes |= {each["key"] for each in data.load("roles")}
    for family in WITH_CSV:
        for field in fields(family):
            codes |= {field["name"], *field.get("constraints", {}).get("enum", ())}
    assert not {code.casefold() for code in codes} & {
        each.casefold() for each in STR_NA_VALUES - {"None"}
    }
    assert not codes & STR_NA_VALUES


@pytest.mark.parametrize("family", ["report", "survey", "comparison"])
def test_what_is_hidden_is_blank_and_the_state_says_why(family: str, folder: Path) -> None:
    states = set()
    for path in folder.glob(f"{family}, *.csv"):
        for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")):
            figures = [row[name] for name in ("value", "people", "percent") if name in row]
            assert (figures[0] != "") == (row["state"] == "ok"), row
            assert row["state"] == "ok" or not any(figures), row
            if row["state"] in ("hidden", "not_asked"):
                assert not any(row.get(name) for name in ("answered", "mean", "spread")), row
            states.add(row["state"])
    assert states >= {"ok", "hidden", "no_data"}


def test_ireland_has_a_target_of_its_own_or_none(folder: Path) -> None:
    rows = csv.DictReader(io.StringIO((folder / "report, usual.csv").read_text("utf-8-sig")))
    known = {(row["kpi"], row["region_code"]): (row["target"], row["unit"]) for row in rows}
    regions = [each["code"] for each in data.load("regions")]
    for each in reports_figures.definitions():
        region, unit = known[each.code, regions[0]]
        summed = each.national_target == "sum"
        expected = str(int(region) * len(regions)) if summed else ""
        assert known[each.code, NATION] == (expected, "count" if unit == "yes_no" else unit)


# Workbooks


def head_of(sheet: Worksheet) -> int:
    """The row of a table's head, from 1; what stands above it is for people."""
    return coordinate_to_tuple(str(sheet.freeze_panes))[0] - 1


def tables(book: Workbook) -> list[Worksheet]:
    """The sheets that hold one table."""
    return [sheet for sheet in book.worksheets if sheet.title != "Chart data"]


def kind_of(cell: Any) -> str:
    return "date" if cell.is_date else {"s": "text", "n": "number"}[cell.data_type]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_column_of_a_workbook_holds_one_type_in_every_file(family: str) -> None:
    types: dict[tuple[str, str], set[str]] = {}
    for book in books(family).values():
        for sheet in tables(book):
            head, *rows = sheet.iter_rows(min_row=head_of(sheet))
            for place, (cell, *column) in enumerate(zip(head, *rows, strict=True)):
                # of a report the name of a sheet and of a column may be that of a region
                where = (
                    (sheet.title, str(cell.value))
                    if family != "report"
                    else ("", f"{sheet.title} {place}")
                )
                known = types.setdefault(where, set())
                known |= {kind_of(each) for each in column if each.value is not None}
    assert {place: kinds for place, kinds in types.items() if len(kinds) > 1} == {}
    assert "date" in {kind for kinds in types.values() for kind in kinds} or family == "report"


@pytest.mark.parametrize("family", WITH_CSV)
def test_the_table_of_a_workbook_is_that_of_the_csv(family: str) -> None:
    """Of a survey but for the answers in words, which have a sheet of their own."""
    for name, body in families()[family].csv.items():
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        (sheet,) = (
            books(family)[name][each]
            for each in ("Figures", "Members")
            if each in books(family)[name]
        )
        kinds = [field["type"] for field in fields(family)]
        for line, cells in zip(
            rows[1:], sheet.iter_rows(min_row=2, values_only=True), strict=False
        ):
            assert [
                _in_csv(cell, kind) for cell, kind in zip(cells, kinds, strict=False)
            ] == line, name
        assert len(rows) >= sheet.max_row


def _in_csv(value: Any, kind: str) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(float(value)) if kind == "number" else str(value)


@pytest.mark.parametrize("family", FAMILIES)
def test_no_text_is_empty_and_none_only_looks_like_a_number_or_date(family: str) -> None:
    """But what people typed or chose: that stays a text."""
    typed = {"007", "2027-01-31", "1.0", *"12345", "2027"}
    for name, book in books(family).items():
        for sheet in book.worksheets:
            texts = {str(cell.value) for row in sheet for cell in row if cell.data_type == "s"}
            assert not {text for text in texts if not text.strip()}, (name, sheet.title)
            assert not {text for text in texts - typed if re.fullmatch(r"-?[\d.,:T-]+%?", text)}


@pytest.mark.parametrize("family", FAMILIES)
def test_exceljs_and_calamine_read_what_openpyxl_reads(
    family: str, by_exceljs: dict[str, Any]
) -> None:
    for name, book in books(family).items():
        other = CalamineWorkbook.from_filelike(io.BytesIO(families()[family].xlsx[name]))
        assert list(by_exceljs[f"{family}, {name}"]) == other.sheet_names == book.sheetnames
        for sheet in book.worksheets:
            where = name, sheet.title
            cells = [[_plain(cell) for cell in row] for row in sheet.values]
            read = by_exceljs[f"{family}, {name}"][sheet.title]
            assert [[_without_fraction(cell) for cell in row] for row in read] == cells, where
            rows = other.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
            assert [[None if cell == "" else _plain(cell) for cell in row] for row in rows] == cells


def _plain(cell: Any) -> Any:
    if isinstance(cell, date):
        at = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)
        return {"date": at.isoformat(timespec="seconds")}
    return cell


def _without_fraction(cell: Any) -> Any:
    return {"date": cell["date"].removesuffix(".000Z")} if isinstance(cell, dict) else cell


@pytest.mark.parametrize("family", FAMILIES)
def test_pandas_and_polars_read_the_same_types_from_every_workbook(
    family: str, folder: Path
) -> None:
    """Of a column that has values: a workbook says nothing of the type of others."""
    types: dict[tuple[str, str, str], set[str]] = {}
    for name, book in books(family).items():
        path = folder / f"{family}, {name}.xlsx"
        plain = [sheet.title for sheet in tables(book) if head_of(sheet) == 1]
        blanks: dict[str, Any] = {"keep_default_na": False, "na_values": [""]}
        frames = pandas.read_excel(path, sheet_name=plain, engine="calamine", **blanks)
        others = polars.read_excel(path, sheet_name=plain, engine="openpyxl", raise_if_empty=False)
        for sheet in plain:
            for column in frames[sheet].columns[frames[sheet].notna().any()]:
                for reader, frame in (("pandas", frames), ("polars", others)):
                    kind = str(frame[sheet][column].dtype).lower().replace("int64", "float64")
                    types.setdefault((reader, sheet, column), set()).add(kind)
    assert {place: kinds for place, kinds in types.items() if len(kinds) > 1} == {}
    assert "object" not in {kind for kinds in types.values() for kind in kinds}


# Paper


@pytest.mark.parametrize("family", FAMILIES)
def test_every_sheet_prints_on_a4_as_wide_as_the_paper(family: str) -> None:
    for name, book in books(family).items():
        for sheet in book.worksheets:
            setup = sheet.page_setup
            assert setup.paperSize == A4, (name, sheet.title)
            assert sheet.sheet_properties.pageSetUpPr.fitToPage
            assert setup.fitToWidth in (None, 1), (name, sheet.title)
            is_long = sheet.title != "Chart data" and head_of(sheet) == 1
            assert setup.fitToHeight == 0 or not is_long, (name, sheet.title)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_row_is_as_high_as_its_text(family: str) -> None:
    """A line holds at most a quarter more letters than the column is wide; a row is at most 409 points."""
    for name, book in books(family).items():
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                height = sheet.row_dimensions[row[0].row].height
                texts = [cell for cell in row if cell.alignment.wrap_text and cell.data_type == "s"]
                for cell in texts:
                    width = sheet.column_dimensions[cell.column_letter].width
                    lines = sum(
                        max(1, -(-len(line) // int(width * 1.25)))
                        for line in str(cell.value).split("\n")
                    )
                    assert height and height >= min(390, 12.75 * lines), (name, sheet.title, cell)


@pytest.mark.parametrize("family", FAMILIES)
def test_no_sheet_has_a_name_that_excel_keeps(family: str) -> None:
    for book in books(family).values():
        names = [each.casefold() for each in book.sheetnames]
        assert "history" not in names and len({*names}) == len(names)
        assert all(len(each) <= 31 for each in names)
