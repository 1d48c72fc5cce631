"""Owns the use cases of actions: what a region's meetings agreed to do, until it is done."""

from datetime import datetime

from comhar.errors import NotYours
from comhar.membership.model import Member
from comhar.outcomes import records, views
from comhar.table import Table


def still_open(region: str, me: Member, now: datetime, table: Table) -> views.Actions:
    """The open actions, oldest first; whose they are is for those who are confirmed."""
    named, leads = me.confirmed or me.office, me.chairs(region)
    shown = []
    for each in records.open_actions(table, region, now):
        mine = each.get("member") == me.id
        held = {name: each[name] for name in ("id", "what", "by")}
        who = each["who"] if named or mine else ""
        shown.append(views.ActionView(**held, who=who, mine=mine, may_end=mine or leads))
    return views.Actions(region=region, actions=shown)


def end(region: str, action_id: str, me: Member, now: datetime, table: Table) -> views.Done:
    """Marks an action as done: its owner or a co-chair may. Raises NotFound, NotYours."""
    held = records.action(table, region, action_id)
    if not (me.chairs(region) or held.get("member") == me.id):
        raise NotYours("Only who took this action on, and the co-chairs, can mark it as done.")
    if "done_on" not in held:
        table.transact(records.action_done(region, action_id, now))
    return views.Done(region=region, action=action_id)
