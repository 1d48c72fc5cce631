"""Rules of a meeting's picture of the wheel: who saves it, when, who sees it."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from comhar import data
from comhar.dates.dublin_time import to_wall
from comhar.errors import Conflict, FieldError, Invalid, NotYours, changed_by_other
from comhar.formatting import format_moment
from comhar.meetings.day.model import RunnersOnly, TooEarly, may_run, reopen_until
from comhar.meetings.model import Kind, Meeting, MeetingCancelled
from comhar.membership.model import Member
from comhar.regions import NATIONAL


class NationalHasNoWheel(Conflict):
    title = "A national meeting has no picture of the success wheel."
    next = "Each community agrees on its own, at one of its meetings."


class WheelTooLate(Conflict):
    title = "A picture can be saved until seven days after its meeting was closed. They are over."
    next = "You can agree on a new one at your next meeting."


class WheelChanged(Conflict):
    """`more` has both pictures: `theirs`, None where it was removed, and `yours`."""

    title = changed_by_other("this picture")
    next = "Both are on this page. Choose a number for each facet, then save again."


class WheelRemovalStale(Conflict):
    title = changed_by_other("this picture")
    next = "Look at it once more, then decide."


class MembersSeeWheel(NotYours):
    title = "Only confirmed members of this community see the pictures that it agreed."


class CoChairsRemove(NotYours):
    title = "Only the co-chairs of this community can remove its pictures."


class Picture(BaseModel):
    """What a group agreed at a meeting: a number from 1 to 5 for each facet it rated.

    `starts_at` is the meeting's, naive Dublin wall time.
    """

    model_config = ConfigDict(frozen=True)

    meeting: str
    region: str
    kind: Kind
    starts_at: datetime
    ratings: dict[str, int]
    note: str | None = None
    revision: int = 0

    def is_same(self, ratings: dict[str, int], note: str | None) -> bool:
        return self.ratings == ratings and self.note == note


def list_facets() -> list[dict[str, str]]:
    """Each facet's key, title, description and question, in the wheel's order."""
    facets: list[dict[str, str]] = data.load("wheel")
    return facets


def may_see(user: Member, region: str) -> bool:
    """Whether this person sees the community's pictures. The office does not."""
    return user.active and user.confirmed and user.region == region


def may_save(meeting: Meeting, user: Member, scribe: str | None) -> bool:
    """Whether this person runs the meeting, or ran it until it was closed."""
    runs = may_run(meeting, user, scribe) or meeting.is_turn_of(user)
    return runs and may_see(user, meeting.region)


def may_remove(user: Member, region: str) -> bool:
    return may_see(user, region) and user.may_chair(region)


def require_saver(meeting: Meeting, user: Member, scribe: str | None) -> None:
    """Checks that the meeting can have a picture, and that this person saves it.

    Raises:
        NationalHasNoWheel: it is a national meeting.
        RunnersOnly: the user does not run the meeting.
    """
    if meeting.region == NATIONAL:
        raise NationalHasNoWheel
    if not may_save(meeting, user, scribe):
        raise RunnersOnly


def require_open(meeting: Meeting, now: datetime) -> None:
    """Checks that a picture is taken: from the start until seven days after the close.

    Raises:
        MeetingCancelled: the meeting did not take place.
        TooEarly: it has not begun.
        WheelTooLate: it was closed earlier.
    """
    if meeting.state == "cancelled":
        raise MeetingCancelled
    if now < meeting.start:
        raise TooEarly(f"It opens on {format_moment(to_wall(meeting.start))}.")
    until = reopen_until(meeting)
    if until is not None and now > until:
        raise WheelTooLate


def is_open(meeting: Meeting, now: datetime) -> bool:
    try:
        require_open(meeting, now)
    except Conflict:
        return False
    return True


def require_ratings(ratings: dict[str, int]) -> None:
    """Raises Invalid where a facet is unknown, or none is rated."""
    known = [facet["key"] for facet in list_facets()]
    if unknown := [key for key in ratings if key not in known]:
        raise Invalid(*(FieldError(f"ratings.{key}", "There is no such facet.") for key in unknown))
    if not ratings:
        raise Invalid(FieldError(f"ratings.{known[0]}", "Choose a number for at least one facet."))


def changed_error(
    before: Picture | None, ratings: dict[str, int], note: str | None
) -> WheelChanged:
    """The error for a form made of an older revision, with both pictures."""
    error = WheelChanged()
    theirs: dict[str, Any] | None = None
    if before:
        theirs = before.model_dump(include={"ratings", "note", "revision"})
    error.more = {"theirs": theirs, "yours": {"ratings": ratings, "note": note}}
    return error


def expiry(saved_at: datetime, period: timedelta) -> int:
    """When a picture is deleted, in seconds since 1970."""
    return int((saved_at + period).timestamp())
