"""Owns the items of actions: what a region's meetings agreed to do, and each owner's copy of their own."""

from datetime import date, datetime, timedelta
from typing import Any

from comhar import retention
from comhar.aws.conditions import UNLESS_EXISTS, Delete, Key, Put, Update, Write, absent_or_at_most
from comhar.aws.conditions import Item as Stored
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import local_date, stamp
from comhar.dates.working_days import issue_instant
from comhar.errors import NotFound
from comhar.meetings.day.model import Action, reminded_at
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules
from comhar.tokens import new_id

_DAYS = ("by", "opened_on", "done_on")


def key(action_id: str) -> Key:
    """An action's id begins with its region."""
    return f"REGION#{action_id.partition('-')[0]}", f"ACTION#{action_id}"


def own_key(member_id: str, action_id: str) -> Key:
    return f"MEMBER#{member_id}", f"ACTION#{action_id}"


def new(region: str, now: datetime, **about: Any) -> Action:
    """An action, not yet kept; it counts from today (Dublin) on."""
    made: Stored = {"id": new_id(now, region), "region": region, "opened_on": local_date(now)}
    return Action(**made, **about)


def born(action: Action, rules: Rules, now: datetime) -> list[Write]:
    """The action, and its owner's copy; at most two writes."""
    return [Put(_item(action, rules, now), when=UNLESS_EXISTS), *_owned(action)]


def changed(before: Action, after: Action, rules: Rules, now: datetime) -> list[Write]:
    """The action as changed; refused when somebody changed it meanwhile. At most three writes."""
    after = after.model_copy(update={"revision": before.revision + 1})
    when = {"what": before.what, "revision": before.revision or absent_or_at_most(0)}
    writes: list[Write] = [Put(_item(after, rules, now), when=when), *_owned(after)]
    if before.member and not (after.open and after.member == before.member):
        writes.append(Delete(own_key(before.member, before.id)))
    return writes


def _item(action: Action, rules: Rules, now: datetime) -> Stored:
    """The action, due when its owner is to be reminded."""
    pk, sk = key(action.id)
    held = action.model_dump(mode="json", exclude={"region"}) | {"pk": pk, "sk": sk}
    at = reminded_at(action, rules, now)
    return held | {"due": "work", "due_at": stamp(at)} if at else held


def _owned(action: Action) -> list[Write]:
    """The copy by which the owner's home page reads what is open; one read of their own partition."""
    if not (action.member and action.open):
        return []
    pk, sk = own_key(action.member, action.id)
    held = {"id": action.id, "what": action.what, "by": action.by.isoformat()}
    return [Put({"pk": pk, "sk": sk, **held, "region": action.region})]


def told(action: Action) -> str:
    """The version of a reminder: the day it is of, and how often it was carried over."""
    return f"{action.by.isoformat()}.{len(action.moved)}"


def from_item(item: Stored) -> Action:
    held = {name: item[name] for name in Action.model_fields if item.get(name) is not None}
    held |= {name: date.fromisoformat(held[name]) for name in _DAYS if name in held}
    region = item["pk"].partition("#")[2]
    return Action(**{"what": "", "who": "", **held, "region": region})


def by_id(table: Table, region: str, action_id: str) -> Action:
    """Raises NotFound, for one of another region too."""
    pk, sk = f"REGION#{region}", f"ACTION#{action_id}"
    item = table.get((pk, sk))
    if item is None:
        raise NotFound
    return from_item(item)


def of_region(table: Table, region: str) -> list[Action]:
    """Every action of the region, oldest first."""
    return [from_item(each) for each in table.query(f"REGION#{region}", "ACTION#").items]


def scribe_key(meeting_id: str) -> Key:
    """Where the member stands who writes for all at a meeting, as `member`."""
    return f"MEETING#{meeting_id}", "SCRIBE"


def statement_key(meeting_id: str, member_id: str) -> Key:
    return f"MEETING#{meeting_id}", f"STATEMENT#{member_id}"


def statement_kept(meeting: Meeting) -> Update:
    """Notes that one more statement is kept, and when all go, should nothing end the day before: an
    earlier sweep, such as that of a move, stays as it was set."""
    key = f"MEETING#{meeting.id}", "STATEMENTS"
    at = stamp(statements_until(meeting))
    return Update(key, default={"due": "work", "due_at": at}, add={"kept": 1})


def statements_until(meeting: Meeting) -> datetime:
    """09:00 Dublin, so many days after the meeting's day (`statement` in data/retention.json): when
    they go, should nobody ever close the meeting."""
    kept: timedelta = retention.kept("statement")
    return issue_instant(meeting.starts_at.date() + kept)


def said_by(table: Table, meeting_id: str, member_id: str) -> tuple[Stored, Stored, list[Stored]]:
    """One person's support statement, vote and ideas at a meeting, empty where there is none; two reads."""
    pk = f"MEETING#{meeting_id}"
    keys = [statement_key(meeting_id, member_id), (pk, f"VOTE#{member_id}")]
    statement, vote = table.batch_get(keys)
    ideas = table.query(pk, "IDEA#").items
    return statement or {}, vote or {}, [each for each in ideas if each.get("by") == member_id]
