"""Owns how a file or a pasted text becomes a table: rows of cells, each cell a text."""

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

MOST_ROWS = 5_000
_FAR_BELOW = 20_000  # where no list is looked for
_COLUMNS = 50
_CELL = 500  # characters
_UNPACKED = 16 * 1024 * 1024  # bytes that a workbook may unpack to
_TAGS = 1_000_000  # that its parts may hold: 5,000 rows of ten columns have half as many
_SHEETS = 20  # that are read of a workbook
_ENTITIES = re.compile(
    rb"<!(DOCTYPE|ENTITY)"
)  # no workbook has them, and they may stand for gigabytes
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ODD = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_ADDRESS = re.compile(r"\s*\"?[^\s,;\"]+@[^\s,;\"]+\"?\s*")

Table = list[list[str]]


class Unreadable(ValueError):
    """Why a file cannot be read, in words for people."""


def uploaded(content: bytes) -> Table:
    """The rows of a workbook's first sheet that has any, or of a text file with separators.

    Raises Unreadable.
    """
    if not content.strip():
        raise Unreadable("This file is empty. Choose another one.")
    if content.startswith(_OLD_OFFICE):
        raise Unreadable(
            "This is an old Excel file, or it has a password. Save it as .xlsx without a password, "
            "and choose it again."
        )
    return _workbook(content) if content.startswith(_ZIP) else separated(_decoded(content))


def separated(text: str) -> Table:
    """The rows of text whose cells are parted by commas, semicolons or tabs, whichever fits best.

    Raises Unreadable.
    """
    separator = re.match(r"sep=(.)\r?\n", text)  # how Excel notes its separator
    if separator:
        return _parted(text[separator.end() :], separator[1])
    return _parted(text, max("\t;,", key=lambda separator: _fit(text, separator)))


def _fit(text: str, separator: str) -> tuple[int, int]:
    """How many cells are an address and nothing else, and how many rows are of one width."""
    rows = _parted(text[:20_000], separator)[:100]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    clean = sum(bool(_ADDRESS.fullmatch(cell)) for row in rows for cell in row)
    return clean, max(widths.values(), default=0)


def _parted(text: str, separator: str) -> Table:
    """Where the quotes make no sense they are characters like others: no row may hide another."""
    import csv

    for quotes in ({"strict": True}, {"quoting": csv.QUOTE_NONE}):
        try:
            reader = csv.reader(StringIO(text, newline=""), delimiter=separator, **quotes)
            return whole([cell[:_CELL] for cell in row[:_COLUMNS]] for row in reader)
        except csv.Error:
            continue
    raise Unreadable("We could not read this list. Save it as .xlsx or .csv, and choose it again.")


def _decoded(content: bytes) -> str:
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _ODD.search(text):
            return text
    raise Unreadable(
        "This is not a list that we can read. Save it as .xlsx or .csv, and choose it again."
    )


def _encodings(content: bytes) -> Iterator[str]:
    """Those that the file may be in: as its first bytes say, else UTF-8 and what Windows writes."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "utf-16"
    elif content[1::2].count(0) * 2 > len(content) // 2:
        yield "utf-16-le"
    elif content[::2].count(0) * 2 > len(content) // 2:
        yield "utf-16-be"
    else:
        yield from ("utf-8-sig", "cp1252")


def _workbook(content: bytes) -> Table:
    """The first sheet with anything in it. Formulas give what they came to when it was last saved."""
    import warnings

    unpacked = _unpacked(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is beside the cells, and not read
        try:
            for sheet in _sheets(unpacked):
                sheet.reset_dimensions()  # what the file says of its size may be wrong
                rows = sheet.iter_rows(values_only=True)
                if found := whole([_text(value) for value in row[:_COLUMNS]] for row in rows):
                    return found
        except Unreadable:
            raise
        except Exception as wrong:  # whatever a broken file makes of the library
            raise _broken() from wrong
    raise Unreadable(
        f"There is nothing in this workbook, as far as we read: its first {_SHEETS} sheets. Choose another "
        "one."
    )


def _sheets(unpacked: BytesIO) -> list[Any]:
    """The first sheets. Opening one is to read it, so that many, or one many times, would take long."""
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    reader = ExcelReader(unpacked, read_only=True, data_only=True)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)  # by which a number is a day
    first = {
        part.target: (sheet, part) for sheet, part in islice(reader.parser.find_sheets(), _SHEETS)
    }
    reader.parser.find_sheets = first.values
    reader.read_worksheets()
    found: list[Any] = reader.wb.worksheets
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value[:_CELL]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).removesuffix(" 00:00:00")[:_CELL]  # of a day without an hour


def _unpacked(content: bytes) -> BytesIO:
    """The workbook with its parts unpacked, which are then what they seem: a part that says of itself
    to be smaller than it is ends where it said. Raises Unreadable, also where reading would take long."""
    import zipfile

    found = BytesIO()
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed, zipfile.ZipFile(found, "w") as unpacked:
            parts = packed.infolist()
            if len(parts) > 1_000 or sum(part.file_size for part in parts) > _UNPACKED:
                raise _endless()
            for part in parts:
                with packed.open(part) as file:
                    content = file.read(part.file_size)
                if _ENTITIES.search(content.replace(b"\0", b"")):  # in UTF-16, too
                    raise _broken()
                unpacked.writestr(part.filename, content)
    except Unreadable:
        raise
    except Exception as wrong:  # as above
        raise _broken() from wrong
    if found.getvalue().count(b"<") > _TAGS:
        raise _endless()
    return found


def _endless() -> Unreadable:
    return Unreadable(
        "There is much more in this file than a list. Copy the list into a new one, and choose that."
    )


def _broken() -> Unreadable:
    return Unreadable(
        "This workbook is damaged, or it is none. Open it in Excel, save it as .xlsx, and choose it "
        "again."
    )


def whole(rows: Iterable[list[str]]) -> Table:
    """The rows without the blank ones at the end, which may be many: a sheet keeps what is nothing
    but a format. Raises Unreadable where the others are more than 5,000."""
    found: Table = []
    for number, row in enumerate(rows, 1):
        if number > _FAR_BELOW:
            raise _endless()
        if not any(map(str.strip, row)):
            continue
        if number > MOST_ROWS:
            raise Unreadable(
                f"A list can have {MOST_ROWS:,} rows. Part it, and send one after another."
            )
        found += [[] for _ in range(number - 1 - len(found))]
        found.append(row)
    return found
