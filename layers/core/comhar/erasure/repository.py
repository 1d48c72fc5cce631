"""Stored items of erasure: the waiting work, and the ledger for a restored table."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import UNLESS_EXISTS, Delete, Item, Put, Update, absent
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.membership import follow_up_work
from comhar.membership.model import Member
from comhar.tokens import digest, keyed_digest, new_secret

_LEDGER = "ERASED"


def schedule_erasure_write(before: Member, after: Member, now: datetime) -> Put:
    """The work that makes it final when it is time, with the status to go back to."""
    return Put(follow_up_work.schedule_deletion_write(after, now).item | {"former": before.status})


def find_pending(table: Table, member_id: str) -> Item | None:
    """The work of who asked to be erased, while it can still be undone."""
    work = table.get(follow_up_work.deletion_key(member_id))
    return work if work and "former" in work and "begun" not in work else None


def cancel_write(item: Item) -> Delete:
    """Deletes the work; refused where it has begun to be final."""
    return Delete((item["pk"], item["sk"]), condition={"begun": absent, "former": item["former"]})


def begin_write(item: Item, now: datetime, condition: dict[str, Any]) -> Update:
    """Marks the work as begun: from here on there is no way back.

    `stands_for` is the pseudonym by which what stays of the person is joined: attendance and the days of
    being active.
    """
    stands_for = digest(new_secret())[:26]
    return Update(
        (item["pk"], item["sk"]),
        set={"begun": stamp(now), "stands_for": stands_for},
        condition=condition,
    )


def ledger_write(member_id: str, now: datetime) -> Put:
    """The ledger's line that a member was erased, stored for good.

    By a keyed digest, so that no id from elsewhere leads to it.
    """
    item = {"pk": _LEDGER, "sk": keyed_digest(_LEDGER, member_id), "at": stamp(now)}
    return Put(item, condition=UNLESS_EXISTS, table="audit")


class Ledger:
    """All who were erased; one query."""

    def __init__(self, table: Table):
        self._digests = {item["sk"] for item in table.query(_LEDGER, table="audit").items}

    def __contains__(self, member_id: str) -> bool:
        """Whether this member was erased, also before the ledger was keyed."""
        return not self._digests.isdisjoint((keyed_digest(_LEDGER, member_id), digest(member_id)))


def restart_write(member: Member, now: datetime) -> Put:
    """Work, due at once, that erases a member who came back with a restored table.

    Refused where it had begun: it goes on by itself with the pseudonym that was drawn then.
    """
    pk, sk = follow_up_work.deletion_key(member.id)
    item = {"pk": pk, "sk": sk, "member": member.id, "status": member.status}
    return Put({**item, "due": "work", "due_at": stamp(now)}, condition={"begun": absent})
