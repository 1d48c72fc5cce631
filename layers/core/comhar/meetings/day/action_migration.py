"""One-time jobs: file actions that an earlier version left together.

Those still open are copied for their community's page. A done one goes among those done, and what was opened
and done gets its rows in the quarter.
"""

from comhar import regions
from comhar.aws.conditions import Check, ConditionFailed, Item
from comhar.context import Context
from comhar.due_work.migrations import Step
from comhar.meetings.day import action_repository

_TRIES = 4  # against others who change the same action


def file_action(item: Item, claim: Check, ctx: Context[None]) -> None:
    """Files an action as far as it is not.

    One that somebody changes meanwhile is read again.

    Raises:
        ConditionFailed: another worker has the work, or others kept changing the action.
    """
    stored: Item | None = item
    for attempt in range(_TRIES):
        if stored is None:  # somebody marked it as done, and so filed it
            return
        writes = action_repository.file_action_writes(action_repository.action_from_item(stored))
        try:
            return ctx.table.transact([claim, *writes])
        except ConditionFailed as failure:
            if 0 in failure.failed or attempt == _TRIES - 1:
                raise
        stored = ctx.table.get((item["pk"], item["sk"]))


def _list_partitions() -> list[str]:
    return [f"REGION#{code}" for code in (*regions.codes(), regions.NATIONAL)]


STEPS = (
    Step("actions", _list_partitions, "ACTION#", file_action),
    Step(action_repository.PURSUED_STEP, _list_partitions, "ACTION#", file_action),
)
