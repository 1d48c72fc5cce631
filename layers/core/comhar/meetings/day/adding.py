"""Owns the use case of an action that a region takes on beside its meetings, such as one from the plan of
a shared reflection."""

from datetime import datetime

from comhar.errors import FieldError, Invalid
from comhar.meetings import repository as meetings
from comhar.meetings.day import forms, repository, views
from comhar.membership.model import Member, told_apart
from comhar.membership.repository import Members, audit
from comhar.once import REPEATABLE, Once


def page(region: str, members: Members) -> views.NewAction:
    """The form to add an action."""
    people = told_apart(members.of_region(region, "active"))
    return views.NewAction(
        region=region, people=[views.Attendee(id=each.id, name=name) for each, name in people]
    )


def add(
    region: str,
    form: forms.Action,
    me: Member,
    now: datetime,
    members: Members,
    once: Once = REPEATABLE,
) -> views.Done:
    """Adds an action, once however often it is sent; its owner sees it at home and is reminded like of any
    other. Raises Invalid for who is no active member of the region."""
    doer = members.by_id(form.who)
    if doer is None or not doer.active or doer.region != region:
        raise Invalid(FieldError("who", "Choose an active member of this community."))
    who = {"who": doer.known_as, "member": doer.id}
    action = repository.new(region, now, what=form.what, by=form.by, **who)
    known = repository.of_region(members.table, region)
    same = next((each for each in known if each.open and action.same(each)), None)
    if same is None:
        rules = meetings.rules(members.table, members.settings)
        line = audit(me, "add_action", action.id, now)
        mark = once.writes(action.id)
        members.table.transact([*repository.born(action, rules, now), line, *mark])
    return views.Done(region=region, action=(same or action).id)
