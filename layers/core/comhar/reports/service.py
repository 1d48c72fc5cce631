"""Owns the use cases of reports: export a quarter, list, show, hand out a file."""

from datetime import datetime

from comhar.aws.buckets import Exports
from comhar.communities import repository as communities
from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter, report_instant
from comhar.errors import NotFound
from comhar.membership.model import Member
from comhar.membership.repository import audit
from comhar.reports import files, model
from comhar.reports.model import KpiList, KpiReport, NoSuchReport
from comhar.reports.repository import Reports
from comhar.settings import Settings
from comhar.spreadsheets import CONTENT_TYPES

PROVISIONAL = 1  # the version made by the calendar; the office publishes later ones


class FileNotReady(NotFound):
    title = "The files of this report are still being made."
    next = "The page with the figures is there already. Try the file again tomorrow."


def export_last_quarter(
    now: datetime, reports: Reports, exports: Exports, settings: Settings
) -> KpiReport | None:
    """Exports the quarter that is over, from 09:00 on its report's day on, the first on which the office
    is open; None before that.

    Called every morning: what a crash left undone is done the next morning, and what is done stays
    as it is.
    """
    quarter = Quarter.of(local_date(now)).previous()
    closures = communities.closures_from(reports.table.get(communities.CLOSURES))
    if now < report_instant(quarter, closures):
        return None
    return export_quarter(quarter, now, reports, exports, settings)


def export_quarter(
    quarter: Quarter, now: datetime, reports: Reports, exports: Exports, settings: Settings
) -> KpiReport | None:
    """Freezes the quarter's figures, writes both files and tells the office, each exactly once.

    Run again or by two at once, the first frozen figures win, and the files are made of those.
    None for a quarter before anybody had joined.
    """
    report = reports.version(quarter, PROVISIONAL) or _frozen(quarter, now, reports)
    if report is None:
        return None
    untold = [email for email in settings.office_emails if not reports.told(report, email)]
    if not untold:  # the letters come last: both files are there
        return report
    for kind, rendered in files.FILES.items():
        key = files.key(report.quarter, report.version, kind)
        exports.put_once(key, rendered(report), CONTENT_TYPES[kind])
    for email in untold:
        reports.tell(report, email, now)
    return report


def _frozen(quarter: Quarter, now: datetime, reports: Reports) -> KpiReport | None:
    if model.is_empty(reports.members(), quarter):
        return None
    reports.freeze(model.report(reports.rows(quarter), quarter, now))
    return reports.version(quarter, PROVISIONAL)  # ours or the one that was first


def list_reports(reports: Reports) -> KpiList:
    return KpiList(reports=reports.listed())


def show(quarter: str, reports: Reports) -> KpiReport:
    """The newest version of the quarter's report. Raises NoSuchReport."""
    try:
        found = reports.newest(Quarter.parse(quarter))
    except ValueError:
        found = None
    if found is None:
        raise NoSuchReport
    return found


def hand_out(
    quarter: str, kind: str, me: Member, now: datetime, reports: Reports, exports: Exports
) -> tuple[str, bytes]:
    """Name and bytes of the newest version's file; who took it is noted in the audit.

    Raises NoSuchReport, FileNotReady.
    """
    report = show(quarter, reports)
    body = exports.get(files.key(report.quarter, report.version, kind))
    if body is None:
        raise FileNotReady
    whom = f"report-{report.quarter}-{report.version:04d}"
    reports.table.transact([audit(me, f"download_{kind}", whom, now)])
    return files.name(report, kind), body
