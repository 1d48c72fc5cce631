"""Reads a file or a pasted text as a table: rows of cells, each cell a text."""

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

MAX_ROWS = 5_000
_LAST_ROW = 20_000  # below, nothing is read
_MAX_COLUMNS = 50
_MAX_CELL = 500  # characters
_MAX_UNPACKED = 16 * 1024 * 1024  # bytes that a workbook may unpack to
_MAX_TAGS = 1_000_000  # in all its parts; 5,000 rows of ten columns have half as many
_MAX_SHEETS = 20  # read of a workbook
# No workbook has entities, and they may stand for gigabytes.
_ENTITIES = re.compile(rb"<!(DOCTYPE|ENTITY)")
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ODD = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_ADDRESS = re.compile(r"\s*\"?[^\s,;\"]+@[^\s,;\"]+\"?\s*")

Table = list[list[str]]


class ListUnreadable(ValueError):
    """Why a file or a text cannot be read, in words for people."""


def read_file(content: bytes) -> Table:
    """The rows of an Excel file's first sheet with any, or of a text file.

    Raises:
        ListUnreadable: it is neither, or too large.
    """
    if not content.strip():
        raise ListUnreadable("This file is empty. Choose another one.")
    if content.startswith(_OLD_OFFICE):
        raise ListUnreadable(
            "This is an old Excel file, or it has a password. Save it as .xlsx without a password, "
            "and choose it again."
        )
    return _read_workbook(content) if content.startswith(_ZIP) else read_text(_decode(content))


def read_text(text: str) -> Table:
    """The rows of a text; its cells are parted by commas, semicolons or tabs.

    Whichever fits best.

    Raises:
        ListUnreadable: it makes no sense as a table, or is too long.
    """
    separator = re.match(r"sep=(.)\r?\n", text)  # how Excel notes its separator
    if separator:
        return _read_csv(text[separator.end() :], separator[1])
    return _read_csv(text, max("\t;,", key=lambda separator: _fit(text, separator)))


def _fit(text: str, separator: str) -> tuple[int, int]:
    """How many cells are just an address, and how many rows are of one width."""
    rows = _read_csv(text[:20_000], separator)[:100]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    clean = sum(bool(_ADDRESS.fullmatch(cell)) for row in rows for cell in row)
    return clean, max(widths.values(), default=0)


def _read_csv(text: str, separator: str) -> Table:
    """Quotes that make no sense are ordinary characters: no row may hide another."""
    import csv

    for quotes in ({"strict": True}, {"quoting": csv.QUOTE_NONE}):
        try:
            reader = csv.reader(StringIO(text, newline=""), delimiter=separator, **quotes)
            return trim_rows([cell[:_MAX_CELL] for cell in row[:_MAX_COLUMNS]] for row in reader)
        except csv.Error:
            continue
    raise ListUnreadable(
        "We could not read this list. Save it as .xlsx or .csv, and choose it again."
    )


def _decode(content: bytes) -> str:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _ODD.search(text):
            return text
    raise ListUnreadable(
        "This is not a list that we can read. Save it as .xlsx or .csv, and choose it again."
    )


def _encodings(content: bytes) -> Iterator[str]:
    """Encodings to try: as the first bytes say, else UTF-8 and what Windows writes."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "utf-16"
    elif content[1::2].count(0) * 2 > len(content) // 2:
        yield "utf-16-le"
    elif content[::2].count(0) * 2 > len(content) // 2:
        yield "utf-16-be"
    else:
        yield from ("utf-8-sig", "cp1252")


def _read_workbook(content: bytes) -> Table:
    """The first sheet with any cells; formulas give their value when last saved."""
    import warnings

    unpacked = _unpack(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts that are not read
        try:
            for sheet in _sheets(unpacked):
                sheet.reset_dimensions()  # the size in the file may be wrong
                rows = sheet.iter_rows(values_only=True)
                if table := trim_rows(
                    [_cell_text(value) for value in row[:_MAX_COLUMNS]] for row in rows
                ):
                    return table
        except ListUnreadable:
            raise
        except Exception as error:  # a broken file may raise anything in the library
            raise _damaged() from error
    raise ListUnreadable(
        f"There is nothing in this workbook, as far as we read: its first {_MAX_SHEETS} sheets. Choose "
        "another one."
    )


def _sheets(unpacked: BytesIO) -> list[Any]:
    """The first sheets: to open one is to read it, so that many would take long."""
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    reader = ExcelReader(unpacked, read_only=True, data_only=True)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)  # it says which numbers are dates
    first = {
        part.target: (sheet, part)
        for sheet, part in islice(reader.parser.find_sheets(), _MAX_SHEETS)
    }
    reader.parser.find_sheets = first.values
    reader.read_worksheets()
    sheets: list[Any] = reader.wb.worksheets
    return sheets


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:_MAX_CELL]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).removesuffix(" 00:00:00")[:_MAX_CELL]  # a date without a time


def _unpack(content: bytes) -> BytesIO:
    """The workbook unpacked; a part that says it is smaller than it is ends there.

    Raises:
        ListUnreadable: it is damaged, or reading it would take long.
    """
    import zipfile

    unpacked_file = BytesIO()
    try:
        with (
            zipfile.ZipFile(BytesIO(content)) as packed,
            zipfile.ZipFile(unpacked_file, "w") as unpacked,
        ):
            parts = packed.infolist()
            if len(parts) > 1_000 or sum(part.file_size for part in parts) > _MAX_UNPACKED:
                raise _too_much()
            for part in parts:
                with packed.open(part) as file:
                    content = file.read(part.file_size)
                if _ENTITIES.search(content.replace(b"\0", b"")):  # in UTF-16, too
                    raise _damaged()
                unpacked.writestr(part.filename, content)
    except ListUnreadable:
        raise
    except Exception as error:  # as above
        raise _damaged() from error
    if unpacked_file.getvalue().count(b"<") > _MAX_TAGS:
        raise _too_much()
    return unpacked_file


def _too_much() -> ListUnreadable:
    return ListUnreadable(
        "There is much more in this file than a list. Copy the list into a new one, and choose that."
    )


def _damaged() -> ListUnreadable:
    return ListUnreadable(
        "This workbook is damaged, or it is none. Open it in Excel, save it as .xlsx, and choose it "
        "again."
    )


def trim_rows(rows: Iterable[list[str]]) -> Table:
    """The rows without the blank ones at the end.

    Those may be many: a sheet keeps rows that have only a format.

    Raises:
        ListUnreadable: the others are more than 5,000.
    """
    table: Table = []
    for number, row in enumerate(rows, 1):
        if number > _LAST_ROW:
            raise _too_much()
        if not any(map(str.strip, row)):
            continue
        if number > MAX_ROWS:
            raise ListUnreadable(
                f"A list can have {MAX_ROWS:,} rows. Part it, and send one after another."
            )
        table += [[] for _ in range(number - 1 - len(table))]
        table.append(row)
    return table
