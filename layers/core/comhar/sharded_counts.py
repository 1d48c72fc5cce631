"""Counts kept in the writes that change them.

Nothing is read to be counted. A count is spread over shards, items beside one another: of many who write
at once only those of one shard wait for each other. It is right if each change is one transaction with what
is counted, on condition that this is as it was read.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from comhar.aws.conditions import Item, Update

SHARDS = 16


def count_write(
    pk: str, prefix: str, by: str, changes: Mapping[str, int], shards: int = SHARDS
) -> Update:
    """Adds to the counts of a name each; `by` is the id of whoever is counted.

    The shards lie at `prefix` and two digits. `Table.transact` adds up what several people change in one,
    and leaves out what changes nothing.
    """
    shard = int(hashlib.sha256(by.encode()).hexdigest()[:8], 16) % shards
    changed = {name: change for name, change in changes.items() if change}
    return Update((pk, f"{prefix}{shard:02d}"), add=changed)


def sum_counts(shards: Iterable[Item]) -> Counter[str]:
    """The counts by name, of the shards as read; what was never counted is 0."""
    counts: Counter[str] = Counter()
    for shard in shards:
        counts.update({name: count for name, count in shard.items() if name not in ("pk", "sk")})
    return counts
