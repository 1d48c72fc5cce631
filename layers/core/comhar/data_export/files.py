"""A member's data as files: JSON, or a spreadsheet with a sheet for each kind."""

import io
import json
from datetime import datetime
from typing import Any

from comhar import data, spreadsheets
from comhar.dates.dublin_time import stamp
from comhar.formatting import Day, Instant, format_moment, format_short_day
from comhar.spreadsheets import Cell

_LONGEST = 32_000  # UTF-16 units; a cell holds 32,767
_WIDE = ("words", "description", "feelings", "evaluation", "analysis", "conclusion", "action_plan")


def as_json(parts: dict[str, list[dict[str, Any]]], now: datetime) -> str:
    """Each part by its key, and what is left out and why."""
    left_out = data.load("data_export")["left_out"]
    return json.dumps(
        {"made_at": stamp(now), **parts, "left_out": left_out}, ensure_ascii=False, indent=2
    )


def as_xlsx(parts: dict[str, list[dict[str, Any]]]) -> bytes:
    """The parts as sheets, after a list of contents; in data/data_export.json's order."""
    memory = io.BytesIO()
    with spreadsheets.workbook(memory) as book:
        _contents(book, parts)
        for part in data.load("data_export")["parts"]:
            rows = parts[part["key"]]
            if rows:
                _sheet(
                    book, part["title"], _as_columns(rows[0]) if part["key"] == "record" else rows
                )
    return memory.getvalue()


def _contents(book: Any, parts: dict[str, list[dict[str, Any]]]) -> None:
    about = data.load("data_export")
    listed = [
        {"what": part["title"], "how_many": len(parts[part["key"]]), "about": part["about"]}
        for part in about["parts"]
    ]
    left = [
        {"what": gap["what"], "how_many": "not included", "about": gap["why"]}
        for gap in about["left_out"]
    ]
    _sheet(book, "Contents", listed + left, wide=("about",))


def _as_columns(row: dict[str, Any]) -> list[dict[str, Any]]:
    """A record reads better downwards."""
    return [{"what": _title(name), "held": value} for name, value in row.items()]


def _sheet(
    book: Any, title: str, rows: list[dict[str, Any]], wide: tuple[str, ...] = _WIDE
) -> None:
    sheet = spreadsheets.add_sheet(book, title)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    columns = list(dict.fromkeys(name for row in rows for name in row))
    for column, name in enumerate(columns):
        spreadsheets.write_cell(sheet, 0, column, _title(name), bold)
        sheet.set_column(column, column, 60 if name in wide else 26)
        for line, row in enumerate(rows, start=1):
            spreadsheets.write_cell(sheet, line, column, _cell(row.get(name)), wrap)
    sheet.freeze_panes(1, 0)


def _cell(value: Any) -> Cell:
    """Days and times as people read them; every other text is as typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Instant):
        return format_moment(value)
    if isinstance(value, Day):
        return format_short_day(value)
    if isinstance(value, list):
        value = ", ".join(str(_cell(part)) for part in value)
    if isinstance(value, dict):
        value = "\n".join(f"{_title(name)}: {_cell(part)}" for name, part in value.items())
    if isinstance(value, str):
        return _clip(value)
    number: int | float | None = value
    return number


def _clip(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST:
        return text
    start = units[: 2 * _LONGEST].decode("utf-16-le", "ignore")
    return f"{start} … (the whole text is in the JSON file)"


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
