"""Rules of a group's reflection: who writes it, when, and who can take it back.

In a meeting one member brings an experience, a scribe takes it through Gibbs' six steps, and all may add
to the action plan (DOMAIN, "Content of each form"). Nobody is asked whose experience it is.
"""

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from comhar import retention
from comhar.dates.dublin_time import to_wall
from comhar.errors import Conflict, NotYours, changed_by_other
from comhar.fields import Form, Note, Revision
from comhar.formatting import format_moment
from comhar.meetings.day.model import RUN_BEFORE, TooEarly, may_run
from comhar.meetings.model import Meeting, MeetingCancelled
from comhar.membership.model import Member
from comhar.reflections.model import STEPS, Author, Step
from comhar.regions import NATIONAL

WRITTEN_AFTER = timedelta(days=7)  # the meeting was closed
MOST_ADDITIONS = 40  # so that all go at once with their reflection, in one transaction


class NoneAtNational(Conflict):
    title = "A national meeting has no reflection of the group."
    next = "You can write one of your own about it."


class WritingOver(Conflict):
    title = (
        "The group’s reflection can no longer be changed: seven days have passed since the meeting "
        "was closed."
    )
    next = "You can still write a reflection of your own about the meeting."


class WritersOnly(NotYours):
    title = (
        "Only the co-chairs, the member who leads this meeting and its scribe write for the group."
    )


class LeadsOnly(NotYours):
    title = (
        "Only the co-chairs and the member who leads this meeting can delete what the group wrote."
    )


class StepWrittenMeanwhile(Conflict):
    title = "Somebody else saved this step a moment ago."
    next = "Their text is shown below. Add your changes to it and save again."


class GroupChangedMeanwhile(Conflict):
    title = changed_by_other("what the group wrote")
    next = "Read it once more, then decide."


class SharedAlready(Conflict):
    title = "The group has shared its reflection on this meeting."
    next = "Everyone who can read it can add to its action plan."


class NothingWritten(Conflict):
    title = "Nothing is written for the group yet."


class EnoughAdded(Conflict):
    title = f"This action plan has {MOST_ADDITIONS} additions, and takes no more."


class GroupStep(Step):
    """One step's text; `revision` is that of the text which it was changed from."""

    revision: Revision = 0


class GroupShare(Form):
    """Shares what the group wrote; `revision` is that of the whole draft as it was read."""

    revision: Revision


class Add(Form):
    """A line for the action plan."""

    text: Note


class Group(BaseModel):
    """A group's draft for a meeting, or the note that it was shared.

    It is shared as `reflection`; `words` holds the steps that were opened. `revision` rises with each
    step saved, `revisions` tells the same of every step. `expires` is when a draft is deleted, in
    seconds, `forgotten` when one was to be that still lies there.
    """

    model_config = ConfigDict(frozen=True)

    sealed: dict[str, dict[str, bytes]] = {}
    words: dict[str, str] = {}
    revision: int = 0
    revisions: dict[str, int] = {}
    reflection: str | None = None
    shared_at: datetime | None = None
    expires: int | None = None
    forgotten: int | None = None

    @property
    def missing(self) -> list[str]:
        return [step for step in STEPS if step not in self.sealed]


def author(meeting_id: str) -> Author:
    """The author of a group's reflection: nobody.

    Where people are counted (DOMAIN, "Small groups are protected") a group counts as one author,
    however many were in the room: fewer than are behind it, so that a figure is rather hidden than
    shown.
    """
    return Author(id=f"group#{meeting_id}", name="the group")


def require_offered(meeting: Meeting) -> Meeting:
    """The meeting itself, if a group may reflect in it.

    Raises NoneAtNational, MeetingCancelled.
    """
    if meeting.region == NATIONAL:
        raise NoneAtNational
    if meeting.state == "cancelled":
        raise MeetingCancelled
    return meeting


def opens_at(meeting: Meeting) -> datetime:
    """From when a group's reflection can be written, UTC: an hour before the meeting."""
    return meeting.start - RUN_BEFORE


def closes_at(meeting: Meeting) -> datetime:
    """Until when a group's reflection can be written, UTC.

    For a meeting not closed, so long that, closed then, the week after it ends with what was written
    before.
    """
    if meeting.closed_at:
        return meeting.closed_at + WRITTEN_AFTER
    return meeting.start + retention.period("group_draft") - WRITTEN_AFTER


def deletion_at(meeting: Meeting, group: Group | None = None) -> datetime:
    """When a draft that nobody shares is deleted, UTC.

    The period is `group_draft` in data/retention.json; it holds as was said when it was last saved,
    whatever becomes of its meeting since.
    """
    if group and group.expires:
        return datetime.fromtimestamp(group.expires, UTC)
    return max(meeting.start + retention.period("group_draft"), closes_at(meeting))


def require_open(meeting: Meeting, now: datetime) -> Meeting:
    """The meeting itself while its group may write. Raises NotTheDay, WritingOver."""
    if now < opens_at(meeting):
        raise TooEarly(f"It opens on {format_moment(to_wall(opens_at(meeting)))}.")
    if now > closes_at(meeting):
        raise WritingOver
    return meeting


def may_read(meeting: Meeting, me: Member) -> bool:
    """True if the user may read what a group shares.

    These are the region's confirmed members; they may also know what a group does.
    """
    return me.active and me.confirmed and me.region == meeting.region


def may_write(meeting: Meeting, me: Member, scribe: str | None) -> bool:
    """True if the user runs the meeting, or ran it until it was closed.

    But nobody who could not read it, such as the office.
    """
    return may_read(meeting, me) and (may_run(meeting, me, scribe) or meeting.is_turn_of(me))


def may_lead(meeting: Meeting, me: Member) -> bool:
    return may_read(meeting, me) and meeting.is_led_by(me)
