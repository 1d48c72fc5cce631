"""Moves what counts reflections out of the shape that an earlier version stored.

Each that counts gets a row of its own, and a shared copy no longer carries its figures (`kpi_rows.py`). The
clock moves all of a region; who is about to take one of theirs out of the figures moves theirs first.
"""

from comhar import regions
from comhar.aws.conditions import Check, ConditionFailed, Delete, Item, Key, Update, Write, absent
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.due_work.migrations import Step
from comhar.reflections import kpi_rows
from comhar.reflections.keys import own_key, tally_key

_TRIES = 10  # against authors who write meanwhile


def list_author_rows(table: Table, tally: Key) -> list[str]:
    """An author's rows of a quarter, all in the present shape.

    Those that were not are moved now; one read where they were.

    Raises:
        ConditionFailed: somebody else moved or wrote one, again and again.
    """
    failures = 0
    while True:
        rows = _list_rows(table, tally)
        row = next((row for row in rows if not row.startswith("QUARTER#")), None)
        if row is None:
            return rows
        try:
            table.transact(_move_own_writes(table, tally, rows, row))
        except ConditionFailed:
            failures += 1
            if failures == _TRIES:
                raise


def _list_rows(table: Table, tally: Key) -> list[str]:
    item = table.get(tally)
    return item["rows"] if item else []


def _move_own_writes(table: Table, tally: Key, rows: list[str], row: str) -> list[Write]:
    """Moves one of an author's rows.

    What is only counted may be moved already, but for its name here.
    """
    region = tally[1].split("#")[1]
    writes = _move_writes(table, (f"REGION#{region}", row))
    if row.startswith("COUNTED#"):
        renamed = [kpi_rows.present_row(each) if each == row else each for each in rows]
        return [*writes, kpi_rows.tally_write(tally, rows, renamed)]
    if not writes:  # there is none
        return [kpi_rows.tally_write(tally, rows, [each for each in rows if each != row])]
    return writes


def _move(item: Item, claim: Check, ctx: Context[None]) -> None:
    """Moves one row of a region, and what leads to it, at once.

    Raises:
        ConditionFailed: another worker has the work.
    """
    for _ in range(_TRIES):
        writes = _move_writes(ctx.table, (item["pk"], item["sk"]))
        if not writes:
            return
        try:
            return ctx.table.transact([claim, *writes])
        except ConditionFailed as failure:
            if 0 in failure.failed:
                raise
    raise RuntimeError("what counts a reflection changes again and again")


def _move_writes(table: Table, key: Key) -> list[Write]:
    """Moves what lies at `key` now; nothing where that is in the present shape, or not there."""
    item = table.get(key)
    if item is None or "first_of_quarter" not in item:
        return []
    if key[1].startswith("COUNTED#"):
        return _move_counted_writes(item)
    return _move_shared_writes(table, item)


def _move_counted_writes(item: Item) -> list[Write]:
    """Nothing in it tells whose it is: who reads an author's own items renames it there."""
    first, row = item["first_of_quarter"], kpi_rows.present_row(item["sk"])
    delete = Delete((item["pk"], item["sk"]), condition={"first_of_quarter": first})
    return [delete, kpi_rows.insert_write((item["pk"], row), first)]


def _move_shared_writes(table: Table, item: Item) -> list[Write]:
    """A row of its own, to which the author's items lead, for a group the shared copy."""
    key, region = (item["pk"], item["sk"]), item["pk"].removeprefix("REGION#")
    figures = {name: item[name] for name in ("quarter", "first_of_quarter")}
    take = Update(key, remove=list(figures), condition=figures)
    row = kpi_rows.new_row(item["quarter"])
    if item.get("group"):
        take = Update(key, set={"counted": row}, remove=list(figures), condition=figures)
        return [take, kpi_rows.insert_write((item["pk"], row), item["first_of_quarter"])]
    author = item["author"]["id"]
    own, tally = own_key(author, item["id"]), tally_key(author, region, item["quarter"])
    own_item, rows = table.get(own) or {}, _list_rows(table, tally)
    row = kpi_rows.present_row(own_item.get("counted", row))
    writes: list[Write] = [take, kpi_rows.insert_write((item["pk"], row), item["first_of_quarter"])]
    if own_item:
        as_read = {"counted": own_item.get("counted", absent), "visibility": "community"}
        writes.append(Update(own, set={"counted": row}, condition=as_read))
    if key[1] in rows:
        renamed = [row if each == key[1] else each for each in rows]
        writes.append(kpi_rows.tally_write(tally, rows, renamed))
    return writes


def _partitions() -> list[str]:
    return [f"REGION#{code}" for code in regions.codes()]


# Whoever counts asks for the second: it is done after the first.
STEPS = (
    Step("counted_reflections", _partitions, "COUNTED#", _move),
    Step("reflection_counts", _partitions, "REFLECTION#", _move),
)
