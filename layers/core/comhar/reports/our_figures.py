"""Use cases of “Our figures”: members see their region's figures as published."""

from comhar.context import Context
from comhar.dates.quarters import Quarter
from comhar.errors import NotFound, NotYours
from comhar.membership.model import Member
from comhar.reports import our_views, readiness, reasons, repository


class FiguresNotOpen(NotYours):
    title = "Figures open to you once a co-chair or the National Office has confirmed who you are."


class QuarterNotPublished(NotFound):
    title = "No figures are published for this quarter."
    next = (
        "The National Office publishes a quarter’s figures after it has ended. See the quarters that are"
        " published."
    )


def require_may_see(user: Member, region: str) -> None:
    """Requires a confirmed member, a co-chair of the region or the office.

    For users who have passed the guard of the community's members.

    Raises:
        FiguresNotOpen: the member is not confirmed.
    """
    if not (user.confirmed or user.may_chair(region)):
        raise FiguresNotOpen


def list_quarters(region: str, ctx: Context) -> our_views.OurQuarters:
    """The quarters published for the region, newest first; one read.

    For its co-chairs two more, of the gaps in those that are not final.

    Raises:
        FiguresNotOpen: the member is not confirmed.
    """
    require_may_see(ctx.user, region)
    reports = repository.list_reports(ctx.table)
    last_quarter = str(Quarter.at(ctx.now).previous())
    last = next((line for line in reports if line.quarter == last_quarter), None)
    may_chair = ctx.user.may_chair(region)
    return our_views.OurQuarters(
        region=region,
        quarters=[
            our_views.PublishedQuarter(
                quarter=line.quarter, version=line.version, published_at=line.made_at
            )
            for line in reports
            if line.status == "final"
        ],
        may_chair=may_chair,
        provisional=last.quarter if may_chair and last and last.status == "provisional" else None,
        open_quarters=readiness.list_own_gaps(region, last.status if last else None, ctx)
        if may_chair
        else [],
    )


def get_quarter(region: str, quarter: str, ctx: Context) -> our_views.OurReport:
    """The region's figures of a quarter as last published; one read.

    For its co-chairs one more, of the reasons that are to be published; these they see before the figures.

    Raises:
        FiguresNotOpen: the member is not confirmed.
        QuarterNotPublished: it is not, or there is no such quarter.
    """
    require_may_see(ctx.user, region)
    try:
        named = Quarter.parse(quarter)
    except ValueError:
        raise QuarterNotPublished from None
    year_before = Quarter(named.year - 1, named.number)
    newest = repository.list_newest(ctx.table, year_before, named)
    published = [report for report in newest if report.status == "final"]
    may_chair = ctx.user.may_chair(region)
    if not newest or newest[-1].period != named or region not in newest[-1].regions:
        raise QuarterNotPublished
    report = newest[-1]
    if report not in published and not may_chair:
        raise QuarterNotPublished
    before = [each for each in published if each.quarter != quarter]
    chosen = reasons.list_reasons(ctx.table, quarter, region) if may_chair else []
    return our_views.our_report(
        report, region, before[-1] if before else None, chosen, ctx.settings.mail_from
    )
