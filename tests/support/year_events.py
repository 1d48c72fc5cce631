"""Raw events of a random year: what happened when, and a clock that lets more happen.

Many lie where figures go wrong: at midnight on a quarter's edge, on a day on which the clocks change, within
an hour of one another.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from heapq import heappop, heappush
from typing import Any

from tests.support.kpi_oracle import DUBLIN

NATIONAL = "IE"  # where meetings of all regions are
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_EDGES = [(1, 1), (3, 31), (4, 1), (6, 30), (7, 1), (9, 30), (10, 1), (12, 31)]
_TIMES = [time(0), time(0, 30), time(1, 30), time(9), time(10), time(15, 30), time(23, 30)]
_TIMES += [time(23, 59)]


@dataclass(frozen=True)
class Event:
    """One thing that happened. `at` is an instant in UTC; `about` names a person or thing of this year."""

    at: datetime
    what: str
    region: str
    about: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Happenings:
    """What is still to happen, and the `events` so far; `now` moves from one to the next."""

    def __init__(self, dice: random.Random, now: datetime) -> None:
        self.dice, self.now = dice, now
        self.events: list[Event] = []
        self._queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self._pushed = 0

    def run(self, end: datetime) -> None:
        while self._queue and self._queue[0][0] < end:
            self.now, _, act = heappop(self._queue)
            act()

    def later(self, at: datetime, act: Callable[..., None], *args: Any) -> None:
        """Lets it happen at that instant; at once where that is past."""
        self._pushed += 1
        heappush(self._queue, (max(at, self.now), self._pushed, partial(act, *args)))

    def note(self, what: str, region: str, about: str, **facts: Any) -> None:
        self.events.append(Event(self.now, what, region, about, facts))

    def wall(self, first: date, last: date) -> datetime:
        """A Dublin wall time, often where a quarter ends or begins or the clocks change."""
        years = range(first.year, last.year + 1)
        edges = [date(year, *edge) for year in years for edge in _EDGES]
        edges += [_clocks_change(year, month) for year in years for month in (3, 10)]
        here = [day for day in edges if first <= day <= last]
        if here and self.dice.random() < 0.4:
            day = self.dice.choice(here)
        else:
            day = first + self.dice.randint(0, (last - first).days) * DAY
        at = instant(datetime.combine(day, self.dice.choice(_TIMES)))
        return at.astimezone(DUBLIN).replace(tzinfo=None)

    def moment(self, first: date, last: date) -> datetime:
        return instant(self.wall(first, last))

    def before(self, end: datetime) -> datetime:
        """A random instant from now on."""
        return self.now + self.dice.random() * (end - self.now)

    def soon(self, days: int) -> datetime:
        """Within the hour, the day, or so many days."""
        return self.now + self.dice.choice((HOUR / 3, 5 * HOUR, self.dice.randint(1, days) * DAY))


def instant(wall: datetime) -> datetime:
    """The instant in UTC of a Dublin wall time."""
    return wall.replace(tzinfo=DUBLIN).astimezone(UTC)


def _clocks_change(year: int, month: int) -> date:
    """The last Sunday of the month."""
    last = date(year, month, 31)
    return last - (last.weekday() + 1) % 7 * DAY
