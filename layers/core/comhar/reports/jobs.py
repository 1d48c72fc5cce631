"""The clock's job for reports: a version's files, and the emails that tell of it."""

from contextlib import suppress

from comhar.aws.buckets import ExportBucket
from comhar.aws.conditions import ConditionFailed, Item
from comhar.context import Context
from comhar.reports import files, repository
from comhar.spreadsheets import CONTENT_TYPES


def make_files(work: Item, ctx: Context[None], exports: ExportBucket) -> None:
    """Makes the files of a claimed version, and writes to each address of the office.

    Killed anywhere and run again by the next claim, it makes one file a kind, and one letter an address.
    """
    report = repository.find_version(ctx.table, work["quarter"], work["version"])
    assert report  # written with the work, and stored for years
    earlier = repository.list_earlier(ctx.table, report)
    for kind, render in files.FILES.items():
        key = files.key(report.quarter, report.version, kind)
        exports.put_once(key, render(report, earlier), CONTENT_TYPES[kind])
    letters = [repository.letter_write(report, to, ctx.now) for to in ctx.settings.office_emails]
    with suppress(ConditionFailed):  # another worker has the lease by now
        ctx.table.transact([repository.end_files_write(work)], optional=letters)
