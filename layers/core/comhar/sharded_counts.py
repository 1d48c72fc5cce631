"""Counts kept in the writes that change them.

Nothing is read to be counted. A count is spread over shards, items beside one another: of many who write
at once only those of one shard wait for each other. It is right if each change is one transaction with what
is counted, on condition that this is as it was read.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from comhar.aws.conditions import Item, Key, Update, Write

SHARDS = 16


def count_write(
    pk: str, prefix: str, by: str, changes: Mapping[str, int], shards: int = SHARDS
) -> Update:
    """Adds to the counts of a name each; `by` is the id of whoever is counted.

    The shards lie at `prefix` and two digits.
    """
    shard = int(hashlib.sha256(by.encode()).hexdigest()[:8], 16) % shards
    changed = {name: change for name, change in changes.items() if change}
    return Update((pk, f"{prefix}{shard:02d}"), add=changed)


def merge_counts(writes: Iterable[Write]) -> list[Write]:
    """The writes with one for each shard: DynamoDB refuses two for one item.

    For a transaction that changes the counts of several people.
    """
    merged: list[Write] = []
    sums: dict[Key, Counter[str]] = {}
    for write in writes:
        if isinstance(write, Update) and write == Update(write.key, add=write.add):
            sums.setdefault(write.key, Counter()).update(write.add)
        else:
            merged.append(write)
    for key, counts in sums.items():
        if changed := {name: count for name, count in counts.items() if count}:
            merged.append(Update(key, add=changed))
    return merged


def sum_counts(shards: Iterable[Item]) -> Counter[str]:
    """The counts by name, of the shards as read; what was never counted is 0."""
    counts: Counter[str] = Counter()
    for shard in shards:
        counts.update({name: count for name, count in shard.items() if name not in ("pk", "sk")})
    return counts
