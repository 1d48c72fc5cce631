"""The list of members: filtered, page by page, and each look at it noted."""

import re
from itertools import islice
from typing import get_args

from comhar import data
from comhar.aws.conditions import Item
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import FieldError, Invalid, Malformed
from comhar.membership import directory, member_counts, member_fields
from comhar.membership import model as membership_model
from comhar.membership import repository as membership_repository
from comhar.regions import NATIONAL
from comhar.register import forms, views

PAGE = 50
STATUSES = tuple(status for status in get_args(membership_model.Status) if status != "office")
_CONFIRMED = {"yes": True, "no": False}


def get_page(filters: forms.Filters | forms.Search, ctx: Context) -> views.Register:
    """One page of the register, by region and time of joining, and how many there are.

    Who looked is noted, without names. Two reads; a search has one for each MB of people.

    Raises:
        Invalid: there is no such filter.
        Malformed: the cursor is of another list.
    """
    name = getattr(filters, "name", None)
    _require_valid(filters)
    by_rows = not (name or filters.role or filters.status or filters.confirmed)
    rows, next, total = _browse(filters, ctx) if by_rows else _search(filters, name, ctx)
    today = local_date(ctx.now)
    members = [membership_repository.from_item(row, ctx.settings).as_of(today) for row in rows]
    filter_values = {
        field: getattr(filters, field) or None
        for field in ("region", "role", "status", "confirmed")
    }
    look = {**filter_values, "by_name": bool(name), "rows": len(members)}
    ctx.table.transact(membership_repository.register_look_writes(ctx.user, ctx.now, **look))
    return views.Register(
        members=[views.person(member) for member in members],
        next=next,
        total=total,
        name=name,
        **filter_values,
        regions=data.load("regions"),
        roles=data.load("roles"),
    )


def require_status(status: str | None) -> None:
    """Refuses a status that members cannot have.

    Raises:
        Invalid: it is none of `STATUSES`.
    """
    if status and status not in STATUSES:
        raise Invalid(FieldError("status", "Choose one of the statuses."))


def _require_valid(filters: forms.Filters | forms.Search) -> None:
    if filters.region:
        member_fields.require_region(filters.region)
    if filters.role:
        member_fields.require_role(filters.role)
    require_status(filters.status)
    if filters.confirmed and filters.confirmed not in _CONFIRMED:
        raise Invalid(FieldError("confirmed", "Choose yes or no."))
    cursor_pattern = f"{filters.region or '[A-Z]+'}#[0-9a-z-]{{1,64}}"
    if filters.cursor and not re.fullmatch(cursor_pattern, filters.cursor):
        raise Malformed("This page of the list does not exist.")


type _Rows = tuple[list[Item], str | None, int]  # of a page, its cursor, and how many there are


def _browse(filters: forms.Filters | forms.Search, ctx: Context) -> _Rows:
    """A page of everybody, or of a region."""
    region = filters.region or None
    after = filters.cursor or None
    rows = membership_repository.list_rows(ctx.table, region, after, PAGE + 1)
    page = list(islice(rows, PAGE + 1))
    total = member_counts.count_members(ctx.table, region or NATIONAL).total()
    return page[:PAGE], page[PAGE - 1]["sk"] if len(page) > PAGE else None, total


def _search(filters: forms.Filters | forms.Search, name: str | None, ctx: Context) -> _Rows:
    """A page of those who fit."""
    people = directory.search(
        ctx.table,
        name,
        filters.region or None,
        filters.status or None,
        filters.role or None,
        _CONFIRMED.get(filters.confirmed or ""),
    )
    keys = [membership_repository.row_key(region, member_id) for region, member_id in people]
    ahead = [key for key in keys if key[1] > (filters.cursor or "")]
    items = ctx.table.batch_get(ahead[:PAGE]) if ahead else []
    rows = [row for row in items if row and row["status"] not in directory.PAST_STATUSES]
    return rows, ahead[PAGE - 1][1] if len(ahead) > PAGE else None, len(people)
