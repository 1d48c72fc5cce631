"""Downloads of results: files of the figures on their pages, and charts."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, get_args

from comhar import spreadsheets, table_schema
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import Conflict
from comhar.formatting import format_short_day, get_title, to_wall_time
from comhar.results import charts, region_comparison, result_table, service, trends
from comhar.results.region_comparison import AcrossSurvey
from comhar.results.views import SurveyResults
from comhar.sheet_layout import MOMENT_WIDTH, OPTIONS, Layout, header_text
from comhar.spreadsheets import Cell

Row = list[Cell]
Table = tuple[str, Mapping[str, int], list[Row]]  # a sheet's name, columns with their widths, rows
Kind = Literal["csv", "xlsx"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SCHEMA = "schema.json"
SCHEMA_NAME = "comhar-survey.schema.json"  # the same for every survey
_WIDTHS = (24, 12, 13, 18, 40, 9, 30, 9, 9, 10, 8, 8, 15)
FIGURES = dict(zip(result_table.COLUMNS, _WIDTHS, strict=True))
_ABOUT = {"About": 16, "Text": 50, "Time": MOMENT_WIDTH}
WORDS = {
    "Question": 50,
    "In words, in no order; where there are too many to keep, some picked by chance": 100,
}
_WITHHELD = {
    "waiting": "not open yet",
    "open": "still open",
    "few": "hidden: fewer than 5 people answered",
    "nobody": "nobody answered",
    None: "shown",
}


class ChartEmpty(Conflict):
    kind = "nothing-to-draw"
    title = "This survey has no charts."
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
    name = f"comhar-survey-{results.region}-{day.isoformat()}.{kind}"
    lines, words = result_table.survey_lines(results), result_table.word_lines(results)
    if kind == "csv":
        return name, spreadsheets.csv_file([result_table.COLUMNS, *lines, *words])
    column = result_table.COLUMNS.index
    texts = [[line[column("question")], line[column("answer")]] for line in words]
    tables: list[Table] = [
        ("Survey", _ABOUT, _survey_rows(results)),
        ("Figures", FIGURES, lines),
        ("In words", WORDS, texts),
    ]
    return name, make_workbook(results.title, results.closes_at, tables)


def make_comparison_file(survey: AcrossSurvey, kind: Kind) -> tuple[str, bytes]:
    """Name and bytes of the file of one survey in all communities."""
    name = f"comhar-surveys-{survey.kind}.{kind}"
    lines = result_table.comparison_lines(survey)
    if kind == "csv":
        return name, spreadsheets.csv_file([result_table.COLUMNS, *lines])
    closed = [run.closes_at for run in survey.communities if run.closes_at]
    return name, make_workbook(
        survey.title, max(closed, default=None), [("Figures", FIGURES, lines)]
    )


def _survey_rows(results: SurveyResults) -> list[Row]:
    """What is known of the survey: a text, or a time."""
    about: list[Row] = [["Meeting", None, to_wall_time(results.about)]] if results.about else []
    return [
        ["Survey", results.title, None],
        ["Community", get_title(results.region), None],
        *about,
        ["Closes", None, to_wall_time(results.closes_at)],
        ["Results", _WITHHELD[results.withheld], None],
    ]


def make_workbook(title: str, closed: datetime | None, tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet for each table.

    One more says what the columns of the figures mean. Its time is that at which the survey closed, so
    that the same results give the same bytes.
    """
    memory = io.BytesIO()
    with spreadsheets.workbook(memory, **OPTIONS) as book:
        created_at = closed.replace(tzinfo=None) if closed else datetime(1980, 1, 1)
        book.set_properties({"title": title, "created": created_at})
        layout = Layout(book, header=f"Survey: {header_text(title)}")
        for name, columns, rows in tables:
            layout.add_table(name, columns, rows)
        meanings = table_schema.column_rows(result_table.SCHEMA)
        layout.add_table("Columns", {"Column": 16, "What it holds": 16, "Meaning": 90}, meanings)
    return memory.getvalue()
