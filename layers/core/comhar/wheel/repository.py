"""Stored pictures of the success wheel, one a meeting, by community."""

from datetime import datetime

from comhar import retention
from comhar.aws.conditions import Condition, Delete, Item, Key, Put, absent
from comhar.aws.dynamodb import Table, load
from comhar.errors import NotFound
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day.repository import scribe_key
from comhar.meetings.model import Meeting
from comhar.wheel import model
from comhar.wheel.model import Picture

_WHEEL = "WHEEL#"
LISTED = 8  # pictures on a community's page


def key(meeting: Meeting) -> Key:
    start = meetings_repository.format_local(meeting.starts_at)
    return f"REGION#{meeting.region}", f"{_WHEEL}{start}#{meeting.id}"


def from_item(item: Item | None, now: datetime) -> Picture | None:
    """The picture, unless its time is over and it is only still to be deleted."""
    if item is None or item["expires"] <= now.timestamp():
        return None
    return load(Picture, item, starts_at=datetime.fromisoformat(item["starts_at"]))


def get_meeting(table: Table, meeting_id: str) -> tuple[Meeting, str | None]:
    """The meeting, and the id of its scribe; one read.

    Raises:
        NotFound: there is no such meeting.
    """
    item, scribe = table.batch_get([meetings_repository.key(meeting_id), scribe_key(meeting_id)])
    if item is None:
        raise NotFound
    return meetings_repository.from_item(item), scribe["member"] if scribe else None


def find_picture(table: Table, meeting: Meeting, now: datetime) -> Picture | None:
    return from_item(table.get(key(meeting)), now)


def list_newest(table: Table, region: str, now: datetime, limit: int = LISTED) -> list[Picture]:
    """A community's pictures, the newest meeting's first; one query."""
    page = table.query(f"REGION#{region}", _WHEEL, limit=limit, newest_first=True)
    pictures = (from_item(item, now) for item in page.items)
    return [picture for picture in pictures if picture]


def picture_write(meeting: Meeting, picture: Picture, now: datetime) -> Put:
    """The picture as its revision; refused when there is another than the one before."""
    pk, sk = key(meeting)
    item: Item = {"pk": pk, "sk": sk, **picture.model_dump(exclude_none=True)}
    item["starts_at"] = meetings_repository.format_local(picture.starts_at)
    item["expires"] = model.expiry(now, retention.period("wheel"))
    return Put(item, condition=_at_revision(picture.revision - 1))


def delete_write(meeting: Meeting, revision: int) -> Delete:
    return Delete(key(meeting), condition=_at_revision(revision))


def _at_revision(revision: int) -> Condition:
    return {"revision": revision or absent}
