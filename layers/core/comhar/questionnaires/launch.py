"""Starting a survey: in one community or in several, now or on a later day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from comhar import regions
from comhar.aws.conditions import Item, Write, conflict_as
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import local_date, to_instant
from comhar.dates.working_days import issue_instant
from comhar.errors import FieldError, Invalid, NotFound
from comhar.idempotency import REPEATABLE, Once
from comhar.meetings import repository as meetings_repository
from comhar.membership.repository import audit_write
from comhar.questionnaires import forms, model, repository, views
from comhar.questionnaires.model import Questionnaire
from comhar.regions import NATIONAL
from comhar.surveys import audience
from comhar.surveys import repository as surveys_repository
from comhar.surveys import views as surveys_views
from comhar.surveys.model import (
    CLOSING_HOUR,
    OPEN_DAYS,
    RESPONSE_THRESHOLD,
    SETTLING_TIME,
    AudienceSize,
    Definition,
    Survey,
    SurveyAlreadyRunning,
    get_built_in,
)
from comhar.tokens import new_id

MAX_DAYS_AHEAD = 366  # days ahead that a survey may be planned
MAX_DAYS_OPEN = 92  # days that one may be open


def get_start_page(region: str | None, key: str, ctx: Context) -> views.StartSurveyPage:
    """The form to start a survey, in the region or, without one, in any of them.

    It says how many a survey would ask that opens on the day offered. Two reads; three where they are few.

    Raises:
        NotFound: there are no such questions.
        QuestionsNotYours: they are another community's.
        QuestionsOfOffice: they are the office's.
        QuestionsMissing: there is no question among them.
    """
    questionnaire, definition, runs = _get_questions(region, key, ctx.table)
    opens_on = local_date(ctx.now) + timedelta(days=1)
    sizes = _list_sizes(region, opens_on, ctx.table)
    communities = [
        views.where_asked(code, sizes[code], "running" in runs.get(code, {}))
        for code in ([region] if region else regions.codes())
    ]
    talk = None
    if region and communities[0].few:
        next_row = meetings_repository.find_next_row(ctx.table, region, ctx.now)
        talk = surveys_views.talk_instead(definition.title, next_row)
    return views.StartSurveyPage(
        questionnaire=key,
        region=region,
        title=definition.title,
        questions=len(definition.questions),
        communities=communities,
        shown_from=RESPONSE_THRESHOLD,
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=OPEN_DAYS),
        revision=questionnaire.revision if questionnaire else None,
        talk=talk,
    )


def start_survey(
    region: str | None, key: str, form: forms.StartSurvey, ctx: Context, once: Once = REPEATABLE
) -> views.SurveyStarted:
    """Starts a survey in the community, or in each that the form names, all or none.

    The questions are stored under the next version, unless they are those that were asked last.

    Raises:
        NotFound, QuestionsNotYours, QuestionsOfOffice, QuestionsMissing: as the page of the form.
        SurveyAlreadyRunning: a community is being asked this, or about to be.
        QuestionsChanged: somebody changed the questions since the form was shown.
        Invalid: a day or a community cannot be.
    """
    codes = form.regions if isinstance(form, forms.StartSurveys) else [str(region)]
    questionnaire, definition, runs = _get_questions(region, key, ctx.table)
    if questionnaire and form.revision not in (None, questionnaire.revision):
        raise model.QuestionsChanged
    opens_at, closes_at = _parse_times(form, ctx.now)
    _require_audience(codes, region, form.opens_on, ctx.table)
    if any("running" in runs.get(code, {}) for code in codes):
        raise SurveyAlreadyRunning
    version, version_writes = _next_version(questionnaire, definition, ctx.now)
    started = [
        Survey(
            id=new_id(ctx.now, code),
            kind=key,
            version=version,
            definition=definition,
            region=code,
            everyone=True,
            opens_at=opens_at,
            closes_at=closes_at,
        )
        for code in codes
    ]
    mark = once.writes(started[0].id)  # the first: what was sent twice is told before what runs
    writes = [
        write for survey in started for write in surveys_repository.insert_survey_writes(survey)
    ]
    lines = [audit_write(ctx.user, "start_survey", survey.id, ctx.now) for survey in started]
    with conflict_as(model.QuestionsChanged):
        ctx.table.transact([*mark, *writes, *version_writes, *lines])
    return views.SurveyStarted(
        questionnaire=key,
        opens_at=opens_at,
        closes_at=closes_at,
        surveys=[views.SurveyBegun(region=survey.region, survey=survey.id) for survey in started],
    )


def _get_questions(
    region: str | None, key: str, table: Table
) -> tuple[Questionnaire | None, Definition, dict[str, Item]]:
    """The questionnaire, its definition, and its runs by region; one query.

    The questionnaire is None for a built-in survey. A community starts its own, the office those of
    everybody.
    """
    questionnaire, runs = repository.find_with_runs(table, key)
    if key in model.STARTED_BY_HAND:
        return None, get_built_in(key), runs
    if questionnaire is None:
        words = "There are no such questions: they may have been deleted since they were asked."
        raise NotFound(words, next="Ask another survey, or write new questions.")
    if region not in (None, questionnaire.region):
        office = questionnaire.region == NATIONAL
        raise model.QuestionsOfOffice if office else model.QuestionsNotYours
    return questionnaire, model.to_definition(questionnaire), runs


def _next_version(
    questionnaire: Questionnaire | None, definition: Definition, now: datetime
) -> tuple[int | None, list[Write]]:
    """The version that is asked, and its writes; None for a built-in survey."""
    if questionnaire is None:
        return None, []
    after = model.freeze_version(questionnaire)
    if after is questionnaire:
        return after.version, [repository.unchanged_check(questionnaire)]
    return after.version, [
        *repository.save_writes(after, now, questionnaire),
        repository.insert_version_write(after, definition, now),
    ]


def _parse_times(form: forms.StartSurvey, now: datetime) -> tuple[datetime, datetime]:
    """When it opens and closes, as UTC instants; raises Invalid."""
    today = local_date(now)
    wrong = []
    if not today <= form.opens_on <= today + timedelta(days=MAX_DAYS_AHEAD):
        wrong.append(FieldError("opens_on", "Choose a day from today on, within a year."))
    if not form.opens_on < form.closes_on <= _days_later(form.opens_on, MAX_DAYS_OPEN):
        words = f"Choose a day after it opens, at most {MAX_DAYS_OPEN} days later."
        wrong.append(FieldError("closes_on", words))
    if wrong:
        raise Invalid(*wrong)
    opens_at = now if form.opens_on == today else issue_instant(form.opens_on)
    return opens_at, to_instant(datetime.combine(form.closes_on, CLOSING_HOUR))


def _days_later(day: date, days: int) -> date:
    return date.max if date.max - day < timedelta(days=days) else day + timedelta(days=days)


def _require_audience(codes: list[str], region: str | None, opens_on: date, table: Table) -> None:
    """Raises Invalid for a region that is unknown, named twice, or has nobody to ask."""
    if len(set(codes)) != len(codes) or set(codes) - set(regions.codes()):
        raise Invalid(FieldError("regions", "Choose from the communities offered, each once."))
    sizes = _list_sizes(region, opens_on, table)
    if empty := [code for code in codes if not sizes[code].invited]:
        field = "regions" if region is None else "opens_on"
        where = f" in {', '.join(empty)}" if region is None else ""
        words = (
            f"Nobody{where} can be asked on this day. We ask members who are confirmed and have been in"
            f" the community for {SETTLING_TIME.days} days."
        )
        raise Invalid(FieldError(field, words))


def _list_sizes(region: str | None, opens_on: date, table: Table) -> Mapping[str, AudienceSize]:
    """By region how many would be asked that day, of all or of one; one query."""
    sizes = audience.list_audience_sizes(table, region, opens_on)
    return {code: sizes.get(code, AudienceSize()) for code in regions.codes()}
