"""Tests of the tables that people download: a reader of the file gets what was typed, as a text."""

import csv
import io
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some
from openpyxl import Workbook, load_workbook

from comhar import data, spreadsheets
from comhar.data_export import files as data_export_files
from comhar.membership.model import Member
from comhar.register import export_files
from comhar.reports import files as reports_files
from comhar.results import downloads
from tests.support.proof_sizes import sized
from tests.unit.test_kpi_letter import report

ODD = [
    *("2026-06-31", "2027-01-31", "2027-02-30T10:00", "2027-01-31T10:00:00.000Z", "01/02/2027"),
    *("1e5", "007", "1_000", "１２", "nan", "-1", "+353 1 234", "TRUE", "no", "#N/A", "NA"),  # noqa: RUF001
    *("=1+1", "{=1}", "@SUM(A1)", "https://hse.ie", "mailto:a@hse.ie", "internal:A1", "\tx"),
    *("<r>A & B</r>", "<r><t>x</t></r>", "_x0041_", "_x000D_", "'", "'=1", " Ann ", "a\nb"),
    *("History", "[x]", "Ó Súilleabháin", "漢字 😔", "\u200b", "\u202eabc", "\u2028x", "a\r\nb\rc"),
]
# What no field takes is left out, and what XML cannot hold: openpyxl does not undo how that is written.
TYPED = some.one_of(
    some.sampled_from(ODD),
    some.text(some.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=60),
)


def own(text: str) -> bytes:
    parts: dict[str, list[Any]] = {each["key"]: [] for each in data.load("data_export")["parts"]}
    parts["record"] = [{"name": text}]
    parts["reflections"] = [{"description": text}]
    parts["polls"] = [{"page": [text]}]
    parts["drafts"] = [{"page": text, "words": {"reason": text}}]
    return data_export_files.as_xlsx(parts)


def of_report(kind: str, text: str) -> bytes:
    made = report()
    row = made.rows[0]
    figure = row.values["DNE"].model_copy(update={"reason": text})
    rows = [row.model_copy(update={"values": row.values | {"DNE": figure}}), *made.rows[1:]]
    changed = {"names": made.names | {"DNE": text}, "rows": rows}
    return reports_files.FILES[kind](made.model_copy(update=changed))


def of_register(kind: str, text: str) -> bytes:
    member = Member(id="x", name=text, preferred_name=text, email="a@hse.ie", workplace=text)
    return export_files.FILES[kind]([member])[1]


def of_results(text: str) -> bytes:
    tables: list[downloads.Table] = [
        ("Survey", {"About": 16, "Text": 50}, [["Survey", text]]),
        ("In words", downloads.WORDS, [[text, text]]),
    ]
    return downloads.make_workbook(text, None, tables)


XLSX = {
    "own data": own,
    "register": lambda text: of_register("xlsx", text),
    "report": lambda text: of_report("xlsx", text),
    "results": of_results,
}
CSV = {
    "register": lambda text: of_register("csv", text),
    "report": lambda text: of_report("csv", text),
    "results": lambda text: spreadsheets.csv_file([["answer"], [text]]),
}


def opened(made: bytes) -> Workbook:
    return load_workbook(io.BytesIO(made))


@pytest.mark.parametrize("kind", XLSX)
@settings(max_examples=sized(8, 25))
@given(text=TYPED)
@example(text="2026-06-31")
@example(text="<r>A & B</r>")
def test_a_workbook_holds_what_was_typed_and_holds_it_as_a_text(kind: str, text: str) -> None:
    expected = spreadsheets.defuse(text.replace("\r\n", "\n").replace("\r", "\n"))
    cells = [cell for sheet in opened(XLSX[kind](text)) for row in sheet.rows for cell in row]
    found = [cell for cell in cells if cell.value == expected]
    assert found and {cell.data_type for cell in found} == {"s"}
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)


@pytest.mark.parametrize("kind", CSV)
@given(text=TYPED)
def test_a_csv_holds_what_was_typed(kind: str, text: str) -> None:
    rows = csv.reader(io.StringIO(CSV[kind](text).decode("utf-8-sig"), newline=""))
    assert spreadsheets.defuse(text) in [cell for row in rows for cell in row]


@pytest.mark.parametrize("text", ODD)
def test_a_draft_in_parts_holds_each_as_it_was_typed(text: str) -> None:
    cell = str(opened(own(text))["Drafts"]["B2"].value)
    assert cell == "Reason: " + text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("kind", XLSX)
def test_no_sheet_has_a_name_that_excel_keeps_or_cannot_have(kind: str) -> None:
    parts = {each["key"]: [{"what": "x"}] for each in data.load("data_export")["parts"]}
    made = data_export_files.as_xlsx(parts) if kind == "own data" else XLSX[kind]("x")
    names = opened(made).sheetnames
    assert len({each.casefold() for each in names}) == len(names)
    for name in names:
        assert name.casefold() != "history" and 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\") and not name.startswith("'")


def test_a_sheet_of_a_reserved_name_is_not_made() -> None:
    with spreadsheets.workbook(io.BytesIO()) as book:
        spreadsheets.add_sheet(book, "Members")
        with pytest.raises(ValueError, match="HISTORY"):
            spreadsheets.add_sheet(book, "HISTORY")


def test_a_text_longer_than_a_cell_is_cut_between_two_characters() -> None:
    for text in ("😔" * 20_000, "x" + "😔" * 20_000):
        cell = str(opened(own(text))["Reflections"]["A2"].value)
        assert cell.startswith(text[:100]) and cell.endswith("(the whole text is in the JSON file)")


def test_a_target_is_a_number() -> None:
    sheet = opened(of_report("xlsx", "x"))["Summary"]
    targets = {row[0].value: row[1].value for row in sheet.iter_rows()}
    for row in report().rows:
        if not row.kpi.startswith("members_by_role."):
            assert targets[row.label] == row.target
