"""Request bodies of a meeting's day: notes, votes, the close, actions, reopening."""

from typing import Annotated, Literal

from pydantic import Field

from comhar.fields import Form, Line, Note, Paragraph, Revision
from comhar.meetings.day.model import MOST_OF_A_REASON, MOST_VOTES, DueDay

Ids = Annotated[list[Line], Field(max_length=1000)]
Headcount = Annotated[int, Field(ge=0, le=100_000)]
Reason = Annotated[Note, Field(max_length=MOST_OF_A_REASON)]


class Action(Form):
    """What will be done, by whom (a member's id, or a name) and by when."""

    what: Line
    who: Line
    by: DueDay


class Earlier(Form):
    """What became of an action of an earlier meeting: done, carried over to a new day, or still open."""

    id: Line
    outcome: Literal["done", "carry", "leave"] = "leave"
    by: DueDay | None = None


class Close(Form):
    """`headcount` is how many were at a national meeting, in place of their names."""

    attended: Ids | None = None
    headcount: Headcount | None = None
    next_topic: Line | None = None
    next_lead: Line | None = None
    actions: Annotated[list[Action], Field(max_length=40)] = []
    earlier: Annotated[list[Earlier], Field(max_length=100)] = []


class Scribe(Form):
    """Who writes for all: a member's id; left out, nobody does."""

    member: Line | None = None


class WriteNote(Form):
    """What was said on one line of the agenda. `revision` is that of what it was changed from."""

    text: Paragraph | None = None
    revision: Revision = 0


class Attendance(Form):
    attended: Ids = []
    revision: Revision = 0


class Statement(Form):
    """One's own; left out, what was said is taken back."""

    text: Line | None = None


class StatementFor(Form):
    member: Line
    text: Line


class Vote(Form):
    """The topics one would like next; none takes the vote back."""

    topics: Annotated[list[Line], Field(max_length=MOST_VOTES)] = []


class Idea(Form):
    title: Line


class Carry(Form):
    by: DueDay


class EditAction(Form):
    """The action as it should be. `revision` is that of what it was changed from."""

    what: Line
    who: Line
    by: DueDay
    revision: Revision


class CorrectAttendance(Form):
    """Who was at a closed meeting; `headcount` is how many, at a national one, in place of names.

    `revision` is that of the page that it was changed from.
    """

    attended: Ids | None = None
    headcount: Headcount | None = None
    reason: Reason
    revision: Revision | None = None


class Reopen(Form):
    reason: Line
