"""Lists as people send them: what is read of each kind of file, and what is said of the others."""

import codecs
import contextlib
import io
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comhar import fields
from comhar.invitations import columns, list_files, people_lists, row_status
from comhar.invitations.columns import PersonRow
from comhar.invitations.sheets import ListUnreadable, Sheet
from tests.support import invitation_list

TABLE = [["Name", "Email"], ["Síle Ní Bhriain", "sile@hse.ie"], ["Pól; “Paul”", "pol@hse.ie"]]
TEXT = "Name,Email\r\nSíle Ní Bhriain,sile@hse.ie\r\nPól; “Paul”,pol@hse.ie\r\n"
SHEET = "xl/worksheets/sheet1.xml"


def book(*sheets: list[list[object]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for lines in sheets:
        sheet = made.create_sheet()
        for line in lines:
            sheet.append(line)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The workbook with some of its parts replaced."""
    old, file = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
    return file.getvalue()


def sheet_of(cells: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'
    return repacked(book(TABLE), **{SHEET: sheet.encode()})


def rows_of(content: bytes) -> list[list[str]]:
    """The rows of a file's first sheet."""
    return [cells for _, cells in list_files.read_file(content).sheets[0].lines()]


def sheet(table: list[list[str]]) -> Sheet:
    return Sheet({number: cells for number, cells in enumerate(table, 1) if cells})


def kinds(read: Sheet) -> Counter[str]:
    return Counter(row.kind for row in row_status.classify_rows(columns.read_table(read).people))


def first(content: bytes) -> Sheet:
    return list_files.read_file(content).sheets[0]


# --- Files that are refused, kindly


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04" + bytes(60), "not a list"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\x00\x01", "not a list"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Excel"),
        (b"PK\x03\x04" + bytes(100), "damaged"),
        (b"a@hse.ie\n" * 5_001, "5,000 rows"),
        (b"\xff\xfea", "not a list"),
        (b"<html><body><table><tr><td>a@hse.ie", "a web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook>a@hse.ie", "a web page"),
    ],
)
def test_what_is_no_list_is_refused_in_words_that_help(content: bytes, words: str) -> None:
    with pytest.raises(ListUnreadable, match=words):
        people_lists.read_file(content)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("xl/workbook.bin", "Excel Binary Workbook .* Save it as “Excel Workbook"),
        ("content.xml", "OpenDocument file, like .ods. Save it as “Excel Workbook"),
        ("Index/Document.iwa", "Numbers file. Export it to Excel"),
        ("word/document.xml", "Word document. Copy the list"),
        ("export/members.csv", "a zip folder. Unpack it"),
    ],
)
def test_another_kind_of_file_is_told_what_it_is_and_what_to_do(part: str, words: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(part, "una@hse.ie")
    with pytest.raises(ListUnreadable, match=words):
        people_lists.read_file(file.getvalue())


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: book(TABLE)[:-300], "damaged"),
        (lambda: book(TABLE)[:2000], "damaged"),
        (lambda: repacked(book(TABLE), **{SHEET: b"<worksheet><row"}), "damaged"),
        (lambda: repacked(book(TABLE), **{"xl/workbook.xml": b"<!DOCTYPE x>"}), "damaged"),
        (lambda: book([]), "nothing in this workbook"),
        (lambda: book([["a@hse.ie"]] * 5_001), "5,000 rows"),
    ],
)
def test_a_workbook_that_is_no_list_is_refused_in_words_that_help(
    made: Callable[[], bytes], words: str
) -> None:
    with pytest.raises(ListUnreadable, match=words):
        people_lists.read_file(made())


@pytest.mark.parametrize(
    "cells",
    [
        "<row><c t='inlineStr'><is><t>" + "a@hse.ie " * 3_000_000 + "</t></is></c></row>",
        "<row/>" * 1_500_000,
        "<row>" + "<c/>" * 1_500_000 + "</row>",
        "<row r='1'/><row r='1048576'><c r='A1048576'><v>1</v></c></row>",
        "<row r='99999999999'><c t='inlineStr'><is><t>a@hse.ie</t></is></c></row>",
    ],
)
def test_a_zip_bomb_is_refused_at_once(cells: str) -> None:
    bomb = sheet_of(cells)
    assert len(bomb) < 200_000
    begun = time.process_time()
    with pytest.raises(ListUnreadable, match="much more in this file"):
        list_files.read_file(bomb)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-16"])
def test_a_workbook_that_defines_its_own_words_is_refused_before_they_are_spelt_out(
    encoding: str,
) -> None:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    words = "<!DOCTYPE a [<!ENTITY x 'una@hse.ie'>]>"
    cells = "<row><c t='inlineStr'><is><t>&x;</t></is></c></row>"
    sheet = f"{words}<worksheet xmlns='{space}'><sheetData>{cells}</sheetData></worksheet>"
    with pytest.raises(ListUnreadable, match="damaged"):
        list_files.read_file(repacked(book(TABLE), **{SHEET: sheet.encode(encoding)}))


def test_no_more_than_twenty_sheets_are_read_and_that_is_said() -> None:
    assert rows_of(book(*[[]] * 19, TABLE)) == TABLE
    with pytest.raises(ListUnreadable, match="first 20 sheets"):
        people_lists.read_file(book(*[[]] * 20, TABLE))
    read = people_lists.read_file(book(*[TABLE] * 22))
    assert len(read.sheets) == 20
    assert "Sheets after the first 20: “Sheet20”, “Sheet21”." in read.notes


def test_blank_rows_far_below_a_list_do_not_count() -> None:
    """LibreOffice 24.2 writes the last row there can be, for its height alone."""
    cells = (
        "<row r='1'><c t='inlineStr'><is><t>a@hse.ie</t></is></c></row><row r='1048576' ht='12.8'/>"
    )
    assert rows_of(sheet_of(cells)) == [["a@hse.ie"]]


def test_one_sheet_that_stands_in_the_workbook_many_times_is_read_once() -> None:
    once = sheet_of("<row/>" * 300_000)
    archive = zipfile.ZipFile(io.BytesIO(once))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "xl/workbook.xml":
                one = re.search(rb"<sheet [^>]*/>", part)[0]
                part = part.replace(one, one * 20)
            new.writestr(name, part)
    spent = []
    for file in (once, content.getvalue()):
        begun = time.process_time()
        assert list_files.read_file(file).sheets == []
        spent.append(time.process_time() - begun)
    assert spent[1] < 5 * spent[0]


def test_many_commas_are_read_as_fast_as_many_letters() -> None:
    begun = time.process_time()
    assert not row_status.is_table("x\n" + "," * 150_000)
    assert time.process_time() - begun < 1


def test_a_part_that_is_larger_than_it_says_is_cut_where_it_said() -> None:
    packed = bytearray(sheet_of("<row/>" * 100_000))
    size = len(zipfile.ZipFile(io.BytesIO(packed)).read(SHEET))
    lie = packed.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert lie != packed
    with pytest.raises(ListUnreadable):
        people_lists.read_file(bytes(lie))


def test_a_table_in_which_rows_hide_each_other_is_read_row_by_row() -> None:
    table = first(b'Name,Email\n"Una,una@hse.ie\nBen,ben@hse.ie\nCian,cian@hse.ie\n')
    assert kinds(table) == {"new": 3}


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_rows_or_are_refused(content: bytes) -> None:
    for some in (content, b"PK\x03\x04" + content, codecs.BOM_UTF16_LE + content):
        try:
            found = row_status.classify_rows(people_lists.read_file(some).rows)
        except ListUnreadable as wrong:
            assert str(wrong).endswith(".")
        else:
            assert all(row.kind in row_status.KINDS for row in found)


@given(st.text(max_size=200))
def test_any_pasted_text_is_read_row_by_row(text: str) -> None:
    with contextlib.suppress(ListUnreadable):
        people_lists.read_text(text)
    found = row_status.classify_rows(
        PersonRow(n, each) for n, each in enumerate(row_status.split_entries(text))
    )
    assert len(found) == len(row_status.split_entries(text))


# --- Files that are read


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("cp1252"),
        TEXT.replace(";", "/").replace(",", ";").replace("/", ";").replace("Pól;", '"Pól;')
        .replace("”", '”"').encode(),
        TEXT.replace(",", "\t").encode(),
        b"sep=,\r\n" + TEXT.encode(),
        book(TABLE),
        book([], TABLE, [["other"]]),
    ],
)  # fmt: skip
def test_every_usual_kind_of_file_says_the_same(content: bytes) -> None:
    assert rows_of(content) == TABLE


def test_a_cell_may_go_on_over_lines() -> None:
    table = rows_of(b'Email,Address\r\nuna@hse.ie,"1 Main St\nCork"\r\nben@hse.ie,\r\n')
    assert [len(table), table[1]] == [3, ["una@hse.ie", "1 Main St\nCork"]]


def test_days_numbers_and_formulas_of_a_workbook_are_text() -> None:
    line = [datetime(2027, 2, 18), 3.0, 1.5, True, None, "=A1"]
    assert rows_of(book([line])) == [["2027-02-18", "3", "1.5", "True"]]


def test_blank_rows_are_counted_but_not_those_at_the_end() -> None:
    table = first(b"Email,Name\n\n a@hse.ie,\n , \n\n\n")
    assert kinds(table) == {"blank": 1, "new": 1}


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("Name,Email", "Una,una@hse.ie"),
        ("E-MAIL;Forename;Surname", "una@hse.ie;Una;"),
        ("email address\tName", "una@hse.ie\tUna"),
        ("Ríomhphost,Ainm", "una@hse.ie,Una"),
        ("Who,Contact", "Una <una@hse.ie>,yes"),
    ],
)
def test_the_columns_are_found_by_their_names_or_by_the_addresses(header: str, line: str) -> None:
    found = row_status.classify_rows(
        columns.read_table(list_files.read_text(f"{header}\n{line}")).people
    )
    assert [(row.email, row.name) for row in found if row.kind == "new"] == [("una@hse.ie", "Una")]


def test_a_title_may_stand_above_and_columns_we_do_not_use_are_named() -> None:
    read = columns.read_table(
        sheet([["Our list 2027"], [], ["Phone", "Mail", "Role"], ["1", "una@hse.ie", ""]])
    )
    assert [listed.number for listed in read.people] == [4]
    assert read.ignored == ["Phone"]


def test_without_names_the_first_row_is_a_person() -> None:
    table = sheet([["Una", "una@hse.ie"], ["Ben", "ben@hse.ie"], ["Cian", "not known"]])
    assert kinds(table) == {"new": 2, "invalid": 1}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("sw", "SW"), ("South West", "SW"), ("HSE South West", "SW"), ("Co. Kerry", "SW"),
        ("county clare", "MW"), ("North Tipperary", "MW"), ("West Dublin", "DML"),
        ("Dublin", None), ("Cavan", None), ("Tipperary", None), ("South Dublin", None),
        ("Leinster", None), ("", None),
    ],
)  # fmt: skip
def test_a_region_is_known_by_code_name_or_county_unless_that_lies_in_two(
    typed: str, code: str | None
) -> None:
    assert columns.find_region(typed) == code


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("peer_support_worker", "peer_support_worker"),
        ("Peer Support Workers", "peer_support_worker"),
        ("IPS worker", "ips_worker"),
        ("Individual Placement and Support (IPS) Worker", "ips_worker"),
        ("Chief of Staff", None),
    ],
)
def test_a_role_is_known_by_key_or_title(typed: str, key: str | None) -> None:
    assert columns.find_role(typed) == key


# --- Entries


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no email address"),
        ("<>", "no email address"),
        ("nobody", "the @ is missing"),
        ("a@hse.ie b@hse.ie", "more than one @"),
        ("a@@hse.ie", "more than one @"),
        ("a b@hse.ie", "a space"),
        ("áine@hse.ie", "Letters such as á"),
        ("a@hse", "not complete"),
        ("a@hse..ie", "right format"),
        ("@hse.ie", "right format"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_plainly(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        row_status.parse_entry(text)


@pytest.mark.parametrize(
    ("text", "email", "name"),
    [
        (" Una@HSE.ie ", "una@hse.ie", ""),
        ("Úna Ní Bhriain <una@hse.ie>;", "una@hse.ie", "Úna Ní Bhriain"),
        ('"Ní Bhriain, Úna" <MAILTO:una@hse.ie>', "una@hse.ie", "Ní Bhriain, Úna"),
        ("una@hse.ie<mailto:una@hse.ie>", "una@hse.ie", ""),
        ("[una@hse.ie](mailto:una@hse.ie)", "una@hse.ie", ""),
        ("Úna (una@hse.ie)", "una@hse.ie", "Úna"),
        ("Email: una@hse.ie", "una@hse.ie", ""),
        ("mailto:una.o%27brien@hse.ie", "una.o'brien@hse.ie", ""),
        ("Úna O’Brien <una.o’brien@hse.ie>", "una.o'brien@hse.ie", "Úna O’Brien"),
        ("Úna\u200b\v<una\u00ad@hse.ie>", "una@hse.ie", "Úna"),
        ("“Úna” <una@hse.ie>", "una@hse.ie", "Úna"),
        ("mailto:una@hse.ie?subject=Hi", "una@hse.ie", ""),
        ("Úna, una@hse.ie", "una@hse.ie", "Úna"),
        ("‘una@hse.ie’"[1:-1], "una@hse.ie", ""),
        ("'una@hse.ie'.", "una@hse.ie", ""),
        ("una@múinteoir.ie", "una@xn--minteoir-o5a.ie", ""),
    ],
)
def test_an_address_is_read_as_people_write_it(text: str, email: str, name: str) -> None:
    assert row_status.parse_entry(text) == (email, name)


@pytest.mark.parametrize(
    ("pasted", "addresses"),
    [
        ("a@x.ie, b@x.ie; c@x.ie", ["a@x.ie", "b@x.ie", "c@x.ie"]),
        ("Ní Bhriain, Máire <m@x.ie>\n\nb@x.ie,", ["m@x.ie", "", "b@x.ie"]),
        ('"Ó Sé, Pól" <pol@x.ie>, b@x.ie', ["pol@x.ie", "b@x.ie"]),
    ],
)
def test_a_pasted_list_is_read_as_people_paste_it(pasted: str, addresses: list[str]) -> None:
    assert not row_status.is_table(pasted)
    entries = row_status.split_entries(pasted)
    assert [row_status.parse_entry(entry)[0] if entry else "" for entry in entries] == addresses


@pytest.mark.parametrize(
    "pasted",
    ["Name\tEmail\nUna\tuna@hse.ie", "Name, Email\nUna, una@hse.ie", "Una, una@hse.ie, Cork\n\n"],
)
def test_what_is_copied_from_a_sheet_is_a_table(pasted: str) -> None:
    assert row_status.is_table(pasted)


def test_what_cannot_be_seen_in_a_cell_does_not_count() -> None:
    assert fields.tidy_text("\ufeff una\u200b@hse.ie\u00a0") == "una@hse.ie"
    assert fields.tidy_text("Una\r\n\vBreen\ufe0f\u2800") == "Una Breen"


def test_a_row_is_a_repeat_of_one_above_however_it_is_written() -> None:
    found = row_status.classify_rows(
        [PersonRow(1, "una@hse.ie"), PersonRow(2, "Una <UNA@hse.ie>"), PersonRow(3, "x")]
    )
    assert [row.kind for row in found] == ["new", "repeat", "invalid"]


@pytest.mark.parametrize("kind", ["xlsx", "csv", "excel"])
def test_a_messy_list_of_2000_rows_adds_up_to_2000(kind: str) -> None:
    lines, wanted = invitation_list.rows([], [])
    content = {
        "xlsx": lambda: invitation_list.workbook(lines),
        "csv": lambda: invitation_list.text(lines),
        "excel": lambda: invitation_list.text(lines, ";", "cp1252"),
    }[kind]()
    begun = time.process_time()
    assert kinds(list_files.read_file(content).sheets[-1]) == wanted
    assert sum(wanted.values()) == 2_000
    assert time.process_time() - begun < 2
