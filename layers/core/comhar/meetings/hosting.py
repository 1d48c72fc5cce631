"""Owns the rules of who hosts a first meeting from outside, and until when they may open their pack."""

from datetime import date, datetime, time, timedelta

from comhar.dates.dublin_time import instant, local_date
from comhar.errors import Conflict, FieldError, Invalid, NotYours
from comhar.meetings.model import Kind, Meeting, changed, upcoming

MOST_CHANGES = 5  # of one meeting's facilitator in a day: each writes to people who are no members


class EnoughChanges(Conflict):
    title = f"The facilitator of this meeting was changed {MOST_CHANGES} times today."
    next = "Change it again tomorrow, so that nobody outside gets too many letters."


class OfficeNamesFacilitator(NotYours):
    title = "Only the National Office can name a facilitator."
    next = "Schedule the meeting without one, and tell the National Office who could host it."


class NoFacilitator(Conflict):
    title = "Only a first meeting is hosted by a facilitator."


def hosted(meeting: Meeting, name: str | None, email: str | None, now: datetime) -> Meeting:
    """The meeting with this facilitator, or with none. Raises NoFacilitator, Invalid."""
    upcoming(meeting, now)
    if meeting.kind != "first":
        raise NoFacilitator
    name, email = facilitator(meeting.kind, name, email)
    if (name, email) == (meeting.facilitator_name, meeting.facilitator_email):
        raise Invalid(FieldError("facilitator_name", "This is what it is already."))
    return changed(meeting, facilitator_name=name, facilitator_email=email)


def counted(before: Meeting, after: Meeting, now: datetime) -> Meeting:
    """The meeting, with one more change of whom we write to noted for today. Raises EnoughChanges."""
    today = local_date(now).isoformat()
    made = before.facilitator_changes if before.facilitator_day == today else 0
    if made >= MOST_CHANGES:
        raise EnoughChanges
    return after.model_copy(update={"facilitator_changes": made + 1, "facilitator_day": today})


def facilitator(kind: Kind, name: str | None, email: str | None) -> tuple[str | None, str | None]:
    """Name and address of who hosts a first meeting: both or none. Raises Invalid."""
    if (name or email) and kind != "first":
        raise Invalid(FieldError("facilitator_name", NoFacilitator.title + " Leave this blank."))
    if name and not email:
        raise Invalid(FieldError("facilitator_email", "Enter the facilitator’s email address."))
    if email and not name:
        raise Invalid(FieldError("facilitator_name", "Enter the facilitator’s name."))
    return name, email


def pack_last_day(meeting: Meeting) -> date:
    """The last day, in Dublin, on which the facilitator's pack can be opened: that after the meeting's."""
    return meeting.starts_at.date() + timedelta(days=1)


def pack_until(meeting: Meeting) -> datetime:
    """The end of that day, UTC."""
    return instant(datetime.combine(pack_last_day(meeting) + timedelta(days=1), time()))
