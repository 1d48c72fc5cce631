"""One-time migrations: as if all were always in the present shape, or as an earlier version left it."""

import pytest

from comhar import wiring
from comhar.aws.conditions import Delete, Put
from comhar.aws.dynamodb import Table
from comhar.due_work import migrations
from comhar.due_work.migrations import WORK, is_done
from local import openapi


def nothing_to_move_write() -> Put:
    """All steps of the clock's migrations are done."""
    pk, sk = WORK
    return Put(
        {"pk": pk, "sk": sk, "done": [step.name for step in openapi.load("clock").MIGRATIONS]}
    )


def know_what_is_moved() -> None:
    """Reads now, for the table of `wiring`, that all steps are done: from here on no read of it."""
    for step in openapi.load("clock").MIGRATIONS:
        assert is_done(wiring.table(), step.name)


def undo_moves(table: Table) -> None:
    """No step is done or planned, and no process knows of one."""
    table.transact([Delete(WORK)])
    migrations._done.clear()


def move_by_two(patch: pytest.MonkeyPatch, *names: str) -> None:
    """The clock has these steps alone, and moves two items a page: its work is given back on the way."""
    clock = openapi.load("clock")
    steps = tuple(step for step in clock.MIGRATIONS if step.name in names)
    assert len(steps) == len(names)
    patch.setattr(clock, "MIGRATIONS", steps)
    patch.setattr(migrations, "_PAGE_SIZE", 2)
