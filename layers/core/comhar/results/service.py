"""Use cases for results: list the surveys, see what came of one, and call one off."""

from comhar.aws.conditions import conflict_as
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.errors import NotFound
from comhar.meetings import repository as meetings_repository
from comhar.membership.repository import audit_write
from comhar.results import model, repository, views
from comhar.surveys import ballots
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import RESPONSE_THRESHOLD, Survey
from comhar.surveys.views import TalkInstead, talk_instead

PAGE_SIZE = 20  # surveys on one page of a list


def list_surveys(region: str, after: str | None, ctx: Context) -> views.SurveyList:
    """The region's surveys, newest first, a page at a time; one read.

    Raises:
        MemberNotConfirmed: the member is not confirmed.
    """
    model.require_may_see(ctx.user, region)
    page = surveys_repository.list_rows(ctx.table, region, PAGE_SIZE, after)
    leads = ctx.user.may_chair(region)
    return views.SurveyList(
        region=region,
        surveys=[views.survey_row(row, leads, ctx.now) for row in page.items],
        may_lead=leads,
        next=page.next,
    )


def get_results(region: str, survey_id: str, ctx: Context) -> views.SurveyResults:
    """A survey's results, beside those of the run before, and the community's entries.

    There are results once it is closed and 5 people have answered. While it is open, there is no count of
    answers, only what the clock noted once (`so_far`). Three reads.

    Raises:
        NotFound: the community has no such survey.
        MemberNotConfirmed: the member is not confirmed.
    """
    model.require_may_see(ctx.user, region)
    record = get_record(region, survey_id, ctx.table)
    survey, leads = record.survey, ctx.user.may_chair(region)
    if not survey.results:
        results = views.survey_results(survey, {}, leads=leads)
        return results.model_copy(update={"talk": _talk_instead(survey, ctx)}) if leads else results
    words = ballots.get_texts(ctx.table, survey_id)
    return views.survey_results(
        survey, words, _find_run_before(survey, ctx.table), record.entries, leads
    )


def _talk_instead(survey: Survey, ctx: Context) -> TalkInstead | None:
    """To talk about the questions at the next meeting, where few were asked; one read."""
    if survey.state == "waiting" or survey.invited >= RESPONSE_THRESHOLD:
        return None
    next_row = meetings_repository.find_next_row(ctx.table, survey.region, ctx.now)
    return talk_instead(survey.definition.title, next_row)


def get_figures(region: str, survey_id: str, ctx: Context) -> views.SurveyResults:
    """The figures of a survey and of the run before it, without the answers in words.

    Two reads.

    Raises:
        NotFound: the community has no such survey.
        MemberNotConfirmed: the member is not confirmed.
    """
    model.require_may_see(ctx.user, region)
    survey = get_record(region, survey_id, ctx.table).survey
    return views.survey_results(survey, {}, _find_run_before(survey, ctx.table))


def _find_run_before(survey: Survey, table: Table) -> Survey | None:
    """The run to compare with: the newest one before it that has results."""
    return next(
        (run for run in surveys_repository.list_surveys(table, survey.earlier) if run.results),
        None,
    )


def get_record(region: str, survey_id: str, table: Table) -> repository.SurveyRecord:
    """A survey of the region, with its entries; one read.

    Raises:
        NotFound: the community has no such survey.
    """
    record = repository.find_record(table, survey_id)
    if record is None or record.survey.region != region:
        raise NotFound
    return record


def get_cancel_page(region: str, survey_id: str, ctx: Context) -> views.CallOff:
    """The survey that would be called off.

    Raises:
        NotFound: the survey is another community's.
        SurveyNotWaiting: it has opened, or was called off.
    """
    return views.call_off(_get_waiting_survey(region, survey_id, ctx.table))


def cancel_survey(region: str, survey_id: str, ctx: Context) -> views.CalledOff:
    """Calls off a survey that has not opened; nobody was asked yet.

    Raises:
        NotFound: the survey is another community's.
        SurveyNotWaiting: it has opened, or was called off.
    """
    survey = _get_waiting_survey(region, survey_id, ctx.table)
    line = audit_write(ctx.user, "call_off_survey", survey_id, ctx.now)
    with conflict_as(model.SurveyNotWaiting):
        ctx.table.transact([*surveys_repository.cancel_writes(survey), line])
    return views.CalledOff(region=region, survey=survey_id)


def _get_waiting_survey(region: str, survey_id: str, table: Table) -> Survey:
    """The survey, still waiting; where there is none, somebody called it off before."""
    survey = surveys_repository.find_survey(table, survey_id)
    if survey and survey.region != region:
        raise NotFound
    if survey is None or survey.state != "waiting":
        raise model.SurveyNotWaiting
    return survey
