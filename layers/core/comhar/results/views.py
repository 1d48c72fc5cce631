"""Owns what is shown of surveys' results: sums, to those who may see them."""

import math
from datetime import datetime
from typing import Any, Literal

from comhar.fields import View
from comhar.surveys.model import Question, Survey


class ResultRow(View):
    """One possible answer: how many chose it, and what share of those who answered, in percent."""

    text: str
    count: int
    share: int


class QuestionResult(View):
    """`shown` is false where 1 to 4 people answered: how many, `answered`, is not said then.

    `spread` is the standard deviation.
    """

    key: str
    text: str
    kind: str
    section: str | None
    answered: int | None
    shown: bool
    rows: tuple[ResultRow, ...] = ()
    mean: float | None = None
    spread: float | None = None
    texts: tuple[str, ...] = ()


class SurveyResults(View):
    """`withheld` says why there are no results: the survey is `open`, `few` (1 to 4) or `nobody`
    answered. Of few, `responses` and `rate` are not said; while it is open they are those so far."""

    id: str
    region: str
    title: str
    about: str | None
    meeting: str | None
    closes_at: datetime
    invited: int
    responses: int | None
    rate: int | None
    withheld: Literal["open", "few", "nobody"] | None
    questions: tuple[QuestionResult, ...] = ()


class SurveyRow(View):
    """`few`: 1 to 4 people answered, and no more is said of them."""

    id: str
    title: str
    about: str | None
    opens_at: datetime
    closes_at: datetime
    closed: bool
    invited: int
    few: bool
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
    questions = survey.definition.questions if survey.results else ()
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
        withheld=_withheld(survey),
        questions=tuple(_of_question(q, survey.results[q.key], texts) for q in questions),
    )


def _withheld(survey: Survey) -> Literal["open", "few", "nobody"] | None:
    if survey.state != "closed":
        return "open"
    if survey.few:
        return "few"
    return None if survey.responses else "nobody"


def _of_question(
    question: Question, counted: dict[str, Any], texts: dict[str, list[str]]
) -> QuestionResult:
    answered = counted.get("answered")
    result = QuestionResult(
        key=question.key,
        text=question.text,
        kind=question.kind,
        section=question.section,
        answered=answered,
        shown=answered is not None,
    )
    if not answered:
        return result
    if question.in_words:
        return result.model_copy(update={"texts": tuple(texts.get(question.key, ()))})
    counts = counted["counts"]
    rows = tuple(
        ResultRow(text=each.text, count=n, share=percent(n, answered))
        for each in question.choices
        for n in [counts[each.value]]
    )
    mean, spread = _moments(counts, answered) if question.kind == "rating" else (None, None)
    return result.model_copy(update={"rows": rows, "mean": mean, "spread": spread})


def _moments(counts: dict[str, int], answered: int) -> tuple[float, float]:
    mean = sum(int(value) * n for value, n in counts.items()) / answered
    square = sum((int(value) - mean) ** 2 * n for value, n in counts.items()) / answered
    return round(mean, 2), round(math.sqrt(square), 2)
