"""Use cases for surveys that recur: see when each is next, and plan it."""

from datetime import date

from comhar.aws.conditions import Item, Key
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.membership.repository import audit_write
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import (
    OPEN_DAYS,
    RESPONSE_THRESHOLD,
    SETTLING_TIME,
    AudienceSize,
    get_built_in,
)
from comhar.surveys.recurring import model, repository, views
from comhar.surveys.recurring.model import KINDS, Evaluation


def get_evaluations(region: str, ctx: Context) -> views.Evaluations:
    """The region's recurring surveys, and how many each would ask today.

    Two reads.
    """
    today = local_date(ctx.now)
    keys = [surveys_repository.runs_key(kind, region) for kind in KINDS]
    closures, planned, runs = _read_plans(region, ctx, *keys)
    surveys = []
    for kind, run in zip(KINDS, runs, strict=True):
        current = planned.get(kind)
        offered = current or model.first_evaluation(region, kind, today)
        surveys.append(
            views.ByItself(
                **offered.model_dump(include={"kind", "months", "next_on"}),
                title=get_built_in(kind).title,
                planned=current is not None,
                opens_at=model.opens_at(current.next_on, closures) if current else None,
                running="running" in (run or {}),
                revision=current.revision if current else 0,
            )
        )
    sizes = surveys_repository.list_audience_sizes(ctx.table, region, today)
    invited = sizes.get(region, AudienceSize()).invited
    return views.Evaluations(
        region=region,
        invited=invited,
        few=0 < invited < RESPONSE_THRESHOLD,
        settled_days=SETTLING_TIME.days,
        meetings=get_built_in("meeting_feedback").title,
        open_days=OPEN_DAYS,
        surveys=surveys,
    )


def plan_evaluations(region: str, form: model.Plan, ctx: Context) -> views.PlannedEvaluations:
    """Sets when the surveys of the whole community open next, and how often.

    A survey that is sent as it stands already is left alone.

    Raises:
        Invalid: a day is past, or too far off.
        PlanChanged: somebody else planned it since the page was shown.
    """
    closures, before, _ = _read_plans(region, ctx)
    wanted = (model.apply_plan(kind, before.get(kind), form, region) for kind in KINDS)
    new = [evaluation for evaluation in wanted if evaluation]
    model.require_valid_days(new, before, local_date(ctx.now))
    if new:
        days = {evaluation.kind: evaluation.next_on.isoformat() for evaluation in new}
        subject = f"{region}.evaluations"
        line = audit_write(ctx.user, "plan_surveys", subject, ctx.now, region=region, **days)
        ctx.table.transact(
            [*(repository.plan_write(evaluation, closures) for evaluation in new), line]
        )
    return views.PlannedEvaluations(
        region=region,
        cop_review=form.cop_review.next_on,
        annual_value=form.annual_value.next_on,
        changed=[evaluation.kind for evaluation in new],
    )


def _read_plans(
    region: str, ctx: Context, *more: Key
) -> tuple[frozenset[date], dict[str, Evaluation], list[Item | None]]:
    """The closure days, the plans by kind, and the items of `more` keys; one read."""
    keys = [repository.key(region, kind) for kind in KINDS]
    closed, *items = ctx.table.batch_get([communities_repository.CLOSURES, *keys, *more])
    planned = [repository.from_item(item) for item in items[: len(keys)] if item]
    days = communities_repository.closed_days_from_item(closed)
    return days, {evaluation.kind: evaluation for evaluation in planned}, items[len(keys) :]
