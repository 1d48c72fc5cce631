"""Responses: the success wheel, pictures of it, and the forms of one."""

from comhar.dates.dublin_time import stamp
from comhar.fields import View
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day.model import reopen_until
from comhar.meetings.model import Meeting
from comhar.wheel.model import Picture


class WheelPicture(View):
    """What a group agreed at a meeting; a facet that it left out is not in `ratings`."""

    meeting: str
    kind: str
    starts_at: str
    ratings: dict[str, int]
    note: str | None = None
    revision: int


class Wheel(View):
    """The facets, and what the community agreed, the newest meeting's picture first.

    `hidden` says that the reader sees no pictures. `may_change` is about the newest one.
    """

    region: str
    facets: list[dict[str, str]]
    hidden: bool
    pictures: list[WheelPicture]
    may_change: bool = False
    may_remove: bool = False


class WheelForm(View):
    """The picture of a meeting to save or change.

    `until` is when that ends, once the meeting is closed. `time` says how long it is stored.
    """

    id: str
    region: str
    kind: str
    starts_at: str
    facets: list[dict[str, str]]
    ratings: dict[str, int]
    note: str | None = None
    revision: int
    until: str | None = None
    time: str


class WheelSaved(View):
    meeting: str
    region: str
    revision: int


class WheelRemoval(View):
    """What a co-chair is about to remove; `until` is when it can be saved again at the latest."""

    id: str
    region: str
    kind: str
    starts_at: str
    revision: int
    may_save_again: bool
    until: str | None = None


class WheelRemoved(View):
    meeting: str
    region: str


def picture(stored: Picture) -> WheelPicture:
    fields = stored.model_dump(exclude={"region", "starts_at"})
    return WheelPicture(**fields, starts_at=meetings_repository.format_local(stored.starts_at))


def until(meeting: Meeting) -> str | None:
    """When a picture can be saved at the latest, UTC.

    None while the meeting is not closed.
    """
    at = reopen_until(meeting)
    return stamp(at) if at else None
