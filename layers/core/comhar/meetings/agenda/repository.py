"""Records of agendas: items, arrangement, versions issued, and deletions of files."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from comhar import waiting_rows
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    Condition,
    Delete,
    Key,
    Put,
    Update,
    Write,
    absent,
    absent_or_at_most,
    present,
)
from comhar.aws.conditions import Item as Stored
from comhar.aws.dynamodb import Table, load
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.errors import NotFound
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda.model import Item, Line, Plan
from comhar.meetings.model import Meeting
from comhar.meetings.repository import MeetingBundle
from comhar.membership.model import ErasedPerson
from comhar.person_names import FORMER_MEMBER
from comhar.regions import NATIONAL
from comhar.tokens import made_at

_WAITS_AT_MOST = timedelta(days=731)  # no meeting is planned as long before
PROPOSED = "PROPOSED#"  # begins the rows of items that wait, in their region


def agenda_key(meeting_id: str, version: int) -> Key:
    return f"MEETING#{meeting_id}", f"AGENDA#{version:04d}"


def item_key(meeting_id: str, item_id: str) -> Key:
    return f"MEETING#{meeting_id}", f"ITEM#{item_id}"


def plan_key(meeting_id: str) -> Key:
    return f"MEETING#{meeting_id}", "PLAN"


def file_deletion_key(meeting_id: str, item_id: str, key: str) -> Key:
    """The work that deletes one file of an item, at its time or once no item names it."""
    return f"MEETING#{meeting_id}", f"PAPER#{item_id}#{key}"


def list_items(bundle: MeetingBundle) -> list[Item]:
    """What members propose for the meeting, oldest first."""
    return [load(Item, item) for item in bundle.list_of_kind("ITEM")]


def list_stored_items(table: Table, meeting_id: str) -> list[Item]:
    """The same, where no more of the meeting is needed; one query."""
    return [load(Item, item) for item in table.query(f"MEETING#{meeting_id}", "ITEM#").items]


def get_meeting_with_item(
    table: Table, meeting_id: str, item_id: str
) -> tuple[Meeting, list[Item]]:
    """A meeting, and its items of that id: one, or none; one read.

    Raises:
        NotFound: there is no such meeting.
    """
    keys = [meetings_repository.key(meeting_id), item_key(meeting_id, item_id)]
    meeting, item = table.batch_get(keys)
    if meeting is None:
        raise NotFound
    return meetings_repository.from_item(meeting), [load(Item, item)] if item else []


def versions_by_number(bundle: MeetingBundle) -> dict[int, Stored]:
    """Every agenda that was issued, by its number."""
    return {int(item["sk"].partition("#")[2]): item for item in bundle.list_of_kind("AGENDA")}


def find_issued(bundle: MeetingBundle) -> Stored | None:
    """The agenda last issued for the present date."""
    meeting = bundle.meeting
    return versions_by_number(bundle).get(meeting.agenda_version) if meeting.agenda_issued else None


def list_issued_lines(bundle: MeetingBundle) -> list[Line]:
    version = find_issued(bundle)
    return [Line(**line) for line in version["lines"]] if version else []


def get_plan(bundle: MeetingBundle) -> Plan:
    """The arrangement by hand; a new one where nobody arranged anything."""
    return load(Plan, next(iter(bundle.list_of_kind("PLAN")), {}))


def insert_item_writes(meeting_id: str, item: Item) -> list[Write]:
    """The item, and that it waits to be decided on."""
    return [
        Put(_to_stored(meeting_id, item), condition=UNLESS_EXISTS),
        _begin_waiting_write(meeting_id, item.id),
    ]


def update_item_writes(meeting_id: str, before: Item, after: Item) -> list[Write]:
    """The changed item, and whether it waits to be decided on.

    Refused when somebody changed it or decided on it meanwhile.
    """
    writes: list[Write] = [Put(_to_stored(meeting_id, after), condition=_unchanged(before))]
    if after.state == before.state:
        return writes
    if after.state == "proposed":
        return [*writes, _begin_waiting_write(meeting_id, after.id)]
    return [*writes, _end_waiting_write(meeting_id, after.id)]


def _begin_waiting_write(meeting_id: str, item_id: str) -> Put:
    """The row from which the region's co-chairs read that an item waits; the office of a national one.

    Where nobody decides it counts no more once the meeting begins, and is deleted later.
    """
    since = made_at(item_id)
    if meeting_id.startswith(f"{NATIONAL}-"):
        about = {"meeting": meeting_id}
        return waiting_rows.begin_write("decide_item", f"{meeting_id}.{item_id}", since, **about)
    pk, sk = _waiting_key(meeting_id, item_id)
    item: Stored = {"pk": pk, "sk": sk, "meeting": meeting_id, "item": item_id}
    until = int((since + _WAITS_AT_MOST).timestamp())
    return Put({**item, "since": stamp(since), "expires": until})


def _end_waiting_write(meeting_id: str, item_id: str) -> Delete:
    if meeting_id.startswith(f"{NATIONAL}-"):
        return waiting_rows.end_write("decide_item", f"{meeting_id}.{item_id}")
    return Delete(_waiting_key(meeting_id, item_id))


def _waiting_key(meeting_id: str, item_id: str) -> Key:
    return f"REGION#{meeting_id.partition('-')[0]}", f"{PROPOSED}{meeting_id}#{item_id}"


def note_waiting(planned: Stored, claim: Check, ctx: Context[None]) -> None:
    """Notes which items of a planned meeting wait, which an earlier version did not.

    Raises:
        ConditionFailed: another worker has the work.
    """
    meeting_id = planned["sk"].rpartition("#")[2]
    for item in list_stored_items(ctx.table, meeting_id):
        if item.state == "proposed":
            pk, sk = item_key(meeting_id, item.id)
            write = _begin_waiting_write(meeting_id, item.id)
            row: Stored = {"pk": pk, "sk": sk}
            waiting_rows.note_earlier(row, {"state": "proposed"}, write, claim, ctx.table)


def _to_stored(meeting_id: str, item: Item) -> Stored:
    pk, sk = item_key(meeting_id, item.id)
    return {"pk": pk, "sk": sk, **item.model_dump()}


def delete_item_writes(meeting_id: str, before: Item) -> list[Write]:
    """Refused when somebody changed the item or decided on it meanwhile."""
    delete = Delete(item_key(meeting_id, before.id), condition=_unchanged(before))
    return [delete, _end_waiting_write(meeting_id, before.id)]


def _unchanged(before: Item) -> Condition:
    return {"state": before.state, "revision": before.revision or absent_or_at_most(0)}


def schedule_file_deletion_write(
    meeting_id: str, item_id: str, key: str, by: str, due_at: datetime
) -> Put:
    """The work that deletes a file at `due_at`.

    `by` is who added the file: should they be erased, it is found by that.
    """
    pk, sk = file_deletion_key(meeting_id, item_id, key)
    return Put({"pk": pk, "sk": sk, "by": by, "due": "work", "due_at": stamp(due_at)})


def delete_file_writes(meeting_id: str, item: Item, now: datetime) -> list[Put]:
    """Deletes the file of an item at once; nothing where it has none."""
    if item.file is None:
        return []
    return [schedule_file_deletion_write(meeting_id, item.id, item.file.key, item.by, now)]


def update_plan_write(meeting_id: str, before: Plan, after: Plan) -> Put:
    """The changed arrangement; refused when somebody changed it meanwhile."""
    pk, sk = plan_key(meeting_id)
    plan = _plan_to_item(after) | {"revision": before.revision + 1}
    return Put({"pk": pk, "sk": sk, **plan}, condition={"revision": before.revision or absent})


def insert_agenda_write(
    meeting: Meeting,
    lines: list[Line],
    chairs: Sequence[dict[str, str]],
    now: datetime,
    again: bool,
    plan: Plan,
) -> Put:
    """The agenda as issued; later changes make the next version, marked `again`.

    The co-chairs' ids are there to find them, should they be erased; `plan`, to undo what was
    changed since.
    """
    pk, sk = agenda_key(meeting.id, meeting.agenda_version)
    item: Stored = {
        "pk": pk,
        "sk": sk,
        "lines": [line.model_dump(exclude_none=True) for line in lines],
        "chairs": [chair["name"] for chair in chairs],
        "chair_ids": [chair["id"] for chair in chairs],
        "issued_at": stamp(now),
        "again": again,
        "topic": meeting.topic,
        "plan": _plan_to_item(plan),
    }
    return Put(item, condition=UNLESS_EXISTS)


def issued_plan(issued: Stored, now: Plan) -> Plan:
    """The arrangement of an issued version, as a revision of the present one."""
    return Plan(**{**issued.get("plan", {}), "revision": now.revision})


def _plan_to_item(plan: Plan) -> Stored:
    """DynamoDB knows lists, not tuples."""
    return plan.model_dump() | {"order": list(plan.order), "out": list(plan.out)}


def erase_writes(
    items: Iterable[Stored], person: ErasedPerson, now: datetime
) -> Iterator[list[Write]]:
    """Removes a person from a meeting's agenda: what they proposed, added and issued.

    `items` are the meeting's. What was accepted is a part of what the community decided: it stays,
    without a name and a file.
    """
    for item in items:
        key = (item["pk"], item["sk"])
        kind = item["sk"].partition("#")[0]
        if kind == "ITEM" and item["by"] == person.id:
            as_read = _unchanged(load(Item, item))
            if item["state"] == "accepted":
                unnamed = {"by": "", "by_name": FORMER_MEMBER}
                add = {"revision": 1}
                yield [Update(key, set=unnamed, remove=["file"], add=add, condition=as_read)]
            else:
                meeting_id = item["pk"].partition("#")[2]
                yield [Delete(key, condition=as_read), _end_waiting_write(meeting_id, item["id"])]
        elif (
            kind == "PAPER" and item["by"] == person.id
        ):  # the scheduler deletes it: no item names it
            ends = {"by": "", "due": "work", "due_at": stamp(now)}
            yield [Update(key, set=ends, condition={"pk": present})]
        elif kind == "AGENDA":
            signed = _signed_without(item, person)
            if signed["chairs"] != item["chairs"]:
                as_read = {name: item.get(name, absent) for name in signed}
                yield [Update(key, set=signed, condition=as_read)]


def _signed_without(item: Stored, person: ErasedPerson) -> Stored:
    """In whose names an agenda was issued; by name only where no id stands with it."""
    ids = item.get("chair_ids") or [""] * len(item["chairs"])
    signed = [
        (FORMER_MEMBER, "") if id == person.id or (not id and person.is_named(name)) else (name, id)
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
