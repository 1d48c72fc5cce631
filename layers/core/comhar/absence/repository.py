"""The item of the day back, which is stored with the member."""

from datetime import date, datetime

from comhar.aws.conditions import Delete, Key, Put, Write
from comhar.dates.dublin_time import stamp
from comhar.dates.working_days import issue_instant
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member


def key(member_id: str) -> Key:
    return f"MEMBER#{member_id}", "AWAY"


def change_writes(
    before: Member, after: Member, until: date | None, user: Member, now: datetime
) -> list[Write]:
    """The member as changed, the audit's line, and the work of the day back.

    None where nothing changed.
    """
    if after == before:
        return []
    action = "set_away" if until else "end_away"
    return [
        *membership_repository.update_writes(before, after, now),
        membership_repository.audit_write(user, action, before, now),
        _return_write(before.id, until),
    ]


def _return_write(member_id: str, until: date | None) -> Write:
    """The work that is due at 09:00 Dublin on the day back, in place of what was planned before."""
    pk, sk = key(member_id)
    if until is None:
        return Delete((pk, sk))
    item = {"pk": pk, "sk": sk, "member": member_id, "until": until.isoformat()}
    return Put({**item, "due": "work", "due_at": stamp(issue_instant(until))})
