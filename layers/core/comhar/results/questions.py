"""The result of one question beside the run before, and the facets as a wheel."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from comhar import data
from comhar.fields import View, json_name
from comhar.surveys.disclosure import Cell, Disclosure, Instead, State, disclose
from comhar.surveys.model import Question, Survey

FEWEST_FACETS = 3  # fewer make no wheel


class ResultRow(View):
    """One possible answer: how many chose it, and their share of those who answered.

    Shares are in percent; `instead` stands for figures that are withheld to protect people. `last_share`
    is that of the run before, where it is known, or `last_instead` stands for it; `last_text` is how the
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
    """The result of the same question in the run before.

    `state` is as of a question's results. `is_shown` is false where 1 to 4 people answered it; `answer`
    is the one that nearly all gave; `text` is how it was worded then, if otherwise.
    """

    state: State
    answered: int | None
    is_shown: Annotated[bool, json_name("shown")]
    mean: float | None = None
    answer: str | None = None
    text: str | None = None


class QuestionResult(View):
    """The result of one question, as far as it is shown.

    `state` is `hidden` where 1 to 4 people answered, `nobody` where none did; `number` where how many did
    is shown, and a rating's mean, but not how many gave each answer; `nearly_all` where nearly all gave
    one; else `shown`. `is_shown` is false where it is `hidden`: then `answered` is not given either.

    `answer` is the one that nearly all gave; `spread` is the standard deviation. `last` is None where the
    run before did not ask the question.
    """

    key: str
    text: str
    kind: str
    section: str | None
    state: State
    answered: int | None
    is_shown: Annotated[bool, json_name("shown")]
    rows: tuple[ResultRow, ...] = ()
    answer: str | None = None
    mean: float | None = None
    spread: float | None = None
    texts: tuple[str, ...] = ()
    last: LastTime | None = None


class WheelRow(View):
    """One facet's mean of 1 to 5.

    `is_shown` is false where 1 to 4 people rated it; `answer` is the one that nearly all gave, where that
    stands for the mean. Without either, nobody rated it, or it was not asked.
    """

    key: str
    title: str
    mean: float | None
    is_shown: Annotated[bool, json_name("shown")]
    answer: str | None
    last_mean: float | None
    last_shown: bool
    last_answer: str | None


def question_result(
    question: Question,
    figures: Mapping[str, Any],
    texts: dict[str, list[str]],
    before: Survey | None,
) -> QuestionResult:
    """The result of a question, as far as it may be shown.

    `figures` are those stored, `texts` the answers in words by question, `before` is the run to compare
    with.
    """
    now = disclose(question, figures)
    result = QuestionResult(
        key=question.key,
        text=question.text,
        kind=question.kind,
        section=question.section,
        state=now.state,
        answered=now.answered,
        is_shown=now.state != "hidden",
        answer=common_answer(question, now),
        mean=now.mean,
        spread=now.spread,
    )
    if question.is_text:
        words = tuple(texts.get(question.key, ())) if now.answered else ()
        return result.model_copy(update={"texts": words})
    then = find_same_question(question, before) if before else None
    if before is None or then is None:
        return result.model_copy(update={"rows": _result_rows(question, now)})
    last = disclose_in_run(then, before)
    rows = _result_rows(question, now, then, last)
    return result.model_copy(update={"rows": rows, "last": _last_time(question, then, last)})


def _result_rows(
    question: Question,
    now: Disclosure,
    then: Question | None = None,
    last: Disclosure | None = None,
) -> tuple[ResultRow, ...]:
    """One for each answer, where they are shown."""
    before = then.choices if then else ()
    worded = {option.value: option.text for option in before}
    cells = last.cells if last and last.cells else (Cell(),) * len(before)
    lasts = {option.value: cell for option, cell in zip(before, cells, strict=True)}
    return tuple(
        ResultRow(
            text=option.text,
            count=cell.count,
            share=cell.share,
            instead=cell.instead,
            last_share=lasts.get(option.value, Cell()).share,
            last_instead=lasts.get(option.value, Cell()).instead,
            last_text=_if_other(worded.get(option.value), option.text),
        )
        for option, cell in zip(question.choices, now.cells, strict=False)
    )


def _last_time(question: Question, then: Question, last: Disclosure) -> LastTime:
    return LastTime(
        state=last.state,
        answered=last.answered,
        is_shown=last.state != "hidden",
        mean=last.mean,
        answer=common_answer(then, last),
        text=_if_other(then.text, question.text),
    )


def _if_other(then: str | None, now: str) -> str | None:
    return None if then == now else then


def wheel_rows(questions: Sequence[QuestionResult]) -> tuple[WheelRow, ...]:
    """The facets that were asked, if they are enough to make a wheel."""
    ratings = {question.key: question for question in questions if question.kind == "rating"}
    rows = [
        _wheel_row(facet["title"], ratings[facet["key"]])
        for facet in data.load("wheel")
        if facet["key"] in ratings
    ]
    return tuple(rows) if len(rows) >= FEWEST_FACETS else ()


def _wheel_row(title: str, question: QuestionResult) -> WheelRow:
    last = question.last
    return WheelRow(
        key=question.key,
        title=title,
        mean=question.mean,
        is_shown=question.is_shown,
        answer=question.answer,
        last_mean=last.mean if last else None,
        last_shown=last.is_shown if last else True,
        last_answer=last.answer if last else None,
    )


def find_same_question(question: Question, run: Survey) -> Question | None:
    """The question as that run asked it, or None.

    It has the same key and kind, and the same answers to choose from; the wording may differ.
    """
    wanted = question.key, question.kind, _values(question)
    for asked_question in run.definition.questions:
        if (asked_question.key, asked_question.kind, _values(asked_question)) == wanted:
            return asked_question
    return None


def _values(question: Question) -> set[str]:
    return {option.value for option in question.choices}


def stored_figures(question: Question, run: Survey) -> dict[str, Any]:
    """The stored figures of a question that the run asked.

    Empty where 1 to 4 people answered the survey: then none are stored. Where nobody answered the survey,
    nobody answered the question.
    """
    if run.responses == 0:
        return {"answered": 0, "counts": {option.value: 0 for option in question.choices}}
    figures: dict[str, Any] = run.results.get(question.key, {})
    return figures


def disclose_in_run(question: Question, run: Survey) -> Disclosure:
    """What may be shown of a question that the run asked."""
    return disclose(question, stored_figures(question, run))


def common_answer(question: Question, disclosure: Disclosure) -> str | None:
    """The answer that nearly all gave: a rating's number, or the answer's text."""
    if disclosure.state != "nearly_all":
        return None
    top = next(n for n, cell in enumerate(disclosure.cells) if cell.instead == "nearly_all")
    choice = question.choices[top]
    return choice.value if question.kind == "rating" else choice.text
