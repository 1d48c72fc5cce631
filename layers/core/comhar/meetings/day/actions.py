"""Owns the use cases of actions: what a region's meetings agreed to do, until it is done."""

from datetime import datetime

from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.dates.dublin_time import local_date
from comhar.meetings import repository as meetings
from comhar.meetings.day import forms, model, repository, views
from comhar.meetings.day.model import Action
from comhar.membership.model import ChairsOnly, Member, told_apart
from comhar.membership.repository import Members, audit
from comhar.settings import Settings


def listed(region: str, me: Member, now: datetime, table: Table) -> views.Actions:
    """The open actions, oldest first, and those done in the last 90 days, newest first; whose they are
    is for those who are confirmed. One query."""
    found = repository.of_region(table, region)
    since = local_date(now) - model.DONE_SHOWN
    done = [each for each in found if each.done_on and each.done_on >= since]
    done.sort(key=lambda each: str(each.done_on), reverse=True)
    return views.Actions(
        region=region,
        actions=[views.action(each, me, now) for each in found if each.open],
        lately_done=[views.action(each, me, now) for each in done],
    )


def end(
    region: str, action_id: str, me: Member, now: datetime, table: Table, settings: Settings
) -> views.Done:
    """Marks an action as done: its owner or a co-chair may. Raises NotFound, OwnersOnly,
    ActionChangedMeanwhile."""
    before = _own(region, action_id, me, table)
    if before.open:
        _save(before, model.ended(before, now), me, "end_action", now, table, settings)
    return views.Done(region=region, action=action_id)


def undo(
    region: str, action_id: str, me: Member, now: datetime, table: Table, settings: Settings
) -> views.Done:
    """Says that an action is not done after all. Raises what `end` raises."""
    before = _own(region, action_id, me, table)
    if not before.open:
        after = before.model_copy(update={"done_on": None})
        _save(before, after, me, "undo_action", now, table, settings)
    return views.Done(region=region, action=action_id)


def one(region: str, action_id: str, me: Member, now: datetime, table: Table) -> views.ActionPage:
    """The form to carry an action over. Raises NotFound, OwnersOnly, ActionIsDone."""
    held = _open(_own(region, action_id, me, table))
    return views.ActionPage(region=region, action=views.action(held, me, now))


def carry(
    region: str,
    action_id: str,
    form: forms.Carry,
    me: Member,
    now: datetime,
    table: Table,
    settings: Settings,
) -> views.Done:
    """Gives an action a new date; the dates it had are kept. Raises Invalid, and what `one` raises."""
    before = _own(region, action_id, me, table)
    after = model.carried(before, form.by, now)
    if after != before:
        _save(before, after, me, "carry_action", now, table, settings)
    return views.Done(region=region, action=action_id)


def edit_page(region: str, action_id: str, me: Member, members: Members) -> views.ActionForm:
    """The form to change an action, for who leads the region. Raises NotFound, ChairsOnly,
    ActionIsDone."""
    held = _led(region, action_id, me, members.table)
    people = told_apart(members.of_region(region, "active"))
    return views.ActionForm(
        region=region,
        id=held.id,
        what=held.what,
        owner=held.member or held.who,
        owner_name=held.who,
        by=held.by.isoformat(),
        revision=held.revision,
        people=[views.Attendee(id=each.id, name=name) for each, name in people],
    )


def edit(
    region: str,
    action_id: str,
    form: forms.EditAction,
    me: Member,
    now: datetime,
    members: Members,
) -> views.Done:
    """Words an action anew, or gives it to somebody else. Raises ActionChangedMeanwhile, and what
    `edit_page` raises."""
    before = _led(region, action_id, me, members.table)
    said = {"what": form.what, **_whose(before, form.who, members)}
    if form.by != before.by or said != before.model_dump(include=set(said)):
        if form.revision != before.revision:
            raise model.ActionChangedMeanwhile
        dated = before if form.by == before.by else model.carried(before, form.by, now)
        after = dated.model_copy(update=said)
        _save(before, after, me, "change_action", now, members.table, members.settings)
    return views.Done(region=region, action=action_id)


def _whose(before: Action, who: str, members: Members) -> dict[str, str | None]:
    """Whose the action is from now on: an active member's of the region where `who` is their id, else
    that name's. It stays whose it was where that is who was chosen, a member or not any more."""
    doer = members.by_id(who)
    if doer and doer.active and doer.region == before.region:
        return {"who": doer.known_as, "member": doer.id}
    return {} if who == before.member else {"who": who, "member": None}


def _own(region: str, action_id: str, me: Member, table: Table) -> Action:
    held = repository.by_id(table, region, action_id)
    if not held.ended_by(me):
        raise model.OwnersOnly
    return held


def _led(region: str, action_id: str, me: Member, table: Table) -> Action:
    held = repository.by_id(table, region, action_id)
    if not me.chairs(region):
        raise ChairsOnly
    return _open(held)


def _open(held: Action) -> Action:
    if not held.open:
        raise model.ActionIsDone
    return held


def _save(
    before: Action,
    after: Action,
    me: Member,
    what: str,
    now: datetime,
    table: Table,
    settings: Settings,
) -> None:
    """Saves the change, with a line of who made it where the action is another's. Raises
    ActionChangedMeanwhile."""
    line = [] if me.id == before.member else [audit(me, what, before.id, now)]
    rules = meetings.rules(table, settings)
    try:
        table.transact([*repository.changed(before, after, rules, now), *line])
    except ConditionFailed as lost:
        raise model.ActionChangedMeanwhile from lost
