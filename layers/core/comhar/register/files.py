"""Owns how the register becomes a file to open in a spreadsheet; names are texts, never formulas."""

import csv
import io
from collections.abc import Callable, Iterable

from comhar.membership.model import Member
from comhar.sheets import defused
from comhar.words import named

COLUMNS = {  # each with its width
    "Name": 32,
    "Preferred name": 24,
    "Email": 34,
    "Region": 26,
    "Region code": 12,
    "Role": 36,
    "Name of another role": 28,
    "Place of work": 32,
    "Language": 16,
    "Status": 12,
    "Confirmed": 11,
    "Member since": 14,
    "Co-chair of": 14,
}
_LANGUAGES = {"en": "English", "ga": "Irish (Gaeilge)"}


def line(member: Member) -> list[str]:
    """One member, under COLUMNS, every cell a text."""
    cells = (
        member.name,
        member.preferred_name,
        member.email,
        named(member.region),
        member.region,
        named(member.role),
        member.role_other,
        member.workplace,
        _LANGUAGES[member.language],
        member.status,
        "yes" if member.confirmed else "no",
        member.joined_on,
        ", ".join(member.chair_of),
    )
    return [str(defused(cell or "")) for cell in cells]


def as_csv(members: Iterable[Member]) -> tuple[int, bytes]:
    """How many members, and the file: UTF-8 with a byte order mark, or Excel breaks every fada."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([defused(column) for column in COLUMNS])
    count = 0
    for member in members:
        writer.writerow(line(member))
        count += 1
    return count, text.getvalue().encode("utf-8-sig")


def as_xlsx(members: Iterable[Member]) -> tuple[int, bytes]:
    """How many members, and the file, made in memory: no name is ever written to a disk."""
    from xlsxwriter import Workbook  # 144 ms: only who makes a file pays for it

    memory = io.BytesIO()
    with Workbook(memory, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Members")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for column, (heading, width) in enumerate(COLUMNS.items()):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, str(defused(heading)), bold)
        count = 0
        for count, member in enumerate(members, start=1):
            for column, cell in enumerate(line(member)):
                sheet.write_string(count, column, cell)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
    return count, memory.getvalue()


FILES: dict[str, Callable[[Iterable[Member]], tuple[int, bytes]]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
}
