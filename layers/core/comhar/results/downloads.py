"""Downloads of results: files of the figures on their pages, and charts.

A figure that is not shown is `hidden`, one for which there is nothing is empty, and a zero is 0.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, get_args

from comhar import spreadsheets
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import Conflict
from comhar.formatting import format_moment, format_short_day, get_title
from comhar.results import charts, region_comparison, service, trends
from comhar.results.questions import QuestionResult
from comhar.results.region_comparison import AcrossQuestion, AcrossRow, AcrossSurvey, CommunityRun
from comhar.results.views import SurveyResults
from comhar.spreadsheets import Cell

Kind = Literal["csv", "xlsx"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Row = list[Cell]
Sheet = tuple[str, Sequence[str] | None, list[Row]]  # its name, its columns if it has any, its rows
HIDDEN = "hidden"
FIGURES = (
    "Question",
    "Kind",
    "Community",
    "State",
    "Answered",
    "Mean",
    "Spread",
    "Answer",
    "People",
    "Share in %",
)
WORDS = (
    "Question",
    "In words, in no order; where there are too many to keep, some picked by chance",
)
_KINDS = {
    "single": "one of several",
    "many": "any of several",
    "rating": "rating",
    "yes_no": "yes or no",
    "short": "in words",
    "long": "in words",
}
_WITHHELD = {
    "waiting": "not open yet",
    "open": "still open",
    "few": "hidden: fewer than 5 people answered",
    "nobody": "nobody answered",
    "none": "not yet run",
    None: "shown",
}
_WORDED = ("short", "long")
_STATES = {
    "nobody": "nobody answered",
    "number": "numbers by answer hidden: small groups",
    "nearly_all": "nearly all gave one answer",
    "other": "not asked, or otherwise",
}
_INSTEAD = {"fewer_than_3": "fewer than 3", "nearly_all": "nearly all"}


class ChartEmpty(Conflict):
    kind = "nothing-to-draw"
    title = "There is nothing to draw of this survey."
    next = "The page with its results says what there is."


def get_survey_file(region: str, survey_id: str, kind: Kind, ctx: Context) -> tuple[str, bytes]:
    """Name and bytes of the file of a survey's results.

    Raises:
        NotFound: the community has no such survey.
        MemberNotConfirmed: the member is not confirmed.
    """
    return make_survey_file(service.get_results(region, survey_id, ctx), kind)


def get_comparison_file(kind_of_survey: str, kind: Kind, ctx: Context) -> tuple[str, bytes]:
    """Name and bytes of the file of one survey in all communities.

    Raises:
        SurveyNotFound: none of this kind has run.
    """
    return make_comparison_file(region_comparison.compare_regions(kind_of_survey, ctx), kind)


def draw_wheel(region: str, survey_id: str, ctx: Context) -> bytes:
    """The success wheel as SVG.

    Raises:
        NotFound: the community has no such survey.
        MemberNotConfirmed: the member is not confirmed.
        ChartEmpty: it has no results, or did not ask for enough facets.
    """
    results = service.get_figures(region, survey_id, ctx)
    if not results.wheel:
        raise ChartEmpty
    closed = format_short_day(local_date(results.closes_at).isoformat())
    series = [(f"This time, {closed}", [row.mean for row in results.wheel])]
    if results.last:
        closed = format_short_day(local_date(results.last.closes_at).isoformat())
        series.append((f"Last time, {closed}", [row.last_mean for row in results.wheel]))
    return charts.draw_wheel("Success wheel", [row.title for row in results.wheel], series)


def draw_trends(region: str, survey_id: str, ctx: Context) -> bytes:
    """The means of the ratings over the runs as SVG, the first eight of them.

    Raises:
        NotFound: the community has no such survey.
        MemberNotConfirmed: the member is not confirmed.
        ChartEmpty: it asks for no ratings, or has run only once.
    """
    course = trends.get_trends(region, survey_id, ctx)
    ratings = [question for question in course.questions if question.kind == "rating"]
    if not ratings or len(course.runs) < 2:
        raise ChartEmpty
    moments = [format_short_day(run.about or run.closes_at) for run in course.runs]
    lines = [(rating.text, [point.value for point in rating.points]) for rating in ratings]
    return charts.draw_lines("Ratings over time", moments, lines)


def make_survey_file(results: SurveyResults, kind: Kind) -> tuple[str, bytes]:
    """Name and bytes of one survey's file."""
    day = local_date(results.closes_at)
    whole = _total_rows(results.region, results.withheld, results)
    figures = [
        row for question in results.questions for row in _question_rows(question, results.region)
    ]
    words: list[Row] = [
        [question.text, text]
        for question in results.questions
        if question.kind in _WORDED
        for text in question.texts
    ]
    name = f"comhar-survey-{results.region}-{day.isoformat()}.{kind}"
    if kind == "csv":
        head: Row = ["in words", get_title(results.region), "shown", None, None, None]
        answers = [[text, *head, answer] for text, answer in words]
        return name, spreadsheets.csv_file([FIGURES, *whole, *figures, *answers])
    tables: list[Sheet] = [
        ("Survey", None, _survey_rows(results)),
        ("Figures", FIGURES, [*whole, *figures]),
        ("In words", WORDS, words),
    ]
    return name, make_workbook(results.title, results.closes_at, tables)


def make_comparison_file(survey: AcrossSurvey, kind: Kind) -> tuple[str, bytes]:
    """Name and bytes of the file of one survey in all communities."""
    whole = [
        row for run in survey.communities for row in _total_rows(run.region, run.withheld, run)
    ]
    figures = [
        *whole,
        *(row for question in survey.questions for row in _comparison_rows(question)),
    ]
    name = f"comhar-surveys-{survey.kind}.{kind}"
    if kind == "csv":
        return name, spreadsheets.csv_file([FIGURES, *figures])
    closed = [run.closes_at for run in survey.communities if run.closes_at]
    return name, make_workbook(
        survey.title, max(closed, default=None), [("Figures", FIGURES, figures)]
    )


def _survey_rows(results: SurveyResults) -> list[Row]:
    about: list[Row] = [["Meeting", format_moment(results.about)]] if results.about else []
    return [
        ["Survey", results.title],
        ["Community", get_title(results.region)],
        *about,
        ["Closes", format_moment(results.closes_at)],
        ["Results", _WITHHELD[results.withheld]],
    ]


def _total_rows(region: str, withheld: str | None, of: SurveyResults | CommunityRun) -> list[Row]:
    """How many were asked, and how many answered at all."""
    head: Row = ["The whole survey", None, get_title(region), _WITHHELD[withheld], None, None, None]
    few = withheld == "few"
    answered = ["answered", HIDDEN if few else of.responses, HIDDEN if few else of.rate]
    return [[*head, "asked", of.invited, None], [*head, *answered]]


def _question_rows(question: QuestionResult, region: str) -> Iterator[Row]:
    row = AcrossRow(
        region=region,
        state=question.state,
        answered=question.answered,
        counts=tuple(answer_row.count for answer_row in question.rows),
        shares=tuple(answer_row.share for answer_row in question.rows),
        instead=tuple(answer_row.instead for answer_row in question.rows),
        mean=question.mean,
        spread=question.spread,
    )
    return _answer_rows(
        question.text, question.kind, [answer_row.text for answer_row in question.rows], row
    )


def _comparison_rows(question: AcrossQuestion) -> Iterator[Row]:
    together = [question.together] if question.together else []
    for row in (*question.communities, *together):
        yield from _answer_rows(question.text, question.kind, question.answers, row)


def _answer_rows(text: str, kind: str, answers: Sequence[str], row: AcrossRow) -> Iterator[Row]:
    """One row for each answer that could be chosen, or one row where nothing is shown."""
    whose = "together, of those shown" if row.region == "ALL" else get_title(row.region)
    head: Row = [text, _KINDS[kind], whose, _STATES.get(row.state, row.state)]
    if row.state in ("nobody", "other"):
        yield [*head, row.answered, None, None, None, None, None]
        return
    head.append(HIDDEN if row.answered is None else row.answered)
    head += (
        [HIDDEN if figure is None else figure for figure in (row.mean, row.spread)]
        if (kind == "rating")
        else [None, None]
    )
    if not row.counts:
        in_words = kind in _WORDED and row.state == "shown"
        yield [*head, None, *([None, None] if in_words else [HIDDEN, HIDDEN])]
        return
    cells = zip(answers, row.counts, row.shares, row.instead, strict=True)
    for answer, count, share, instead in cells:
        yield [*head, answer, *([_INSTEAD[instead], HIDDEN] if instead else [count, share])]


def make_workbook(title: str, closed: datetime | None, tables: Sequence[Sheet]) -> bytes:
    """A workbook with a sheet for each table.

    Its time is that at which the survey closed, so that the same results give the same bytes.
    """
    memory = io.BytesIO()
    with spreadsheets.workbook(memory) as book:
        created_at = closed.replace(tzinfo=None) if closed else datetime(1980, 1, 1)
        book.set_properties({"title": title, "created": created_at})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for name, columns, rows in tables:
            _fill_sheet(spreadsheets.add_sheet(book, name), columns, rows, bold, wrap)
    return memory.getvalue()


def _fill_sheet(
    sheet: Any, columns: Sequence[str] | None, rows: list[Row], bold: Any, wrap: Any
) -> None:
    first = 1 if columns else 0
    spreadsheets.write_row(sheet, 0, columns or [], bold)
    for number, row in enumerate(rows, start=first):
        spreadsheets.write_row(sheet, number, row, wrap)
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 9, 22)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if columns:
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
