"""Owns what of results can be fetched beside their page: files, and the wheel as a picture."""

from typing import get_args

from comhar.calendar import local_date
from comhar.errors import NotFound
from comhar.membership.model import Member
from comhar.results import across, service, sheets
from comhar.results import wheel as wheels
from comhar.results.sheets import Kind
from comhar.table import Table

KINDS: tuple[Kind, ...] = get_args(Kind)


def of_survey(
    region: str, survey_id: str, kind: Kind, me: Member, table: Table
) -> tuple[str, bytes]:
    """Name and bytes of the file of a survey's results, for who may see their page.

    Raises NotFound, NotYetSeeing.
    """
    return sheets.survey_file(service.outcome(region, survey_id, me, table), kind)


def of_all(kind_of_survey: str, kind: Kind, table: Table) -> tuple[str, bytes]:
    """Name and bytes of the file of one survey in all communities. Raises NoSuchSurvey."""
    return sheets.across_file(across.side_by_side(kind_of_survey, table), kind)


def wheel(region: str, survey_id: str, me: Member, table: Table) -> bytes:
    """The success wheel as SVG, of results that have one. Raises NotFound, NotYetSeeing."""
    found = service.outcome(region, survey_id, me, table)
    if not found.wheel:
        raise NotFound
    last = local_date(found.last.closes_at).isoformat() if found.last else None
    return wheels.drawn(found.wheel, local_date(found.closes_at).isoformat(), last)
