"""Use cases of a vision's actions: add one, or some with the whole text."""

from collections.abc import Sequence
from typing import Any

from comhar.aws.conditions import Write
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import FieldError, Invalid
from comhar.idempotency import REPEATABLE, Once
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import action_repository
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.member_fields import require_region
from comhar.membership.model import Member
from comhar.membership.repository import audit_write, find_member
from comhar.vision import forms, model, repository, views
from comhar.vision.model import Vision


def get_action_form(region: str, objective: forms.Place, ctx: Context) -> views.NewVisionAction:
    """The form to add an action to an objective; two reads.

    Raises:
        Invalid: there is no such objective.
    """
    vision = repository.get_vision(ctx.table, require_region(region))
    _require_objective(vision, objective)
    people = directory.list_all_active(ctx.table, region)
    names = directory.name_to_ask(people, local_date(ctx.now))
    return views.NewVisionAction(
        region=region,
        objective=objective,
        title=vision.fields[f"objectives.{objective}.title"],
        people=[{"id": member_id, "name": name} for member_id, name in names.items()],
    )


def add_action(
    region: str, form: forms.NewAction, ctx: Context, once: Once = REPEATABLE
) -> views.ActionAdded:
    """Adds an action to an objective: one like those of meetings, in the same list.

    Once however often it is sent.

    Raises:
        Invalid: there is no such objective, or its owner is no active member of the region, or is away until
            after the day.
    """
    vision = repository.get_vision(ctx.table, require_region(region))
    objective = _require_objective(vision, form.objective)
    owner = find_member(ctx.table, ctx.settings, form.who)
    if not (owner and owner.active and owner.region == region):
        raise Invalid(FieldError("who", "Choose an active member of this community."))
    owner.require_present("who", form.by)
    who = {"who": owner.display_name, "member": owner.id, "objective": objective}
    action = action_repository.new_action(region, ctx.now, what=form.what, by=form.by, **who)
    actions = action_repository.list_current_actions(ctx.table, region)
    same = next((other for other in actions if other.is_open and action.is_same(other)), None)
    if same is None:
        rules = meetings_repository.get_rules(ctx.table, ctx.settings)
        audit_line = audit_write(ctx.user, "add_action", action.id, ctx.now)
        writes = action_repository.insert_action_writes(action, rules, ctx.now)
        ctx.table.transact([*writes, audit_line, *once.writes(action.id)])
    return views.ActionAdded(region=region, action=(same or action).id)


def add_actions_writes(
    vision: Vision,
    actions: Sequence[tuple[int, str, forms.ObjectiveAction]],
    form: forms.Vision,
    ctx: Context,
) -> list[Write]:
    """Adds the form's actions to the objectives of the vision as it will be saved.

    An action that an objective has with the same text and horizon is left as it is. Three reads.

    Raises:
        ObjectivesChanged: others changed an objective's title, or took it away.
        Invalid: the owner of one is away until after its day.
    """
    region, today = vision.region, local_date(ctx.now)
    rows = repository.list_actions(ctx.table, region)
    there = {(row["objective"], row["what"], views.find_row_horizon(row)) for row in rows}
    owners = _find_owners(region, actions, ctx)
    rules = meetings_repository.get_rules(ctx.table, ctx.settings)
    writes: list[Write] = []
    for n, place, row in actions:
        if vision.fields.get(f"objectives.{place}.title") != form.objectives[n].title:
            raise model.ObjectivesChanged(next="Read them again, then add the actions.")
        objective = _require_objective(vision, place)
        agreement = (objective, row.what, row.horizon)
        if agreement in there:
            continue
        there.add(agreement)
        by, owner = model.find_last_day(today, row.horizon), owners.get(row.who or "")
        if owner:
            owner.require_present(f"objectives.{n}.actions", by)
        facts = {"objective": objective, "what": row.what, **_name_owner(row.who, owner)}
        action = action_repository.new_action(region, ctx.now, by=by, **facts)
        writes += action_repository.insert_action_writes(action, rules, ctx.now)
        writes.append(audit_write(ctx.user, "add_action", action.id, ctx.now))
    return writes


def _find_owners(
    region: str, actions: Sequence[tuple[int, str, forms.ObjectiveAction]], ctx: Context
) -> dict[str, Member]:
    """By id the members of the region among whom the actions name; one read."""
    given = list({row.who for _, _, row in actions if row.who})
    items = ctx.table.batch_get([membership_repository.row_key(region, who) for who in given])
    members = (membership_repository.from_item(item, ctx.settings) for item in items if item)
    return {member.id: member for member in members if member.active and member.region == region}


def _name_owner(who: str | None, owner: Member | None) -> dict[str, Any]:
    """Whose an action is: a member's, where `who` is the id of one."""
    return {"who": owner.display_name, "member": owner.id} if owner else {"who": who or ""}


def _require_objective(vision: Vision, place: str) -> str:
    """The name by which actions know the objective at that place."""
    if name := vision.name_objective(place):
        return name
    raise Invalid(FieldError("objective", "Choose an objective of the vision."))
