"""Items of agendas: what members propose, how the lines are arranged, each version issued, files' ends."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Condition,
    Delete,
    Key,
    Put,
    Update,
    Write,
    absent,
    absent_or_at_most,
    load,
    present,
)
from comhar.aws.conditions import Item as Stored
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.meetings.agenda.model import Item, Line, Plan
from comhar.meetings.model import Meeting
from comhar.meetings.repository import MeetingBundle
from comhar.membership.model import ErasedPerson
from comhar.names import FORMER


def agenda_key(meeting_id: str, version: int) -> Key:
    return f"MEETING#{meeting_id}", f"AGENDA#{version:04d}"


def item_key(meeting_id: str, item_id: str) -> Key:
    return f"MEETING#{meeting_id}", f"ITEM#{item_id}"


def plan_key(meeting_id: str) -> Key:
    return f"MEETING#{meeting_id}", "PLAN"


def file_deletion_key(meeting_id: str, item_id: str, key: str) -> Key:
    """The work that deletes one file of an item: at its time, or once nothing names it any more."""
    return f"MEETING#{meeting_id}", f"PAPER#{item_id}#{key}"


def list_items(bundle: MeetingBundle) -> list[Item]:
    """What members propose for the meeting, oldest first."""
    return [load(Item, each) for each in bundle.list_of_kind("ITEM")]


def versions_by_number(bundle: MeetingBundle) -> dict[int, Stored]:
    """Every agenda that was issued, by its number."""
    return {int(each["sk"].partition("#")[2]): each for each in bundle.list_of_kind("AGENDA")}


def find_issued(bundle: MeetingBundle) -> Stored | None:
    """The agenda last issued for the current date."""
    meeting = bundle.meeting
    return versions_by_number(bundle).get(meeting.agenda_version) if meeting.agenda_issued else None


def list_issued_lines(bundle: MeetingBundle) -> list[Line]:
    version = find_issued(bundle)
    return [Line(**each) for each in version["lines"]] if version else []


def get_plan(bundle: MeetingBundle) -> Plan:
    """The arrangement by hand; a new one where nobody arranged anything."""
    return load(Plan, next(iter(bundle.list_of_kind("PLAN")), {}))


def put_item(meeting_id: str, item: Item, before: Item | None = None) -> Put:
    """The item as changed; refused when somebody changed it or decided on it meanwhile."""
    pk, sk = item_key(meeting_id, item.id)
    return Put({"pk": pk, "sk": sk, **item.model_dump()}, when=_unchanged(before))


def delete_item_write(meeting_id: str, before: Item) -> Delete:
    """Refused when somebody changed the item or decided on it meanwhile."""
    return Delete(item_key(meeting_id, before.id), when=_unchanged(before))


def _unchanged(before: Item | None) -> Condition:
    if before is None:
        return UNLESS_EXISTS
    return {"state": before.state, "revision": before.revision or absent_or_at_most(0)}


def schedule_file_deletion_write(
    meeting_id: str, item_id: str, key: str, by: str, due_at: datetime
) -> Put:
    """`by` put the file there: should they be forgotten, it is found again by them."""
    pk, sk = file_deletion_key(meeting_id, item_id, key)
    return Put({"pk": pk, "sk": sk, "by": by, "due": "work", "due_at": stamp(due_at)})


def delete_file_writes(meeting_id: str, item: Item, now: datetime) -> list[Put]:
    """What has the file of an item deleted at once; nothing where it has none."""
    if item.file is None:
        return []
    return [schedule_file_deletion_write(meeting_id, item.id, item.file.key, item.by, now)]


def update_plan_write(meeting_id: str, before: Plan, after: Plan) -> Put:
    """The arrangement as changed; refused when somebody changed it meanwhile."""
    pk, sk = plan_key(meeting_id)
    plan = _plan_to_item(after) | {"revision": before.revision + 1}
    return Put({"pk": pk, "sk": sk, **plan}, when={"revision": before.revision or absent})


def insert_agenda_write(
    meeting: Meeting,
    lines: list[Line],
    chairs: Sequence[dict[str, str]],
    now: datetime,
    again: bool,
    plan: Plan,
) -> Put:
    """What was issued, as it was: later changes make the next version, which is marked `again`.

    By their ids the co-chairs are found again in it, should they have to be forgotten; by `plan` what
    was changed since can be undone.
    """
    pk, sk = agenda_key(meeting.id, meeting.agenda_version)
    item: Stored = {
        "pk": pk,
        "sk": sk,
        "lines": [line.model_dump(exclude_none=True) for line in lines],
        "chairs": [each["name"] for each in chairs],
        "chair_ids": [each["id"] for each in chairs],
        "issued_at": stamp(now),
        "again": again,
        "topic": meeting.topic,
        "plan": _plan_to_item(plan),
    }
    return Put(item, when=UNLESS_EXISTS)


def issued_plan(issued: Stored, now: Plan) -> Plan:
    """The arrangement with which a version was issued, as a revision of the present one."""
    return Plan(**{**issued.get("plan", {}), "revision": now.revision})


def _plan_to_item(plan: Plan) -> Stored:
    """DynamoDB knows lists, not tuples."""
    return plan.model_dump() | {"order": list(plan.order), "out": list(plan.out)}


def erase_writes(
    items: Iterable[Stored], person: ErasedPerson, now: datetime
) -> Iterator[list[Write]]:
    """Takes a person out of a meeting's agenda, of whose items: what they proposed, added and issued.

    What was accepted is a part of what the community decided: it stays, without a name and a file.
    """
    for item in items:
        key = (item["pk"], item["sk"])
        kind = item["sk"].partition("#")[0]
        if kind == "ITEM" and item["by"] == person.id:
            as_read = _unchanged(load(Item, item))
            if item["state"] == "accepted":
                unnamed = {"by": "", "by_name": FORMER}
                add = {"revision": 1}
                yield [Update(key, set=unnamed, remove=["file"], add=add, when=as_read)]
            else:
                yield [Delete(key, when=as_read)]
        elif kind == "PAPER" and item["by"] == person.id:  # nothing names the file now: the clock's
            ends = {"by": "", "due": "work", "due_at": stamp(now)}
            yield [Update(key, set=ends, when={"pk": present})]
        elif kind == "AGENDA":
            signed = _signed_without(item, person)
            if signed["chairs"] != item["chairs"]:
                yield [Update(key, set=signed)]


def _signed_without(item: Stored, person: ErasedPerson) -> Stored:
    """In whose names an agenda was issued; by name only where no id stands with it."""
    ids = item.get("chair_ids") or [""] * len(item["chairs"])
    signed = [
        (FORMER, "") if id == person.id or (not id and person.is_named(name)) else (name, id)
        for name, id in zip(item["chairs"], ids, strict=True)
    ]
    return {"chairs": [name for name, _ in signed], "chair_ids": [id for _, id in signed]}


def export(table: Table, meeting_id: str, member_id: str) -> dict[str, list[Stored]]:
    """What a member proposed for a meeting; one query."""
    fields = ("title", "why", "kind", "minutes", "link", "state", "reason")
    rows = [
        {name: item.get(name) for name in fields} | {"file": (item.get("file") or {}).get("name")}
        for item in table.query(f"MEETING#{meeting_id}", "ITEM#").items
        if item["by"] == member_id
    ]
    return {"items": rows}
