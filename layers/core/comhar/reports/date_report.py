"""Figures of any dates, counted on the spot: nobody publishes them."""

from datetime import date, datetime
from functools import reduce
from operator import add
from typing import Literal

from comhar import regions
from comhar.context import Context
from comhar.dates.date_ranges import DateRange
from comhar.dates.dublin_time import local_date
from comhar.errors import FieldError, Invalid
from comhar.fields import View
from comhar.reports import figures, source_repository
from comhar.reports.aggregate import Tally, tally
from comhar.reports.figures import Definition
from comhar.reports.model import Figure, Row
from comhar.reports.source_rows import RegionRows

LONGEST = 3 * 365 + 1  # days: three years, one of them a leap year
BY_QUARTERS = "Counted by whole quarters only."
_OTHERS_BY_QUARTERS = ("quarters_met", "actions_opened", "actions_done")


class DateReport(View):
    """Figures from the first day to the last, as counted at `made_at` (UTC).

    Without dates there are no rows. `by_quarters` are the figures of which there are none but of quarters.
    """

    published: Literal[False] = False
    first: date | None = None
    last: date | None = None
    made_at: datetime
    regions: list[str]
    names: dict[str, str]
    rows: list[Row] = []
    by_quarters: list[str]


def get_date_report(first: str | None, last: str | None, ctx: Context) -> DateReport:
    """The figures of any dates; two reads a region, and one for a hundred.

    Raises:
        Invalid: a date cannot be read, or the two are no range of at most three years.
    """
    blank = DateReport(
        made_at=ctx.now,
        regions=[*regions.codes()],
        names=dict(regions.names()),
        by_quarters=[each.code for each in figures.definitions() if _is_by_quarters(each)],
    )
    if first is None and last is None:
        return blank
    dates = _parse(first or "", last or "", local_date(ctx.now))

    def count(rows: RegionRows) -> Tally:
        return tally(rows, dates, ctx.now)

    tallies = source_repository.map_regions(ctx.table, dates, count)
    nation = reduce(add, tallies.values(), Tally())
    rows = [_make_row(each, tallies, nation) for each in figures.definitions()]
    facts = {"first": dates.first, "last": dates.last, "rows": rows}
    return blank.model_copy(update=facts)


def _is_by_quarters(definition: Definition) -> bool:
    return definition.protected or definition.code in _OTHERS_BY_QUARTERS


def _make_row(definition: Definition, tallies: dict[str, Tally], nation: Tally) -> Row:
    """Without a target: that is one of quarters."""
    if _is_by_quarters(definition):
        nothing = Figure(state="no_data", text=figures.NO_DATA, note=BY_QUARTERS)
        return definition.row(None, dict.fromkeys(tallies, nothing), nothing)
    values = {code: figures.make_figure(definition, tallies[code]) for code in regions.codes()}
    national = figures.make_figure(definition, nation, national=True)
    row = definition.row(None, values, national)
    note = definition.note.replace("the last day of the quarter", "the last of these days")
    return row.model_copy(update={"note": note.replace("In the quarter", "On these days")})


def _parse(first: str, last: str, today: date) -> DateRange:
    """Raises Invalid, with what was typed."""
    days = {"first": _find_day(first), "last": _find_day(last)}
    errors = [
        FieldError(name, f"Enter the {name} day, like 2027-02-18.")
        for name, day in days.items()
        if day is None
    ]
    start, end = days["first"], days["last"]
    if start and start > today:
        errors.append(FieldError("first", "Choose a first day that is not in the future."))
    elif start and end and end < start:
        errors.append(FieldError("last", "Choose a last day that is not before the first day."))
    elif start and end and (end - start).days >= LONGEST:
        errors.append(FieldError("last", "Choose at most three years."))
    if errors or not start or not end:
        refused = Invalid(*errors)
        refused.form = {"first": first, "last": last}
        raise refused
    return DateRange(start, end)


def _find_day(text: str) -> date | None:
    """The date, as a date field sends it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
