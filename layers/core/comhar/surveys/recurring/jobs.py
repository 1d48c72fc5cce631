"""The clock's jobs for surveys that recur: begin one, and set when it is next."""

from contextlib import suppress

from comhar import regions
from comhar.aws.conditions import ConditionFailed, Item
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import SurveyAlreadyRunning
from comhar.surveys.recurring import repository
from comhar.tokens import new_id


def begin_survey(item: Item, ctx: Context[None]) -> None:
    """Begins a claimed survey that recurs, and sets when it is next.

    All in one transaction. It is passed over this time where the same one runs already, or nobody can be
    asked.
    """
    before = repository.from_item(item)
    closures = communities_repository.closed_days_from_item(
        ctx.table.get(communities_repository.CLOSURES)
    )
    today = local_date(ctx.now)
    moved = repository.advance_write(item, before.advance(today), closures)
    run = before.new_survey(new_id(ctx.now, before.region), ctx.now)
    people = surveys_repository.list_eligible_ids(ctx.table, before.region, today)
    with suppress(ConditionFailed):  # another worker has claimed it meanwhile
        try:
            ctx.table.transact(
                [moved, *(surveys_repository.insert_survey_writes(run) if people else [])]
            )
        except SurveyAlreadyRunning:
            ctx.table.transact([moved])


def recompute_due_times(ctx: Context[None]) -> None:
    """Recomputes when each survey that recurs begins, after the closure days changed."""
    closures = communities_repository.closed_days_from_item(
        ctx.table.get(communities_repository.CLOSURES)
    )
    for region in regions.codes():
        for evaluation in repository.list_evaluations(ctx.table, region):
            with suppress(ConditionFailed):  # changed meanwhile, by the days as they are now
                ctx.table.transact([repository.due_time_write(evaluation, closures)])
