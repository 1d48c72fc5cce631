"""Reads an Excel workbook: its visible sheets, and what of it is hidden."""

import re
from contextlib import suppress
from io import BytesIO
from typing import Any

from comhar.fields import tidy_text
from comhar.invitations.sheets import (
    LAST_ROW,
    MAX_CELL,
    MAX_COLUMNS,
    ListFile,
    ListUnreadable,
    Sheet,
    too_much,
)

MAX_SHEETS = 20  # read of a workbook: to open one is to read it
_LONGEST_NAME = 60  # of a sheet: Excel allows 31
_MAX_UNPACKED = 16 * 1024 * 1024  # bytes that a workbook may unpack to
_MAX_TAGS = 1_000_000  # in all its parts; 5,000 rows of ten columns have half as many
# No workbook has entities, and they may stand for gigabytes.
_ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)")
# Strict Open XML has other names for the same things, which openpyxl does not know.
_STRICT = re.compile(
    rb"http://purl\.oclc\.org/ooxml/(spreadsheetml|officeDocument)(/main|/relationships)"
)
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006\2"
_AS_XLSX = "Save it as “Excel Workbook (.xlsx)”, and choose that file."
# A part that only this kind of file has, and what to say of it.
_OTHERS = (
    (r"xl/workbook\.bin", f"This is an Excel Binary Workbook (.xlsb). {_AS_XLSX}"),
    (r"content\.xml", f"This is an OpenDocument file, like .ods. {_AS_XLSX}"),
    (
        r"Index/.*\.iwa|Index\.zip",
        "This is a Numbers file. Export it to Excel, and choose that file.",
    ),
    (r"word/document\.xml", "This is a Word document. Copy the list from it into the box above."),
    (r".*\.(csv|xlsx?|txt)", "This is a zip folder. Unpack it, and choose the list that is in it."),
)
_Rows = dict[int, dict[int, str]]


def read_workbook(content: bytes) -> ListFile:
    """The visible sheets with any cells; formulas give their value when last saved.

    Raises:
        ListUnreadable: it is damaged, another kind of file, or reading it would take long.
    """
    import warnings

    unpacked = _unpack(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts that are not read
        try:
            return _read_sheets(unpacked)
        except ListUnreadable:
            raise
        except Exception as error:  # a broken file may raise anything in the library
            raise _damaged() from error


def _read_sheets(unpacked: BytesIO) -> ListFile:
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    reader = ExcelReader(unpacked, read_only=True, data_only=True)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    with suppress(Exception):  # it says which numbers are dates, and a list needs none
        apply_stylesheet(reader.archive, reader.wb)
    hidden: list[str] = []
    visible: dict[str, str] = {}  # names by part, for one may be named many times
    for sheet, part in reader.parser.find_sheets():
        if sheet.state != "visible":
            hidden.append(sheet.name)
        elif part.target in reader.valid_files and "worksheet" in part.Type:
            visible.setdefault(part.target, tidy_text(sheet.name)[:_LONGEST_NAME])
    first, others = list(visible.items())[:MAX_SHEETS], list(visible.values())[MAX_SHEETS:]
    sheets = [_read_sheet(reader, part, name) for part, name in first]
    return ListFile([sheet for sheet in sheets if sheet.rows], hidden, others)


def _read_sheet(reader: Any, part: str, name: str) -> Sheet:
    from openpyxl.worksheet._reader import WorkSheetParser

    wb = reader.wb
    with reader.archive.open(part) as source:
        parser = WorkSheetParser(
            source, reader.shared_strings, True, wb.epoch, wb._date_formats, wb._timedelta_formats
        )
        rows, hidden, merges = _parse(parser)
    _fill_down(rows, merges)
    hidden_columns: dict[int, str] = {}
    for columns in parser.column_dimensions.values():
        if _is_hidden(columns):
            last = min(int(columns["max"]), MAX_COLUMNS)
            hidden_columns |= dict.fromkeys(range(int(columns["min"]), last + 1), "")
    for cells in rows.values():
        for column in hidden_columns.keys() & cells.keys():
            text = cells.pop(column)
            hidden_columns[column] = hidden_columns[column] or text
    return Sheet(
        {
            number: [cells.get(at, "") for at in range(1, max(cells) + 1)]
            for number, cells in rows.items()
            if cells
        },
        name,
        frozenset(hidden),
        [tidy_text(text) for text in hidden_columns.values() if text],
    )


def _parse(parser: Any) -> tuple[_Rows, set[int], list[str]]:
    """The texts of a sheet by row and column, its hidden rows and merged ranges.

    The library's own loop reads the rest of the sheet as well, and stops where that is odd.
    """
    from openpyxl.worksheet import _reader

    rows: _Rows = {}
    hidden: set[int] = set()
    merges: list[str] = []
    for _, element in _reader.iterparse(parser.source):
        if element.tag == _reader.ROW_TAG:
            number, cells = parser.parse_row(element)
            texts = {cell["column"]: _cell_text(cell["value"]) for cell in cells}
            texts = {at: text for at, text in texts.items() if text.strip() and at <= MAX_COLUMNS}
            if texts and number > LAST_ROW:
                raise too_much()
            if texts:
                rows[number] = texts
            if _is_hidden(parser.row_dimensions.pop(str(number), {})):
                hidden.add(number)
        elif element.tag == _reader.COL_TAG:
            parser.parse_column_dimensions(element)
        elif element.tag == _reader.MERGE_TAG:
            merges = [merge.get("ref") for merge in element]
        else:
            continue
        element.clear()
    return rows, hidden, merges


def _fill_down(rows: _Rows, merges: list[str]) -> None:
    """A merged cell's text holds for each of its rows that has any other."""
    from openpyxl.utils.cell import range_boundaries

    steps, end = 0, max(rows, default=0)
    for merge in merges:
        column, first, _, last = range_boundaries(merge)
        text = rows.get(first, {}).get(column, "")
        for row in range(first + 1, min(last, end) + 1) if text else ():
            if row in rows:
                rows[row].setdefault(column, text)
            steps += 1
        if steps > _MAX_TAGS:  # none overlap in a sound file
            raise too_much()


def _is_hidden(attributes: dict[str, str]) -> bool:
    return attributes.get("hidden") in ("1", "true")


def _cell_text(value: Any) -> str:
    from openpyxl.utils.escape import unescape

    if value is None:
        return ""
    if isinstance(value, str):
        return unescape(value[:MAX_CELL])  # `_x000D_` is the end of a line
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).removesuffix(" 00:00:00")[:MAX_CELL]  # a date without a time


def _unpack(content: bytes) -> BytesIO:
    """The workbook unpacked; a part that says it is smaller than it is ends there.

    Raises:
        ListUnreadable: it is damaged, another kind of file, or reading it would take long.
    """
    import zipfile

    unpacked_file = BytesIO()
    try:
        with (
            zipfile.ZipFile(BytesIO(content)) as packed,
            zipfile.ZipFile(unpacked_file, "w") as unpacked,
        ):
            parts = packed.infolist()
            _require_workbook(packed.namelist())
            if len(parts) > 1_000 or sum(part.file_size for part in parts) > _MAX_UNPACKED:
                raise too_much()
            for part in parts:
                with packed.open(part) as file:
                    content = file.read(part.file_size)
                if _ENTITIES.search(content.replace(b"\0", b"")):  # in UTF-16, too
                    raise _damaged()
                unpacked.writestr(part.filename, _STRICT.sub(_TRANSITIONAL, content))
    except ListUnreadable:
        raise
    except Exception as error:  # as above
        raise _damaged() from error
    if unpacked_file.getvalue().count(b"<") > _MAX_TAGS:
        raise too_much()
    return unpacked_file


def _require_workbook(names: list[str]) -> None:
    """Says of other files that are zipped what they are."""
    if "xl/workbook.xml" in names:
        return
    for part, words in _OTHERS:
        if any(re.fullmatch(part, name, re.IGNORECASE) for name in names):
            raise ListUnreadable(words)


def _damaged() -> ListUnreadable:
    return ListUnreadable(
        "This workbook is damaged, or it is none. Open it in Excel, save it as .xlsx, and choose it "
        "again."
    )
