"""The hourly budget of letters that strangers can cause.

The rest waits for the next hour.

It is for addresses that we do not know. Counted by the hour of the clock, when the mailer claims.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from comhar import hourly_counters
from comhar.aws.conditions import Key, Update
from comhar.aws.dynamodb import Table
from comhar.letters import repository
from comhar.letters.model import LetterId
from comhar.settings import Settings
from comhar.tokens import keyed_digest

TOO_OLD = timedelta(days=1)  # nobody waits for a letter for longer
_SPREAD = 600  # seconds of the next hour over which those that wait come again


class BudgetSpent(Exception):
    """There is nothing left of the budget of this hour."""


@dataclass(frozen=True)
class Budget:
    """The room left this hour for one more letter.

    `counters` holds each with its most, the total first.
    """

    counters: tuple[tuple[Key, int], ...]
    counts: tuple[int, ...]

    @property
    def is_spent(self) -> bool:
        both = zip(self.counts, self.counters, strict=True)
        return any(count >= most for count, (_, most) in both)

    @property
    def percent(self) -> float:
        """How much of the total this letter uses up, with those before it."""
        return min(100.0, 100.0 * (self.counts[0] + 1) / self.counters[0][1])

    def count_writes(self, now: datetime) -> list[Update]:
        """Counts the letter; refused, with BudgetSpent, when others were quicker."""
        return [
            hourly_counters.count_write(key, now, most, BudgetSpent) for key, most in self.counters
        ]


def read_budget(table: Table, email: str, now: datetime, settings: Settings) -> Budget:
    """The budget for a recipient; one read.

    Counted are the trusted domains together, and all others together and each for itself.
    """
    if settings.is_trusted(email):
        limits = [("BUDGET#trusted", settings.trusted_letters)]
    else:
        domain = keyed_digest(email.rpartition("@")[2])
        limits = [
            ("BUDGET#others", settings.other_letters),
            (f"BUDGET#domain-{domain}", settings.domain_letters),
        ]
    counters = tuple(
        (hourly_counters.counter_key(partition, now), most) for partition, most in limits
    )
    items = table.batch_get([key for key, _ in counters])
    return Budget(counters, tuple(hourly_counters.get_count(item) for item in items))


def next_turn(letter: LetterId, now: datetime) -> datetime:
    """When a waiting letter is tried again.

    In the next hour, not all at the same moment.
    """
    place = int(repository.tag(letter)[:8], 16) % _SPREAD
    return hourly_counters.next_hour_at(now) + timedelta(seconds=place)
