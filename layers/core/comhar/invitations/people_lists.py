"""A list as somebody gives it: people, their sheets, and what is left out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass, field, replace

from comhar.fields import tidy_text
from comhar.formatting import format_count
from comhar.invitations import columns, list_files, row_status, workbooks
from comhar.invitations.columns import PeopleTable, PersonRow
from comhar.invitations.sheets import MAX_ROWS, ListFile, ListUnreadable, Sheet

_MAX_NAMED = 10  # values, columns, rows or sheets named in one note


@dataclass(frozen=True)
class People:
    """The people of a file or a text; `sheets` are those read, each with its rows."""

    rows: list[PersonRow]
    sheets: list[tuple[str, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubt: str = ""


def read_file(content: bytes) -> People:
    """The people of each visible sheet that has addresses.

    Raises:
        ListUnreadable: there is none, or it is no list.
    """
    file = list_files.read_file(content)
    tables = [(sheet, columns.read_table(sheet)) for sheet in file.sheets]
    used = [each for each in tables if _has_people(each[1])] or [
        each for each in tables if any("@" in row.text for row in each[1].people)
    ]
    if not used:
        raise ListUnreadable(_no_address(file))
    several = len(used) > 1
    rows = [
        replace(_with_region(row, sheet), source=sheet.name if several else "")
        for sheet, table in used
        for row in table.people
    ]
    sheets = [(sheet.name, len(table.people)) for sheet, table in used if sheet.name]
    left_out = [each[0].name for each in tables if each not in used]
    return People(_limit(rows), sheets, list(_notes(file, used, left_out)), file.doubt)


def read_text(text: str) -> People:
    """The people of a pasted text, a table or an entry a line.

    Raises:
        ListUnreadable: there is no address in it.
    """
    text = "\n".join(text.splitlines())  # Word's vertical tabs end lines, too
    if row_status.is_table(text):
        table = columns.read_table(list_files.read_text(text))
    else:
        entries = map(tidy_text, row_status.split_entries(text.rstrip()))
        table = PeopleTable([PersonRow(n, entry) for n, entry in enumerate(entries, 1)], [])
    if not any("@" in row.text for row in table.people):
        raise ListUnreadable("There is no email address in this text.")
    return People(_limit(table.people), notes=list(_column_notes([table])))


def join(parts: dict[str, People]) -> People:
    """The people of all parts; which part a row is of is said where there are several."""
    if len(parts) == 1:
        [only] = parts.values()
        return only
    rows = [
        replace(row, source=row.source or name)
        for name, people in parts.items()
        for row in people.rows
    ]
    return People(
        _limit(rows),
        [sheet for people in parts.values() for sheet in people.sheets],
        [note for people in parts.values() for note in people.notes],
        "".join(people.doubt for people in parts.values()),
    )


def name_some(values: Iterable[str]) -> str:
    """The first of the values, and how many more there are."""
    values = list(values)
    more = f" and {len(values) - _MAX_NAMED} more" if len(values) > _MAX_NAMED else ""
    return ", ".join(values[:_MAX_NAMED]) + more


def _limit(rows: list[PersonRow]) -> list[PersonRow]:
    if len(rows) > MAX_ROWS:
        raise ListUnreadable(
            f"A list can have {MAX_ROWS:,} rows. Part it, and send one after another."
        )
    return rows


def _has_people(table: PeopleTable) -> bool:
    """True if any row has a right address: a note on another sheet may have an @ as well."""
    for row in table.people:
        try:
            row_status.parse_entry(row.text)
        except ValueError:
            continue
        return True
    return False


def _with_region(row: PersonRow, sheet: Sheet) -> PersonRow:
    """A sheet may be a region's, and have no column for it."""
    if row.region or row.is_blank or not columns.find_region(sheet.name):
        return row
    return replace(row, region=sheet.name)


def _no_address(file: ListFile) -> str:
    if file.unread:
        return (
            f"There is no email address in the first {workbooks.MAX_SHEETS} sheets of this file. "
            "Move the list to the front, save the file and choose it again."
        )
    if file.hidden or any(sheet.hidden or sheet.hidden_columns for sheet in file.sheets):
        return (
            "There is no email address in this file, apart from what is hidden. Show all sheets, rows "
            "and columns in Excel, save the file and choose it again."
        )
    if not file.sheets:
        return "There is nothing in this workbook. Choose another one."
    return "There is no email address in this file."


def _notes(
    file: ListFile, used: list[tuple[Sheet, PeopleTable]], left_out: list[str]
) -> Iterator[str]:
    """What of the file is not used, in words."""
    yield from _column_notes([table for _, table in used])
    if left_out:
        yield f"{_plural('Sheet', left_out)} without email addresses: {_quoted(left_out)}."
    if file.unread:
        which = _plural("Sheet", file.unread)
        yield f"{which} after the first {workbooks.MAX_SHEETS}: {_quoted(file.unread)}."
    if hidden := list(_hidden_notes(file, used)):
        yield from hidden[:-1]
        yield f"{hidden[-1]} To include what is hidden, show it in Excel, save it and check it again."


def _column_notes(tables: list[PeopleTable]) -> Iterator[str]:
    if ignored := dict.fromkeys(name for table in tables for name in table.ignored):
        yield f"Columns that we have no use for: {name_some(ignored)}."
    second = Counter(row.second for table in tables for row in table.people if row.second)
    if second:
        people = format_count(second.total(), "person", "people")
        yield f"A second address for {people}, in {_quoted(second)}: each gets one invitation."


def _hidden_notes(file: ListFile, used: list[tuple[Sheet, PeopleTable]]) -> Iterator[str]:
    if file.hidden:
        yield f"Hidden {_plural('sheet', file.hidden)}: {_quoted(file.hidden)}."
    for sheet, _ in used:
        where = f" in “{sheet.name}”" if len(used) > 1 else ""
        if rows := sorted(sheet.hidden & sheet.rows.keys()):
            count = format_count(len(rows), "hidden or filtered row")
            yield f"{count}{where}: {_plural('row', rows)} {name_some(map(str, rows))}."
        if sheet.hidden_columns:
            which = _plural("column", sheet.hidden_columns)
            yield f"Hidden {which}{where}: {name_some(text[:60] for text in sheet.hidden_columns)}."


def _plural(word: str, several: Sized) -> str:
    return word if len(several) == 1 else f"{word}s"


def _quoted(names: Iterable[str]) -> str:
    return name_some(f"“{name[:60]}”" for name in names)
