"""Use cases for surveys that recur: see when each is next, plan it, stop it."""

from datetime import date

from comhar.aws.conditions import Item, Key, Put
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import NotFound
from comhar.meetings import repository as meetings_repository
from comhar.membership.repository import audit_write
from comhar.recurring_surveys import model, repository, views
from comhar.recurring_surveys.model import KINDS, Evaluation
from comhar.surveys import audience
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import (
    OPEN_DAYS,
    RESPONSE_THRESHOLD,
    SETTLING_TIME,
    AudienceSize,
    get_built_in,
)
from comhar.surveys.views import talk_instead


def get_evaluations(region: str, ctx: Context) -> views.Evaluations:
    """The region's recurring surveys, and how many each would ask today.

    Two reads; three where they are few.
    """
    today = local_date(ctx.now)
    keys = [surveys_repository.runs_key(kind, region) for kind in KINDS]
    closures, planned, runs = _read_plans(region, ctx, *keys)
    surveys = []
    for kind, run in zip(KINDS, runs, strict=True):
        current = planned.get(kind)
        offered = current or model.first_evaluation(region, kind, today)
        paused = offered.paused is not None
        opens_at = model.opens_at(offered.next_day(today) if paused else offered.next_on, closures)
        surveys.append(
            views.ByItself(
                **offered.model_dump(include=set(views.ByItself.model_fields) - {"revision"}),
                title=get_built_in(kind).title,
                planned=current is not None,
                opens_at=opens_at if current and not paused else None,
                goes_on_at=opens_at if paused else None,
                running="running" in (run or {}),
                met_since=offered.met_since,
                revision=current.revision if current else 0,
            )
        )
    sizes = audience.list_audience_sizes(ctx.table, region, today)
    invited = sizes.get(region, AudienceSize()).invited
    few = 0 < invited < RESPONSE_THRESHOLD
    next_row = meetings_repository.find_next_row(ctx.table, region, ctx.now) if few else None
    return views.Evaluations(
        region=region,
        invited=invited,
        few=few,
        shown_from=RESPONSE_THRESHOLD,
        settled_days=SETTLING_TIME.days,
        meetings=get_built_in("meeting_feedback").title,
        open_days=OPEN_DAYS,
        surveys=surveys,
        talk=[talk_instead(survey.title, next_row) for survey in surveys] if few else [],
    )


def plan_evaluations(region: str, form: model.Plan, ctx: Context) -> views.PlannedEvaluations:
    """Sets when the surveys of the whole community open next, and how often.

    A survey that is sent as it stands already is left alone.

    Raises:
        Invalid: a day is past, or too far off.
        PlanChanged: somebody else planned it since the page was shown.
    """
    closures, before, _ = _read_plans(region, ctx)
    today = local_date(ctx.now)
    wanted = (model.apply_plan(kind, before.get(kind), form, region, today) for kind in KINDS)
    new = [evaluation for evaluation in wanted if evaluation]
    model.require_valid_days(new, before, today)
    if new:
        days = {evaluation.kind: evaluation.next_on.isoformat() for evaluation in new}
        line = _audit_line("plan_surveys", region, ctx, **days)
        ctx.table.transact(
            [*(repository.plan_write(evaluation, closures) for evaluation in new), line]
        )
    return views.PlannedEvaluations(
        region=region,
        cop_review=form.cop_review.next_on,
        annual_value=form.annual_value.next_on,
        changed=[evaluation.kind for evaluation in new],
    )


def decide(region: str, kind: str, form: model.Decision, ctx: Context) -> views.DecidedEvaluation:
    """Goes on with a survey that recurs, or stops it.

    What is so already is left alone. One read.

    Raises:
        NotFound: no such survey is planned in the region.
        PlanChanged: somebody else planned or decided at the same moment.
    """
    if kind not in KINDS:
        raise NotFound
    runs_key = surveys_repository.runs_key(kind, region)
    closures, planned, (runs,) = _read_plans(region, ctx, runs_key)
    if kind not in planned:
        raise NotFound
    before, today = planned[kind], local_date(ctx.now)
    after = before
    if form.go_on and before.paused:
        newest_run = next(iter((runs or {}).get("surveys", ())), None)
        after = before.go_on(today, newest_run)
    elif not form.go_on and before.paused != "stopped":
        after = before.pause("stopped", today)
    if after is not before:
        line = _audit_line("go_on_survey" if form.go_on else "stop_survey", region, ctx, kind=kind)
        ctx.table.transact([repository.plan_write(after, closures), line])
    return views.DecidedEvaluation(
        **after.model_dump(include={"region", "kind", "paused", "next_on"}),
        done="survey_goes_on" if form.go_on else "survey_stopped",
    )


def _audit_line(action: str, region: str, ctx: Context, **facts: str) -> Put:
    return audit_write(ctx.user, action, f"{region}.evaluations", ctx.now, region=region, **facts)


def _read_plans(
    region: str, ctx: Context, *more: Key
) -> tuple[frozenset[date], dict[str, Evaluation], list[Item | None]]:
    """The closure days, the plans by kind, and the items of `more` keys; one read."""
    keys = [repository.key(region, kind) for kind in KINDS]
    closed, *items = ctx.table.batch_get([communities_repository.CLOSURES, *keys, *more])
    planned = [repository.from_item(item) for item in items[: len(keys)] if item]
    days = communities_repository.closed_days_from_item(closed)
    return days, {evaluation.kind: evaluation for evaluation in planned}, items[len(keys) :]
