"""Rules of a meeting's day and after it: who runs it, votes, actions, reopening."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from comhar import data
from comhar.dates.dublin_time import local_date, to_wall
from comhar.dates.working_days import issue_instant, working_days_before
from comhar.errors import Conflict, FieldError, Invalid, NotFound, NotYours, changed_by_other
from comhar.formatting import format_moment
from comhar.meetings.agenda.model import Line
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules, list_steps
from comhar.membership.model import Member
from comhar.regions import NATIONAL
from comhar.tokens import digest

RUN_BEFORE = timedelta(hours=1)
STATEMENTS_BEFORE = timedelta(days=1)
REOPENED_WITHIN = timedelta(days=7)
MOST_VOTES = 3
MOST_OF_A_REASON = 300  # characters: why attendance is corrected
MOST_IDEAS = 40
MOST_OWN_IDEAS = 5  # of one member
REMINDED_BEFORE = 3  # working days before its date the owner of an action is reminded
DONE_LISTED_FOR = timedelta(days=90)
ELSE = "else"  # the note on what stood on no agenda


class TooEarly(Conflict):
    kind = "not-the-day"
    title = "It is too early for this."
    next = "Open the page again then."


class MeetingNotClosed(Conflict):
    kind = "not-closed"
    title = "This meeting is not closed, so it has no record yet."
    next = "Its record can be read here once who led it has closed it."


class ReopenTooLate(Conflict):
    kind = "reopened-too-late"
    title = "This meeting can no longer be reopened: the seven days have passed."
    next = "If its record is wrong, tell the National Office."


class NoStatements(Conflict):
    title = "A national meeting takes no support statements."


class OwnStatementExists(Conflict):
    kind = "said-themselves"
    title = "They have entered a support statement themselves. It stays as it is."
    next = "They can change it on the meeting’s page."


class EntryChanged(Conflict):
    kind = "written-meanwhile"
    title = "Somebody else saved this a moment ago."
    next = "Their text is shown below. Add your changes to it and save again."


class RunnersOnly(NotYours):
    title = "Only the co-chairs, the member who leads this meeting and its scribe can do this."


class OwnersOnly(NotYours):
    title = "Only who took this action on, and the co-chairs, can change it."


class ActionChanged(Conflict):
    kind = "action-changed-meanwhile"
    title = changed_by_other("this action")


class ActionIsDone(Conflict):
    title = "This action is done."
    next = "If it is not, say so in the list of actions first."


class ActionNotListed(NotFound):
    kind = "not-found"
    title = "This action is not in the list."
    next = (
        "The list has open actions, and those done in the last 90 days. One that was done before that "
        "cannot be changed any more: if there is more to do, agree on a new one."
    )


class IdeaRemoved(Conflict):
    kind = "idea-gone"
    title = "This idea is no longer on the list."


def _foreseeable(day: date) -> date:
    """Public holidays are known until then; reminders are due in working days."""
    years = data.load("holidays")
    if not years["from"] < day.year <= years["to"]:
        raise ValueError(f"Choose a day before the end of {years['to']}.")
    return day


DueDay = Annotated[date, AfterValidator(_foreseeable)]


class Action(BaseModel):
    """What was agreed on, by whom, and by which Dublin day.

    `objective` is the one of the region's vision that it serves, with the revision since when it is there.
    `member` is the owner's id where they are a member. `moved` lists the dates it had before, each
    with the day on which it was carried over. `is_filed` is true of one that lies among those done.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    region: str
    what: str
    who: str
    by: date
    member: str | None = None
    meeting: str | None = None
    objective: str | None = None
    opened_on: date
    done_on: date | None = None
    moved: tuple[dict[str, str], ...] = ()
    revision: int = 0
    is_filed: bool = False

    @property
    def is_open(self) -> bool:
        return self.done_on is None

    def may_be_ended_by(self, user: Member) -> bool:
        """Whether this person may mark it as done, and carry it over."""
        return user.may_chair(self.region) or (user.active and user.id == self.member)

    def is_same(self, other: "Action") -> bool:
        """Whether the other is the same agreement of the same meeting, sent twice."""
        return self._agreement == other._agreement

    @property
    def _agreement(self) -> tuple[str | None, str | None, str, str, date]:
        return self.meeting, self.objective, self.what, self.who, self.by

    def carry_over(self, by: date, now: datetime) -> "Action":
        """The action with a new date.

        Raises:
            ActionIsDone: it is done.
            Invalid: the day is past.
        """
        if not self.is_open:
            raise ActionIsDone
        today = local_date(now)
        if by < today:
            raise Invalid(FieldError("by", "Choose today or a later day."))
        if by == self.by:
            return self
        step = {"from": self.by.isoformat(), "to": by.isoformat(), "on": today.isoformat()}
        return self.model_copy(update={"by": by, "moved": (*self.moved, step)})

    def end(self, now: datetime) -> "Action":
        return self.model_copy(update={"done_on": self.done_on or local_date(now)})


def done_listed_since(now: datetime) -> date:
    """The first day (Dublin) of which done actions are still in the list."""
    return local_date(now) - DONE_LISTED_FOR


def reminder_due_at(action: Action, rules: Rules, now: datetime) -> datetime | None:
    """When an action's owner is reminded: 3 working days before its date.

    09:00 Dublin, as a UTC instant. None where there is no member to remind, it is done, or that
    moment is past.
    """
    if not (action.is_open and action.member) or action.by <= local_date(now):
        return None
    at = issue_instant(working_days_before(action.by, REMINDED_BEFORE, rules.closures))
    return at if at > now else None


def may_run(meeting: Meeting, user: Member, scribe: str | None) -> bool:
    """Whether this person may run the meeting.

    Who leads it may, and its scribe while a confirmed active member of the region.
    """
    return meeting.is_led_by(user) or (user.id == scribe and may_read_statements(meeting, user))


def may_read_statements(meeting: Meeting, user: Member) -> bool:
    """Whether this person may read others' support statements.

    Confirmed members whom the meeting concerns may. The office is none.
    """
    return user.active and user.confirmed and meeting.is_for(user.region)


def require_running(meeting: Meeting, now: datetime) -> None:
    """Checks that it is an hour before the meeting or later, and it is not closed.

    Raises:
        TooEarly: it is earlier.
        MeetingClosed, MeetingCancelled: it is over.
    """
    _require_from(meeting, meeting.start - RUN_BEFORE, now)


def require_statements_open(meeting: Meeting, now: datetime) -> None:
    """Checks that support statements are taken: from a day before until the close.

    Raises:
        NoStatements: it is a national meeting.
        TooEarly, MeetingClosed, MeetingCancelled: as `require_running`.
    """
    if meeting.region == NATIONAL:
        raise NoStatements
    _require_from(meeting, meeting.start - STATEMENTS_BEFORE, now)


def _require_from(meeting: Meeting, opens: datetime, now: datetime) -> None:
    meeting.require_open()
    if now < opens:
        raise TooEarly(f"It opens on {format_moment(to_wall(opens))}.")


def lines_by_key(lines: Iterable[Line]) -> dict[str, Line]:
    """Agenda items of an agenda by the key of their notes, and one for anything else."""
    by_key: dict[str, Line] = {}
    for line in lines:
        key = line.key or digest(line.title)[:12]
        by_key[f"{key}-{len(by_key)}" if key in by_key else key] = line
    return by_key | {ELSE: Line(title="Anything else")}


def winning_topic(counts: dict[str, int]) -> str | None:
    """The topic with most votes; None where two have as many."""
    most = max(counts.values(), default=0)
    first = [topic for topic, votes in counts.items() if votes == most]
    return first[0] if len(first) == 1 else None


def require_closed(meeting: Meeting) -> None:
    """Checks that the meeting is closed as one that took place.

    Raises:
        MeetingNotClosed: it is not.
    """
    if meeting.state != "held":
        raise MeetingNotClosed


def correct_attendance(
    meeting: Meeting, attended: list[str], headcount: int | None, may_be_ticked: Collection[str]
) -> Meeting:
    """The closed meeting with other attendance; the same object where it is the same.

    A national meeting has a number in place of names.

    Raises:
        Invalid: an id is not among `may_be_ticked`, or a number stands in place of names, or is missing.
    """
    if meeting.region == NATIONAL and (headcount is None or attended):
        raise Invalid(FieldError("headcount", "Enter how many people were there."))
    if meeting.region != NATIONAL and headcount is not None:
        raise Invalid(
            FieldError("headcount", "Tick who was there: only a national meeting counts.")
        )
    if not set(attended) <= set(may_be_ticked):
        raise Invalid(FieldError("attended", "Choose from the people on this page."))
    if set(attended) == set(meeting.attended) and headcount == meeting.headcount:
        return meeting
    return meeting.change(attended=tuple(dict.fromkeys(attended)), headcount=headcount)


def reopen(meeting: Meeting, rules: Rules, now: datetime) -> Meeting:
    """The closed meeting as still to be closed.

    Attendance is to be recorded again; steps whose time has passed are not taken again.

    Raises:
        MeetingNotClosed: it is not closed.
        ReopenTooLate: it was closed more than seven days ago.
    """
    until = reopen_until(meeting)
    if until is None:
        raise MeetingNotClosed
    if now > until:
        raise ReopenTooLate
    open_again = meeting.model_copy(update={"state": "scheduled", "closed_at": None})
    passed = (step for at, step in list_steps(open_again, rules) if at <= now)
    done = (*open_again.done, *passed)
    return open_again.change(attended=(), headcount=None, done=done)


def reopen_until(meeting: Meeting) -> datetime | None:
    """Until when a closed meeting can be reopened; None for one that is not closed."""
    if meeting.state != "held":
        return None
    closed_at = meeting.closed_at or meeting.start
    return closed_at + REOPENED_WITHIN
