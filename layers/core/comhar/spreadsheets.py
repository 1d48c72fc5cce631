"""CSV and XLSX files: cells that say what was typed and do no harm.

A cell's type comes from the value that is given, never from how a text looks: a text stays a text.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

Cell = str | int | float | date | None  # a datetime is wall time; None leaves a cell empty

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - some programs read the full-width ones too
_A4 = 9
_RESERVED = "history"  # Excel keeps this name of a sheet for itself, and repairs the file


def defuse(cell: Cell) -> Cell:
    """Puts an apostrophe before a text that a spreadsheet would run as a formula.

    Numbers stay numbers.
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def csv_file(rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte order mark, or Excel breaks every fada.

    A date is 2027-01-31.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([defuse(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def workbook(file: io.BytesIO, **options: Any) -> Any:
    """A workbook made in memory: nothing of it is ever written to a disk.

    Its options are copied, because XlsxWriter adds to what they hold, and the next file would differ.
    """
    from xlsxwriter import Workbook  # 144 ms: only who makes a file pays for it

    return Workbook(file, {"in_memory": True, **deepcopy(options)})


def add_sheet(book: Any, name: str) -> Any:
    """Adds a sheet that prints on A4.

    Raises:
        ValueError: Excel keeps this name for itself.
    """
    if name.casefold() == _RESERVED:
        raise ValueError(f"a sheet cannot be called {name}")
    sheet = book.add_worksheet(name)
    sheet.set_paper(_A4)
    sheet.ignore_errors(
        {"number_stored_as_text": "A1:XFD1048576"}
    )  # a text that is one, such as 007
    return sheet


def write_cell(sheet: Any, row: int, column: int, cell: Cell, shape: Any = None) -> None:
    """Writes one cell; None leaves it empty.

    Never `sheet.write`, which guesses from how a text looks. A date needs a `shape` that shows one.
    """
    if isinstance(cell, str):
        _write_text(sheet, row, column, str(defuse(cell)), shape)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, shape)
    elif cell is not None:
        sheet.write_number(row, column, cell, shape)


def _write_text(sheet: Any, row: int, column: int, text: str, shape: Any) -> None:
    """Writes a text whose lines end as in every other program's cells.

    What looks like XlsxWriter's own markup would be taken for it, and is written in two parts, which no
    reader tells from one.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("<r>") and text.endswith("</r>"):
        from xlsxwriter.format import Format

        parts = [text[:1], Format(), text[1:]]
        sheet.write_rich_string(row, column, *parts, *([shape] if shape else []))
    else:
        sheet.write_string(row, column, text, shape)
