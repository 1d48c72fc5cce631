"""Moving, once, the answers of surveys that closed before closing deleted them.

The clock starts it at its first run after such a deployment, and a few minutes later, when nothing of the
version before runs any more, goes through each region's surveys, the newest first: it writes a survey's
words and hands the survey back to the clock, which deletes the answers as at any closing (`close.py`).
Killed anywhere, whoever claims the work next goes on at its cursor. Until a survey is moved, which takes
minutes, its page has all figures and none of its words.
"""

from contextlib import suppress
from datetime import datetime
from weakref import WeakSet

from comhar import data
from comhar.aws.conditions import UNLESS_EXISTS, Check, Item, Key, Put, Update
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.surveys import ballots, close, repository

MIGRATION: Key = ("SURVEY#migration", "MIGRATION")  # the work, and afterwards that it is done
_AT_ONCE = 25  # surveys looked at before the work is given back: the clock stays within its time
_begun: WeakSet[Table] = WeakSet()  # in which the work is known to have begun


def begin(table: Table, now: datetime) -> None:
    """Makes the work where there never was any; writes nothing once it is known to have begun."""
    if table in _begun:
        return
    pk, sk = MIGRATION
    timing = {"due": "work", "due_at": stamp(now + leases.LEASE)}
    with suppress(ConditionFailed):
        table.transact(
            [Put({"pk": pk, "sk": sk, "region": _regions()[0], **timing}, when=UNLESS_EXISTS)]
        )
    _begun.add(table)


def work(item: Item, now: datetime, table: Table) -> None:
    """Moves the next surveys; gives the work back, or ends it after the last one."""
    lease = Check(MIGRATION, when=leases.held(item))
    page = repository.of_region(table, item["region"], _AT_ONCE, item.get("cursor"))
    with suppress(ConditionFailed):  # another has the work by now, and ends it
        for row in page.items:
            _move(row["id"], lease, now, table)
        table.transact([_go_on(item, page.next, now)])


def _go_on(item: Item, cursor: str | None, now: datetime) -> Update:
    """The work at its next surveys, those of the next region after a region's last, or done."""
    regions, region, at = _regions(), item["region"], {"due_at": stamp(now)}
    if cursor:
        return Update(MIGRATION, set={"cursor": cursor, **at}, when=leases.held(item))
    if region != regions[-1]:
        following = {"region": regions[regions.index(region) + 1], **at}
        return Update(MIGRATION, set=following, remove=["cursor"], when=leases.held(item))
    over = ["region", "cursor", "due", "due_at"]
    return Update(MIGRATION, set={"done_at": stamp(now)}, remove=over, when=leases.held(item))


def _regions() -> list[str]:
    return [each["code"] for each in data.load("regions")]


def _move(survey_id: str, lease: Check, now: datetime, table: Table) -> None:
    """Moves a survey of which answers are left, unless it is about to be wiped. Raises Lost."""
    item = table.get(repository.key(survey_id))
    if item is None or item["state"] != "closed" or "due_at" in item:
        return
    if not ballots.some_keys(table, survey_id, 1):
        return
    close.write_words(repository.from_item(item), lease, table)
    table.transact([lease, repository.unfinished(survey_id, now)])
