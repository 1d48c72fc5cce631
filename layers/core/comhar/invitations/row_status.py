"""The status of each row: new, a member, invited, a repeat, invalid or blank."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from comhar.address_digests import mailbox_of
from comhar.fields import extract_address, normalise_email
from comhar.invitations import columns
from comhar.invitations.columns import PersonRow

Kind = Literal["new", "member", "invited", "repeat", "invalid", "blank"]
KINDS: tuple[Kind, ...] = ("new", "member", "invited", "repeat", "invalid", "blank")
_MAX_TEXT = 200  # characters


@dataclass(frozen=True)
class Row:
    """One row, read and classified.

    `email` is in the form we keep; of an invalid row, `text` is what stood there and `why` what is wrong
    with it. Region and role are a code and a key. `member` and `status` are those of a member who is not
    active. `source` is the sheet it stands on, where there are several.
    """

    number: int
    kind: Kind
    email: str = ""
    name: str = ""
    region: str | None = None
    role: str | None = None
    text: str = ""
    why: str = ""
    member: str = ""
    status: str = ""
    source: str = ""


def classify_rows(people: Iterable[PersonRow]) -> list[Row]:
    """Each row by itself, and against those above it.

    Whether a `new` one is a member or invited, `mark_known` says.
    """
    mailboxes: set[str] = set()
    rows = []
    for person in people:
        row = _classify_row(person)
        mailbox = mailbox_of(row.email) if row.kind == "new" else ""
        if mailbox in mailboxes:
            row = Row(row.number, "repeat", row.email, source=row.source)
        mailboxes.update(filter(None, [mailbox]))
        rows.append(row)
    return rows


def mark_known(rows: Iterable[Row], known: Mapping[str, Kind]) -> Iterator[Row]:
    """The rows, with those marked whose address is a member's, or was invited."""
    for row in rows:
        kind = known.get(row.email, row.kind) if row.kind == "new" else row.kind
        yield row if kind == row.kind else Row(row.number, kind, row.email, source=row.source)


def _classify_row(person: PersonRow) -> Row:
    number, source = person.number, person.source
    if person.is_blank:
        return Row(number, "blank", source=source)
    try:
        email, name = parse_entry(person.text)
    except ValueError as error:
        text = person.text or person.name or person.region or person.role
        return Row(number, "invalid", text=text[:_MAX_TEXT], why=str(error), source=source)
    name = columns.put_first_name_first(person.name or name)
    region, role = columns.find_region(person.region), columns.find_role(person.role)
    return Row(number, "new", email, name, region, role, source=source)


def parse_entry(text: str) -> tuple[str, str]:
    """The address, in the form we keep, and the name in an entry.

    Raises:
        ValueError: says what is wrong in plain words.
    """
    typed, name = extract_address(text)
    _require_address(typed)
    return normalise_email(typed), name[:_MAX_TEXT]


def _require_address(typed: str) -> None:
    """Says of the most frequent mistakes what they are."""
    before, at, domain = typed.rpartition("@")
    if not typed:
        raise ValueError("There is no email address.")
    if not at:
        raise ValueError("This is no email address: the @ is missing.")
    if "@" in before:
        raise ValueError("There is more than one @. Write one address in each row.")
    if re.search(r"\s", typed):
        raise ValueError("There is a space within the address.")
    if not before.isascii():
        raise ValueError("Letters such as á cannot stand before the @.")
    if "." not in domain.strip("."):
        raise ValueError("What follows the @ is not complete.")


def split_entries(text: str) -> list[str]:
    """The entries of a pasted text: one a line, or parted by commas or semicolons.

    A comma within a name (`Ní Bhriain, Máire <m@x.ie>`) parts nothing. A blank line is a blank entry.
    """
    entries: list[str] = []
    for line in text.splitlines():
        open_, parts = "", []
        for part in re.split("([,;])", line):
            open_ += part
            if "@" in part:
                parts.append(open_)
                open_ = ""
        parts = [part.strip(" ,;\t") for part in (*parts, open_)]
        entries += [part for part in parts if part] or [""]
    return entries


def is_table(text: str) -> bool:
    """True if a pasted text has columns.

    Tabs, as copied from a sheet; a header for the addresses in the first line; or in every line one address
    among other things, and none in angle brackets.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if "\t" in text or not lines:
        return bool(lines)
    if "@" not in lines[0] and columns.has_address_header(re.split("[,;]", lines[0])):
        return True
    parted = any(re.search("[,;]", line.rstrip(",; ")) for line in lines)
    return parted and all(line.count("@") == 1 and "<" not in line for line in lines)
