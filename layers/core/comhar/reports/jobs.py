"""The clock's job for reports: a version's files, and the emails that tell of it."""

from contextlib import suppress
from itertools import batched

from comhar.aws.buckets import ExportBucket
from comhar.aws.conditions import ConditionFailed, Item, Put
from comhar.aws.dynamodb import TRANSACTION_LIMIT
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.reports import files, repository
from comhar.reports.model import KpiReport
from comhar.spreadsheets import CONTENT_TYPES


def make_files(work: Item, ctx: Context[None], exports: ExportBucket) -> None:
    """Makes the files of a claimed version, then writes the emails that it is there.

    Killed anywhere and run again by the next claim, it makes one file a kind, and one letter an address.
    """
    report = repository.find_version(ctx.table, work["quarter"], work["version"])
    assert report  # written with the work, and stored for years
    earlier = repository.list_earlier(ctx.table, report)
    for kind, render in files.FILES.items():
        key = files.key(report.quarter, report.version, kind)
        exports.put_once(key, render(report, earlier), CONTENT_TYPES[kind])
    letters = [*repository.office_letter_writes(report, ctx), *_chair_letter_writes(report, ctx)]
    for chunk in batched(letters, TRANSACTION_LIMIT, strict=False):
        ctx.table.transact([], optional=chunk)
    with suppress(ConditionFailed):  # another worker has the lease by now
        ctx.table.transact([repository.end_files_write(work)])


def _chair_letter_writes(report: KpiReport, ctx: Context[None]) -> list[Put]:
    """Of the first final version to the co-chairs of all regions, of a later one where figures changed."""
    if report.status != "final":
        return []
    changed = {change.region for change in report.changes}
    first = report.version == repository.FIRST_FINAL
    concerned = [code for code in report.regions if first or code in changed]
    chairs = communities_repository.list_chairs(ctx.table, concerned, ctx.now)
    return repository.chair_letter_writes(report, chairs, ctx.now)
