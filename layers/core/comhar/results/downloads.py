"""Owns what of results can be fetched beside their page: files, and pictures."""

from typing import get_args

from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import local_date
from comhar.errors import Conflict
from comhar.formatting import short_day
from comhar.membership.model import Member
from comhar.results import across, charts, service, spreadsheets
from comhar.results import trends as courses
from comhar.results import wheel as wheels
from comhar.results.spreadsheets import Kind


class NothingToDraw(Conflict):
    title = "There is nothing to draw of this survey."
    next = "The page with its results says what there is."


KINDS: tuple[Kind, ...] = get_args(Kind)


def of_survey(
    region: str, survey_id: str, kind: Kind, me: Member, table: Table
) -> tuple[str, bytes]:
    """Name and bytes of the file of a survey's results, for who may see their page.

    Raises NotFound, NotYetSeeing.
    """
    return spreadsheets.survey_file(service.outcome(region, survey_id, me, table), kind)


def of_all(kind_of_survey: str, kind: Kind, table: Table) -> tuple[str, bytes]:
    """Name and bytes of the file of one survey in all communities. Raises NoSuchSurvey."""
    return spreadsheets.across_file(across.side_by_side(kind_of_survey, table), kind)


def wheel(region: str, survey_id: str, me: Member, table: Table) -> bytes:
    """The success wheel as SVG, of results that have one. Raises NotFound, NotYetSeeing, NothingToDraw."""
    found = service.figures(region, survey_id, me, table)
    if not found.wheel:
        raise NothingToDraw
    last = local_date(found.last.closes_at).isoformat() if found.last else None
    return wheels.drawn(found.wheel, local_date(found.closes_at).isoformat(), last)


def over_time(region: str, survey_id: str, me: Member, table: Table) -> bytes:
    """The means of the ratings over the runs as SVG, the first eight of them; for a survey that has run
    at least twice. Raises NotFound, NotYetSeeing, NothingToDraw."""
    found = courses.over_time(region, survey_id, me, table)
    rated = [each for each in found.questions if each.kind == "rating"]
    if not rated or len(found.runs) < 2:
        raise NothingToDraw
    moments = [short_day(run.about or run.closes_at) for run in found.runs]
    lines = [(each.text, [point.value for point in each.points]) for each in rated]
    return charts.over_time("Ratings over time", moments, lines[: charts.LINES])
