"""The register as a CSV or Excel file; a text stays one and is never a formula."""

import io
from collections.abc import Callable, Iterable
from datetime import date

from comhar import spreadsheets, table_schema
from comhar.formatting import get_title
from comhar.membership.model import Member
from comhar.sheet_layout import DAY_WIDTH, OPTIONS, Layout
from comhar.spreadsheets import Cell

SCHEMA_NAME = "comhar-members.schema.json"
_LANGUAGES = {"en": "English", "ga": "Irish (Gaeilge)"}
_TEXT = {"type": "string"}
_CODE = {"description": "The region’s code, never changed."}
_CHAIRS = {"description": "The codes of the regions, with a comma between them."}
_SINCE = {"description": "Empty for who was never active."}
_FIELDS = {  # with their widths
    "Name": (24, _TEXT),
    "Preferred name": (18, _TEXT),
    "Email": (30, _TEXT),
    "Region": (20, _TEXT),
    "Region code": (9, _TEXT | _CODE),
    "Role": (26, _TEXT),
    "Name of another role": (18, _TEXT),
    "Place of work": (24, _TEXT),
    "Language": (10, _TEXT),
    "Status": (10, _TEXT),
    "Confirmed": (12, table_schema.YES_NO),
    "Member since": (DAY_WIDTH, {"type": "date"} | _SINCE),
    "Co-chair of": (11, _TEXT | _CHAIRS),
}
COLUMNS = {name: width for name, (width, _) in _FIELDS.items()}
SCHEMA = table_schema.make_schema([{"name": name} | kind for name, (_, kind) in _FIELDS.items()])


def member_row(member: Member) -> list[Cell]:
    """One member's cells under COLUMNS."""
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
        date.fromisoformat(member.joined_on) if member.joined_on else None,
        ", ".join(member.chair_of),
    )
    return [cell or None for cell in cells]


def as_csv(members: Iterable[Member]) -> tuple[int, bytes]:
    """How many members, and the file."""
    lines = [member_row(member) for member in members]
    return len(lines), spreadsheets.csv_file([list(COLUMNS), *lines])


def as_xlsx(members: Iterable[Member]) -> tuple[int, bytes]:
    """How many members, and the file."""
    memory = io.BytesIO()
    rows = [member_row(member) for member in members]
    with spreadsheets.workbook(memory, **OPTIONS) as book:
        Layout(book, header="Members").add_table("Members", COLUMNS, rows, frozen_columns=1)
    return len(rows), memory.getvalue()


FILES: dict[str, Callable[[Iterable[Member]], tuple[int, bytes]]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
}
