"""Use cases of readiness: the gaps in a quarter's figures, and asking about them."""

from collections.abc import Sequence
from contextlib import suppress

from comhar import regions
from comhar.aws.conditions import ConditionFailed
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.errors import Conflict, NotFound
from comhar.reports import forms, gap_reminders, gap_repository, readiness_views, repository
from comhar.reports.gaps import QuarterRecords, list_gaps, list_open_quarters
from comhar.reports.model import Status

PURPOSE = "kpi_gap"


class QuarterNotOpen(NotFound):
    title = "There is no list of gaps for this quarter."
    next = (
        "There is one for the quarter that is running, and for the last one until its final figures are"
        " published."
    )


class GapFilled(Conflict):
    title = "This is not missing any more."
    next = "Open the list again to see what still is."


class NoCoChairs(Conflict):
    title = "This community has no co-chairs to ask."
    next = "You can choose co-chairs, or do what is missing yourself."


def get_readiness(quarter: str, ctx: Context) -> readiness_views.Readiness:
    """The gaps of every region, and when its co-chairs were last asked about each.

    Three reads at most, and one a region.

    Raises:
        QuarterNotOpen: it is neither the running quarter nor the last one before it is final.
    """
    named, records = _read_open_quarter(quarter, regions.codes(), ctx)
    requests = gap_repository.list_requests(ctx.table, named)
    days = gap_reminders.list_days(named, records.rules.closures)
    return readiness_views.readiness(named, records, requests, days, ctx.now)


def ask_co_chairs(quarter: str, form: forms.Question, ctx: Context) -> readiness_views.GapRequest:
    """Asks a region's co-chairs by email about one gap, once a day.

    Raises:
        QuarterNotOpen: it is neither the running quarter nor the last one before it is final.
        GapFilled: the region has no such gap.
        NoCoChairs: there is nobody to ask.
    """
    named, records = _read_open_quarter(quarter, [form.region], ctx)
    region = records.regions[form.region]
    gaps = list_gaps(region, named, records.rules, ctx.now)
    wanted = [gap for gap in gaps if gap.code == form.gap]
    if not wanted:
        raise GapFilled
    chairs = region.community.chairs
    if not chairs:
        raise NoCoChairs
    today = local_date(ctx.now)
    version = f"{form.gap}.{today}"
    letters = gap_repository.chair_letter_writes(
        PURPOSE, named, form.region, version, chairs, wanted, ctx.now
    )
    request = gap_repository.request_write(named, form.region, form.gap, ctx.now)
    with suppress(ConditionFailed):  # they were asked today already
        ctx.table.transact([request, *letters])
    return readiness_views.GapRequest(region=form.region, gap=form.gap, asked_on=today)


def list_own_gaps(
    region: str, last_status: Status | None, ctx: Context
) -> list[readiness_views.OwnGaps]:
    """A region's gaps of each open quarter, for its co-chairs; two reads.

    `last_status` is that of the last quarter's newest version, if there is one.
    """
    last = Quarter.at(ctx.now).previous()
    records = gap_repository.read_regions(ctx.table, ctx.settings, [region], last.first, ctx.now)
    quarters = list_open_quarters(last_status, records.rules.closures, ctx.now)
    return [readiness_views.own_gaps(region, each, records, ctx.now) for each in quarters]


def _read_open_quarter(
    quarter: str, codes: Sequence[str], ctx: Context
) -> tuple[Quarter, QuarterRecords]:
    """Raises QuarterNotOpen."""
    try:
        named = Quarter.parse(quarter)
    except ValueError:
        raise QuarterNotOpen from None
    running, status = Quarter.at(ctx.now), None
    if named not in (running.previous(), running):
        raise QuarterNotOpen
    if named != running and (newest := repository.find_newest(ctx.table, named)):
        status = newest.status
    records = gap_repository.read_regions(ctx.table, ctx.settings, codes, named.first, ctx.now)
    if named not in list_open_quarters(status, records.rules.closures, ctx.now):
        raise QuarterNotOpen
    return named, records
