"""Owns the success wheel: the eight facets of a community as its members rated them, and last time."""

from collections.abc import Sequence

from comhar import data
from comhar.fields import View
from comhar.formatting import short_day
from comhar.results.charts import wheel
from comhar.results.questions import QuestionResult

LEAST = 3  # facets: fewer make no wheel


class WheelRow(View):
    """One facet's mean of 1 to 5. `shown` is false where 1 to 4 people rated it; `answer` is what nearly
    all gave, where that stands for the mean; without either nobody did, or it was not asked."""

    key: str
    title: str
    mean: float | None
    shown: bool
    answer: str | None
    last_mean: float | None
    last_shown: bool
    last_answer: str | None


def rows(questions: Sequence[QuestionResult]) -> tuple[WheelRow, ...]:
    """The facets that were asked, if they are enough to make a wheel."""
    asked = {each.key: each for each in questions if each.kind == "rating"}
    found = [
        _row(facet["title"], asked[facet["key"]])
        for facet in data.load("wheel")
        if facet["key"] in asked
    ]
    return tuple(found) if len(found) >= LEAST else ()


def _row(title: str, question: QuestionResult) -> WheelRow:
    last = question.last
    return WheelRow(
        key=question.key,
        title=title,
        mean=question.mean,
        shown=question.shown,
        answer=question.answer,
        last_mean=last.mean if last else None,
        last_shown=last.shown if last else True,
        last_answer=last.answer if last else None,
    )


def drawn(found: Sequence[WheelRow], closed: str, last_closed: str | None) -> bytes:
    """The wheel as SVG; the days are those on which this run and the last one closed, ISO 8601."""
    series = [(f"This time, {short_day(closed)}", [row.mean for row in found])]
    if last_closed:
        series += [(f"Last time, {short_day(last_closed)}", [row.last_mean for row in found])]
    return wheel("Success wheel", [row.title for row in found], series)
