"""Reads a file or a pasted text as tables: rows of cells, each cell a text."""

import codecs
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from io import StringIO

from comhar.invitations import charsets, workbooks
from comhar.invitations.sheets import (
    LAST_ROW,
    MAX_CELL,
    MAX_COLUMNS,
    ListFile,
    ListUnreadable,
    Sheet,
    too_much,
)

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ODD = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_MARKUP = re.compile(r"\s*<(\?xml|!doctype|html|table|meta)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*\"?[^\s,;\"]+@[^\s,;\"]+\"?\s*")


def read_file(content: bytes) -> ListFile:
    """The sheets of an Excel file, or the one table of a text file.

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
    if content.startswith(_ZIP):
        return workbooks.read_workbook(content)
    decoded = _decode(content)
    if _MARKUP.match(decoded.text):
        raise ListUnreadable(
            "This is a web page, whatever its name ends in. Open it in Excel, save it as .xlsx, and "
            "choose it again."
        )
    return ListFile([read_text(decoded.text)], doubt=decoded.doubt)


def read_text(text: str) -> Sheet:
    """The rows of a text; its cells are parted by commas, semicolons or tabs.

    Whichever fits best.

    Raises:
        ListUnreadable: it makes no sense as a table, or is too long.
    """
    separator = re.match(r"sep=(.)(\r\n?|\n)", text)  # how Excel notes its separator
    if separator:
        return Sheet(_read_csv(text[separator.end() :], separator[1]))
    return Sheet(_read_csv(text, max("\t;,", key=lambda separator: _fit(text, separator))))


def _fit(text: str, separator: str) -> tuple[int, int]:
    """How many cells are just an address, and how many rows are of one width."""
    rows = list(_read_csv(text[:20_000], separator).values())[:100]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    clean = sum(bool(_ADDRESS.fullmatch(cell)) for row in rows for cell in row)
    return clean, max(widths.values(), default=0)


def _read_csv(text: str, separator: str) -> dict[int, list[str]]:
    """Quotes that make no sense are ordinary characters: no row may hide another."""
    import csv

    for quotes in ({"strict": True}, {"quoting": csv.QUOTE_NONE}):
        reader = csv.reader(StringIO(text, newline=""), delimiter=separator, **quotes)
        try:
            return _number_rows([cell[:MAX_CELL] for cell in row[:MAX_COLUMNS]] for row in reader)
        except csv.Error:
            continue
    raise ListUnreadable(
        "We could not read this list. Save it as .xlsx or .csv, and choose it again."
    )


def _number_rows(rows: Iterable[list[str]]) -> dict[int, list[str]]:
    """The rows that have any text, by their number from 1."""
    numbered: dict[int, list[str]] = {}
    for number, row in enumerate(rows, 1):
        if any(map(str.strip, row)):
            if number > LAST_ROW:
                raise too_much()
            numbered[number] = row
    return numbered


def _decode(content: bytes) -> charsets.Guess:
    encoding = _find_unicode(content)
    decoded: charsets.Guess | None = None
    with suppress(UnicodeDecodeError):
        decoded = charsets.Guess(content.decode(encoding))
    if decoded is None and encoding == "utf-8-sig":
        decoded = charsets.guess(content)
    if decoded is None or _ODD.search(decoded.text):
        raise ListUnreadable(
            "This is not a list that we can read. Save it as .xlsx or .csv, and choose it again."
        )
    return decoded


def _find_unicode(content: bytes) -> str:
    """The kind of Unicode, as the first bytes or the zeros say; UTF-8 where they do not."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if content[1::2].count(0) * 2 > len(content) // 2:
        return "utf-16-le"
    if content[::2].count(0) * 2 > len(content) // 2:
        return "utf-16-be"
    return "utf-8-sig"
