"""Owns what came of surveys: the list of a community's, the results of one, and calling one off."""

from datetime import datetime

from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.errors import NotFound
from comhar.membership.model import Member
from comhar.membership.repository import audit
from comhar.results import model, views
from comhar.results import repository as kept
from comhar.surveys import ballots, repository
from comhar.surveys.model import Survey

LISTED = 20  # surveys on one page of a list


def of_region(
    region: str, after: str | None, me: Member, now: datetime, table: Table
) -> views.SurveyList:
    """The region's surveys, newest first, a page at a time; one read. Raises NotYetSeeing."""
    model.may_see(me, region)
    page = repository.of_region(table, region, LISTED, after)
    leads = me.chairs(region)
    return views.SurveyList(
        region=region,
        surveys=[views.row(each, leads, now) for each in page.items],
        may_lead=leads,
        next=page.next,
    )


def outcome(region: str, survey_id: str, me: Member, table: Table) -> views.SurveyResults:
    """What came of a survey, once it is closed and from 5 responses up, what it came to last time, and
    what the community says about it; while it is open, nothing of who or how many have answered, but what
    the clock noted once. Three reads.

    Raises NotFound, NotYetSeeing.
    """
    model.may_see(me, region)
    held = of(region, survey_id, table)
    survey, leads = held.survey, me.chairs(region)
    if not survey.results:
        return views.of_survey(survey, {}, leads=leads)
    words = ballots.words(table, survey_id)
    return views.of_survey(survey, words, _before(survey, table), held.said, leads)


def figures(region: str, survey_id: str, me: Member, table: Table) -> views.SurveyResults:
    """The figures of a survey and of the run before it, without anybody's words. Two reads.

    Raises NotFound, NotYetSeeing.
    """
    model.may_see(me, region)
    survey = of(region, survey_id, table).survey
    return views.of_survey(survey, {}, _before(survey, table))


def _before(survey: Survey, table: Table) -> Survey | None:
    """The run to compare with: the newest before it that has results."""
    return next((each for each in repository.by_ids(table, survey.earlier) if each.results), None)


def of(region: str, survey_id: str, table: Table) -> kept.Held:
    """A survey of the region, with what is said about it; one read. Raises NotFound."""
    held = kept.held(table, survey_id)
    if held is None or held.survey.region != region:
        raise NotFound
    return held


def cancel_page(region: str, survey_id: str, table: Table) -> views.CallOff:
    """What would be called off. Raises NotFound, TooLateToCallOff."""
    return views.call_off(_waiting(region, survey_id, table))


def cancel(region: str, survey_id: str, me: Member, now: datetime, table: Table) -> views.CalledOff:
    """Calls off a survey that has not opened; nobody was asked yet. Raises what `cancel_page` raises."""
    survey = _waiting(region, survey_id, table)
    line = audit(me, "call_off_survey", survey_id, now)
    try:
        table.transact([*repository.calling_off_writes(survey), line])
    except ConditionFailed as lost:
        raise model.TooLateToCallOff from lost
    return views.CalledOff(region=region, survey=survey_id)


def _waiting(region: str, survey_id: str, table: Table) -> Survey:
    """The survey; one that is not there was called off by whoever pressed the button first."""
    found = repository.by_id(table, survey_id)
    if found and found.region != region:
        raise NotFound
    if found is None or found.state != "waiting":
        raise model.TooLateToCallOff
    return found
