"""One-time migrations, as a table has them in which everything was always in the present shape."""

from comhar import wiring
from comhar.aws.conditions import Put
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
