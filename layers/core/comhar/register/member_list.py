"""The list of members: filtered, page by page, and each look at it noted."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import get_args

from comhar import data
from comhar.aws.conditions import Item
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import FieldError, Invalid, Malformed
from comhar.membership import model as membership_model
from comhar.membership import repository as membership_repository
from comhar.person_names import sort_key
from comhar.register import forms, views

PAGE = 50
STATUSES = tuple(status for status in get_args(membership_model.Status) if status != "office")
_CONFIRMED = {"yes": True, "no": False}


def get_page(filters: forms.Filters | forms.Search, ctx: Context) -> views.Register:
    """One page of the register, by region and time of joining.

    Who looked is noted, without names.

    Raises:
        Invalid: there is no such filter.
        Malformed: the cursor is of another list.
    """
    name = getattr(filters, "name", None)
    _require_valid(filters)
    rows = list(islice(_rows(filters, name, ctx), PAGE + 1))
    today = local_date(ctx.now)
    members = [
        membership_repository.from_item(row, ctx.settings).as_of(today) for row in rows[:PAGE]
    ]
    filter_values = {
        field: getattr(filters, field) or None
        for field in ("region", "role", "status", "confirmed")
    }
    look = {**filter_values, "by_name": bool(name), "rows": len(members)}
    ctx.table.transact(membership_repository.register_look_writes(ctx.user, ctx.now, **look))
    return views.Register(
        members=[views.person(member) for member in members],
        next=rows[PAGE - 1]["sk"] if len(rows) > PAGE else None,
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


def has_word_beginning(beginning: str, name: str) -> bool:
    """True if a word of the name begins with what is searched for.

    Accents, case and signs aside.
    """
    return f" {_words(beginning)}" in f" {_words(name)}"


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", " ", sort_key(text)).strip()


def _require_valid(filters: forms.Filters | forms.Search) -> None:
    if filters.region:
        membership_model.require_region(filters.region)
    if filters.role:
        membership_model.require_role(filters.role)
    require_status(filters.status)
    if filters.confirmed and filters.confirmed not in _CONFIRMED:
        raise Invalid(FieldError("confirmed", "Choose yes or no."))
    cursor_pattern = f"{filters.region or '[A-Z]+'}#[0-9a-z-]{{1,64}}"
    if filters.cursor and not re.fullmatch(cursor_pattern, filters.cursor):
        raise Malformed("This page of the list does not exist.")


def _rows(filters: forms.Filters | forms.Search, name: str | None, ctx: Context) -> Iterator[Item]:
    """The rows that fit, read as they are used."""
    for row in membership_repository.list_rows(
        ctx.table, filters.region or None, filters.cursor or None
    ):
        names = (row["name"], row.get("preferred_name") or "")
        if (
            (not filters.status or row["status"] == filters.status)
            and (not filters.role or row.get("role") == filters.role)
            and (not filters.confirmed or row["confirmed"] is _CONFIRMED[filters.confirmed])
            and (not name or any(has_word_beginning(name, part) for part in names))
        ):
            yield row
