"""Scheduled job: ask the office about whom no co-chair has confirmed."""

from contextlib import suppress

from comhar import waiting_rows
from comhar.aws.conditions import Check, ConditionFailed, Delete, Item, Update
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.dates.working_days import issue_instant
from comhar.due_work import leases
from comhar.membership import confirmations
from comhar.membership import repository as membership_repository


def ask_office(item: Item, ctx: Context[None]) -> None:
    """Asks the office to confirm a member, by claimed work.

    Later, where holidays or closure days came between.
    """
    work, leased = (item["pk"], item["sk"]), leases.still_leased(item)
    person = membership_repository.key(item["member"])
    row, closures = ctx.table.batch_get([person, communities_repository.CLOSURES])
    with suppress(ConditionFailed):  # another worker has it, or the member was confirmed just now
        if not confirmations.is_unconfirmed(row):
            return ctx.table.transact([Delete(work, condition=leased)])
        closed = communities_repository.closed_days_from_item(closures)
        at = issue_instant(confirmations.office_asked_on(row, closed, local_date(ctx.now)))
        if at > ctx.now:
            return ctx.table.transact([Update(work, set={"due_at": stamp(at)}, condition=leased)])
        waits = waiting_rows.begin_write("confirm_member", item["member"], at, region=row["region"])
        unchanged = Check(person, {"revision": row["revision"]})
        ctx.table.transact([Delete(work, condition=leased), unchanged, waits])
