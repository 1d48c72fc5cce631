"""Owns the use cases of the surveys that run by themselves: see when each is next, and plan it."""

from datetime import datetime

from comhar.aws.conditions import Item
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.communities import repository as communities
from comhar.dates.dublin_time import local_date
from comhar.membership.model import Member
from comhar.membership.repository import audit
from comhar.surveys import audience, repository
from comhar.surveys.model import OPEN_DAYS, SHOWN_FROM, built_in
from comhar.surveys.recurring import model as recurring_model
from comhar.surveys.recurring import repository as recurring_repository
from comhar.surveys.recurring import views as recurring_views
from comhar.surveys.recurring.model import KINDS, Evaluation, PlanChangedMeanwhile


def page(region: str, now: datetime, table: Table) -> recurring_views.Evaluations:
    """Which surveys run by themselves in the region, when each is next, and how many one would ask today;
    two reads."""
    mine = [recurring_repository.key(region, kind) for kind in KINDS]
    runs = [repository.runs_key(kind, region) for kind in KINDS]
    found = table.batch_get([communities.CLOSURES, *mine, *runs])
    closures = communities.closures_from(found[0])
    surveys = []
    for kind, item, run in zip(KINDS, found[1:3], found[3:], strict=True):
        held = recurring_repository.from_item(item) if item else None
        planned = held or recurring_model.first(region, kind, local_date(now))
        surveys.append(
            recurring_views.ByItself(
                **planned.model_dump(include={"kind", "months", "next_on"}),
                title=built_in(kind).title,
                planned=held is not None,
                opens_at=recurring_model.opens_at(held.next_on, closures) if held else None,
                running="running" in (run or {}),
                revision=held.revision if held else 0,
            )
        )
    sizes = audience.sizes(table, region, audience.settled_by(local_date(now)))
    invited = sizes.get(region, audience.Size()).invited
    return recurring_views.Evaluations(
        region=region,
        invited=invited,
        few=0 < invited < SHOWN_FROM,
        settled_days=audience.SETTLED.days,
        meetings=built_in("meeting_feedback").title,
        open_days=OPEN_DAYS,
        surveys=surveys,
    )


def plan(
    region: str, form: recurring_model.Plan, me: Member, now: datetime, table: Table
) -> recurring_views.PlannedEvaluations:
    """Sets when the surveys of the whole community open next, and how often it is reviewed.

    What is sent as it stands already is left alone. Raises Invalid, PlanChangedMeanwhile.
    """
    mine = [recurring_repository.key(region, kind) for kind in KINDS]
    found = table.batch_get([communities.CLOSURES, *mine])
    closures, held = communities.closures_from(found[0]), _held(found[1:])
    asked = (recurring_model.planned(kind, held.get(kind), form, region) for kind in KINDS)
    new = [each for each in asked if each]
    recurring_model.check(new, held, local_date(now))
    if new:
        days = {each.kind: each.next_on.isoformat() for each in new}
        line = audit(me, "plan_surveys", f"{region}.evaluations", now, region=region, **days)
        try:
            table.transact([*(recurring_repository.planned(each, closures) for each in new), line])
        except ConditionFailed as lost:
            raise PlanChangedMeanwhile from lost
    return recurring_views.PlannedEvaluations(
        region=region,
        cop_review=form.cop_review.next_on,
        annual_value=form.annual_value.next_on,
        changed=[each.kind for each in new],
    )


def _held(items: list[Item | None]) -> dict[str, Evaluation]:
    return {item["kind"]: recurring_repository.from_item(item) for item in items if item}
