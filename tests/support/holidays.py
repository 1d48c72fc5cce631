"""Irish working days reckoned from the law itself, beside the library that the product reads."""

from bisect import bisect_left, bisect_right
from collections.abc import Set as AbstractSet
from datetime import date, timedelta


def easter_monday(year: int) -> date:
    """The Gregorian computus as Meeus gives it, plus a day."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    lunar = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * lunar) // 451
    month, day = divmod(h + lunar - 7 * m + 114, 31)
    return date(year, month, day + 1) + timedelta(days=1)


def monday(year: int, month: int, last: bool = False) -> date:
    days = [date(year, month, 1) + timedelta(days=n) for n in range(31)]
    mondays = [day for day in days if day.month == month and day.weekday() == 0]
    return mondays[-1 if last else 0]


def public_holidays(year: int) -> set[date]:
    """The Second Schedule of the 1997 Act, with Saint Brigid's Day as added in 2022."""
    first = date(year, 2, 1)
    brigid = first if first.weekday() == 4 else monday(year, 2)
    fixed = {date(year, m, d) for m, d in ((1, 1), (3, 17), (12, 25), (12, 26))}
    moving = {monday(year, 5), monday(year, 6), monday(year, 8), monday(year, 10, last=True)}
    return fixed | moving | {brigid, easter_monday(year)}


class WorkingDays:
    """All working days of some years in a row, to count in."""

    def __init__(self, first: int, last: int, closures: AbstractSet[date] = frozenset()):
        closed = set().union(*(public_holidays(year) for year in range(first, last + 1))) | closures
        span = (date(last, 12, 31) - date(first, 1, 1)).days
        days = [date(first, 1, 1) + timedelta(days=n) for n in range(span + 1)]
        self._days = [day for day in days if day.weekday() < 5 and day not in closed]

    def before(self, day: date, count: int) -> date:
        return self._days[bisect_left(self._days, day) - count]

    def after(self, day: date, count: int) -> date:
        return self._days[bisect_right(self._days, day) + count - 1]
