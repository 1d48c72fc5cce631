"""The columns of a list: which holds the address, name, region and role."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from comhar import data

_HEADERS = {
    "email": ("email", "emailaddress", "mail", "mailaddress", "workemail", "riomhphost"),
    "name": ("name", "fullname", "membername", "ainm"),
    "first": ("firstname", "forename", "givenname", "first"),
    "last": ("lastname", "surname", "familyname", "last", "sloinne"),
    "region": ("region", "healthregion", "hseregion", "hsehealthregion", "reigiun"),
    "county": ("county", "contae"),
    "role": ("role", "jobtitle", "job", "post", "rol"),
}
_ROWS_AHEAD = 10  # rows searched for headers, as a title may stand above them
_LONGEST_NAME = 200


@dataclass(frozen=True)
class PersonRow:
    """One row of a list, as it stands there; `number` is the row's, from 1."""

    number: int
    text: str
    name: str = ""
    region: str = ""
    role: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.text or self.name or self.region or self.role)


@dataclass(frozen=True)
class PeopleTable:
    """A table as read: its people, and the names of the columns that are ignored."""

    people: list[PersonRow]
    ignored: list[str]


def read_table(table: list[list[str]]) -> PeopleTable:
    """Finds the columns by their headers, that of the addresses also by the @.

    Rows up to the headers are no people's. A column without an address in it has none.
    """
    rows_above, columns, ignored = _find_columns(table)
    rows = [(n, row) for n, row in enumerate(table[rows_above:], rows_above + 1)]
    if "email" not in columns:
        ats = Counter(n for _, row in rows for n, cell in enumerate(row) if "@" in cell)
        columns["email"] = max(ats, key=lambda n: (ats[n], -n), default=0)
    return PeopleTable([_person_row(n, row, columns) for n, row in rows], ignored)


def _find_columns(table: list[list[str]]) -> tuple[int, dict[str, int], list[str]]:
    """How many rows stand above the people, the columns by name, and other headers."""
    for n, row in enumerate(table[:_ROWS_AHEAD]):
        if any("@" in cell for cell in row):
            break
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            for what, names in _HEADERS.items():
                if normalise(cell) in names:
                    columns.setdefault(what, column)
        if columns:
            others = [cell for at, cell in enumerate(row) if at not in columns.values()]
            return n + 1, columns, [cell.strip()[:60] for cell in others if cell.strip()]
    return 0, {}, []


def has_address_header(cells: list[str]) -> bool:
    """True if one of these cells is a header for a column of addresses."""
    return any(normalise(cell) in _HEADERS["email"] for cell in cells)


def _person_row(number: int, row: list[str], columns: dict[str, int]) -> PersonRow:
    def cell(field: str) -> str:
        column = columns.get(field, len(row))
        return tidy_cell(row[column]) if column < len(row) else ""

    name = cell("name") or " ".join(part for part in (cell("first"), cell("last")) if part)
    text = cell("email")
    if not (text or name) and any(map(tidy_cell, row)):  # some text, but no person
        text = tidy_cell(next(filter(tidy_cell, row)))
    region = cell("region") or cell("county")
    return PersonRow(number, text, name[:_LONGEST_NAME], region, cell("role"))


def tidy_cell(cell: str) -> str:
    """The cell without spaces at the ends, and without characters that cannot be seen."""
    visible = "".join(c for c in cell if unicodedata.category(c) not in ("Cf", "Cc", "Cs", "Co"))
    return re.sub(r"\s+", " ", visible).strip() if visible.isprintable() else visible.strip()


def normalise(text: str) -> str:
    """Only lower-case letters and digits, without accents: `E-Mail` becomes `email`."""
    spelt = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]", "", spelt)


def find_region(text: str) -> str | None:
    """The code of the region that is named by code, name or county; else None.

    None also for a county that lies in more than one.
    """
    text = re.sub(r"^(co\.?|county|contae)\s+|^hse\s+", "", text.strip().casefold())
    return _regions().get(normalise(text))


def find_role(text: str) -> str | None:
    """The key of the role that is named by key or title; else None."""
    return _roles().get(normalise(text).removesuffix("s"))


@cache
def _regions() -> dict[str, str]:
    named: dict[str, str] = {}
    counties: Counter[str] = Counter()
    for region in data.load("regions"):
        named |= dict.fromkeys(map(normalise, (region["code"], region["name"])), region["code"])
        for county in _name_counties(region["counties"]):
            named[normalise(county)] = region["code"]
            counties[normalise(county.split()[-1])] += 1
    return {name: code for name, code in named.items() if counties[name] < 2}


def _name_counties(counties: Iterable[str]) -> Iterator[str]:
    """`Dublin West` is `West Dublin` to many."""
    for county in counties:
        name = county.partition(" (except")[0]
        yield name
        if part := re.fullmatch("Dublin (.+)", name):
            yield f"{part[1]} Dublin"


@cache
def _roles() -> dict[str, str]:
    named = {}
    for role in data.load("roles"):
        title = re.sub(r"\(.*?\)", "", role["title"])
        for name in (role["key"], role["title"], title):
            named[normalise(name).removesuffix("s")] = role["key"]
    return named
