"""How many members a region has: by status, by role of readers, how many absent.

They are added up in the writes that change a member, so that nobody is read to be counted.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from comhar import regions
from comhar.aws.conditions import Item, Key, Update
from comhar.aws.dynamodb import Table
from comhar.due_work import migrations
from comhar.membership.model import PAST_STATUSES
from comhar.regions import NATIONAL
from comhar.sharded_counts import count_write, sum_counts

STEP = "people"  # the migration that lists and counts whom an earlier version stored
ABSENCE = ("away", "do_not_write")  # attributes of a row
_COUNTS = "COUNTS"
_READERS = "readers_"  # begins the counts by role of active confirmed members
_ABSENT = (
    "absent_any_",
    "absent_confirmed_",
)  # begin those by day back of the absent, and the confirmed
_ADDED = (_READERS, "absent_")  # of these counts, who are counted by status as well
_NEVER = "9999-12-31"  # in place of a day back, of who is not to be written to
_SHARDS = 8  # of a region


def change_writes(before: Item | None, after: Item | None) -> list[Update]:
    """Counts a member as the register row after a change says; see `directory`."""
    changes: dict[str, Counter[str]] = {}
    for row, change in ((before, -1), (after, 1)):
        if row:
            counted = dict.fromkeys(_counted_as(row), change)
            changes.setdefault(row["region"], Counter()).update(counted)
    return [
        count_write(_COUNTS, f"{region}#", (before or after or {})["id"], counts, _SHARDS)
        for region, counts in changes.items()
    ]


def _counted_as(row: Item) -> list[str]:
    """The names of the counts that a member is in.

    They are the status, the role of who reads what is shared, and the last day back of who was ever away.
    """
    if row["status"] != "active":
        return [row["status"]]
    names, confirmed = ["active"], bool(row.get("confirmed"))
    if confirmed:
        names.append(f"{_READERS}{row.get('role') or 'other'}")
    if until := _last_day_back(row):
        names += [f"{each}{until}" for each in _ABSENT[: 2 if confirmed else 1]]
    return names


def _last_day_back(row: Item) -> str | None:
    if row.get("do_not_write"):
        return _NEVER
    return row["away"][-1]["until"] if row.get("away") else None


def count_keys(region: str) -> list[Key]:
    """Where a region's counts lie, to be read with something else.

    For the national one those of all.
    """
    codes = regions.codes() if region == NATIONAL else (region,)
    return [(_COUNTS, f"{code}#{shard:02d}") for code in codes for shard in range(_SHARDS)]


def count_members(table: Table, region: str) -> Counter[str]:
    """How many members there are by status; one read.

    In a region or, for the national one, in all.
    """
    return _by_status(_count(table, "" if region == NATIONAL else f"{region}#"))


def count_readers(table: Table, region: str) -> Counter[str]:
    """How many active confirmed members of a region there are by role; one read."""
    counts = _count(table, f"{region}#")
    roles = {
        name.removeprefix(_READERS): count
        for name, count in counts.items()
        if name.startswith(_READERS)
    }
    return +Counter(roles)


def _by_status(counts: Counter[str]) -> Counter[str]:
    return Counter({name: n for name, n in counts.items() if not name.startswith(_ADDED)})


def _count(table: Table, begins: str) -> Counter[str]:
    if migrations.is_done(table, STEP):
        return sum_counts(table.query(_COUNTS, begins).items)
    return _count_rows(table, begins)


def sum_members(table: Table, region: str, shards: Iterable[Item | None]) -> Counter[str]:
    """The same of a region, from its shards as read; see `count_keys`."""
    if migrations.is_done(table, STEP):
        return _by_status(sum_counts(filter(None, shards)))
    return _by_status(_count_rows(table, "" if region == NATIONAL else f"{region}#"))


def sum_confirmed(
    table: Table, region: str, shards: Iterable[Item | None], today: date | None = None
) -> int:
    """How many active members of a region are confirmed, from its shards as read.

    With `today` (Dublin), only those who can be asked to act.
    """
    counts = _sum_shards(table, region, shards)
    confirmed = sum(count for name, count in counts.items() if name.startswith(_READERS))
    return confirmed - _sum_absent(counts, _ABSENT[1], today) if today else confirmed


def sum_askable(table: Table, region: str, shards: Iterable[Item | None], today: date) -> int:
    """How many active members of a region can be asked to act on that day (Dublin)."""
    counts = _sum_shards(table, region, shards)
    return counts["active"] - _sum_absent(counts, _ABSENT[0], today)


def count_askable(table: Table, region: str, today: date) -> int:
    """The same; one read."""
    counts = _count(table, f"{region}#")
    return counts["active"] - _sum_absent(counts, _ABSENT[0], today)


def _sum_shards(table: Table, region: str, shards: Iterable[Item | None]) -> Counter[str]:
    if migrations.is_done(table, STEP):
        return sum_counts(filter(None, shards))
    return _count_rows(table, f"{region}#")


def _sum_absent(counts: Counter[str], named: str, today: date) -> int:
    """How many of these are back later than on that day, or not to be written to."""
    return sum(
        count
        for name, count in counts.items()
        if name.startswith(named) and name.removeprefix(named) > today.isoformat()
    )


def _count_rows(table: Table, begins: str) -> Counter[str]:
    """Until all are counted: the rows of the register."""
    attributes = ("status", "role", "confirmed", *ABSENCE)
    rows = table.query("REGISTER", begins, attributes=attributes).items
    present_rows = (row for row in rows if row["status"] not in PAST_STATUSES)
    return Counter(name for row in present_rows for name in _counted_as(row))
