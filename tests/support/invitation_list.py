"""The list that somebody might really send: 2,000 rows, and what should become of each."""

import csv
import io
from collections import Counter
from datetime import datetime
from typing import Any

import openpyxl

HEADERS = ("Full Name", "E-mail Address", "County", "Job Title", "Started", "Notes")
ODD = (
    "not an address", "a@@hse.ie", "a b@hse.ie", "áine@hse.ie", "name@hse", "@hse.ie", "name@",
    "one@hse.ie two@hse.ie", "=1+1", "name@hse..ie",
)  # fmt: skip
NAMES = ("Sinéad Ní Dhomhnaill", "Pól Ó Súilleabháin", "Máire Mac Giolla Phádraig", "Eoghan")
COUNTIES = ("Cork", "Co. Kerry", "SW", "South West", "county clare", "Cavan", "")
ROLES = ("Peer Support Worker", "recovery educator", "IPS Worker", "Chief of Staff", "")


def rows(members: list[str], invited: list[str]) -> tuple[list[tuple[Any, ...]], Counter[str]]:
    """2,000 rows below the headers, and how many of them are what."""
    found: list[tuple[Any, ...]] = []
    counts: Counter[str] = Counter()
    for n in range(2_000):
        kind, address = _kind(n, members, invited)
        counts[kind] += 1
        if kind == "blank":
            found.append((None,) * 6 if n % 2 else ("", "  ", None, "", None, " "))
            continue
        started = datetime(2020, 1 + n % 12, 1 + n % 28)
        found.append((NAMES[n % 4], address, COUNTIES[n % 7], ROLES[n % 5], started, n / 4))
    return found, counts


def _kind(n: int, members: list[str], invited: list[str]) -> tuple[str, str]:
    """What row `n` is, and what stands in its cell."""
    if n % 25 == 3:
        return "blank", ""
    if n % 25 == 7:
        return "invalid", ODD[n // 25 % len(ODD)]
    if n % 25 == 11:  # row n - 1 again, which is new
        return "repeat", _dressed(n - 1, n)
    if n % 25 == 13 and n // 25 < len(members):
        return "member", members[n // 25].upper()
    if n % 25 == 17 and n // 25 < len(invited):
        return "invited", f" {invited[n // 25]} "
    return "new", _dressed(n, n)


def _dressed(person: int, how: int) -> str:
    address = f"person.{person}@hse.ie"
    return (
        address,
        f"  {address.upper()} ",
        f"{NAMES[person % 4]} <{address.title()}>",
        f"mailto:{address}",
        f"“Ní” <{address}>",
        f"{address};",
    )[how % 6]


def workbook(lines: list[tuple[Any, ...]], headers: tuple[str, ...] = HEADERS) -> bytes:
    """With a sheet of nothing in front, a formula and days."""
    book = openpyxl.Workbook()
    book.active.title = "Empty"
    sheet = book.create_sheet("People")
    sheet.append(headers)
    for line in lines:
        sheet.append(line)
    sheet["F2"] = "=SUM(F3:F9)"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def text(lines: list[tuple[Any, ...]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    """The same as a file of text."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator)
    writer.writerow(HEADERS)
    writer.writerows([["" if cell is None else cell for cell in line] for line in lines])
    return file.getvalue().encode(encoding, "replace")
