"""Owns what is shown of one question of a survey, beside what it came to last time."""

from typing import Any

from comhar.fields import View
from comhar.results.comparing import counted, moments, percent, same
from comhar.surveys.model import Question, Survey


class ResultRow(View):
    """One possible answer: how many chose it, and what share of those who answered, in percent.

    `last_share` is last time's, where it is known; `last_text` how the answer was worded then, if
    otherwise.
    """

    text: str
    count: int
    share: int
    last_share: int | None = None
    last_text: str | None = None


class LastTime(View):
    """What the same question came to in the run before. `shown` is false where 1 to 4 people answered it;
    `text` is how it was asked then, if otherwise."""

    answered: int | None
    shown: bool
    mean: float | None = None
    text: str | None = None


class QuestionResult(View):
    """`shown` is false where 1 to 4 people answered: how many, `answered`, is not said then.

    `spread` is the standard deviation. `last` is None where the run before did not ask the question.
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
    last: LastTime | None = None


def of_question(
    question: Question, figures: dict[str, Any], texts: dict[str, list[str]], before: Survey | None
) -> QuestionResult:
    """What a question came to: `figures` are those kept, `before` is the run to compare with."""
    answered = figures.get("answered")
    result = QuestionResult(
        key=question.key,
        text=question.text,
        kind=question.kind,
        section=question.section,
        answered=answered,
        shown=answered is not None,
    )
    if question.in_words:
        found = tuple(texts.get(question.key, ())) if answered else ()
        return result.model_copy(update={"texts": found})
    then = same(question, before) if before else None
    last = counted(then, before) if before and then else {}
    compared = {"last": _last(question, then, last) if then else None}
    if not answered:
        return result.model_copy(update=compared)
    rows = _rows(question, figures["counts"], answered, then, last)
    mean, spread = (
        moments(figures["counts"], answered) if question.kind == "rating" else (None, None)
    )
    return result.model_copy(update={"rows": rows, "mean": mean, "spread": spread, **compared})


def _rows(
    question: Question,
    counts: dict[str, int],
    answered: int,
    then: Question | None,
    last: dict[str, Any],
) -> tuple[ResultRow, ...]:
    worded = {each.value: each.text for each in then.choices} if then else {}
    return tuple(
        ResultRow(
            text=each.text,
            count=counts[each.value],
            share=percent(counts[each.value], answered),
            last_share=percent(last["counts"][each.value], last["answered"])
            if last.get("answered")
            else None,
            last_text=_if_other(worded.get(each.value), each.text),
        )
        for each in question.choices
    )


def _last(question: Question, then: Question, figures: dict[str, Any]) -> LastTime:
    answered = figures.get("answered")
    rated = question.kind == "rating" and answered
    return LastTime(
        answered=answered,
        shown=answered is not None,
        mean=moments(figures["counts"], answered)[0] if rated and answered else None,
        text=_if_other(then.text, question.text),
    )


def _if_other(then: str | None, now: str) -> str | None:
    return None if then == now else then
