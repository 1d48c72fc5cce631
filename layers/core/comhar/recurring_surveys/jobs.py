"""The clock's jobs for surveys that recur: begin one, ask whether it goes on."""

from contextlib import suppress
from datetime import date

from comhar import regions
from comhar.address_digests import address_digest
from comhar.aws.conditions import ConditionFailed, Item
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.meetings import repository as meetings_repository
from comhar.recurring_surveys import repository
from comhar.recurring_surveys.model import KINDS, RUNS_OF_FEW, Evaluation, PlanChanged
from comhar.surveys import audience
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import SurveyAlreadyRunning
from comhar.tokens import new_id


def begin_survey(item: Item, ctx: Context[None]) -> None:
    """Begins a claimed survey that recurs, and sets when it is next.

    All in one transaction. It is left out this time where the community has not met since the last one,
    the same one runs already, or nobody can be asked; and waits where few answered the last two.
    """
    before = repository.from_item(item)
    if _ask_whether_to_go_on(before, ctx):
        return
    closures = communities_repository.list_closed_days(ctx.table)
    today = local_date(ctx.now)
    left_out = repository.advance_write(item, before.advance(today), closures)
    with suppress(ConditionFailed):  # another worker has claimed it meanwhile
        if not _has_met(before, today, ctx):
            unmet = before.advance(today, left_out_on=today)
            return ctx.table.transact([repository.advance_write(item, unmet, closures)])
        people = audience.list_eligible_ids(ctx.table, before.region, today)
        if not people:
            return ctx.table.transact([left_out])
        run = before.new_survey(new_id(ctx.now, before.region), ctx.now)
        ran = before.advance(today, since=today, left_out_on=None)
        moved = repository.advance_write(item, ran, closures)
        try:
            ctx.table.transact([moved, *surveys_repository.insert_survey_writes(run)])
        except SurveyAlreadyRunning:
            ctx.table.transact([left_out])


def _has_met(evaluation: Evaluation, today: date, ctx: Context[None]) -> bool:
    """Whether the region closed a meeting as held since the last run; one query."""
    days = (evaluation.met_since, today)
    rows = meetings_repository.list_rows_between(ctx.table, evaluation.region, *days)
    return any(row["state"] == "held" for row in rows)


def follow_close(item: Item, ctx: Context[None]) -> None:
    """Asks whether a survey goes on that recurs, once claimed work has closed it."""
    survey = surveys_repository.from_item(item)
    if survey.kind not in KINDS or ctx.now < survey.closes_at:
        return
    stored = ctx.table.get(repository.key(survey.region, survey.kind))
    if stored:
        _ask_whether_to_go_on(repository.from_item(stored), ctx)


def _ask_whether_to_go_on(evaluation: Evaluation, ctx: Context[None]) -> bool:
    """Asks the co-chairs and the office, where few answered the last runs; whether it waits.

    Nothing is sent until one of them decides.
    """
    region, kind = evaluation.region, evaluation.kind
    ids = surveys_repository.get_runs(ctx.table, kind, region).get("surveys", [])
    runs = surveys_repository.list_surveys(ctx.table, ids[:RUNS_OF_FEW])
    if not evaluation.asks_whether_to_go_on(runs):
        return evaluation.paused is not None
    community = communities_repository.get_community(ctx.table, region, ctx.now)
    version = f"{kind}.{runs[0].id}"
    letters = [
        Letter(LetterId("survey_go_on", region, version, chair["id"])) for chair in community.chairs
    ]
    letters += [
        Letter(LetterId("survey_go_on", region, version, address_digest(email)), {"email": email})
        for email in ctx.settings.office_emails
    ]
    puts = [letters_repository.insert_write(letter, ctx.now) for letter in letters]
    waiting = evaluation.pause("asked", local_date(ctx.now))
    with suppress(ConditionFailed, PlanChanged):  # planned anew, or another worker asks
        ctx.table.transact([repository.plan_write(waiting, frozenset()), *puts])
    return True


def recompute_due_times(ctx: Context[None]) -> None:
    """Recomputes when each survey that recurs begins, after the closure days changed."""
    closures = communities_repository.list_closed_days(ctx.table)
    for region in regions.codes():
        for evaluation in repository.list_evaluations(ctx.table, region):
            if evaluation.paused:
                continue
            with suppress(ConditionFailed):  # changed meanwhile, by the days as they are now
                ctx.table.transact([repository.due_time_write(evaluation, closures)])
