"""One-time job: moves the answers of surveys closed before closing deleted them.

The clock starts it at its first run after such a deployment, and a few minutes later, when nothing of the
version before runs any more, goes through each region's surveys, the newest first: it writes a survey's
texts and hands the survey back to the clock, which deletes the answers as at any closing (`close.py`).
Killed anywhere, whoever claims the work next goes on at its cursor. Until a survey is moved, which takes
minutes, its page has all figures and none of its texts.
"""

from contextlib import suppress
from datetime import datetime
from weakref import WeakSet

from comhar import regions
from comhar.aws.conditions import UNLESS_EXISTS, Check, ConditionFailed, Item, Key, Put, Update
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.surveys import ballots, close, repository

MIGRATION: Key = ("SURVEY#migration", "MIGRATION")  # the work, and afterwards that it is done
_PAGE_SIZE = 25  # surveys looked at before the work is given back: the clock stays within its time
_begun_tables: WeakSet[Table] = WeakSet()  # in which the work is known to have begun


def begin_migration(ctx: Context[None]) -> None:
    """Inserts the work where there never was any.

    It writes nothing once it is known to have begun.
    """
    if ctx.table in _begun_tables:
        return
    pk, sk = MIGRATION
    timing = {"due": "work", "due_at": stamp(ctx.now + leases.LEASE)}
    item = {"pk": pk, "sk": sk, "region": regions.codes()[0], **timing}
    ctx.table.transact([], optional=[Put(item, condition=UNLESS_EXISTS)])
    _begun_tables.add(ctx.table)


def migrate_next_surveys(item: Item, ctx: Context[None]) -> None:
    """Moves the next surveys; gives the work back, or ends it after the last one."""
    claim = Check(MIGRATION, condition=leases.still_leased(item))
    page = repository.list_rows(ctx.table, item["region"], _PAGE_SIZE, item.get("cursor"))
    with suppress(ConditionFailed):  # another has the work by now, and ends it
        for row in page.items:
            _move_survey(row["id"], claim, ctx)
        ctx.table.transact([_next_write(item, page.next, ctx.now)])


def _next_write(item: Item, cursor: str | None, now: datetime) -> Update:
    """The work at its next surveys or region, or done after the last."""
    codes, region, at = regions.codes(), item["region"], {"due_at": stamp(now)}
    if cursor:
        return Update(MIGRATION, set={"cursor": cursor, **at}, condition=leases.still_leased(item))
    if region != codes[-1]:
        following = {"region": codes[codes.index(region) + 1], **at}
        return Update(
            MIGRATION, set=following, remove=["cursor"], condition=leases.still_leased(item)
        )
    over = ["region", "cursor", "due", "due_at"]
    return Update(
        MIGRATION, set={"done_at": stamp(now)}, remove=over, condition=leases.still_leased(item)
    )


def _move_survey(survey_id: str, claim: Check, ctx: Context[None]) -> None:
    """Moves a survey of which answers are left, unless it is about to be wiped.

    Raises:
        ConditionFailed: another has the work, or the survey is changed meanwhile.
    """
    item = ctx.table.get(repository.key(survey_id))
    if item is None or item["state"] != "closed" or "due_at" in item:
        return
    if not ballots.list_keys(ctx.table, survey_id, 1):
        return
    close.write_texts(repository.from_item(item), claim, ctx.table)
    ctx.table.transact([claim, repository.resume_write(survey_id, ctx.now)])
