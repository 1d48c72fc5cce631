"""Owns how a member's data becomes a spreadsheet: one sheet a kind of thing, to be read by people."""

import io
import json
import re
from typing import Any

from comhar import data
from comhar.sheets import Cell, defused
from comhar.words import moment, short_day

_LONGEST = 32_000  # characters; a cell holds 32,767
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d\.\d+Z)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WIDE = ("words", "description", "feelings", "evaluation", "analysis", "conclusion", "action_plan")


def as_xlsx(parts: dict[str, list[dict[str, Any]]]) -> bytes:
    """The parts as sheets in the order of data/takeout.json; first, what there is and is not."""
    from xlsxwriter import Workbook  # 144 ms: only who makes a file pays for it

    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(memory, options) as book:
        _contents(book, parts)
        for each in data.load("takeout")["parts"]:
            rows = parts[each["key"]]
            if rows:
                _sheet(book, each["title"], _turned(rows[0]) if each["key"] == "record" else rows)
    return memory.getvalue()


def _contents(book: Any, parts: dict[str, list[dict[str, Any]]]) -> None:
    told = data.load("takeout")
    listed = [
        {"what": each["title"], "how_many": len(parts[each["key"]]), "about": each["about"]}
        for each in told["parts"]
    ]
    left = [
        {"what": each["what"], "how_many": "not included", "about": each["why"]}
        for each in told["left_out"]
    ]
    _sheet(book, "Contents", listed + left, wide=("about",))


def _turned(row: dict[str, Any]) -> list[dict[str, Any]]:
    """A record reads better downwards."""
    return [{"what": _title(name), "held": value} for name, value in row.items()]


def _sheet(
    book: Any, title: str, rows: list[dict[str, Any]], wide: tuple[str, ...] = _WIDE
) -> None:
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    columns = list(dict.fromkeys(name for row in rows for name in row))
    for column, name in enumerate(columns):
        sheet.write_string(0, column, _title(name), bold)
        sheet.set_column(column, column, 60 if name in wide else 26)
        for line, row in enumerate(rows, start=1):
            _write(sheet, line, column, row.get(name), wrap)
    sheet.freeze_panes(1, 0)


def _write(sheet: Any, line: int, column: int, value: Any, shape: Any) -> None:
    cell = _cell(value)
    if isinstance(cell, str):
        sheet.write_string(line, column, cell, shape)
    elif cell is not None:
        sheet.write_number(line, column, cell, shape)


def _cell(value: Any) -> Cell:
    """A value as a person reads it, and so that no program runs it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False, indent=1)
    if isinstance(value, str):
        if _INSTANT.fullmatch(value):
            return moment(value.replace("Z", "+00:00"))
        if _DAY.fullmatch(value):
            return short_day(value)
        if len(value) > _LONGEST:
            value = value[:_LONGEST] + " … (the whole text is in the JSON file)"
        return defused(value)
    number: int | float | None = value
    return number


def _title(name: str) -> str:
    return str(defused(name.replace("_", " ").capitalize()))
