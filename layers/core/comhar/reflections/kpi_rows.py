"""The rows by which the KPI report counts reflections, without their words.

One for each; one of them is its author's first.

A member's `TALLY#region#quarter` lists the rows by which this quarter's report counts that author, so
that the first of them can be told without reading what was written.
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
from comhar.reflections.model import Reflection, without


def tally_key(reflection: Reflection) -> Key:
    owner = f"MEMBER#{reflection.author.id}"
    return owner, f"TALLY#{reflection.region}#{reflection.quarter}"


def count_writes(reflection: Reflection, tally: list[str], row: Item) -> list[Write]:
    """Counts a reflection that was in no figure.

    `row` is what else its row holds.
    """
    assert reflection.row is not None
    counts = {"quarter": str(reflection.quarter), "first_of_quarter": not tally}
    pk, sk = _region_key(reflection, reflection.row)
    return [
        Put({"pk": pk, "sk": sk, **counts, **row}, condition=UNLESS_EXISTS),
        _tally_write(reflection, tally, [*tally, reflection.row]),
    ]


def uncount_writes(reflection: Reflection, tally: list[str], delete: Write) -> list[Write]:
    """Takes a reflection out of the figures; `delete` deletes its row.

    Another of the author's may become the first.
    """
    assert reflection.row is not None
    rest, heir = without(tally, reflection.row)
    writes: list[Write] = [delete, _tally_write(reflection, tally, rest)]
    if heir:
        now_first = {"first_of_quarter": True}
        writes.append(
            Update(_region_key(reflection, heir), set=now_first, condition={"pk": present})
        )
    return writes


def recount_writes(
    before: Reflection, after: Reflection, tally: list[str], delete: Write, row: Item
) -> list[Write]:
    """Puts another row where the one before stood, in the same place of the author's."""
    assert before.row is not None and after.row is not None
    rows = [after.row if each == before.row else each for each in tally]
    counts = {"quarter": str(after.quarter), "first_of_quarter": rows[:1] == [after.row]}
    pk, sk = _region_key(after, after.row)
    return [
        delete,
        Put({"pk": pk, "sk": sk, **counts, **row}, condition=UNLESS_EXISTS),
        _tally_write(after, tally, rows),
    ]


def _region_key(reflection: Reflection, row: str) -> Key:
    return f"REGION#{reflection.region}", row


def _tally_write(reflection: Reflection, before: list[str], after: list[str]) -> Write:
    """The tally as changed; refused when it is not what was read."""
    pk, sk = tally_key(reflection)
    condition = {"rows": before} if before else {"rows": absent}
    if not after:
        return Delete((pk, sk), condition=condition)
    return Put({"pk": pk, "sk": sk, "rows": after}, condition=condition)
