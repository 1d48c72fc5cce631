"""The work that writes to a member on the day they are back; it lies with the member."""

from datetime import date

from comhar.aws.conditions import Delete, Key, Put, Write
from comhar.dates.dublin_time import stamp
from comhar.dates.working_days import issue_instant


def key(member_id: str) -> Key:
    return f"MEMBER#{member_id}", "AWAY"


def return_write(member_id: str, until: date | None) -> Write:
    """The work that is due at 09:00 Dublin on the day back, in place of what was planned before."""
    pk, sk = key(member_id)
    if until is None:
        return Delete((pk, sk))
    item = {"pk": pk, "sk": sk, "member": member_id, "until": until.isoformat()}
    return Put({**item, "due": "work", "due_at": stamp(issue_instant(until))})
