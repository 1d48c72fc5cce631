"""Owns how a survey is started: in one community or in several, now or on a day to come."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from comhar import data
from comhar.aws.conditions import Item, Write
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.dates.dublin_time import instant, local_date
from comhar.dates.working_days import issue_instant
from comhar.errors import FieldError, Invalid, NotFound
from comhar.membership.model import Member
from comhar.membership.repository import audit
from comhar.once import REPEATABLE, Once
from comhar.questionnaires import forms, model, repository, views
from comhar.questionnaires.model import Questionnaire
from comhar.regions import NATIONAL
from comhar.surveys import audience
from comhar.surveys import repository as surveys
from comhar.surveys.model import (
    CLOSING_HOUR,
    OPEN_DAYS,
    SHOWN_FROM,
    Definition,
    RunsAlready,
    Survey,
    built_in,
)
from comhar.tokens import new_id

AHEAD = 366  # days ahead that a survey may be planned
LONGEST = 92  # days that one may be open


def page(region: str | None, key: str, now: datetime, table: Table) -> views.StartSurveyPage:
    """What the form to start a survey shows: how many it would ask if it opened on the day offered. Without
    a region, of all of them. Two reads.

    Raises NotFound, NotYourQuestions, NothingAsked.
    """
    it, asked, runs = _found(region, key, table)
    opens_on = local_date(now) + timedelta(days=1)
    sizes = _sizes(region, opens_on, table)
    return views.StartSurveyPage(
        questionnaire=key,
        region=region,
        title=asked.title,
        questions=len(asked.questions),
        communities=[
            views.where(code, sizes[code], "running" in runs.get(code, {}))
            for code in ([region] if region else _regions())
        ],
        shown_from=SHOWN_FROM,
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=OPEN_DAYS),
        revision=it.revision if it else None,
    )


def start(
    region: str | None,
    key: str,
    form: forms.StartSurvey,
    me: Member,
    now: datetime,
    table: Table,
    once: Once = REPEATABLE,
) -> views.SurveyStarted:
    """Starts one survey in the community, or one in each that the form names, all or none. What is
    asked is kept under the next version, unless it is what was asked last.

    Raises NotFound, NotYourQuestions, NothingAsked, RunsAlready, QuestionsChanged, Invalid.
    """
    regions = form.regions if isinstance(form, forms.StartSurveys) else [str(region)]
    it, asked, runs = _found(region, key, table)
    if it and form.revision not in (None, it.revision):
        raise model.QuestionsChanged
    opens_at, closes_at = _times(form, now)
    _require_audience(regions, region, form.opens_on, table)
    if any("running" in runs.get(code, {}) for code in regions):
        raise RunsAlready
    version, kept = _frozen(it, asked, now)
    begun = [
        Survey(
            id=new_id(now, code),
            kind=key,
            version=version,
            definition=asked,
            region=code,
            everyone=True,
            opens_at=opens_at,
            closes_at=closes_at,
        )
        for code in regions
    ]
    writes = [write for each in begun for write in surveys.opening(each)]
    lines = [audit(me, "start_survey", each.id, now) for each in begun]
    try:
        table.transact([*writes, *kept, *lines, *once.writes(begun[0].id)])
    except ConditionFailed as lost:
        raise (RunsAlready if min(lost.failed) < len(writes) else model.QuestionsChanged) from lost
    return views.SurveyStarted(
        questionnaire=key,
        opens_at=opens_at,
        closes_at=closes_at,
        surveys=[views.SurveyBegun(region=each.region, survey=each.id) for each in begun],
    )


def _found(
    region: str | None, key: str, table: Table
) -> tuple[Questionnaire | None, Definition, dict[str, Item]]:
    """The questionnaire (None for a built-in survey), what it asks, and its runs by region; one query.

    A community starts its own questionnaires, the office those of everybody.
    """
    it, runs = repository.with_runs(table, key)
    if key in model.STARTED_BY_HAND:
        return None, built_in(key), runs
    if it is None:
        words = "There are no such questions: they may have been deleted since they were asked."
        raise NotFound(words, next="Ask another survey, or write new questions.")
    if region not in (None, it.region):
        raise model.CopyFirst if it.region == NATIONAL else model.NotYourQuestions
    return it, model.definition(it), runs


def _frozen(
    it: Questionnaire | None, asked: Definition, now: datetime
) -> tuple[int | None, list[Write]]:
    """The version under which it is asked, None for a built-in survey; and what keeps it so."""
    if it is None:
        return None, []
    after = model.frozen(it)
    if after is it:
        return it.version, [repository.unchanged(it)]
    return after.version, [
        *repository.put(after, now, it),
        repository.put_version(after, asked, now),
    ]


def _times(form: forms.StartSurvey, now: datetime) -> tuple[datetime, datetime]:
    """When it opens and closes, as UTC instants. Raises Invalid."""
    today = local_date(now)
    wrong = []
    if not today <= form.opens_on <= today + timedelta(days=AHEAD):
        wrong.append(FieldError("opens_on", "Choose a day from today on, within a year."))
    if not form.opens_on < form.closes_on <= _later(form.opens_on, LONGEST):
        words = f"Choose a day after it opens, at most {LONGEST} days later."
        wrong.append(FieldError("closes_on", words))
    if wrong:
        raise Invalid(*wrong)
    opens_at = now if form.opens_on == today else issue_instant(form.opens_on)
    return opens_at, instant(datetime.combine(form.closes_on, CLOSING_HOUR))


def _later(day: date, days: int) -> date:
    return date.max if date.max - day < timedelta(days=days) else day + timedelta(days=days)


def _require_audience(regions: list[str], one: str | None, opens_on: date, table: Table) -> None:
    """Raises Invalid for a community that there is not, that is named twice, or where nobody can be
    asked on that day."""
    if len(set(regions)) != len(regions) or set(regions) - set(_regions()):
        raise Invalid(FieldError("regions", "Choose from the communities offered, each once."))
    sizes = _sizes(one, opens_on, table)
    if empty := [each for each in regions if not sizes[each].invited]:
        field = "regions" if one is None else "opens_on"
        where = f" in {', '.join(empty)}" if one is None else ""
        words = (
            f"Nobody{where} can be asked on this day. We ask members who are confirmed and have been in"
            f" the community for {audience.SETTLED.days} days."
        )
        raise Invalid(FieldError(field, words))


def _sizes(region: str | None, opens_on: date, table: Table) -> Mapping[str, audience.Size]:
    """How many would be asked that day as the register stands now, of each region or of one; one query."""
    sizes = audience.sizes(table, region, audience.settled_by(opens_on))
    return {code: sizes.get(code, audience.Size()) for code in _regions()}


def _regions() -> list[str]:
    return [each["code"] for each in data.load("regions")]
