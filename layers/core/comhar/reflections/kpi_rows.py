"""The rows by which the KPI report counts reflections, without their words.

Each that is shared or counted has one in its region, `QUARTER#quarter#REFLECTION#secret`; the one with
`first_of_quarter` stands for its author. It holds nothing else. Only the author's own items lead to it: the
own copy (`counted`), and a member's `TALLY#region#quarter`, which lists the rows of a quarter, so that the
first of them can be told without reading what was written. A group's stands in its shared copy.

In an earlier version the shared copy carried these figures itself, with `quarter`, and what was only counted
had its row at `COUNTED#quarter#secret`. The clock moves both: what has moved is no longer there, and a shared
copy stays without `quarter`. Until the step `reflection_counts` is done, who counts reads all three, the
earlier shapes first: the secret of `COUNTED#` stays, so that one moved meanwhile is known again.
"""

from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Delete,
    Item,
    Key,
    Put,
    Update,
    Write,
    absent,
    present,
)
from comhar.dates.quarters import Quarter
from comhar.reflections.keys import tally_key
from comhar.reflections.model import Reflection, without
from comhar.tokens import new_secret


def new_row(quarter: Quarter | str) -> str:
    """The sort key of a new row; nothing tells whose it is."""
    return f"QUARTER#{quarter}#REFLECTION#{new_secret()}"


def present_row(row: str) -> str:
    """The sort key of a row, of which an own copy or a tally may have the earlier one."""
    kind, _, rest = row.partition("#")
    return f"QUARTER#{rest.replace('#', '#REFLECTION#', 1)}" if kind == "COUNTED" else row


def insert_write(key: Key, first_of_quarter: bool) -> Put:
    item: Item = {"pk": key[0], "sk": key[1], "first_of_quarter": first_of_quarter}
    return Put(item, condition=UNLESS_EXISTS)


def count_writes(reflection: Reflection, tally: list[str]) -> list[Write]:
    """Counts a reflection that was in no figure."""
    assert reflection.row is not None
    return [
        insert_write(_row_key(reflection, reflection.row), first_of_quarter=not tally),
        tally_write(reflection_tally_key(reflection), tally, [*tally, reflection.row]),
    ]


def uncount_writes(reflection: Reflection, tally: list[str]) -> list[Write]:
    """Takes a reflection out of the figures.

    Another of the author's may become the first.
    """
    assert reflection.row is not None
    rest, heir = without(tally, reflection.row)
    writes: list[Write] = [
        Delete(_row_key(reflection, reflection.row)),
        tally_write(reflection_tally_key(reflection), tally, rest),
    ]
    if heir:
        now_first = {"first_of_quarter": True}
        writes.append(Update(_row_key(reflection, heir), set=now_first, condition={"pk": present}))
    return writes


def reflection_tally_key(reflection: Reflection) -> Key:
    return tally_key(reflection.author.id, reflection.region, str(reflection.quarter))


def tally_write(key: Key, before: list[str], after: list[str]) -> Write:
    """The tally as changed; refused when it is not what was read."""
    condition = {"rows": before} if before else {"rows": absent}
    if not after:
        return Delete(key, condition=condition)
    return Put({"pk": key[0], "sk": key[1], "rows": after}, condition=condition)


def _row_key(reflection: Reflection, row: str) -> Key:
    return f"REGION#{reflection.region}", row
