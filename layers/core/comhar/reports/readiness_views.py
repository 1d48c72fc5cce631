"""Responses of readiness: gaps in words, for the office and for co-chairs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.fields import View
from comhar.reports.gaps import Gap, QuarterRecords, describe_gap, list_gaps


class GapView(View):
    """One thing that is missing: `what`, the `step` that fills it, and its page."""

    gap: str
    what: str
    step: str
    href: str


class OfficeGap(GapView):
    """`asked_on` is when the co-chairs were last asked; `may_ask` that they can be now."""

    asked_on: date | None
    may_ask: bool


class RegionGaps(View):
    region: str
    has_chairs: bool
    gaps: list[OfficeGap]


class Readiness(View):
    """The gaps of all regions, those without any included.

    `over` says that the quarter has ended. `reminder_days` are those on which emails about gaps go out.
    """

    quarter: str
    first: date
    last: date
    over: bool
    count: int
    reminder_days: list[date]
    regions: list[RegionGaps]


class GapRequest(View):
    """That the co-chairs were asked about a gap, on a day in Dublin."""

    region: str
    gap: str
    asked_on: date


class OwnGaps(View):
    """The gaps of one's own region in a quarter whose figures are not final."""

    quarter: str
    last: date
    over: bool
    gaps: list[GapView]


def readiness(
    quarter: Quarter,
    records: QuarterRecords,
    requests: Mapping[tuple[str, str], date],
    reminder_days: Sequence[date],
    now: datetime,
) -> Readiness:
    """The gaps of each region.

    `requests` say when co-chairs were asked, by region and gap.
    """
    today = local_date(now)
    regions = []
    for code, region in records.regions.items():
        has_chairs = bool(region.community.chairs)
        gaps = [
            _office_gap(gap, code, quarter, requests.get((code, gap.code)), has_chairs, today)
            for gap in list_gaps(region, quarter, records.rules, now)
        ]
        regions.append(RegionGaps(region=code, has_chairs=has_chairs, gaps=gaps))
    return Readiness(
        quarter=str(quarter),
        first=quarter.first,
        last=quarter.last,
        over=today > quarter.last,
        count=sum(len(each.gaps) for each in regions),
        reminder_days=list(reminder_days),
        regions=regions,
    )


def _office_gap(
    gap: Gap, region: str, quarter: Quarter, asked_on: date | None, has_chairs: bool, today: date
) -> OfficeGap:
    return OfficeGap(
        **_gap(gap, region, quarter).model_dump(),
        asked_on=asked_on,
        may_ask=has_chairs and asked_on != today,
    )


def _gap(gap: Gap, region: str, quarter: Quarter) -> GapView:
    text = describe_gap(gap, region, quarter)
    return GapView(gap=gap.code, what=text.what, step=text.step, href=text.path)


def own_gaps(region: str, quarter: Quarter, records: QuarterRecords, now: datetime) -> OwnGaps:
    """The gaps of a region in a quarter."""
    gaps = list_gaps(records.regions[region], quarter, records.rules, now)
    return OwnGaps(
        quarter=str(quarter),
        last=quarter.last,
        over=local_date(now) > quarter.last,
        gaps=[_gap(gap, region, quarter) for gap in gaps],
    )
