"""Owns what a meeting is and its rules: when its agenda goes out, what may still be changed."""

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from comhar import data
from comhar.calendar import (
    instant,
    issue_instant,
    local_date,
    stamp,
    working_days_after,
    working_days_before,
)
from comhar.errors import Conflict, FieldError, Invalid, NotYours
from comhar.membership.model import Member
from comhar.settings import Settings

Kind = Literal["first", "quarterly", "additional", "reflective", "national"]
Mode = Literal["in_person", "online", "hybrid"]
State = Literal["scheduled", "held", "cancelled"]
Choice = Literal["yes", "no", "maybe"]
HELD_FOR_EDITING = timedelta(hours=1)  # a meeting made after its issue time (DOMAIN)
ASKED_AFTER = (2, 5)  # working days after its day the co-chairs are asked "Did it happen?"


class MeetingClosed(Conflict):
    title = "This meeting is closed."
    next = "Its record can be read on the meeting’s page."


class MeetingCancelled(Conflict):
    title = "This meeting was cancelled."


class MeetingNotYet(Conflict):
    title = "This meeting has not started yet."
    next = "Close it once it has taken place."


class MeetingOver(Conflict):
    title = "This meeting’s time has passed."


class ChangedMeanwhile(Conflict):
    title = "Somebody else changed this meeting a moment ago."


class MembersOnly(NotYours):
    title = "Only members of this community say whether they come."


class LeadsOnly(NotYours):
    title = "Only the co-chairs and the member who leads this meeting can do this."


class Meeting(BaseModel):
    """`starts_at` is naive Dublin wall time. `sequence` rises with each change of the calendar entry.

    An agenda counts as issued only for the start it was issued for: moving the meeting voids it.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    region: str
    kind: Kind
    mode: Mode
    starts_at: datetime
    minutes: int
    venue: str | None = None
    link: str | None = None
    topic: str | None = None
    lead: str | None = None
    state: State = "scheduled"
    sequence: int = 0
    made_at: datetime
    agenda_version: int = 0
    agenda_for: datetime | None = None
    agenda_issued_at: datetime | None = None
    agenda_late: bool = False
    missed: bool = False  # its start came before any agenda went out
    times_asked: int = 0
    attended: tuple[str, ...] = ()
    next_topic: str | None = None
    reason: str | None = None
    survey_until: str | None = None
    revision: int = 0

    @property
    def start(self) -> datetime:
        """The instant it starts, UTC."""
        return instant(self.starts_at)

    @property
    def issued(self) -> bool:
        return self.agenda_for == self.starts_at

    def led_by(self, me: Member) -> bool:
        """Co-chairs and the office; the member whose turn it is, once confirmed: who runs a meeting
        sees who comes."""
        turn = me.active and me.confirmed and me.id == self.lead
        return me.chairs(self.region) or turn


def agenda_due_at(meeting: Meeting, settings: Settings) -> datetime:
    """When the clock issues the agenda: 09:00 Dublin on the 5th working day before (guide 4.5).

    A meeting made or moved after that moment is held one hour for editing; one that starts within
    the hour, not at all.
    """
    day = working_days_before(meeting.starts_at.date(), settings.agenda_days)
    due = issue_instant(day)
    if due >= meeting.made_at:
        return due
    edited = meeting.made_at + HELD_FOR_EDITING
    return edited if edited < meeting.start else meeting.made_at


def late(meeting: Meeting, at: datetime, settings: Settings) -> bool:
    """Whether an agenda issued at that instant is later than the floor of 3 working days before."""
    floor = working_days_before(meeting.starts_at.date(), settings.agenda_floor_days)
    return local_date(at) > floor


def next_due(meeting: Meeting, settings: Settings) -> datetime | None:
    """The next moment at which this meeting needs the clock, or None."""
    if meeting.state != "scheduled":
        return None
    if not meeting.issued and not meeting.missed:
        return agenda_due_at(meeting, settings)
    return asking_due_at(meeting)


def asking_due_at(meeting: Meeting) -> datetime | None:
    """When the co-chairs are next asked whether it happened: 09:00 Dublin, or None after twice."""
    if meeting.times_asked >= len(ASKED_AFTER):
        return None
    days = ASKED_AFTER[meeting.times_asked]
    return issue_instant(working_days_after(meeting.starts_at.date(), days))


def still_open(meeting: Meeting) -> Meeting:
    """The meeting itself while it is scheduled. Raises MeetingClosed, MeetingCancelled."""
    if meeting.state == "held":
        raise MeetingClosed
    if meeting.state == "cancelled":
        raise MeetingCancelled
    return meeting


def upcoming(meeting: Meeting, now: datetime) -> Meeting:
    """The meeting itself while it is scheduled and not begun. Raises MeetingOver too."""
    if still_open(meeting).start <= now:
        raise MeetingOver
    return meeting


def changed(meeting: Meeting, **changes: Any) -> Meeting:
    return meeting.model_copy(update={**changes, "revision": meeting.revision + 1})


def moved(meeting: Meeting, starts_at: datetime, now: datetime) -> Meeting:
    """The meeting on its new date: the agenda is due anew, and the calendar entry has changed."""
    upcoming(meeting, now)
    if in_future(starts_at, now) == meeting.starts_at:
        raise Invalid(FieldError("starts_at", "The meeting is at this time already."))
    return changed(
        meeting, starts_at=starts_at, sequence=meeting.sequence + 1, made_at=now, missed=False
    )


def cancelled(meeting: Meeting, reason: str, now: datetime) -> Meeting:
    still_open(meeting)
    return changed(meeting, state="cancelled", reason=reason, sequence=meeting.sequence + 1)


def closed(meeting: Meeting, attended: list[str], active: set[str], now: datetime) -> Meeting:
    """The meeting as held. Raises Invalid for who is not an active member of the region."""
    if still_open(meeting).start > now:
        raise MeetingNotYet
    if not set(attended) <= active:
        raise Invalid(FieldError("attended", "Choose from the active members of this community."))
    return changed(meeting, state="held", attended=tuple(dict.fromkeys(attended)))


def in_future(starts_at: datetime, now: datetime) -> datetime:
    if instant(starts_at) <= now:
        raise Invalid(FieldError("starts_at", "Choose a date and time in the future."))
    if starts_at.year > data.load("holidays")["to"] - 1:
        raise Invalid(FieldError("starts_at", "Choose a date in the next years."))
    return starts_at


def said(at: datetime | None) -> str | None:
    return stamp(at) if at else None
