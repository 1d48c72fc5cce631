"""Owns what is shown of one question of a survey, beside what it came to last time."""

from collections.abc import Mapping
from typing import Any

from comhar.fields import View
from comhar.results.rating_statistics import common_answer, disclosed, same
from comhar.surveys.disclosure import Cell, Disclosure, Instead, State, disclose
from comhar.surveys.model import Question, Survey


class ResultRow(View):
    """One possible answer: how many chose it, and what share of those who answered, in percent; or what
    is said `instead`, to protect people.

    `last_share` is last time's, where it is known, or `last_instead` stands for it; `last_text` how the
    answer was worded then, if otherwise.
    """

    text: str
    count: int | None
    share: int | None
    instead: Instead | None = None
    last_share: int | None = None
    last_instead: Instead | None = None
    last_text: str | None = None


class LastTime(View):
    """What the same question came to in the run before, its `state` as of a question's results. `shown` is
    false where 1 to 4 people answered it; `answer` is what nearly all gave; `text` is how it was asked
    then, if otherwise."""

    state: State
    answered: int | None
    shown: bool
    mean: float | None = None
    answer: str | None = None
    text: str | None = None


class QuestionResult(View):
    """`state` is `hidden` where 1 to 4 people answered, `nobody` where none did; `number` where how many
    did is shown, and a rating's mean, but not how many gave each answer; `nearly_all` where nearly all gave
    one; else `shown`. `shown` is false where it is `hidden`: how many, `answered`, is not said then.

    `answer` is what nearly all gave; `spread` is the standard deviation. `last` is None where the run
    before did not ask the question.
    """

    key: str
    text: str
    kind: str
    section: str | None
    state: State
    answered: int | None
    shown: bool
    rows: tuple[ResultRow, ...] = ()
    answer: str | None = None
    mean: float | None = None
    spread: float | None = None
    texts: tuple[str, ...] = ()
    last: LastTime | None = None


def of_question(
    question: Question,
    figures: Mapping[str, Any],
    texts: dict[str, list[str]],
    before: Survey | None,
) -> QuestionResult:
    """What is shown of a question: `figures` are those stored, `before` is the run to compare with."""
    now = disclose(question, figures)
    result = QuestionResult(
        key=question.key,
        text=question.text,
        kind=question.kind,
        section=question.section,
        state=now.state,
        answered=now.answered,
        shown=now.state != "hidden",
        answer=common_answer(question, now),
        mean=now.mean,
        spread=now.spread,
    )
    if question.in_words:
        words = tuple(texts.get(question.key, ())) if now.answered else ()
        return result.model_copy(update={"texts": words})
    then = same(question, before) if before else None
    if before is None or then is None:
        return result.model_copy(update={"rows": _rows(question, now)})
    last = disclosed(then, before)
    rows = _rows(question, now, then, last)
    return result.model_copy(update={"rows": rows, "last": _last(question, then, last)})


def _rows(
    question: Question,
    now: Disclosure,
    then: Question | None = None,
    last: Disclosure | None = None,
) -> tuple[ResultRow, ...]:
    """One for each answer, where they are shown."""
    before = then.choices if then else ()
    worded = {each.value: each.text for each in before}
    cells = last.cells if last and last.cells else (Cell(),) * len(before)
    lasts = {each.value: cell for each, cell in zip(before, cells, strict=True)}
    return tuple(
        ResultRow(
            text=each.text,
            count=cell.count,
            share=cell.share,
            instead=cell.instead,
            last_share=lasts.get(each.value, Cell()).share,
            last_instead=lasts.get(each.value, Cell()).instead,
            last_text=_if_other(worded.get(each.value), each.text),
        )
        for each, cell in zip(question.choices, now.cells, strict=False)
    )


def _last(question: Question, then: Question, last: Disclosure) -> LastTime:
    return LastTime(
        state=last.state,
        answered=last.answered,
        shown=last.state != "hidden",
        mean=last.mean,
        answer=common_answer(then, last),
        text=_if_other(then.text, question.text),
    )


def _if_other(then: str | None, now: str) -> str | None:
    return None if then == now else then
