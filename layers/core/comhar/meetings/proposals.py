"""Proposals of members' calendars: another time, or somebody else in their place.

The organisers hear of it by email (RFC 5546, METHOD:COUNTER and PARTSTAT=DELEGATED).
"""

from contextlib import suppress
from datetime import datetime

from comhar.aws.conditions import ConditionFailed, Delete, Item, Put
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.dates.ics import find_meeting_id
from comhar.due_work import leases
from comhar.errors import Conflict, NotFound
from comhar.meetings import repository
from comhar.meetings.letter_context import organiser_letter_writes
from comhar.membership.repository import find_by_address
from comhar.tokens import new_id


def note_proposal(
    uid: str, email: str, starts_at: datetime | None, comment: str, ctx: Context[None]
) -> bool:
    """Notes that a member proposes another time, or somebody else in their place.

    The latter where `starts_at` is None, which is naive Dublin wall time. Whether it was noted: not for what
    is no meeting of ours to come, nor for who is no active member whom it concerns. Hand in the UID and the
    address as for `rsvp.answer_by_calendar`.
    """
    meeting_id = find_meeting_id(uid)
    member = find_by_address(ctx.table, ctx.settings, email)
    if not (meeting_id and member):
        return False
    try:
        meeting = repository.get_meeting(ctx.table, meeting_id)
        meeting.require_upcoming(ctx.now)
    except (NotFound, Conflict):
        return False
    if not (member.active and meeting.is_for(member.region)):
        return False
    item = {
        "pk": f"MEMBER#{member.id}",
        "sk": f"PROPOSAL#{meeting.id}",
        "id": new_id(ctx.now),
        "meeting": meeting.id,
        "dated": meeting.dated,
        "starts_at": repository.format_local(starts_at) if starts_at else None,
        "comment": comment,
        "due": "work",
        "due_at": stamp(ctx.now),
    }
    ctx.table.transact([Put(item)])
    return True


def tell_organisers(item: Item, ctx: Context[None]) -> None:
    """Writes to a meeting's organisers by claimed work, which is gone afterwards."""
    about = {name: item.get(name) for name in ("starts_at", "comment")}
    version = f"{item['dated']}.{item['id']}"
    facts = {"member": item["pk"].partition("#")[2], **about}
    letters = organiser_letter_writes("time_proposed", item["meeting"], version, ctx, facts=facts)
    done = Delete((item["pk"], item["sk"]), condition=leases.still_leased(item))
    with suppress(ConditionFailed):  # another proposal came meanwhile
        ctx.table.transact(required=[done], optional=letters)
