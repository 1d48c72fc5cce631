"""Lists as other programs write them: everybody who can be seen is read, and what is left out is said."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from comhar.invitations import people_lists, row_status
from comhar.invitations.people_lists import People
from comhar.invitations.row_status import Row
from comhar.invitations.sheets import ListUnreadable
from tests.support import exported_lists
from tests.support.exported_lists import EXPORTS, SEAN, UNA, Export, sheets, text, workbook

FOLDER = Path(__file__).parents[1] / "data" / "lists"
MAIRE = ("maire.c1@example.org", "Máire Ní Bhriain")
SEAN_C1 = ("sean.c1@example.org", "Seán Ó Súilleabháin")
HIDDEN = " To include what is hidden, show it in Excel, save it and check it again."


def read(content: bytes) -> tuple[People, list[Row]]:
    people = people_lists.read_file(content)
    return people, row_status.classify_rows(people.rows)


def case(name: str) -> tuple[People, list[Row]]:
    return read((FOLDER / name).read_bytes())


def named(rows: list[Row]) -> list[tuple[str, str]]:
    return [(row.email, row.name) for row in rows if row.kind == "new"]


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.program)
def test_everybody_is_read_from_what_other_programs_export(export: Export) -> None:
    people, rows = read(export.make())
    assert named(rows) == export.people
    kinds = [row.kind for row in rows]
    assert (kinds.count("invalid"), kinds.count("repeat")) == (export.invalid, export.repeat)
    assert people.doubt == ""


# --- Sheets


def test_every_visible_sheet_with_addresses_is_read_and_named() -> None:
    people, rows = case("six_sheets.xlsx")
    regions = ["DNE", "DML", "DSE", "SW", "MW", "WNW"]
    assert people.sheets == [(name, 2) for name in regions]
    assert [row.email for row in rows] == [
        f"{who}.{name.lower()}@example.org" for name in regions for who in "ab"
    ]
    assert [(row.number, row.source, row.region) for row in rows[:3]] == [
        (2, "DNE", "DNE"), (3, "DNE", "DNE"), (2, "DML", "DML"),
    ]  # fmt: skip
    assert people.notes == []


def test_what_is_left_out_of_several_sheets_is_named() -> None:
    notes_sheet = [["Questions? Write to the office@example.org before Friday"], ["Total", 2]]
    people, rows = read(
        sheets(
            {
                "Cork": [["Email"], [UNA[0]]],
                "Notes": notes_sheet,
                "Old": [["Email"], ["gone@example.org"]],
                "Kerry": [["Name", "Work email", "Manager email"], [SEAN[1], SEAN[0], UNA[0]]],
            },
            hidden=("Old",),
        )
    )
    assert [(row.email, row.source) for row in rows] == [(UNA[0], "Cork"), (SEAN[0], "Kerry")]
    assert people.sheets == [("Cork", 1), ("Kerry", 1)]
    assert people.notes == [
        "Columns that we have no use for: Manager email.",
        "Sheet without email addresses: “Notes”.",
        "Hidden sheet: “Old”." + HIDDEN,
    ]


@pytest.mark.parametrize(
    ("name", "sheet", "notes"),
    [
        ("hidden_first.xlsx", "Members", ["Hidden sheet: “Lookups”." + HIDDEN]),
        ("numbers_export.xlsx", "Sheet 1", ["Sheet without email addresses: “Export Summary”."]),
    ],
)
def test_the_sheet_that_has_the_addresses_is_found(name: str, sheet: str, notes: list[str]) -> None:
    people, rows = case(name)
    assert people.sheets == [(sheet, 2)]
    assert named(rows) == [MAIRE, SEAN_C1]
    assert [row.source for row in rows] == ["", ""]
    assert people.notes == notes


def test_a_list_that_is_hidden_altogether_is_refused_with_what_to_do() -> None:
    hidden = sheets({"Cover": [["Members"]], "List": [["Email"], [UNA[0]]]}, hidden=("List",))
    with pytest.raises(ListUnreadable, match=r"apart from what is hidden\. Show all sheets, rows"):
        people_lists.read_file(hidden)


# --- Rows, columns and merged cells


def test_filtered_rows_are_left_out_and_that_is_said() -> None:
    people, rows = case("filtered.xlsx")
    assert named(rows) == [("a.fl@example.org", "A")]
    assert people.notes[1:] == ["1 hidden or filtered row: row 3." + HIDDEN]


def test_a_merged_value_holds_for_its_rows() -> None:
    people, rows = case("merged_hidden.xlsx")
    assert [(row.email, row.region) for row in rows] == [
        ("a.c7@example.org", "SW"),
        ("b.c7@example.org", "SW"),
    ]
    assert people.notes == ["1 hidden or filtered row: row 4." + HIDDEN]


def test_hidden_rows_and_columns_and_merged_cells_of_xlsxwriter_are_known() -> None:
    lines = [
        ["Region", "Name", "Email", "Personal email"],
        ["", "Úna Breen", "una.breen@example.org", "una@example.net"],
        ["", "Seán Ó Súilleabháin", "sean@example.org", "s@example.net"],
        ["", "Ben", "ben@example.org", ""],
        ["", "", "", ""],
        ["Mid West", "Cian", "cian@example.org", ""],
    ]
    content = workbook(
        *lines, hidden=[4, 5], merged=[("A2", "A5", "South West")], hidden_column="D:D"
    )
    people, rows = read(content)
    assert [(row.number, row.email, row.region) for row in rows] == [
        (2, UNA[0], "SW"), (3, SEAN[0], "SW"), (6, "cian@example.org", "MW"),
    ]  # fmt: skip
    assert people.notes == [
        "1 hidden or filtered row: row 4.",
        "Hidden column: Personal email." + HIDDEN,
    ]


def test_headers_may_be_two_rows_of_merged_cells() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (
        ["Community of Practice 2027"],
        ["Region", "Contact", None],
        [None, "Name", "Email"],
        ["South West", "Úna Breen", "una.breen@example.org"],
    ):
        sheet.append(line)
    for merged in ("A1:C1", "A2:A3", "B2:C2"):
        sheet.merge_cells(merged)
    file = io.BytesIO()
    book.save(file)
    _, [row] = read(file.getvalue())
    assert (row.email, row.name, row.region) == (*UNA, "SW")


def test_strict_open_xml_is_read() -> None:
    _, rows = case("strict.xlsx")
    assert named(rows) == [MAIRE, SEAN_C1]
    _, again = read(strict(workbook(["Name", "Email"], ["Úna Breen", UNA[0]])))
    assert named(again) == [UNA]


def strict(content: bytes) -> bytes:
    """The workbook with the names of Strict Open XML (ISO/IEC 29500, as Excel 2013 and later save)."""
    import zipfile

    old, file = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for kind, place in (("spreadsheetml", "main"), ("officeDocument", "relationships")):
                part = part.replace(
                    f"http://schemas.openxmlformats.org/{kind}/2006/{place}".encode(),
                    f"http://purl.oclc.org/ooxml/{kind}/{place}".encode(),
                )
            new.writestr(name, part)
    return file.getvalue()


# --- Columns


@pytest.mark.parametrize(
    ("headers", "line", "person", "note"),
    [
        (["Email", "Work email"], ["", UNA[0]], (UNA[0], ""), None),
        (["Email 1", "Email 2", "Name"], [UNA[0], "u@example.net", UNA[1]], UNA, "in “Email 2”"),
        (["Email (home)", "Email (work)"], ["n/a", UNA[0]], (UNA[0], ""), "no use for: Email (home)"),
        (["Email", "Line manager's email"], [UNA[0], SEAN[0]], (UNA[0], ""), "no use for: Line man"),
        (["Name", "Surname", "Email"], ["Úna", "Breen", UNA[0]], UNA, None),
        (["Name", "Surname", "Email"], ["Úna Breen", "Breen", UNA[0]], UNA, None),
        (["Name", "Email"], ["Breen, Úna (HSE South West)", UNA[0]], UNA, None),
        (["Name", "Email"], ["Ní Bhriain, Máire Áine", UNA[0]], (UNA[0], "Máire Áine Ní Bhriain"), None),
        (["Name", "Email"], ["Úna Breen, Cork", UNA[0]], (UNA[0], "Úna Breen, Cork"), None),
        (["Name", "Email"], ["Úna\nBreen", UNA[0]], UNA, None),
        (["Name", "Email"], ["Úna_x000D_\nBreen", f"{UNA[0]}_x000D_"], UNA, None),
        (["Name", "Email"], ["Úna O’Brien", "o’brien@example.org"], ("o'brien@example.org", "Úna O’Brien"),
         None),
        (["Name", "Email", "Contact by"], ["Úna Breen", UNA[0], "Email"], UNA, "no use for: Contact by"),
    ],
)  # fmt: skip
def test_columns_and_cells_are_read_as_people_fill_them_in(
    headers: list[Any], line: list[Any], person: tuple[str, str], note: str | None
) -> None:
    people, rows = read(sheets({"List": [headers, line]}))
    assert named(rows) == [person]
    assert (note in people.notes[0]) if note else (people.notes == [])


def test_an_answer_that_reads_like_a_header_is_a_persons() -> None:
    lines = [
        ["Name", "Email", "Contact by"],
        ["Ben", "not known", "Email"],
        ["Úna Breen", UNA[0], ""],
    ]
    _, rows = read(sheets({"List": lines}))
    assert [row.kind for row in rows] == ["invalid", "new"]


def test_headers_that_are_repeated_further_down_are_no_person() -> None:
    lines = [["Cork"], ["Name", "Email"], ["Úna Breen", UNA[0]], [], ["Kerry"], ["Email", "Name"],
             [SEAN[0], SEAN[1]]]  # fmt: skip
    _, rows = read(sheets({"List": lines}))
    assert [(row.number, row.email, row.name) for row in rows] == [(3, *UNA), (7, *SEAN)]


# --- Letters


def test_the_charset_of_excel_for_mac_is_known_by_its_letters() -> None:
    people, rows = case("mac_cr_macroman.csv")
    assert (named(rows), people.doubt) == ([MAIRE, SEAN_C1], "")
    assert [row.region for row in rows] == ["SW", "SW"]


@pytest.mark.parametrize("charset", ["cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize(
    "name",
    [
        "Bríd Ní Chonchúir",
        "AOIFE NÍ BHRIAIN",
        "ÉAMON Ó SÉ",
        "Úna",
        "Pól Ó hÉanaí",
        "Sé",
        "Zoë Müller Ó Sé",
        "Dónal",
    ],
)
def test_names_are_right_in_each_charset_of_excel(name: str, charset: str) -> None:
    people, rows = read(text("Name,Email", f"{name},{UNA[0]}", encoding=charset, end="\r"))
    assert (named(rows), people.doubt) == ([(UNA[0], name)], "")


@pytest.mark.parametrize("name", ["Una O’Brien", "Una “Úna” Breen", "Una – Cork"])
@pytest.mark.parametrize("charset", ["cp1252", "mac_roman"])
def test_quotes_and_dashes_tell_the_charset_as_well(name: str, charset: str) -> None:
    people, rows = read(text("Name,Email", f"{name},{UNA[0]}", encoding=charset))
    assert (named(rows), people.doubt) == ([(UNA[0], name)], "")


def test_where_the_letters_do_not_tell_the_office_is_asked() -> None:
    for name, charset in (("Zoë", "cp850"), ("Eilís", "mac_roman"), ("Una’s friend", "cp1252")):
        people, _ = read(text("Name,Email", f"{name},{UNA[0]}", encoding=charset))
        assert people.doubt[:2] == name[:2]


# --- Pasted text


@pytest.mark.parametrize(
    "pasted",
    [
        "Breen, Úna (HSE South West) <una.breen@example.org>; Ó Súilleabháin, Seán <sean@example.org>",
        "Úna Breen <una.breen@example.org>\vSeán Ó Súilleabháin <sean@example.org>",
        "Name\tEmail\vÚna Breen\tuna.breen@example.org\vSeán Ó Súilleabháin\tsean@example.org",
        "“Úna Breen” <mailto:una.breen@example.org>,\u2028'Seán Ó Súilleabháin' <sean@example.org.>",
    ],
)
def test_what_is_pasted_from_outlook_and_word_is_read(pasted: str) -> None:
    rows = row_status.classify_rows(people_lists.read_text(pasted).rows)
    assert named(rows) == [UNA, SEAN]


def test_rows_of_a_file_and_a_text_are_told_apart() -> None:
    parts = {
        "File": people_lists.read_file(text("Email", UNA[0])),
        "Pasted text": people_lists.read_text(SEAN[0]),
    }
    rows = people_lists.join(parts).rows
    assert [(row.number, row.source) for row in rows] == [(2, "File"), (1, "Pasted text")]


def test_there_are_as_many_shapes_as_the_names_say() -> None:
    assert len({export.program for export in EXPORTS}) == len(EXPORTS) >= 25
    assert exported_lists.OUTLOOK.index("E-mail Address") == 58
