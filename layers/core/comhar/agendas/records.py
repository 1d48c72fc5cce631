"""Owns the items of agendas: what members propose, and each version that was issued."""

from collections.abc import Sequence
from datetime import datetime

from comhar.agendas.model import Item, Line
from comhar.calendar import stamp
from comhar.meetings.model import Meeting
from comhar.writes import UNLESS_EXISTS, Key, Put
from comhar.writes import Item as Stored


def agenda_key(meeting_id: str, version: int) -> Key:
    return f"MEETING#{meeting_id}", f"AGENDA#{version:04d}"


def item_key(meeting_id: str, item_id: str) -> Key:
    return f"MEETING#{meeting_id}", f"ITEM#{item_id}"


def put_item(meeting_id: str, item: Item, before: Item | None = None) -> Put:
    pk, sk = item_key(meeting_id, item.id)
    when = {"state": before.state} if before else UNLESS_EXISTS
    return Put({"pk": pk, "sk": sk, **item.model_dump()}, when=when)


def put_agenda(
    meeting: Meeting,
    lines: list[Line],
    chairs: Sequence[dict[str, str]],
    now: datetime,
    again: bool,
) -> Put:
    """What was issued, kept as it was: later changes make the next version, which is marked `again`. By
    their ids the co-chairs are found again in it, should they have to be forgotten."""
    pk, sk = agenda_key(meeting.id, meeting.agenda_version)
    held = [line.model_dump(exclude_none=True) for line in lines]
    names, ids = [each["name"] for each in chairs], [each["id"] for each in chairs]
    item: Stored = {"pk": pk, "sk": sk, "lines": held, "chairs": names, "chair_ids": ids}
    item |= {"issued_at": stamp(now), "again": again}
    return Put(item, when=UNLESS_EXISTS)
