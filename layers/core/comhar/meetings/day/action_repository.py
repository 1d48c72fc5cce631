"""Records of actions: open ones, those done by day, and the rows that count them.

An open action lies in its region at `ACTION#id`, and beside its owner's drafts for their home page. Once it
is done it lies at `DONE#day#id`, so that what is open is read without all that ever was done; of a meeting's
action a pointer without words then lies with the meeting, for its record. A row in the quarter says that an
action was opened, another that it was done, for the KPI report. Of an action that
serves an objective a row lies with the vision. The community's page reads open ones by a copy, `PURSUED#id`,
which lies where it reads meetings.
"""

from datetime import date, datetime
from typing import Any

from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    Condition,
    Delete,
    Item,
    Key,
    Put,
    Write,
    absent_or_at_most,
    present,
)
from comhar.aws.dynamodb import Table, load
from comhar.dates.dublin_time import local_date, stamp
from comhar.dates.quarters import Quarter
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import model
from comhar.meetings.day.model import Action
from comhar.meetings.model import Meeting
from comhar.meetings.repository import MeetingBundle
from comhar.meetings.timeline import Rules
from comhar.tokens import new_id

PURSUED = "PURSUED#"  # begins the copies of a region's open actions that its page reads
PURSUED_STEP = "pursued_actions"  # the migration that copies those of an earlier version
_COPIED = {"id", "what", "who", "by", "member", "meeting", "revision"}


def action_key(action_id: str) -> Key:
    """Where an open action lies; its id begins with its region."""
    return f"REGION#{action_id.partition('-')[0]}", f"ACTION#{action_id}"


def done_key(action_id: str, done_on: str) -> Key:
    """Where an action lies that was done on that day."""
    return f"REGION#{action_id.partition('-')[0]}", f"DONE#{done_on}#{action_id}"


def own_action_key(member_id: str, action_id: str) -> Key:
    return f"MEMBER#{member_id}", f"ACTION#{action_id}"


def stored_key(action: Action) -> Key:
    """Where the action lies, open or done."""
    return done_key(action.id, str(action.done_on)) if action.is_filed else action_key(action.id)


def new_action(region: str, now: datetime, **facts: Any) -> Action:
    """An action, not yet stored; it counts from today (Dublin) on."""
    return Action(id=new_id(now, region), region=region, opened_on=local_date(now), **facts)


def insert_action_writes(
    action: Action, rules: Rules, now: datetime, *, later: bool = False
) -> list[Write]:
    """The action, its copies, and its rows in quarter and vision.

    At most five writes. With `later` the rows are left to `file_later_write`, and they are two.
    """
    writes: list[Write] = [Put(_action_item(action, rules, now), condition=UNLESS_EXISTS)]
    writes += _owner_writes(action)
    rows = [_pursued_write(action), _opened_write(action), *_vision_writes(action)]
    return writes if later else [*writes, *rows]


def update_action_writes(
    before: Action, after: Action, rules: Rules, now: datetime, *, later: bool = False
) -> list[Write]:
    """The changed action; refused when somebody changed it meanwhile.

    At most eight writes. With `later` what comes with being done, but that it is, is left to
    `file_later_write`, and they are three, of which one is for a new owner.
    """
    filed = not (after.is_open or later)
    after = after.model_copy(update={"revision": before.revision + 1, "is_filed": filed})
    item, unchanged = _action_item(after, rules, now), action_unchanged_condition(before)
    writes: list[Write] = (
        [Put(item, condition=unchanged)]
        if stored_key(after) == stored_key(before)
        else [Delete(stored_key(before), condition=unchanged), Put(item, condition=UNLESS_EXISTS)]
    )
    if filed:
        writes += _done_writes(after)
    elif before.done_on:
        writes += [Delete(_done_row_key(before)), *_delete_pointer_writes(before)]
    writes += _owner_writes(after)
    writes += [] if later else [_pursued_write(after), *_vision_writes(after)]
    if before.member and not (after.is_open and after.member == before.member):
        writes.append(Delete(own_action_key(before.member, before.id)))
    return writes


def file_action_writes(action: Action) -> list[Write]:
    """What an earlier version, or a close of very many, left out.

    That is the row of an open action; one that is done is also filed. Refused when somebody changed it
    meanwhile. Made again, it changes nothing.
    """
    rows = [_pursued_write(action), *_vision_writes(action)]
    if action.is_open:
        as_read = Check(stored_key(action), condition=action_unchanged_condition(action))
        return [as_read, _opened_write(action), *rows]
    filed = action.model_copy(update={"is_filed": True})
    return [
        Delete(
            stored_key(action), condition=action_unchanged_condition(action) | {"done_on": present}
        ),
        Put(_to_stored(filed), condition=UNLESS_EXISTS),
        *_done_writes(filed),
        *rows,
    ]


def file_later_write(region: str, now: datetime) -> Put:
    """The work that does `file_action_writes` for all of a region's actions."""
    item = {"pk": f"REGION#{region}", "sk": "ACTIONS", "due": "work", "due_at": stamp(now)}
    return Put(item)


def action_unchanged_condition(before: Action) -> Condition:
    return {"pk": present, "revision": before.revision or absent_or_at_most(0)}


def _action_item(action: Action, rules: Rules, now: datetime) -> Item:
    """The action, due when its owner is to be reminded."""
    at = model.reminder_due_at(action, rules, now)
    return _to_stored(action) | ({"due": "work", "due_at": stamp(at)} if at else {})


def _to_stored(action: Action) -> Item:
    return _at(stored_key(action)) | action.model_dump(mode="json", exclude={"region", "is_filed"})


def _owner_writes(action: Action) -> list[Write]:
    """The copy for the owner's home page, in their own partition; nothing once done."""
    if not (action.member and action.is_open):
        return []
    facts = {"id": action.id, "what": action.what, "by": action.by.isoformat()}
    key = own_action_key(action.member, action.id)
    return [Put(_at(key) | facts | {"region": action.region})]


def _pursued_write(action: Action) -> Write:
    """The copy for the community's page; none once done."""
    key = f"REGION#{action.region}", f"{PURSUED}{action.id}"
    if not action.is_open:
        return Delete(key)
    return Put(_at(key) | action.model_dump(mode="json", include=_COPIED))


def _opened_write(action: Action) -> Put:
    return Put(_at(_row_key(action, "OPENED", action.opened_on)))


def _done_writes(action: Action) -> list[Write]:
    """Counts that an action is done, and that it was opened, which an earlier version did not."""
    writes: list[Write] = [_opened_write(action), Put(_at(_done_row_key(action)))]
    if action.meeting:
        pointer = _at(_pointer_key(action.meeting, action.id)) | {"done_on": str(action.done_on)}
        writes.append(Put(pointer))
    return writes


def _vision_writes(action: Action) -> list[Write]:
    """The row by which the vision counts an action of its objectives."""
    if action.objective is None:
        return []
    row = action.model_dump(
        mode="json", include={"objective", "what", "by", "opened_on", "done_on"}
    )
    return [Put(_at((f"REGION#{action.region}", f"VISION_ACTION#{action.id}")) | row)]


def _done_row_key(action: Action) -> Key:
    assert action.done_on
    return _row_key(action, "DONE", action.done_on)


def _row_key(action: Action, kind: str, day: date) -> Key:
    return f"REGION#{action.region}", f"QUARTER#{Quarter.of(day)}#{kind}#{action.id}"


def _pointer_key(meeting_id: str, action_id: str) -> Key:
    return f"MEETING#{meeting_id}", f"DONE#{action_id}"


def _delete_pointer_writes(action: Action) -> list[Write]:
    return [Delete(_pointer_key(action.meeting, action.id))] if action.meeting else []


def reminder_version(action: Action) -> str:
    """The version of a reminder: its day, and how often the action was carried over."""
    return f"{action.by.isoformat()}.{len(action.moved)}"


def action_from_item(item: Item) -> Action:
    """The action; one whose words were erased has none."""
    days = {
        name: date.fromisoformat(item[name])
        for name in ("by", "opened_on", "done_on")
        if item.get(name) is not None
    }
    region, is_filed = item["pk"].partition("#")[2], item["sk"].startswith("DONE#")
    return load(Action, {"what": "", "who": "", **item}, region=region, is_filed=is_filed, **days)


def get_action(table: Table, region: str, action_id: str, now: datetime) -> Action:
    """The action of that id, if it is open or still listed as done.

    One read of an open one, else one query more.

    Raises:
        ActionNotListed: there is none, or it is another region's.
    """
    for _ in range(2):  # once more, as it may have been filed between the two reads
        if item := table.get((f"REGION#{region}", f"ACTION#{action_id}")):
            return action_from_item(item)
        for action in list_done_actions(table, region, model.done_listed_since(now)):
            if action.id == action_id:
                return action
    raise model.ActionNotListed


def list_current_actions(table: Table, region: str) -> list[Action]:
    """A region's open actions, oldest first; one query.

    Among them are those done that are still to be filed.
    """
    return [action_from_item(item) for item in table.query(f"REGION#{region}", "ACTION#").items]


def list_open_at(meeting: Meeting, actions: list[Action], table: Table) -> list[Action]:
    """What was open on the meeting's day, and still is.

    A read, where actions were recorded since: those were open too if they were agreed on at a meeting
    before this one that was closed later.
    """
    pending = [action for action in actions if action.is_open and action.meeting != meeting.id]
    day = meeting.starts_at.date()
    since = {action.meeting for action in pending if action.opened_on > day and action.meeting}
    items = table.batch_get([meetings_repository.key(each) for each in sorted(since)])
    before = {
        item["id"]
        for item in filter(None, items)
        if meetings_repository.from_item(item).starts_at < meeting.starts_at
    }
    return [action for action in pending if action.opened_on <= day or action.meeting in before]


def list_done_actions(
    table: Table, region: str, since: date, last: date | None = None
) -> list[Action]:
    """A region's actions done from a day (Dublin) to `last`, by day; one query."""
    until = f"DONE#{last or ''}~"
    page = table.query(f"REGION#{region}", after=f"DONE#{since}", until=until)
    return [action_from_item(item) for item in page.items]


def list_done_keys(bundle: MeetingBundle) -> list[Key]:
    """Where the done actions lie that the meeting agreed on."""
    return [
        done_key(pointer["sk"].partition("#")[2], pointer["done_on"])
        for pointer in bundle.list_of_kind("DONE")
    ]


def list_meeting_actions(
    bundle: MeetingBundle, current: list[Action], done: list[Item | None]
) -> list[Action]:
    """What the meeting agreed on, oldest first, open or done.

    `current` is of its region, `done` what lies at its `list_done_keys`.
    """
    actions = [action for action in current if action.meeting == bundle.meeting.id]
    actions += [action_from_item(item) for item in done if item]
    return sorted(actions, key=lambda action: action.id)


def _at(key: Key) -> Item:
    return {"pk": key[0], "sk": key[1]}
