"""Prints how long 250 members wait who answer one meeting at once, by how its counts are spread.

In a model of DynamoDB's conflicts, with its latencies, in virtual time: `python -m bench.reply_times`.
"""

from comhar.sharded_counts import SHARDS
from tests.support.replies_at_once import reply_at_once

PEOPLE = 250
SEEDS = 5


def main() -> None:
    print(f"\n{PEOPLE} replies at once to one meeting, in virtual time, {SEEDS} times:")
    print("  counts in     p50      p99   refused   counted")
    for shards in (1, 4, SHARDS):
        runs = [reply_at_once(PEOPLE, shards, seed) for seed in range(SEEDS)]
        p50, p99 = (max(run.percentile(percent) for run in runs) for percent in (50, 99))
        refused = sum(run.refused.total() for run in runs) / SEEDS
        counted = sum(run.counted.total() for run in runs) / SEEDS
        print(f"  {shards:>2} items{p50:>9.2f} s{p99:>7.2f} s{refused:>9.1f}{counted:>10.1f}")


if __name__ == "__main__":
    main()
