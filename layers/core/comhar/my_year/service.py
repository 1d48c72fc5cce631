"""Use case of a member's year: what they took part in, led, did and wrote."""

from datetime import date, datetime

from comhar.aws.conditions import Item
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import local_date, to_instant
from comhar.errors import NotFound
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import action_repository
from comhar.membership.model import Member
from comhar.my_year import views
from comhar.reflections import repository as reflections_repository
from comhar.regions import NATIONAL


def get_my_year(year: int | None, ctx: Context) -> views.MyYear:
    """A calendar year (Dublin) of the user; the running one by default.

    Two reads, and three for each region in which they were a member in that year.

    Raises:
        NotFound: it is to come, or lies before they joined.
    """
    user, this_year = ctx.user, local_date(ctx.now).year
    first_year = min((_year(period["from"]) for period in user.periods), default=this_year)
    year = this_year if year is None else year
    if not first_year <= year <= this_year:
        raise NotFound
    first, last = date(year, 1, 1), date(year, 12, 31)
    begin, end = (to_instant(datetime(each, 1, 1)) for each in (year, year + 1))
    regions = _list_regions(user, year)
    rows = [
        row
        for region in (*regions, NATIONAL)
        for row in meetings_repository.list_rows_between(ctx.table, region, first, last)
        if row["state"] == "held" and user.id in row["attended"]
    ]
    done = [
        action
        for region in regions
        for action in action_repository.list_done_actions(ctx.table, region, first, last)
        if action.member == user.id
    ]
    return views.my_year(
        year,
        rows=sorted(rows, key=lambda row: str(row["starts_at"])),
        led=_list_led(rows, user, ctx.table),
        done=done,
        reflections=sum(
            reflections_repository.count_own(ctx.table, user.id, region, begin, end)
            for region in regions
        ),
        years=(first_year, this_year),
    )


def _year(day: str) -> int:
    return date.fromisoformat(day).year


def _list_regions(user: Member, year: int) -> list[str]:
    """Those in which the user was a member in that year."""
    return sorted(
        {
            period["region"]
            for period in user.periods
            if period.get("region")
            and _year(period["from"]) <= year <= _year(period.get("until") or f"{year}-12-31")
        }
    )


def _list_led(rows: list[Item], user: Member, table: Table) -> set[str]:
    """The ids of those of the meetings that the user led; one read."""
    keys = [meetings_repository.key(row["id"]) for row in rows]
    items = table.batch_get(keys) if keys else []
    return {item["id"] for item in items if item and item.get("lead") == user.id}
