"""Work that follows a change of a member: count anew, catch up, delete in time."""

from datetime import datetime

from comhar import retention
from comhar.aws.conditions import Key, Put
from comhar.dates.dublin_time import stamp
from comhar.membership.model import Member

_RETENTION_KINDS = {
    "inactive": "left"
}  # of data/retention.json, where they are not named like the status


def deletion_key(member_id: str) -> Key:
    """The work that deletes a person when it is time."""
    return f"FORGET#{member_id}", "FORGET"


def recount_write(member: Member, now: datetime) -> Put:
    """Work that counts a member's replies anew, after they joined, left or moved."""
    item = {"pk": f"RECOUNT#{member.id}", "sk": "RECOUNT", "member": member.id}
    return Put({**item, "due": "work", "due_at": stamp(now)})


def catch_up_write(member: Member, now: datetime) -> Put:
    """Work that gives a newly active member what the region was told before they came."""
    item = {
        "pk": f"CATCHUP#{member.id}",
        "sk": "CATCHUP",
        "member": member.id,
        "region": member.region,
        "expires": int((now + retention.period("letter")).timestamp()),
        "due": "work",
        "due_at": stamp(now),
    }
    return Put(item)


def schedule_deletion_write(member: Member, now: datetime) -> Put:
    """Work that deletes a person after their time, if their status is still this one.

    Statuses such as declined or left; a later change of status puts its own work in place of it.
    """
    due_at = stamp(now + retention.period(_RETENTION_KINDS.get(member.status, member.status)))
    pk, sk = deletion_key(member.id)
    item = {"pk": pk, "sk": sk, "member": member.id, "status": member.status}
    return Put(item | {"due": "work", "due_at": due_at})
