"""Owns the items of access needs: what people asked to be arranged at a meeting, never why.

They are for that meeting's organisers, and are deleted a set time after its day, the name and address
of a facilitator with them. That one piece of work stands beside them for the whole meeting.
"""

from datetime import datetime, timedelta

from comhar import retention
from comhar.aws.conditions import Delete, Item, Key, Put, Update, Write
from comhar.aws.dynamodb import TRANSACTION_LIMIT, Table
from comhar.dates.dublin_time import stamp
from comhar.dates.working_days import issue_instant
from comhar.due_work import leases
from comhar.meetings import repository
from comhar.meetings.model import AccessNeeds, Meeting


def key(meeting_id: str, member_id: str) -> Key:
    return f"MEETING#{meeting_id}", f"NEEDS#{member_id}"


def asked(meeting: Meeting, member_id: str, access: AccessNeeds) -> list[Write]:
    """What one member asks for, and the work by which it will be deleted."""
    pk, sk = key(meeting.id, member_id)
    item: Item = {"pk": pk, "sk": sk, "needs": list(access.choices), "arrange": access.words}
    return [Put(item), forget_later(meeting)]


def taken_back(meeting_id: str, member_id: str) -> Delete:
    return Delete(key(meeting_id, member_id))


def forget_later(meeting: Meeting) -> Put:
    """The work that deletes what was asked for; to be written anew with each date of the meeting."""
    item = {"pk": f"MEETING#{meeting.id}", "sk": "NEEDS"}
    return Put(item | {"due": "work", "due_at": stamp(forgotten_at(meeting))})


def forgotten_at(meeting: Meeting) -> datetime:
    """09:00 Dublin, so many days after the meeting's day (`needs` in data/retention.json)."""
    day: timedelta = retention.kept("needs")
    return issue_instant(meeting.starts_at.date() + day)


def forget(item: Item, meeting: Meeting, now: datetime, table: Table) -> None:
    """Deletes what was asked for and the facilitator's name and address, and the claimed work with it; a
    meeting that was moved on meanwhile keeps them until its own time. Raises Lost."""
    work = (item["pk"], item["sk"])
    if forgotten_at(meeting) > now:
        later = {"due_at": stamp(forgotten_at(meeting))}
        return table.transact([Update(work, set=later, when=leases.held(item))])
    rows = table.query(item["pk"], "NEEDS#").items
    for start in range(0, len(rows), TRANSACTION_LIMIT):
        some = rows[start : start + TRANSACTION_LIMIT]
        table.transact([Delete((each["pk"], each["sk"])) for each in some])
    table.transact([Delete(work, when=leases.held(item)), *_without_facilitator(meeting)])


def _without_facilitator(meeting: Meeting) -> list[Update]:
    if meeting.facilitator_email is None:
        return []
    held = ("facilitator_name", "facilitator_email")
    seen = {"revision": meeting.revision}
    return [Update(repository.key(meeting.id), remove=held, add={"revision": 1}, when=seen)]
