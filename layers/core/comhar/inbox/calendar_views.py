"""Responses: what calendar programs reply for people, in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from comhar.aws.conditions import Item
from comhar.dates.ics import find_meeting_id
from comhar.fields import View
from comhar.formatting import format_day, format_hour, format_moment
from comhar.inbox.model import Coming, Reply
from comhar.meetings.model import Meeting

_ANSWERS: dict[Coming | None, str] = {
    "yes": "is coming",
    "no": "is not coming",
    "maybe": "may come",
    None: "has not said whether they are coming",
}


class CalendarReply(View):
    """What one reply of a calendar program says; times are instants.

    `says` is it in words, `comment` what the person wrote beside it, and `note` what became of it.
    `meeting` is the meeting of ours that it answers, if it is one, and `open` whether it can be answered.
    """

    says: str
    comment: str
    note: str | None
    attendee: str
    answer: Coming | None
    is_proposal: bool
    starts_at: str | None
    ends_at: str | None
    delegated_to: list[str]
    delegated_from: list[str]
    sent_by: str
    meeting: str | None
    open: bool


def calendar_reply(
    reply: Reply, item: Item, meetings: Mapping[str, Meeting], is_known: bool, now: datetime
) -> CalendarReply:
    """A reply as the office reads it.

    `meetings` are those of ours that may be meant; `is_known` whether the sender's address is a member's.
    """
    meeting = meetings.get(find_meeting_id(reply.uid) or "")
    is_open = meeting is not None and meeting.state == "scheduled" and meeting.start > now
    return CalendarReply(
        says=_sentence(reply, item),
        note=_note(reply, item, meeting, is_open, is_known),
        **{name: getattr(reply, name) for name in ("comment", "attendee", "answer", "is_proposal")},
        starts_at=reply.starts_at.isoformat() if reply.starts_at else None,
        ends_at=reply.ends_at.isoformat() if reply.ends_at else None,
        delegated_to=list(reply.delegated_to),
        delegated_from=list(reply.delegated_from),
        sent_by=reply.sent_by,
        meeting=meeting.id if meeting else None,
        open=is_open,
    )


def describe_wish(item: Mapping[str, Any]) -> str | None:
    """What a mail asks for through a calendar, without who asks; None for nothing."""
    if proposal := item.get("proposal"):
        return f"Proposes {_proposed(proposal['starts_at'])}"
    if people := item.get("delegated_to"):
        return f"Asks {' and '.join(people)} to go instead"
    return None


def _sentence(reply: Reply, item: Item) -> str:
    who = reply.name or reply.attendee or item["name"] or item["sender"] or "Somebody"
    if reply.is_proposal:
        comment = " ".join(reply.comment.split())
        starts_at = reply.starts_at.isoformat() if reply.starts_at else None
        return f"{who} proposes {_proposed(starts_at)}" + (f": {comment}" if comment else ".")
    to = (
        f"to the meeting on {format_moment(reply.starts_at)}" if reply.starts_at else "to a meeting"
    )
    if reply.delegated_to:
        return f"{who} asks {' and '.join(reply.delegated_to)} to go {to} in their place."
    place = f", in place of {' and '.join(reply.delegated_from)}" if reply.delegated_from else ""
    return f"{who} {_ANSWERS[reply.answer]} {to}{place}."


def _notified(item: Item) -> str:
    if item.get("organisers_notified"):
        return "We told the meeting’s organisers by email."
    return "The meeting’s organisers do not know of it yet."


def _proposed(starts_at: str | None) -> str:
    """Wednesday 1 March, 2pm."""
    if starts_at is None:
        return "another time"
    return f"{format_day(starts_at).rpartition(' ')[0]}, {format_hour(starts_at)}"


def _note(
    reply: Reply, item: Item, meeting: Meeting | None, is_open: bool, is_known: bool
) -> str | None:
    """What became of a reply; None for an answer that is recorded."""
    if meeting is None:
        return "Not recorded: it is not about a meeting that is planned in Comhar."
    planned = format_moment(meeting.starts_at)
    if not is_open:
        return f"Not recorded: the meeting of {planned} is over, closed or cancelled."
    if reply.is_proposal:
        return f"The meeting is planned for {planned}. Nothing is changed. {_notified(item)}"
    if reply.is_wish:
        return f"Nobody else is invited: meetings are for members. {_notified(item)}"
    if item.get("answer") and reply.attendee == item["sender"]:
        return None
    if reply.sequence < meeting.dated:
        return f"Not recorded: the meeting has moved since, to {planned}."
    if reply.attendee != item["sender"]:
        sender = item["sender"] or "an unknown address"
        return f"Not recorded: it was sent from {sender}, for another address."
    if not is_known:
        return f"Not recorded: no member has the address {item['sender']}."
    return "Not recorded: the meeting is not for this member, or it is not certain that they sent this."
