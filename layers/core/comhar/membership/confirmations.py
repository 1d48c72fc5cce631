"""Whether a member waits: to be admitted, or to be confirmed.

DOMAIN.md, "Confirming": a co-chair confirms within ten working days; then the office is asked. It is asked at
once about whom a co-chair does not know.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta

from comhar import waiting_rows
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    Condition,
    Delete,
    Item,
    Key,
    Put,
    Write,
    absent,
)
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.dates.working_days import issue_instant, working_days_after
from comhar.membership.model import PAST_STATUSES, Member
from comhar.tokens import made_at

NOT_KNOWN = "NOT_KNOWN#"  # begins the rows of whom a co-chair does not know
_WITHIN = 10  # working days
_AT_LEAST = timedelta(days=14)  # that so many working days take
_SURELY_OVER = timedelta(days=60)
_LONG_AGO = "2020-01-01"  # of whom no day of joining is known


def key(member_id: str) -> Key:
    """The work that asks the office to confirm a member whom the co-chairs have not."""
    return f"CONFIRM#{member_id}", "CONFIRM"


def not_known_key(region: str, member_id: str) -> Key:
    """That a co-chair does not know a member whom nobody has confirmed."""
    return f"REGION#{region}", f"{NOT_KNOWN}{member_id}"


def refer_writes(member: Member, as_read: Condition, now: datetime) -> list[Write]:
    """Asks the office at once about a member whom a co-chair does not know.

    Refused where it was asked already, or the member is not `as_read` any more.
    """
    region = str(member.region)
    pk, sk = not_known_key(region, member.id)
    return [
        Put({"pk": pk, "sk": sk, "since": stamp(now)}, condition=UNLESS_EXISTS),
        Check((f"MEMBER#{member.id}", "MEMBER"), as_read),
        Delete(key(member.id)),
        waiting_rows.keep_write("confirm_member", member.id, now, region=region),
    ]


def list_not_known(table: Table, region: str) -> set[str]:
    """The ids of a region's members whom a co-chair does not know; one query."""
    return member_ids(table.query(f"REGION#{region}", NOT_KNOWN).items)


def member_ids(rows: Iterable[Item | None]) -> set[str]:
    """Of whom such rows are."""
    return {row["sk"].removeprefix(NOT_KNOWN) for row in rows if row}


def change_writes(before: Item | None, after: Item | None) -> list[Write]:
    """How a member waits, as the register row after a change says."""
    member_id = (after or before or {})["id"]
    old, new = (_waits_for(row) for row in (before, after))
    writes: list[Write] = []
    if old == new and (before or {}).get("region") == (after or {}).get("region"):
        return writes
    if old == "admit" != new:
        writes.append(waiting_rows.end_write("approve_member", member_id))
    if old == "confirm" and before:  # in another region its co-chairs are asked first
        writes.append(waiting_rows.end_write("confirm_member", member_id))
        writes.append(Delete(not_known_key(before["region"], member_id)))
    if old == "confirm" != new:
        writes.append(Delete(key(member_id)))
    if new == "admit" and after:
        since, region = made_at(member_id), after["region"]
        writes.append(waiting_rows.begin_write("approve_member", member_id, since, region=region))
    if new == "confirm" and after:
        pk, sk = key(member_id)
        at = issue_instant(_began_on(after) + _AT_LEAST)
        due = {"member": member_id, "due": "work", "due_at": stamp(at)}
        writes.append(Put({"pk": pk, "sk": sk, **due}))
    return writes


def _waits_for(row: Item | None) -> str | None:
    if row and row["status"] == "pending":
        return "admit"
    return "confirm" if is_unconfirmed(row) else None


def is_unconfirmed(row: Item | None) -> bool:
    """Whether the row is an active member's whom nobody has confirmed."""
    return bool(row and row["status"] == "active" and not row.get("confirmed"))


def _began_on(row: Item) -> date:
    """The day (Dublin) on which the present membership began."""
    joined = row.get("joined_on") or _LONG_AGO
    began = max((period["from"] for period in row.get("periods", ())), default=joined)
    return date.fromisoformat(began)


def office_asked_on(row: Item, closures: AbstractSet[date], today: date) -> date:
    """The day (Dublin) from which the office is asked to confirm a member."""
    began = _began_on(row)
    if began + _SURELY_OVER < today:
        return today
    return working_days_after(began, _WITHIN, closures)


def note_waiting(row: Item, claim: Check, ctx: Context[None]) -> None:
    """Notes who waits to be admitted or confirmed, which an earlier version did not.

    Raises:
        ConditionFailed: another worker has the work.
    """
    if row["status"] in PAST_STATUSES:
        return
    as_read = {"revision": row.get("revision", absent)}
    write = next(iter(change_writes(None, row)), None)
    waiting_rows.note_earlier(row, as_read, write, claim, ctx.table)
