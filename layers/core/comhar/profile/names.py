"""Owns changes of one's own name that wait for the office: which do, and taking one back."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Delete, Write
from comhar.dates.dublin_time import stamp
from comhar.membership import repository as people
from comhar.membership.model import Member
from comhar.membership.repository import Members
from comhar.names import folded
from comhar.profile import repository, views

_NAMES = ("name", "preferred_name")


def still_asked(me: Member, sent: dict[str, Any]) -> dict[str, Any]:
    """What was sent, but for the names where they are those that wait already: asking again is no more."""
    asked = me.name_asked
    if asked and all(sent[each] == asked[each] for each in _NAMES):
        return sent | {each: getattr(me, each) for each in _NAMES}
    return sent


def checked(
    me: Member, after: Member, now: datetime, members: Members
) -> tuple[Member, list[Write]]:
    """The member as changed: with the names that they had, where the new ones have to wait for the
    office; and what else is to be written. A name that reads as their own did needs no check."""
    own = {folded(me.name), folded(me.known_as)}
    sent = {each: getattr(after, each) for each in _NAMES}
    if all(sent[each] == getattr(me, each) for each in _NAMES):
        return after, []
    new = [each for each in sent.values() if each and folded(each) not in own]
    if new and (members.of_office(new) or members.namesake(new, me.id)):
        asked = {**sent, "at": stamp(now)}
        kept = {each: getattr(me, each) for each in _NAMES}
        line = people.audit(me, "ask_name", me, now)
        return after.model_copy(update={**kept, "name_asked": asked}), [
            people.name_waits(me, now),
            line,
        ]
    if me.name_asked is None:
        return after, []
    return after.model_copy(update={"name_asked": None}), [Delete(people.name_waits_key(me.id))]


def withdraw(me: Member, now: datetime, members: Members) -> views.Details:
    """Takes a change of name back that waits for the office; nothing where none does. Raises
    ChangedMeanwhile."""
    if me.name_asked is None:
        return views.details(me)
    after = me.model_copy(update={"name_asked": None})
    line = people.audit(me, "withdraw_name", me, now)
    waits = Delete(people.name_waits_key(me.id))
    repository.write(members.table, *repository.changed(me, after), waits, line)
    return views.details(after.model_copy(update={"revision": me.revision + 1}))
