"""Records of actions: in their region, and for their owner's home page."""

from datetime import date, datetime
from typing import Any

from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Condition,
    Delete,
    Item,
    Key,
    Put,
    Write,
    absent_or_at_most,
)
from comhar.aws.dynamodb import Table, load
from comhar.dates.dublin_time import local_date, stamp
from comhar.errors import NotFound
from comhar.meetings.day import model
from comhar.meetings.day.model import Action
from comhar.meetings.timeline import Rules
from comhar.tokens import new_id


def action_key(action_id: str) -> Key:
    """An action's id begins with its region."""
    return f"REGION#{action_id.partition('-')[0]}", f"ACTION#{action_id}"


def own_action_key(member_id: str, action_id: str) -> Key:
    return f"MEMBER#{member_id}", f"ACTION#{action_id}"


def new_action(region: str, now: datetime, **facts: Any) -> Action:
    """An action, not yet stored; it counts from today (Dublin) on."""
    return Action(id=new_id(now, region), region=region, opened_on=local_date(now), **facts)


def insert_action_writes(action: Action, rules: Rules, now: datetime) -> list[Write]:
    """The action, and its owner's copy; at most two writes."""
    return [Put(_action_item(action, rules, now), condition=UNLESS_EXISTS), *_owner_writes(action)]


def update_action_writes(before: Action, after: Action, rules: Rules, now: datetime) -> list[Write]:
    """The changed action; refused when somebody changed it meanwhile.

    At most three writes.
    """
    after = after.model_copy(update={"revision": before.revision + 1})
    item = _action_item(after, rules, now)
    writes: list[Write] = [
        Put(item, condition=action_unchanged_condition(before)),
        *_owner_writes(after),
    ]
    if before.member and not (after.is_open and after.member == before.member):
        writes.append(Delete(own_action_key(before.member, before.id)))
    return writes


def action_unchanged_condition(before: Action) -> Condition:
    return {"what": before.what, "revision": before.revision or absent_or_at_most(0)}


def _action_item(action: Action, rules: Rules, now: datetime) -> Item:
    """The action, due when its owner is to be reminded."""
    item = action.model_dump(mode="json", exclude={"region"}) | _at(action_key(action.id))
    at = model.reminder_due_at(action, rules, now)
    return item | {"due": "work", "due_at": stamp(at)} if at else item


def _owner_writes(action: Action) -> list[Write]:
    """The copy for the owner's home page, in their own partition; nothing once done."""
    if not (action.member and action.is_open):
        return []
    facts = {"id": action.id, "what": action.what, "by": action.by.isoformat()}
    key = own_action_key(action.member, action.id)
    return [Put(_at(key) | facts | {"region": action.region})]


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
    return load(
        Action, {"what": "", "who": "", **item}, region=item["pk"].partition("#")[2], **days
    )


def get_action(table: Table, region: str, action_id: str) -> Action:
    """The action of that id.

    Raises:
        NotFound: there is none, or it is another region's.
    """
    item = table.get((f"REGION#{region}", f"ACTION#{action_id}"))
    if item is None:
        raise NotFound
    return action_from_item(item)


def list_actions(table: Table, region: str) -> list[Action]:
    """Every action of the region, oldest first; one query."""
    return [action_from_item(item) for item in table.query(f"REGION#{region}", "ACTION#").items]


def _at(key: Key) -> Item:
    return {"pk": key[0], "sk": key[1]}
