"""A member's data as files: JSON, or a spreadsheet with a sheet for each kind."""

import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from comhar import data, spreadsheets
from comhar.dates.dublin_time import stamp
from comhar.formatting import Day, Instant, format_moment, format_short_day, to_wall_time
from comhar.sheet_layout import MOMENT_WIDTH, MOST_LINES, OPTIONS, PAGE, Layout, wrap
from comhar.spreadsheets import Cell

_LONGEST = 32_000  # UTF-16 units; a cell holds 32,767
_FEW_LINES = 8  # of a text that reads well
_NARROW = 16
_WIDTHS = (26, 40, 60, 100)


def as_json(parts: dict[str, list[dict[str, Any]]], now: datetime) -> str:
    """Each part by its key, and what is left out and why."""
    left_out = data.load("data_export")["left_out"]
    filled = {key: [_without_blanks(row) for row in rows] for key, rows in parts.items()}
    return json.dumps(
        {"made_at": stamp(now), **filled, "left_out": left_out}, ensure_ascii=False, indent=2
    )


def _without_blanks(row: dict[str, Any]) -> dict[str, Any]:
    """The row with null for each text that is empty."""
    return {name: None if value == "" else value for name, value in row.items()}


def as_xlsx(parts: dict[str, list[dict[str, Any]]]) -> bytes:
    """The parts as sheets, after a list of contents; in data/data_export.json's order."""
    memory = io.BytesIO()
    with spreadsheets.workbook(memory, **OPTIONS) as book:
        layout = Layout(book, header="Your data in Comhar")
        _add_contents(layout, parts)
        for part in data.load("data_export")["parts"]:
            rows = parts[part["key"]]
            if part["key"] == "record" and rows:
                _add_record(layout, part["title"], rows[0])
            elif rows:
                columns = list(dict.fromkeys(name for row in rows for name in row))
                cells = [[_cell(row.get(name)) for name in columns] for row in rows]
                _add_sheet(layout, part["title"], columns, cells)
    return memory.getvalue()


def _add_contents(layout: Layout, parts: dict[str, list[dict[str, Any]]]) -> None:
    about = data.load("data_export")
    rows: list[Sequence[Cell]] = [
        (part["title"], "yes", len(parts[part["key"]]), part["about"]) for part in about["parts"]
    ]
    rows += [(gap["what"], "no", None, gap["why"]) for gap in about["left_out"]]
    _add_sheet(layout, "Contents", ["what", "included", "how_many", "about"], rows)


def _add_record(layout: Layout, title: str, record: dict[str, Any]) -> None:
    """A record reads better downwards; its dates stand in a column of their own."""
    rows: list[Sequence[Cell]] = []
    for name, value in record.items():
        cell = _cell(value)
        is_date = isinstance(cell, date)
        text = None if is_date or cell is None else str(cell)
        rows.append((_title(name), text, cell if is_date else None))
    _add_sheet(layout, title, ["what", "text", "date"], rows)


def _add_sheet(
    layout: Layout, title: str, names: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> None:
    heads = [_title(name) for name in names]
    layout.add_table(title, dict(zip(heads, _widths(heads, rows), strict=True)), rows)


def _widths(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """The columns' widths: as narrow as they can be read; narrower where they fit a page only so."""
    columns = [*zip(heads, *rows, strict=True)]
    widths = [_width(cells, _FEW_LINES) for cells in columns]
    return widths if sum(widths) <= PAGE else [_width(cells, MOST_LINES) for cells in columns]


def _width(cells: Sequence[Cell], most_lines: int) -> int:
    """The narrowest width at which no text of a column needs more lines."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    longest = max(len(line) for text in texts for line in (text.splitlines() or [""]))
    if longest < _NARROW:
        return MOMENT_WIDTH if any(isinstance(cell, datetime) for cell in cells) else _NARROW
    fits = (
        width for width in _WIDTHS if all(len(wrap(text, width)) <= most_lines for text in texts)
    )
    return next(fits, _WIDTHS[-1])


def _cell(value: Any) -> Cell:
    """Days and times as such, as people read them on a clock in Dublin; every other text as typed."""
    if isinstance(value, Instant):
        return to_wall_time(value).replace(microsecond=0)
    if isinstance(value, Day):
        return to_wall_time(value).date()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return _clip(_words(value)) or None


def _words(value: Any) -> str:
    """A value in words, and what is in it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Instant):
        return format_moment(value)
    if isinstance(value, Day):
        return format_short_day(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(_words, value))
    if isinstance(value, dict):
        return "\n".join(f"{_title(name)}: {_words(part)}" for name, part in value.items())
    return "" if value is None else str(value)


def _clip(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST:
        return text
    start = units[: 2 * _LONGEST].decode("utf-16-le", "ignore")
    return f"{start} … (the whole text is in the JSON file)"


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
