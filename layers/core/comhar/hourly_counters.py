"""Counters by the clock hour: so many of something, and no more until the next."""

from datetime import datetime, timedelta

from comhar.aws.conditions import Item, Key, OnConflict, Update, absent_or_at_most

HOUR = timedelta(hours=1)


def next_hour_at(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + HOUR


def seconds_left(now: datetime) -> int:
    """Seconds until the next hour; at least one."""
    return int((next_hour_at(now) - now).total_seconds()) + 1


def counter_key(partition: str, now: datetime) -> Key:
    """The key of this hour's counter in a partition."""
    return partition, f"HOUR#{int(now.timestamp() // HOUR.total_seconds())}"


def get_count(item: Item | None) -> int:
    return item["count"] if item else 0


def count_write(
    counter: Key, now: datetime, most: int | None = None, conflict: OnConflict = None
) -> Update:
    """Counts one more; refused, with `conflict`, beyond `most`.

    Deleted an hour after the hour.
    """
    expires = int((next_hour_at(now) + HOUR).timestamp())
    condition = {"count": absent_or_at_most(most - 1)} if most is not None else {}
    return Update(
        counter, set={"expires": expires}, add={"count": 1}, condition=condition, conflict=conflict
    )
