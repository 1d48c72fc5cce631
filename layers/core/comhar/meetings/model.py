"""A meeting and its rules: who leads it, and what may still be changed."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from comhar import data
from comhar.dates.dublin_time import stamp, to_instant
from comhar.errors import Conflict, FieldError, Invalid, NotYours, changed_by_other
from comhar.membership.model import Member
from comhar.regions import NATIONAL

Kind = Literal["first", "quarterly", "additional", "reflective", "national"]
Mode = Literal["in_person", "online", "hybrid"]
State = Literal["scheduled", "held", "cancelled"]
Choice = Literal["yes", "no", "maybe"]
OTHER = "other"  # the access need that is not of the list


class NotUpcoming(Conflict):
    """The meeting is not to come: it has begun, or is closed or cancelled."""


class MeetingClosed(NotUpcoming):
    title = "This meeting is closed."
    next = "Its record can be read on the meeting’s page."


class MeetingCancelled(NotUpcoming):
    title = "This meeting was cancelled."


class MeetingOver(NotUpcoming):
    title = "This meeting’s time has passed."


class MeetingNotStarted(Conflict):
    kind = "meeting-not-yet"
    title = "This meeting has not started yet."
    next = "Close it once it has taken place."


class MeetingChanged(Conflict):
    kind = "changed-meanwhile"
    title = changed_by_other("this meeting")


class MembersOnly(NotYours):
    title = "Only members of this community can reply."


class LeadsOnly(NotYours):
    title = "Only the co-chairs and the member who leads this meeting can do this."


class Meeting(BaseModel):
    """A meeting of one region or of all, as stored.

    `starts_at` is naive Dublin wall time. `sequence` rises with each change of the calendar entry.
    An agenda counts as issued only for the start it was issued for: moving the meeting voids it.
    `done` names the steps that the scheduler has taken for the present start
    (`timeline.list_steps`).
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
    facilitator_asked_on: date | None = (
        None  # in Dublin; it stays when name and address are deleted
    )
    facilitator_agreed: bool = False  # as the office noted
    training_agreed: bool = False  # in reflective practice, at the first meeting
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
    agenda_minutes: int | None = None  # of all lines together, once somebody changed it
    agenda_changed_at: datetime | None = None  # after it was issued, and not yet sent again
    attended: tuple[str, ...] = ()
    headcount: int | None = None  # of a national meeting, in place of names
    closed_at: datetime | None = None
    next_topic: str | None = None
    next_lead: str | None = None  # whom it named to lead the next one
    reason: str | None = None
    survey: str | None = None  # the id of the one that opened with its close
    survey_until: str | None = None
    revision: int = 0

    @property
    def start(self) -> datetime:
        """The instant it starts, UTC."""
        return to_instant(self.starts_at)

    @property
    def agenda_issued(self) -> bool:
        return self.agenda_for == self.starts_at

    @property
    def present(self) -> int:
        """How many were there, once it is closed."""
        return len(self.attended) if self.headcount is None else self.headcount

    def is_for(self, region: str | None) -> bool:
        """Whether it is a meeting of this region, or of all."""
        return region is not None and self.region in (region, NATIONAL)

    def is_led_by(self, member: Member) -> bool:
        """Whether this person leads the meeting.

        Co-chairs and the office do, and the member whose turn it is, until the meeting is closed.
        """
        return member.may_chair(self.region) or (
            self.state == "scheduled" and self.is_turn_of(member)
        )

    def is_turn_of(self, member: Member) -> bool:
        """Whether it is this member's turn to lead the meeting.

        They must be confirmed and of this region: who runs a meeting sees who comes.
        """
        takes_turns = member.active and member.confirmed and self.is_for(member.region)
        return takes_turns and member.id == self.lead

    def require_open(self) -> None:
        """Checks that the meeting is still to be closed.

        Raises:
            MeetingClosed: it is closed.
            MeetingCancelled: it is cancelled.
        """
        if self.state == "held":
            raise MeetingClosed
        if self.state == "cancelled":
            raise MeetingCancelled

    def require_upcoming(self, now: datetime) -> None:
        """Checks that the meeting is scheduled and has not begun.

        Raises:
            NotUpcoming: it has begun, or is closed or cancelled.
        """
        self.require_open()
        if self.start <= now:
            raise MeetingOver

    def change(self, **changes: Any) -> "Meeting":
        """The meeting with these fields, as its next revision."""
        return self.model_copy(update={**changes, "revision": self.revision + 1})

    def reschedule(self, starts_at: datetime, now: datetime) -> "Meeting":
        """The meeting on another date.

        The agenda is due again and the calendar entry changes. Nothing of the old date comes back if
        the meeting does.

        Raises:
            NotUpcoming: it has begun, or is closed or cancelled.
            Invalid: the date is past, or the present one.
        """
        self.require_upcoming(now)
        require_future(starts_at, now)
        if starts_at == self.starts_at:
            raise Invalid(FieldError("starts_at", "The meeting is at this time already."))
        return self.change(
            starts_at=starts_at,
            sequence=self.sequence + 1,
            dated=self.sequence + 1,
            made_at=now,
            done=(),
            held_back=False,
            agenda_for=None,
            agenda_issued_at=None,
            agenda_late=False,
            agenda_changed_at=None,
        )

    def relocate(self, now: datetime, **place: Any) -> "Meeting":
        """The meeting at another place (`mode`, `venue`, `link`) or of another length.

        The time stays, and so do answers, the agenda and the steps taken.

        Raises:
            NotUpcoming: it has begun, or is closed or cancelled.
            Invalid: nothing changes.
        """
        self.require_upcoming(now)
        if all(getattr(self, name) == value for name, value in place.items()):
            raise Invalid(
                FieldError("mode", "This is what it is already. Change something, or go back.")
            )
        return self.change(**place, sequence=self.sequence + 1)

    def cancel(self, reason: str) -> "Meeting":
        """The meeting as cancelled, before its start or after.

        Raises:
            MeetingClosed, MeetingCancelled: as `require_open`.
        """
        self.require_open()
        return self.change(state="cancelled", reason=reason, sequence=self.sequence + 1)

    def close(
        self, attended: list[str], active: set[str], now: datetime, headcount: int | None = None
    ) -> "Meeting":
        """The meeting as held, with the ids of who was there.

        A national one is closed with their number.

        Raises:
            MeetingClosed, MeetingCancelled: as `require_open`.
            MeetingNotStarted: it has not begun.
            Invalid: an id is not among `active`, or a number stands in place of names.
        """
        self.require_open()
        if self.start > now:
            raise MeetingNotStarted
        if not set(attended) <= active:
            raise Invalid(
                FieldError("attended", "Choose from the active members of this community.")
            )
        if headcount is not None and self.region != NATIONAL:
            raise Invalid(
                FieldError("headcount", "Tick who was there: only a national meeting counts.")
            )
        present = tuple(dict.fromkeys(attended))
        return self.change(state="held", attended=present, headcount=headcount, closed_at=now)


class AccessNeeds(BaseModel):
    """What one person asks to have arranged: keys of a list, and own words.

    The list is data/access_needs.json. The words are for the meeting's organisers alone; what
    leaves them counts the keys.
    """

    model_config = ConfigDict(frozen=True)

    choices: tuple[str, ...] = ()
    words: str | None = None

    @property
    def titles(self) -> list[str]:
        """The titles of what was chosen, in the list's order."""
        return [need["title"] for need in data.load("access_needs") if need["key"] in self.choices]


def parse_access_needs(choices: list[str] | None, words: str | None) -> AccessNeeds | None:
    """What a form asks for, or None for nothing; words alone count as "other".

    Raises:
        Invalid: "other" was chosen without words.
    """
    chosen = tuple(dict.fromkeys(choices or ()))
    if words is None and OTHER in chosen:
        raise Invalid(FieldError("arrange", "Tell us what else we should arrange."))
    if words is None and not chosen:
        return None
    return AccessNeeds(choices=chosen or (OTHER,), words=words)


def require_future(starts_at: datetime, now: datetime) -> None:
    """Checks that a new date is in the future, in a year of known public holidays.

    `starts_at` is naive Dublin wall time.

    Raises:
        Invalid: it is not.
    """
    if to_instant(starts_at) <= now:
        raise Invalid(FieldError("starts_at", "Choose a date and time in the future."))
    if starts_at.year > data.load("holidays")["to"] - 1:
        raise Invalid(FieldError("starts_at", "Choose a date in the next years."))


def stamp_or_none(at: datetime | None) -> str | None:
    return stamp(at) if at else None
