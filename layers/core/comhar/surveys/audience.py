"""Whom a survey can ask, by the register, and whom it does ask."""

from datetime import date

from comhar.aws.dynamodb import Table
from comhar.membership.repository import REGISTER
from comhar.surveys.model import (
    AUDIENCE_FIELDS,
    AudienceSize,
    Survey,
    last_settled_day,
    may_be_asked,
)


def list_eligible_ids(table: Table, region: str, opens_on: date) -> tuple[str, ...]:
    """Ids of the members whom a survey that opens on that day asks.

    In no order; one query.
    """
    last_day = last_settled_day(opens_on)
    rows = table.query(REGISTER, f"{region}#", attributes=AUDIENCE_FIELDS).items
    return tuple(row["id"] for row in rows if may_be_asked(row, last_day, opens_on))


def list_audience_sizes(
    table: Table, region: str | None, opens_on: date
) -> dict[str, AudienceSize]:
    """By region how many a survey that opens on that day asks.

    Of all regions, or of one; one query.
    """
    last_day = last_settled_day(opens_on)
    sizes: dict[str, AudienceSize] = {}
    begins = f"{region}#" if region else ""
    for row in table.query(REGISTER, begins, attributes=AUDIENCE_FIELDS).items:
        if row["status"] == "active" and row.get("region"):
            size = sizes.get(row["region"], AudienceSize())
            invited = size.invited + may_be_asked(row, last_day, opens_on)
            sizes[row["region"]] = AudienceSize(size.members + 1, invited)
    return sizes


def list_invited_ids(table: Table, survey: Survey) -> tuple[str, ...]:
    """The ids of those whom a survey asks, once that is settled; one query.

    Older surveys store them themselves.
    """
    if survey.people:
        return survey.people
    items = table.query(f"SURVEY#{survey.id}", "ASKED#").items
    return tuple(person_id for item in items for person_id in item["people"])
