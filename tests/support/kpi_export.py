"""A quarter's export as the two functions make it: frozen by the morning's, its files made by the clock."""

from datetime import datetime

from comhar import wiring
from comhar.aws.buckets import ExportBucket
from comhar.context import Context
from comhar.due_work import leases
from comhar.reports import jobs as reports_jobs
from comhar.reports import service as reports_service
from comhar.reports.model import KpiReport
from comhar.settings import Settings


def export_last_quarter(
    now: datetime, exports: ExportBucket | None = None, settings: Settings | None = None
) -> KpiReport | None:
    """The report that is frozen by `now`; what is due of its files is made."""
    ctx = Context(None, now, wiring.table(), settings or wiring.settings())
    report = reports_service.freeze_last_quarter(ctx)
    for work in leases.claim_due_work(ctx.table, now):
        if work["sk"].startswith("FILES#"):
            reports_jobs.make_files(work, ctx, exports or wiring.export_bucket())
    return report
