"""Owns what came of surveys: the list of a community's, and the results of one."""

import random
from collections.abc import Iterator

from comhar.calendar import unstamp
from comhar.errors import NotFound
from comhar.results import views
from comhar.surveys import records
from comhar.surveys.model import Survey, few
from comhar.table import Table
from comhar.writes import Item

LISTED = 20  # surveys on one page of a list
READ = 200  # answer sheets read for their words: chance picked them, their ids are random


def of_region(region: str, after: str | None, table: Table) -> views.SurveyList:
    """The region's surveys, newest first, a page at a time; one read."""
    page = records.of_region(table, region, LISTED, after)
    return views.SurveyList(region=region, surveys=list(map(_row, page.items)), next=page.next)


def _row(item: Item) -> views.SurveyRow:
    return views.SurveyRow(
        id=item["id"],
        title=item["title"],
        about=item.get("about"),
        opens_at=unstamp(item["opens_at"]),
        closes_at=unstamp(item["closes_at"]),
        closed="closed_on" in item,
        invited=item["invited"],
        few=item.get("few", False),
        responses=item.get("responses"),
        rate=views.rate(item.get("responses"), item["invited"]),
    )


def outcome(region: str, survey_id: str, table: Table) -> views.SurveyResults:
    """What came of a survey, once it is closed and from 5 responses up; while it is open, how many have
    answered so far. Two reads.

    Raises NotFound.
    """
    survey = records.by_id(table, survey_id)
    if survey is None or survey.region != region:
        raise NotFound
    if survey.state == "open":
        answered = len(survey.people) - len(records.ballots(table, survey.id))
        survey = survey.model_copy(update={"responses": None if few(answered) else answered})
    return views.of_survey(survey, dict(_words(survey, table)) if survey.results else {})


def _words(survey: Survey, table: Table) -> Iterator[tuple[str, list[str]]]:
    """The answers in words, each question's shuffled on its own: no two can be put together."""
    sheets = records.some_answers(table, survey.id, READ).items
    for question in survey.definition.questions:
        if question.in_words:
            texts = [s["answers"][question.key] for s in sheets if question.key in s["answers"]]
            random.SystemRandom().shuffle(texts)
            yield question.key, texts
