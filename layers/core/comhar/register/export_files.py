"""The register as a CSV or Excel file; every cell is a text, never a formula."""

import io
from collections.abc import Callable, Iterable

from comhar import spreadsheets
from comhar.formatting import get_title
from comhar.membership.model import Member

COLUMNS = {  # with their widths
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


def member_row(member: Member) -> list[str]:
    """One member's cells under COLUMNS, each a text."""
    cells = (
        member.name,
        member.preferred_name,
        member.email,
        get_title(member.region),
        member.region,
        get_title(member.role),
        member.role_other,
        member.workplace,
        _LANGUAGES[member.language],
        member.status,
        "yes" if member.confirmed else "no",
        member.joined_on,
        ", ".join(member.chair_of),
    )
    return [cell or "" for cell in cells]


def as_csv(members: Iterable[Member]) -> tuple[int, bytes]:
    """How many members, and the file."""
    lines = [member_row(member) for member in members]
    return len(lines), spreadsheets.csv_file([list(COLUMNS), *lines])


def as_xlsx(members: Iterable[Member]) -> tuple[int, bytes]:
    """How many members, and the file."""
    memory = io.BytesIO()
    with spreadsheets.workbook(memory) as book:
        sheet = spreadsheets.add_sheet(book, "Members")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for column, width in enumerate(COLUMNS.values()):
            sheet.set_column(column, column, width)
        spreadsheets.write_row(sheet, 0, COLUMNS, bold)
        count = 0
        for count, member in enumerate(members, start=1):
            spreadsheets.write_row(sheet, count, member_row(member))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
    return count, memory.getvalue()


FILES: dict[str, Callable[[Iterable[Member]], tuple[int, bytes]]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
}
