"""What the lists of all regions show."""

from comhar.fields import View
from comhar.meetings.views import Summary


class CommunityLine(View):
    """A region's community in the list.

    `next` is the meeting that runs or comes next, `last` the last one that took place.
    """

    region: str
    chairs: list[str]
    members: int  # active
    next: Summary | None
    last: Summary | None
    closed_on: str | None


class Communities(View):
    communities: list[CommunityLine]


class MeetingLine(Summary):
    """A meeting in the list; `is_over` says that its time has passed."""

    region: str
    is_over: bool


class Meetings(View):
    """`coming` with the next one first, `past` with the last one first."""

    coming: list[MeetingLine]
    past: list[MeetingLine]
    days: int  # for how long past ones are listed
