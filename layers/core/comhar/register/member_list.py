"""Owns the list of members: filtered, page by page, and each look at it noted."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import get_args

from comhar import data
from comhar.aws.conditions import Item
from comhar.dates.dublin_time import local_date
from comhar.errors import FieldError, Invalid, Malformed
from comhar.membership import model, repository
from comhar.membership.model import Member, alphabetical
from comhar.membership.repository import Members
from comhar.register import forms, views

PAGE = 50
STATUSES = tuple(each for each in get_args(model.Status) if each != "office")
_CONFIRMED = {"yes": True, "no": False}


def page(
    asked: forms.Filters | forms.Search, me: Member, now: datetime, members: Members
) -> views.Register:
    """One page of the register, by region and time of joining; who looked is noted, without names.

    Raises Invalid for a filter there is not, Malformed for a cursor of another list.
    """
    name = getattr(asked, "name", None)
    _check(asked)
    found = list(islice(_wanted(asked, name, members), PAGE + 1))
    today = local_date(now)
    shown = [repository.from_item(row, members.settings).on(today) for row in found[:PAGE]]
    by = {one: getattr(asked, one) or None for one in ("region", "role", "status", "confirmed")}
    line = repository.audit(
        me, "read_register", repository.REGISTER, now, **by, by_name=bool(name), rows=len(shown)
    )
    members.table.transact([line])
    return views.Register(
        members=[views.person(each) for each in shown],
        next=found[PAGE - 1]["sk"] if len(found) > PAGE else None,
        name=name,
        **by,
        regions=data.load("regions"),
        roles=data.load("roles"),
    )


def check_status(status: str | None) -> None:
    if status and status not in STATUSES:
        raise Invalid(FieldError("status", "Choose one of the statuses."))


def begins(wanted: str, name: str) -> bool:
    """Whether a word of the name begins with what is looked for; accents, case and signs aside."""
    return f" {_words(wanted)}" in f" {_words(name)}"


def _words(text: str) -> str:
    return re.sub(r"[\W_]+", " ", alphabetical(text)).strip()


def _check(asked: forms.Filters | forms.Search) -> None:
    if asked.region:
        model.region_named(asked.region)
    if asked.role:
        model.role_named(asked.role)
    check_status(asked.status)
    if asked.confirmed and asked.confirmed not in _CONFIRMED:
        raise Invalid(FieldError("confirmed", "Choose yes or no."))
    form = f"{asked.region or '[A-Z]+'}#[0-9a-z-]{{1,64}}"
    if asked.cursor and not re.fullmatch(form, asked.cursor):
        raise Malformed("This page of the list does not exist.")


def _wanted(
    asked: forms.Filters | forms.Search, name: str | None, members: Members
) -> Iterator[Item]:
    """The rows that fit, read as they are wanted."""
    for row in members.rows(asked.region or None, asked.cursor or None):
        names = (row["name"], row.get("preferred_name") or "")
        if (
            (not asked.status or row["status"] == asked.status)
            and (not asked.role or row.get("role") == asked.role)
            and (not asked.confirmed or row["confirmed"] is _CONFIRMED[asked.confirmed])
            and (not name or any(begins(name, each) for each in names))
        ):
            yield row
