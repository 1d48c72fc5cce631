"""EventBridge cron expressions: when a schedule fires next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


@dataclass(frozen=True)
class Cron:
    """`cron(minute hour day-of-month month day-of-week year)` in a time zone.

    Knows numbers, names, `*`, `?`, lists, ranges and steps; not `L`, `W` and `#`, which raise
    ValueError: better no start than a schedule that never fires.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    years: frozenset[int]
    zone: ZoneInfo

    @classmethod
    def parse(cls, expression: str, zone: str) -> Cron:
        fields = expression.removeprefix("cron(").removesuffix(")").split()
        if len(fields) != 6:
            raise ValueError(f"not a cron expression: {expression}")
        minute, hour, day, month, weekday, year = fields
        return cls(
            _members(minute, 0, 59),
            _members(hour, 0, 23),
            _members(day, 1, 31),
            _members(_numbered(month, _MONTHS), 1, 12),
            _members(_numbered(weekday, _DAYS), 1, 7),
            _members(year, 1970, 2199),
            ZoneInfo(zone),
        )

    def after(self, at: datetime) -> datetime | None:
        """The first firing later than `at`, in UTC.

        None when there is none in the next 8 years.
        """
        day = at.astimezone(self.zone).date()
        for _ in range(366 * 8):
            for instant in self._on(day):
                if instant > at:
                    return instant
            day += timedelta(days=1)
        return None

    def _on(self, day: date) -> list[datetime]:
        weekday = day.isoweekday() % 7 + 1
        if not (
            day.day in self.days
            and day.month in self.months
            and weekday in self.weekdays
            and day.year in self.years
        ):
            return []
        walls = (
            datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)
            for hour in sorted(self.hours)
            for minute in sorted(self.minutes)
        )
        return sorted({wall.astimezone(UTC) for wall in walls})


def _numbered(field: str, names: list[str]) -> str:
    for number, name in enumerate(names, start=1):
        field = field.upper().replace(name, str(number))
    return field


def _members(field: str, lowest: int, highest: int) -> frozenset[int]:
    chosen: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        if span in ("*", "?"):
            first, last = lowest, highest
        else:
            start, _, end = span.partition("-")
            first = int(start)
            last = int(end) if end else (highest if step else first)
        chosen.update(range(first, last + 1, int(step or 1)))
    return frozenset(chosen)
