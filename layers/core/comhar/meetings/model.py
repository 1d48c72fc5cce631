"""A meeting and its rules: who leads it, what may still be changed, what is to be arranged."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from comhar import data
from comhar.dates.dublin_time import instant, stamp
from comhar.errors import Conflict, FieldError, Invalid, NotYours
from comhar.membership.model import Member
from comhar.regions import NATIONAL

Kind = Literal["first", "quarterly", "additional", "reflective", "national"]
Mode = Literal["in_person", "online", "hybrid"]
State = Literal["scheduled", "held", "cancelled"]
Choice = Literal["yes", "no", "maybe"]
OTHER = "other"  # the access need that is not of the list


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
    `done` names the steps that the clock has taken for the present start (see `timeline.steps`).
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
    facilitator_name: str | None = None  # from outside; of a first meeting only
    facilitator_email: str | None = None
    facilitator_changes: int = 0  # on this day, ISO, in Dublin
    facilitator_day: str | None = None
    facilitator_told: int = 0  # the revision of which the facilitator's last letter tells
    state: State = "scheduled"
    sequence: int = 0
    dated: int = 0  # the sequence with which it got the present start
    made_at: datetime
    done: tuple[str, ...] = ()
    held_back: bool = False  # the agenda waits for the floor
    agenda_version: int = 0
    agenda_for: datetime | None = None
    agenda_issued_at: datetime | None = None
    agenda_late: bool = False
    agenda_changed_at: datetime | None = None  # after it was issued, and not yet sent again
    attended: tuple[str, ...] = ()
    headcount: int | None = None  # of a national meeting, in place of names
    closed_at: datetime | None = None
    next_topic: str | None = None
    next_lead: str | None = None  # whom it named to lead the next one
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

    def concerns(self, region: str | None) -> bool:
        """Whether it is a meeting of this region, or of all."""
        return region is not None and self.region in (region, NATIONAL)

    def led_by(self, member: Member) -> bool:
        """Co-chairs and the office; the member whose turn it is, until the meeting is closed."""
        return member.chairs(self.region) or (self.state == "scheduled" and self.turn_of(member))

    def turn_of(self, member: Member) -> bool:
        """Whether this member takes the turn to lead it, once confirmed and while of this region: who
        runs a meeting sees who comes."""
        takes_turns = member.active and member.confirmed and self.concerns(member.region)
        return takes_turns and member.id == self.lead


class AccessNeeds(BaseModel):
    """What one person asks to be arranged: keys of data/access_needs.json, and words of their own.

    The words are for who organises the meeting alone; what leaves them counts the keys.
    """

    model_config = ConfigDict(frozen=True)

    choices: tuple[str, ...] = ()
    words: str | None = None

    @property
    def titles(self) -> list[str]:
        """The titles of what was chosen, in the list's order."""
        return [each["title"] for each in data.load("access_needs") if each["key"] in self.choices]


def access_needs(choices: list[str] | None, words: str | None) -> AccessNeeds | None:
    """What was asked for, or None for nothing; words without a choice are something else.

    Raises:
        Invalid: something else was chosen, and not said what.
    """
    chosen = tuple(dict.fromkeys(choices or ()))
    if words is None and OTHER in chosen:
        raise Invalid(FieldError("arrange", "Tell us what else we should arrange."))
    if words is None and not chosen:
        return None
    return AccessNeeds(choices=chosen or (OTHER,), words=words)


def still_open(meeting: Meeting) -> Meeting:
    """The meeting itself while it is scheduled.

    Raises:
        MeetingClosed: it is closed.
        MeetingCancelled: it is cancelled.
    """
    if meeting.state == "held":
        raise MeetingClosed
    if meeting.state == "cancelled":
        raise MeetingCancelled
    return meeting


def upcoming(meeting: Meeting, now: datetime) -> Meeting:
    """The meeting itself while it is scheduled and not begun.

    Raises:
        MeetingOver: it has begun.
        MeetingClosed: it is closed.
        MeetingCancelled: it is cancelled.
    """
    if still_open(meeting).start <= now:
        raise MeetingOver
    return meeting


def changed(meeting: Meeting, **changes: Any) -> Meeting:
    return meeting.model_copy(update={**changes, "revision": meeting.revision + 1})


def moved(meeting: Meeting, starts_at: datetime, now: datetime) -> Meeting:
    """The meeting on its new date: the agenda is due anew, and the calendar entry has changed. Nothing of
    the old date comes back if the meeting does."""
    upcoming(meeting, now)
    if in_future(starts_at, now) == meeting.starts_at:
        raise Invalid(FieldError("starts_at", "The meeting is at this time already."))
    return changed(
        meeting,
        starts_at=starts_at,
        sequence=meeting.sequence + 1,
        dated=meeting.sequence + 1,
        made_at=now,
        done=(),
        held_back=False,
        agenda_for=None,
        agenda_issued_at=None,
        agenda_late=False,
        agenda_changed_at=None,
    )


def placed(meeting: Meeting, now: datetime, **place: Any) -> Meeting:
    """The meeting at another place (`mode`, `venue`, `link`) or of another length (`minutes`), at the
    same time: answers, the agenda and the steps taken stay. Raises Invalid where nothing changes."""
    upcoming(meeting, now)
    if all(getattr(meeting, name) == value for name, value in place.items()):
        raise Invalid(
            FieldError("mode", "This is what it is already. Change something, or go back.")
        )
    return changed(meeting, **place, sequence=meeting.sequence + 1)


def cancelled(meeting: Meeting, reason: str, now: datetime) -> Meeting:
    still_open(meeting)
    return changed(meeting, state="cancelled", reason=reason, sequence=meeting.sequence + 1)


def closed(
    meeting: Meeting,
    attended: list[str],
    active: set[str],
    now: datetime,
    headcount: int | None = None,
) -> Meeting:
    """The meeting as held. Raises Invalid for who is not an active member of the region, and for a
    number in place of names where there are names."""
    if still_open(meeting).start > now:
        raise MeetingNotYet
    if not set(attended) <= active:
        raise Invalid(FieldError("attended", "Choose from the active members of this community."))
    if headcount is not None and meeting.region != NATIONAL:
        raise Invalid(
            FieldError("headcount", "Tick who was there: only a national meeting counts.")
        )
    there = tuple(dict.fromkeys(attended))
    return changed(meeting, state="held", attended=there, headcount=headcount, closed_at=now)


def in_future(starts_at: datetime, now: datetime) -> datetime:
    if instant(starts_at) <= now:
        raise Invalid(FieldError("starts_at", "Choose a date and time in the future."))
    if starts_at.year > data.load("holidays")["to"] - 1:
        raise Invalid(FieldError("starts_at", "Choose a date in the next years."))
    return starts_at


def stamped(at: datetime | None) -> str | None:
    return stamp(at) if at else None
