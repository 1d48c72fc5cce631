"""Owns the use cases of the surveys that run by themselves: see when each is next, and plan it."""

from datetime import datetime

from comhar.calendar import local_date
from comhar.communities import records as communities
from comhar.membership.model import Member
from comhar.membership.records import audit
from comhar.surveys import audience, records, schedule, schedule_records, schedule_views
from comhar.surveys.model import OPEN_DAYS, SHOWN_FROM, built_in
from comhar.surveys.schedule import KINDS, Evaluation, PlanChangedMeanwhile
from comhar.table import Lost, Table
from comhar.writes import Item


def page(region: str, now: datetime, table: Table) -> schedule_views.Evaluations:
    """Which surveys run by themselves in the region, when each is next, and how many one would ask today;
    two reads."""
    mine = [schedule_records.key(region, kind) for kind in KINDS]
    runs = [records.runs_key(kind, region) for kind in KINDS]
    found = table.batch_get([communities.CLOSURES, *mine, *runs])
    closures = communities.closures_from(found[0])
    surveys = []
    for kind, item, run in zip(KINDS, found[1:3], found[3:], strict=True):
        held = schedule_records.from_item(item) if item else None
        planned = held or schedule.first(region, kind, local_date(now))
        surveys.append(
            schedule_views.ByItself(
                **planned.model_dump(include={"kind", "months", "next_on"}),
                title=built_in(kind).title,
                planned=held is not None,
                opens_at=schedule.opens_at(held.next_on, closures) if held else None,
                running="running" in (run or {}),
                revision=held.revision if held else 0,
            )
        )
    sizes = audience.sizes(table, region, audience.settled_by(local_date(now)))
    invited = sizes.get(region, audience.Size()).invited
    return schedule_views.Evaluations(
        region=region,
        invited=invited,
        few=0 < invited < SHOWN_FROM,
        settled_days=audience.SETTLED.days,
        meetings=built_in("meeting_feedback").title,
        open_days=OPEN_DAYS,
        surveys=surveys,
    )


def plan(
    region: str, form: schedule.Plan, me: Member, now: datetime, table: Table
) -> schedule_views.PlannedEvaluations:
    """Sets when the surveys of the whole community open next, and how often it is reviewed.

    What is sent as it stands already is left alone. Raises Invalid, PlanChangedMeanwhile.
    """
    mine = [schedule_records.key(region, kind) for kind in KINDS]
    found = table.batch_get([communities.CLOSURES, *mine])
    closures, held = communities.closures_from(found[0]), _held(found[1:])
    asked = (schedule.planned(kind, held.get(kind), form, region) for kind in KINDS)
    new = [each for each in asked if each]
    schedule.check(new, held, local_date(now))
    if new:
        days = {each.kind: each.next_on.isoformat() for each in new}
        line = audit(me, "plan_surveys", f"{region}.evaluations", now, region=region, **days)
        try:
            table.transact(*(schedule_records.planned(each, closures) for each in new), line)
        except Lost as lost:
            raise PlanChangedMeanwhile from lost
    return schedule_views.PlannedEvaluations(
        region=region,
        cop_review=form.cop_review.next_on,
        annual_value=form.annual_value.next_on,
        changed=[each.kind for each in new],
    )


def _held(items: list[Item | None]) -> dict[str, Evaluation]:
    return {item["kind"]: schedule_records.from_item(item) for item in items if item}
