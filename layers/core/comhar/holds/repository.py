"""Stored holds, with the work that ends each; and the records that one is on."""

from collections.abc import Sequence
from datetime import date, datetime

from comhar import deletion_holds
from comhar.aws.conditions import Item, Key, Put, Update, present
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import local_date, stamp
from comhar.holds import model
from comhar.inbox import repository as inbox_repository
from comhar.meetings import repository as meetings_repository
from comhar.membership import repository as membership_repository


def hold_write(
    before: Item | None, kind: str, thing: str, reason: str, until: date, now: datetime
) -> Put:
    """The hold, in place of the one `before`; its work begins at once."""
    pk, sk = deletion_holds.key(kind, thing)
    since = before["since"] if before else local_date(now).isoformat()
    item: Item = {"pk": pk, "sk": sk, "kind": kind, "thing": thing, "reason": reason}
    days = {"until": until.isoformat(), "since": since}
    work = {"ends_at": stamp(model.ends_at(until)), "due": "work", "due_at": stamp(now)}
    return Put({**item, **days, **work})


def lift_write(hold: Item, now: datetime) -> Update:
    """Ends a hold now; refused where there is none any more."""
    end = {"ends_at": stamp(now), "due_at": stamp(now)}
    return Update((hold["pk"], hold["sk"]), set=end, condition={"reason": present})


def list_keys(kind: str, thing: str) -> list[Key]:
    """Where the records may lie that a hold is on."""
    if kind == "person":
        return [membership_repository.key(thing)]
    if kind == "meeting":
        return [meetings_repository.key(thing)]
    return [inbox_repository.key(state, thing) for state in inbox_repository.STATES]


def list_records(table: Table, places: Sequence[tuple[str, str]]) -> list[Item | None]:
    """The records of each kind and thing; one batch."""
    keys = [list_keys(kind, thing) for kind, thing in places]
    found = iter(table.batch_get([key for each in keys for key in each]) if keys else [])
    return [next(filter(None, [next(found) for _ in each]), None) for each in keys]
