"""The table of results: one line for each answer that could be chosen.

It stands in the CSV and in the workbook. Each column has one type whatever was answered. `people` and
`percent` are there in the state `ok` alone; any other state says why they are not.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from comhar import table_schema
from comhar.dates.dublin_time import local_date
from comhar.formatting import get_title
from comhar.reports.model import NATION
from comhar.results.questions import QuestionResult
from comhar.results.region_comparison import AcrossQuestion, AcrossRow, AcrossSurvey, CommunityRun
from comhar.results.views import SurveyResults
from comhar.spreadsheets import Cell

WHOLE = "The whole survey"
TOGETHER = "together, of those shown"
_WORDED = ("short", "long")
_STATES = {
    "ok": "shown",
    "hidden": "fewer than 5 people answered",
    "answers_hidden": "how many gave each answer would tell what somebody answered",
    "fewer_than_3": "nobody, one or two people gave this answer",
    "nearly_all": "all gave this answer, or all but one",
    "in_words": "an answer in words, or the question of such answers",
    "no_data": "nobody answered",
    "not_asked": "not asked there, or asked otherwise",
    "not_run": "no survey of this kind has closed there",
    "waiting": "the survey has not opened",
    "open": "the survey is open; until it closes, nothing is shown",
}
_KINDS = {
    "survey": "how many were asked, and how many answered",
    "single": "one of several answers",
    "many": "any of several answers",
    "rating": "a number from 1 to 5",
    "yes_no": "yes or no",
    "short": "in words",
    "long": "in words",
}
_WITHHELD = {"few": "hidden", "nobody": "no_data", "none": "not_run"}
_ALONE = {"hidden": "hidden", "nobody": "no_data", "other": "not_asked"}  # one line a question


def _list_meanings(words: dict[str, str]) -> str:
    return "; ".join(f"{code}: {meaning}" for code, meaning in words.items()) + "."


SCHEMA = table_schema.make_schema(
    [
        {"name": "survey", "type": "string", "description": "The survey’s title."},
        {
            "name": "closes_on",
            "type": "date",
            "description": "Its last day. Empty where communities are taken together.",
        },
        {
            "name": "region_code",
            "type": "string",
            "description": "ALL is the communities together of which every figure is shown.",
        },
        {"name": "region", "type": "string", "description": "The community’s name."},
        {"name": "question", "type": "string", "description": "As it was asked."},
        {
            "name": "kind",
            "type": "string",
            "constraints": {"enum": [*_KINDS]},
            "description": _list_meanings(_KINDS),
        },
        {
            "name": "answer",
            "type": "string",
            "description": "One that could be chosen, or what was written.",
        },
        {
            "name": "people",
            "type": "integer",
            "description": "How many gave this answer. Empty unless the state is ok.",
        },
        {
            "name": "percent",
            "type": "integer",
            "description": "Their share of those who answered the question, from 0 to 100.",
        },
        {
            "name": "answered",
            "type": "integer",
            "description": "How many answered the question. Empty where that is hidden.",
        },
        {
            "name": "mean",
            "type": "number",
            "description": "Of a rating, from 1 to 5. Empty where it is hidden.",
        },
        {
            "name": "spread",
            "type": "number",
            "description": "The ratings’ standard deviation: 0 if everyone gave the same, 2 at most.",
        },
        {
            "name": "state",
            "type": "string",
            "constraints": {"enum": [*_STATES]},
            "description": _list_meanings(_STATES),
        },
    ]
)
COLUMNS: tuple[str, ...] = tuple(field["name"] for field in SCHEMA["fields"])


class _Head(NamedTuple):
    """The cells that all lines of one community's survey begin with."""

    survey: str
    closes_on: date | None
    region_code: str
    region: str


def survey_lines(results: SurveyResults) -> list[list[Cell]]:
    """Agenda items of one survey in one community, but those of answers in words."""
    head = _head(results.title, results.region, results.closes_at)
    questions = (_question_lines(head, question) for question in results.questions)
    return [*_total_lines(head, results), *(line for lines in questions for line in lines)]


def word_lines(results: SurveyResults) -> list[list[Cell]]:
    """A line for each answer in words, in no order."""
    head = _head(results.title, results.region, results.closes_at)
    return [
        [*head, question.text, question.kind, text, None, None, None, None, None, "in_words"]
        for question in results.questions
        if question.kind in _WORDED
        for text in question.texts
    ]


def comparison_lines(survey: AcrossSurvey) -> list[list[Cell]]:
    """Agenda items of one survey in all communities."""
    heads = {
        run.region: _head(survey.title, run.region, run.closes_at) for run in survey.communities
    }
    heads[NATION] = _Head(survey.title, None, NATION, TOGETHER)
    totals = (_total_lines(heads[run.region], run) for run in survey.communities)
    answers = (
        _answer_lines(heads[row.region], question.text, question.kind, question.answers, row)
        for question in survey.questions
        for row in _rows(question)
    )
    return [line for lines in (*totals, *answers) for line in lines]


def _head(title: str, region: str, closes_at: datetime | None) -> _Head:
    closes_on = local_date(closes_at) if closes_at else None
    return _Head(title, closes_on, region, get_title(region))


def _rows(question: AcrossQuestion) -> Sequence[AcrossRow]:
    return [*question.communities, *([question.together] if question.together else [])]


def _total_lines(head: _Head, run: SurveyResults | CommunityRun) -> Iterator[list[Cell]]:
    """How many were asked, and how many answered at all."""
    few = run.withheld == "few"
    counts: list[tuple[str, int | None, int | None]] = [
        ("asked", run.invited, None),
        ("answered", None if few else run.responses, None if few else run.rate),
    ]
    for answer, people, percent in counts:
        state = "ok" if people is not None else _WITHHELD.get(run.withheld or "", run.withheld)
        yield [*head, WHOLE, "survey", answer, people, percent, None, None, None, state]


def _question_lines(head: _Head, question: QuestionResult) -> Iterator[list[Cell]]:
    row = AcrossRow(
        region=head.region_code,
        state=question.state,
        answered=question.answered,
        counts=tuple(answer_row.count for answer_row in question.rows),
        shares=tuple(answer_row.share for answer_row in question.rows),
        instead=tuple(answer_row.instead for answer_row in question.rows),
        mean=question.mean,
        spread=question.spread,
    )
    answers = [answer_row.text for answer_row in question.rows]
    return _answer_lines(head, question.text, question.kind, answers, row)


def _answer_lines(
    head: _Head, text: str, kind: str, answers: Sequence[str], row: AcrossRow
) -> Iterator[list[Cell]]:
    """One line for each answer that could be chosen, or one where nothing of them is shown."""
    about = [*head, text, kind]
    figures = [row.answered, _decimal(row.mean), _decimal(row.spread)]
    if not row.counts or row.state in _ALONE:
        state = _ALONE.get(row.state, "answers_hidden")
        if kind in _WORDED and row.state == "shown":
            state = "in_words"
        yield [*about, None, None, None, *figures, state]
        return
    cells = zip(answers, row.counts, row.shares, row.instead, strict=True)
    for answer, count, share, instead in cells:
        yield [*about, answer, count, share, *figures, instead or "ok"]


def _decimal(figure: float | None) -> float | None:
    """With a decimal point in every file, or a program takes the column for whole numbers."""
    return None if figure is None else float(figure)
