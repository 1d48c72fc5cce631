"""Use cases of reports: freeze a quarter, list, show, hand out a file."""

from comhar.aws.buckets import ExportBucket
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.quarters import Quarter, report_instant
from comhar.membership.repository import audit_write
from comhar.reports import figures, files, periods, report_views, repository, source_repository
from comhar.reports.aggregate import Tally, tally
from comhar.reports.model import KpiList, KpiReport, NoSuchReport
from comhar.reports.report_views import RegionDetails, ShownReport
from comhar.reports.source_rows import RegionRows

PROVISIONAL = 1  # the version made by the calendar; the office publishes later ones


def freeze_last_quarter(ctx: Context[None]) -> KpiReport | None:
    """Freezes the last quarter's figures once its report is due; None before that.

    It is due from 09:00 on the report's day, the first on which the office is open. Called on weekday
    mornings: what is done stays as it is.
    """
    quarter = Quarter.at(ctx.now).previous()
    closures = communities_repository.closed_days_from_item(
        ctx.table.get(communities_repository.CLOSURES)
    )
    if ctx.now < report_instant(quarter, closures):
        return None
    return freeze_quarter(quarter, ctx)


def freeze_quarter(quarter: Quarter, ctx: Context[None]) -> KpiReport | None:
    """The quarter's provisional version, made now if there is none.

    The clock makes its files. Run again or by two at once, the first frozen figures win. None for a quarter
    before anybody had joined.
    """
    frozen = repository.find_version(ctx.table, str(quarter), PROVISIONAL)
    if frozen:
        return frozen
    tallies = tally_regions(quarter, ctx)
    if figures.is_empty(tallies):
        return None
    before = repository.find_newest(ctx.table, quarter.previous())
    report = figures.make_report(tallies, quarter, ctx.now, before=before)
    report = repository.attach_facts(ctx.table, report)
    repository.freeze(ctx.table, report, ctx.now)
    return repository.find_version(ctx.table, str(quarter), PROVISIONAL)  # ours or the first one's


def tally_regions(quarter: Quarter, ctx: Context | Context[None]) -> dict[str, Tally]:
    """Counts the quarter of each region, several at once; three reads a region."""

    def count(rows: RegionRows) -> Tally:
        return tally(rows, quarter, ctx.now)

    return source_repository.map_regions(ctx.table, quarter, count)


def list_reports(ctx: Context) -> KpiList:
    """The newest report of each quarter; one read."""
    reports = repository.list_reports(ctx.table)
    running = Quarter.at(ctx.now)
    last = next((line for line in reports if line.quarter == str(running.previous())), None)
    waits = [last.quarter] if last and last.status == "provisional" else []
    return KpiList(
        running=str(running),
        years=sorted({line.quarter[:4] for line in reports}, reverse=True),
        years_to_date=[
            f"{line.quarter}-ytd" for line in reports if line.quarter.endswith(("-Q2", "-Q3"))
        ],
        reports=reports,
        open_quarters=[*waits, str(running)],
    )


def show(quarter: str, ctx: Context) -> KpiReport:
    """The newest version of the quarter's report; while it runs, its figures so far.

    Of a year or a year to date (`2027`, `2027-Q3-ytd`) what its quarters' newest versions come to.

    Raises:
        NoSuchReport: there is none, or no such quarter.
    """
    try:
        named = Quarter.parse(quarter)
    except ValueError:
        report = periods.find_report(ctx.table, quarter)
    else:
        report = repository.find_newest(ctx.table, named) or _count_so_far(named, ctx)
    if report is None:
        raise NoSuchReport
    return report


def _count_so_far(quarter: Quarter, ctx: Context) -> KpiReport:
    """The figures of a quarter without a version as of today; three reads a region, stored nowhere.

    Raises:
        NoSuchReport: it is over long since or yet to come, or nobody has joined.
    """
    running = Quarter.at(ctx.now)
    if quarter not in (running, running.previous()):
        raise NoSuchReport
    tallies = tally_regions(quarter, ctx)
    if figures.is_empty(tallies):
        raise NoSuchReport
    return figures.make_report(tallies, quarter, ctx.now, status="running", version=0)


def show_page(quarter: str, ctx: Context) -> ShownReport:
    """The report beside the quarters before; two reads.

    Raises:
        NoSuchReport: there is none, or no such quarter.
    """
    report = show(quarter, ctx)
    return report_views.shown_report(report, repository.list_earlier(ctx.table, report))


def show_region(quarter: str, region: str, ctx: Context) -> RegionDetails:
    """All figures of one region in the newest version; two reads.

    Raises:
        NoSuchReport: there is none, or no such quarter or region.
    """
    report = show(quarter, ctx)
    if region not in report.regions:
        raise NoSuchReport
    return report_views.region_details(report, region, repository.list_earlier(ctx.table, report))


def hand_out(quarter: str, kind: str, ctx: Context, exports: ExportBucket) -> tuple[str, bytes]:
    """Name and bytes of the newest version's file; who took it is noted in the audit.

    One that the clock has not made yet is made here, of the same bytes; what is no version is
    stored nowhere.

    Raises:
        NoSuchReport: there is none, or no such quarter.
    """
    report = show(quarter, ctx)
    if report.status == "running":
        report = repository.attach_facts(ctx.table, report)
    version = report.version
    body = exports.get(files.key(report.quarter, version, kind)) if version else None
    if body is None:
        body = files.FILES[kind](report, repository.list_earlier(ctx.table, report))
    subject = f"report-{report.quarter}-{report.version:04d}"
    ctx.table.transact([audit_write(ctx.user, f"download_{kind}", subject, ctx.now)])
    return files.name(report, kind), body
