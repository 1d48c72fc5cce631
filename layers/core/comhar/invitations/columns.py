"""The columns of a list: which holds the address, name, region and role."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from comhar import data
from comhar.fields import tidy_text
from comhar.invitations.sheets import Sheet

# Headers as `normalise` leaves them; forms ask in sentences. Whose address it is must be clear: a
# manager's or a buyer's is not the person's.
_WHOSE = (
    "(?:(?:whats?|whatis|please|enter|provide|your|my)*(?:work|hse|office|official|business|personal|home|"
    "primary|secondary|main|preferred|alternat(?:iv)?e|other|member|staff|user|attendee|participant|"
    "registrant|recipient|invitee|contact)*)"
)
_HEADERS = re.compile(
    "|".join(
        f"(?P<{field}>{names})"
        for field, names in {
            "email": rf"{_WHOSE}e?mails?\d*(?:id|address(?:es)?)?\d*{_WHOSE}(?:value)?|riomhphost|username|"
            "userprincipalname|(?:participantid)?upn",
            "first": f"{_WHOSE}(?:first|fore|given|christian)names?|first",
            "last": f"{_WHOSE}(?:last|sur|family)names?|last|sloinne",
            "name": rf"{_WHOSE}(?:full|display)?names?\d*(?:originalname|andsurname)?|ainm",
            "region": "(?:work|your)?(?:hse)?(?:health)?regions?|reigiun",
            "county": "(?:work|your)?county|contae",
            "role": "(?:work|your|current)?(?:jobtitle|(?:job)?role)|job|post|position|rol",
        }.items()
    )
)
_LONGEST_HEADER = 60
_ROWS_AHEAD = 20  # rows searched for headers, as a title or a summary may stand above them
_LONGEST_NAME = 200
_SURNAME = re.compile(
    r"(?:(?:ó|o|uí|ui|ní|ni|nic|mac|mag|mc|giolla|de|di|da|del|la|le|van|von|der|den|st\.?|al|el) )*\S+",
    re.IGNORECASE,
)
_FIRST_NAME = re.compile(r"[^\W\d_][^\d@,]*")

_Columns = dict[str, list[int]]
_Line = tuple[int, list[str]]


@dataclass(frozen=True)
class PersonRow:
    """One row of a list, as it stands there; `number` is the row's, from 1.

    `source` is the sheet it stands on, where there are several. `second` is the header of a column with
    another address.
    """

    number: int
    text: str
    name: str = ""
    region: str = ""
    role: str = ""
    source: str = ""
    second: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.text or self.name or self.region or self.role)


@dataclass(frozen=True)
class PeopleTable:
    """A table as read: its people, and the names of the columns that are ignored."""

    people: list[PersonRow]
    ignored: list[str]


def read_table(sheet: Sheet) -> PeopleTable:
    """Finds the columns by their headers, that of the addresses also by the @.

    Rows up to the headers are no people's. Headers further down begin a table of its own.
    """
    people: list[PersonRow] = []
    ignored: list[str] = []
    for headers, lines in _parts(sheet):
        columns = _find_columns(headers, lines)
        people += [_person_row(number, row, columns, headers) for number, row in lines]
        used = {at for places in columns.values() for at in places}
        ignored += [
            tidy_text(header)[:_LONGEST_HEADER].rstrip(".:?* ")
            for at, header in headers.items()
            if at not in used and any(_cell(row, at) for _, row in lines)
        ]
    return PeopleTable(people, list(dict.fromkeys(ignored)))


def _parts(sheet: Sheet) -> list[tuple[dict[int, str], list[_Line]]]:
    """The tables of a sheet, one below the other: headers by column, and the rows below."""
    headers: dict[int, str] = {}
    parts: list[tuple[dict[int, str], list[_Line]]] = []
    lines: list[_Line] = []
    above = True  # until the first address
    for number, row in sheet.lines():
        has_address = any("@" in cell for cell in row)
        above = above and not has_address and number <= _ROWS_AHEAD
        named = set() if has_address else {field_of(cell) for cell in row} - {None}
        if headers and len(named) < min(2, len(_texts(row))):
            named = set()  # somebody's answer may be “Email”, too
        if named and above:  # the headers may be two rows
            headers, lines = headers | _texts(row), []
        elif "email" in named:
            parts.append((headers, _without_title(lines, row)))
            headers, lines = _texts(row), []
        else:
            lines.append((number, row))
    return [*parts, (headers, lines)]


def _texts(row: list[str]) -> dict[int, str]:
    return {at: cell for at, cell in enumerate(row) if cell.strip()}


def _without_title(lines: list[_Line], headers: list[str]) -> list[_Line]:
    """The rows without what stands just above the headers of a table below them."""
    lines = _without_blanks(lines)
    if lines and len(_texts(headers)) > len(_texts(lines[-1][1])) == 1:
        return _without_blanks(lines[:-1])
    return lines


def _without_blanks(lines: list[_Line]) -> list[_Line]:
    while lines and not _texts(lines[-1][1]):
        lines = lines[:-1]
    return lines


def _find_columns(headers: dict[int, str], lines: list[_Line]) -> _Columns:
    """The columns by what they hold; those of addresses in order of how many there are."""
    columns: _Columns = {}
    for at, header in headers.items():
        if field := field_of(header):
            columns.setdefault(field, []).append(at)
    ats = Counter(at for _, row in lines for at, cell in enumerate(row) if "@" in cell)
    named = [at for at in columns.get("email", []) if ats[at]]
    by_content = [max(ats, key=lambda at: (ats[at], -at))] if ats else columns.get("email", [0])[:1]
    columns["email"] = sorted(named, key=lambda at: (-ats[at], at)) or by_content
    return columns


def field_of(header: str) -> str | None:
    """What a column with this header holds; None for what we have no use for."""
    if not header or len(header) > _LONGEST_HEADER:
        return None
    found = _HEADERS.fullmatch(re.sub("(required|optional)$", "", normalise(header)))
    return found and found.lastgroup


def has_address_header(cells: list[str]) -> bool:
    """True if one of these cells is a header for a column of addresses."""
    return any(field_of(cell) == "email" for cell in cells)


def _person_row(
    number: int, row: list[str], columns: _Columns, headers: dict[int, str]
) -> PersonRow:
    def cell(field: str) -> str:
        return next(filter(None, (_cell(row, at) for at in columns.get(field, []))), "")

    addresses = {at: text for at in columns["email"] if "@" in (text := _cell(row, at))}
    text = next(iter(addresses.values()), cell("email"))
    second = next((at for at, other in addresses.items() if other.lower() != text.lower()), None)
    name, first, last = cell("name"), cell("first"), cell("last")
    if first or not name:
        name = name or f"{first} {last}".strip()
    elif last and normalise(last) not in normalise(name):  # the columns Name and Surname
        name = f"{name} {last}"
    if not (text or name):  # some text, but no person
        text = next(filter(None, map(tidy_text, row)), "")
    region = cell("region") or cell("county")
    return PersonRow(
        number,
        text,
        name[:_LONGEST_NAME],
        region,
        cell("role"),
        second="" if second is None else tidy_text(headers[second])[:_LONGEST_HEADER],
    )


def _cell(row: list[str], at: int) -> str:
    return tidy_text(row[at]) if at < len(row) else ""


def put_first_name_first(name: str) -> str:
    """`Breen, Una (Office)`, as Outlook shows people, becomes `Una Breen`."""
    bare = re.sub(r"(\s*[(\[][^()\[\]]*[)\]])+$", "", name) or name
    last, _, first = (part.strip() for part in bare.partition(","))
    if _SURNAME.fullmatch(last) and _FIRST_NAME.fullmatch(first):
        return f"{first} {last}"
    return bare


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
