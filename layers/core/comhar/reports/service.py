"""Use cases of reports: export a quarter, list, show, hand out a file."""

from comhar.aws.buckets import ExportBucket
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.quarters import Quarter, report_instant
from comhar.errors import NotFound
from comhar.membership.repository import audit_write
from comhar.reports import files, model, repository, source_repository
from comhar.reports.aggregate import Tally, tally
from comhar.reports.model import KpiList, KpiReport, NoSuchReport
from comhar.reports.source_rows import RegionRows
from comhar.spreadsheets import CONTENT_TYPES

PROVISIONAL = 1  # the version made by the calendar; the office publishes later ones


class FileNotReady(NotFound):
    title = "The files of this report are still being made."
    next = "The page with the figures is there already. Try the file again tomorrow."


def export_last_quarter(ctx: Context[None], exports: ExportBucket) -> KpiReport | None:
    """Exports the last quarter once its report is due; None before that.

    It is due from 09:00 on the report's day, the first on which the office is open.

    Called every morning: what a crash left undone is done the next morning, and what is done stays
    as it is.
    """
    quarter = Quarter.at(ctx.now).previous()
    closures = communities_repository.closed_days_from_item(
        ctx.table.get(communities_repository.CLOSURES)
    )
    if ctx.now < report_instant(quarter, closures):
        return None
    return export_quarter(quarter, ctx, exports)


def export_quarter(quarter: Quarter, ctx: Context[None], exports: ExportBucket) -> KpiReport | None:
    """Freezes a quarter's figures, writes both files and notifies the office.

    Each happens exactly once.

    Run again or by two at once, the first frozen figures win, and the files are made of those.
    None for a quarter before anybody had joined.
    """
    table = ctx.table
    report = repository.find_version(table, quarter, PROVISIONAL) or _frozen(quarter, ctx)
    if report is None:
        return None
    emails = [
        email
        for email in ctx.settings.office_emails
        if not repository.is_notified(table, report, email)
    ]
    if not emails:  # the letters come last: both files are there
        return report
    for kind, rendered in files.FILES.items():
        key = files.key(report.quarter, report.version, kind)
        exports.put_once(key, rendered(report), CONTENT_TYPES[kind])
    for email in emails:
        repository.notify(table, report, email, ctx.now)
    return report


def _frozen(quarter: Quarter, ctx: Context[None]) -> KpiReport | None:
    tallies = tally_regions(quarter, ctx)
    if model.is_empty(tallies):
        return None
    repository.freeze(ctx.table, model.report(tallies, quarter, ctx.now))
    return repository.find_version(ctx.table, quarter, PROVISIONAL)  # ours or the first one's


def tally_regions(quarter: Quarter, ctx: Context[None]) -> dict[str, Tally]:
    """Counts the quarter of each region, several at once; three reads a region."""

    def count(rows: RegionRows) -> Tally:
        return tally(rows, quarter, ctx.now)

    return source_repository.map_regions(ctx.table, quarter, count)


def list_reports(ctx: Context) -> KpiList:
    """The newest reports; one read."""
    return KpiList(reports=repository.list_reports(ctx.table))


def show(quarter: str, ctx: Context) -> KpiReport:
    """The newest version of the quarter's report.

    Raises:
        NoSuchReport: there is none, or no such quarter.
    """
    try:
        report = repository.find_newest(ctx.table, Quarter.parse(quarter))
    except ValueError:
        report = None
    if report is None:
        raise NoSuchReport
    return report


def hand_out(quarter: str, kind: str, ctx: Context, exports: ExportBucket) -> tuple[str, bytes]:
    """Name and bytes of the newest version's file; who took it is noted in the audit.

    Raises:
        NoSuchReport: there is none, or no such quarter.
        FileNotReady: the report is there, and its files not yet.
    """
    report = show(quarter, ctx)
    body = exports.get(files.key(report.quarter, report.version, kind))
    if body is None:
        raise FileNotReady
    subject = f"report-{report.quarter}-{report.version:04d}"
    ctx.table.transact([audit_write(ctx.user, f"download_{kind}", subject, ctx.now)])
    return files.name(report, kind), body
