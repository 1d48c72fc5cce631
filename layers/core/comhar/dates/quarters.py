"""Quarters of a year, and when their KPI report is made."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from comhar.dates.dublin_time import DUBLIN
from comhar.dates.working_days import issue_instant, next_working_day_after

_NONE: frozenset[date] = frozenset()


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter, written `2027-Q1`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `2027-Q1`.

        Raises:
            ValueError: it is anything else.
        """
        match = re.fullmatch(r"([0-9]{4})-Q([1-4])", text)
        if not match or match[1] == "0000":
            raise ValueError(f"not a quarter: {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter a date lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def at(cls, instant: datetime) -> Self:
        """The quarter in which an instant lies in Dublin."""
        return cls.of(instant.astimezone(DUBLIN).date())

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next().first - timedelta(days=1)

    def next(self) -> Self:
        """The quarter after it."""
        return self._shift(+1)

    def previous(self) -> Self:
        """The quarter before it."""
        return self._shift(-1)

    def _shift(self, by: int) -> Self:
        year, index = divmod(4 * self.year + self.number - 1 + by, 4)
        return type(self)(year, index + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.number}"


def report_instant(quarter: Quarter, closures: AbstractSet[date] = _NONE) -> datetime:
    """When a quarter's report is made: 09:00 Dublin on the next working day, in UTC."""
    return issue_instant(next_working_day_after(quarter.last, closures))
