"""One-time migrations, as a table has them in which everything was always in the present shape."""

from comhar.aws.conditions import Put
from comhar.due_work.migrations import WORK
from local import openapi


def nothing_to_move_write() -> Put:
    """All steps of the clock's migrations are done."""
    pk, sk = WORK
    return Put(
        {"pk": pk, "sk": sk, "done": [step.name for step in openapi.load("clock").MIGRATIONS]}
    )
