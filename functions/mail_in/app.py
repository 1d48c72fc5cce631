"""Takes in mail to the office, as SES brings it.

The only function that strangers' words reach unasked.
"""

from typing import Any

from comhar.cold_start import importing

with importing():
    from comhar import wiring
    from comhar.dates.dublin_time import to_wall
    from comhar.inbox import intake
    from comhar.inbox.model import Reply
    from comhar.meetings import proposals, rsvp


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """How many mails of a receipt of SES were answered."""
    ctx, letterbox = wiring.context(None), wiring.inbox_bucket()
    return {"sent": intake.take_in_all(event["Records"], ctx, letterbox, _answer)}


def _answer(reply: Reply) -> bool:
    ctx = wiring.context(None)
    if reply.is_wish:
        starts_at = to_wall(reply.starts_at) if reply.is_proposal and reply.starts_at else None
        if reply.is_proposal and starts_at is None:
            return False
        return proposals.note_proposal(reply.uid, reply.attendee, starts_at, reply.comment, ctx)
    if reply.answer is None:
        return False
    return rsvp.answer_by_calendar(reply.uid, reply.attendee, reply.answer, ctx, reply.sequence)
