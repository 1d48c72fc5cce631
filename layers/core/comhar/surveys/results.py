"""Owns counting: from answers to sums, and from sums to what may be shown of them."""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from comhar.fields import View
from comhar.surveys.model import SHOWN_FROM, Answers, Definition, Question, Survey

Counts = dict[str, dict[str, Any]]


def tally(definition: Definition, sheets: Iterable[Answers]) -> tuple[int, Counts]:
    """How many answered, and by question how many answered it and how many chose what."""
    counts: Counts = {
        question.key: {"answered": 0, "counts": {each.value: 0 for each in question.choices}}
        for question in definition.questions
    }
    responses = 0
    for sheet in sheets:
        responses += 1
        for key, given in sheet.items():
            counts[key]["answered"] += 1
            if counts[key]["counts"]:
                for value in given if isinstance(given, list) else [given]:
                    counts[key]["counts"][str(value)] += 1
    return responses, counts


def satisfaction(definition: Definition, counts: Counts) -> tuple[int, int] | None:
    """How many rated their satisfaction and the sum of the ratings; None if it was not asked."""
    if not any(q.key == "satisfaction" and q.kind == "rating" for q in definition.questions):
        return None
    rated = counts["satisfaction"]
    return rated["answered"], sum(int(value) * n for value, n in rated["counts"].items())


def kept(responses: int, counts: Counts) -> Counts:
    """What is kept of the counts: none from fewer than 5 people, of the survey or of a question."""
    if responses < SHOWN_FROM:
        return {}
    return {
        key: each if each["answered"] >= SHOWN_FROM else {"answered": each["answered"]}
        for key, each in counts.items()
    }


class ResultRow(View):
    """One possible answer: how many chose it, and what share of those who answered, in percent."""

    text: str
    count: int
    share: int


class QuestionResult(View):
    """`shown` is false where fewer than 5 people answered. `spread` is the standard deviation."""

    key: str
    text: str
    kind: str
    section: str | None
    answered: int
    shown: bool
    rows: list[ResultRow] = []
    mean: float | None = None
    spread: float | None = None
    texts: list[str] = []


class SurveyResults(View):
    """`withheld` says why there are no results: the survey is `open`, or `few` have answered."""

    id: str
    region: str
    title: str
    about: str | None
    meeting: str | None
    closes_at: datetime
    invited: int
    responses: int | None
    rate: int | None
    withheld: str | None
    questions: list[QuestionResult] = []


class SurveyRow(View):
    id: str
    title: str
    about: str | None
    opens_at: datetime
    closes_at: datetime
    closed: bool
    invited: int
    responses: int | None
    rate: int | None


class SurveyList(View):
    region: str
    surveys: list[SurveyRow]
    next: str | None = None


def rate(responses: int | None, invited: int) -> int | None:
    """The share of those asked who answered, in whole percent; None while it is not known."""
    return None if responses is None or not invited else percent(responses, invited)


def percent(part: int, whole: int) -> int:
    """Rounded half up, as people round."""
    return (200 * part + whole) // (2 * whole)


def of_survey(survey: Survey, texts: dict[str, list[str]]) -> SurveyResults:
    """What co-chairs and office see; `texts` are the answers in words, by question, shuffled."""
    if survey.state != "closed":
        withheld = "open"
    else:
        withheld = None if survey.results else "few"
    questions = [] if withheld else survey.definition.questions
    return SurveyResults(
        id=survey.id,
        region=survey.region,
        title=survey.definition.title,
        about=survey.about,
        meeting=survey.meeting,
        closes_at=survey.closes_at,
        invited=len(survey.people),
        responses=survey.responses,
        rate=rate(survey.responses, len(survey.people)),
        withheld=withheld,
        questions=[_of_question(q, survey.results[q.key], texts) for q in questions],
    )


def _of_question(
    question: Question, counted: dict[str, Any], texts: dict[str, list[str]]
) -> QuestionResult:
    answered, counts = counted["answered"], counted.get("counts")
    result = QuestionResult(
        key=question.key,
        text=question.text,
        kind=question.kind,
        section=question.section,
        answered=answered,
        shown=counts is not None,
    )
    if counts is None:
        return result
    if question.in_words:
        return result.model_copy(update={"texts": texts.get(question.key, [])})
    rows = [
        ResultRow(text=each.text, count=n, share=percent(n, answered))
        for each in question.choices
        for n in [counts[each.value]]
    ]
    mean, spread = _moments(counts, answered) if question.kind == "rating" else (None, None)
    return result.model_copy(update={"rows": rows, "mean": mean, "spread": spread})


def _moments(counts: dict[str, int], answered: int) -> tuple[float, float]:
    mean = sum(int(value) * n for value, n in counts.items()) / answered
    square = sum((int(value) - mean) ** 2 * n for value, n in counts.items()) / answered
    return round(mean, 2), round(math.sqrt(square), 2)
