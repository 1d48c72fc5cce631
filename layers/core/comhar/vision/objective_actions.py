"""Use cases of a vision's actions: add one to an objective."""

from comhar.context import Context
from comhar.errors import FieldError, Invalid
from comhar.idempotency import REPEATABLE, Once
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import action_repository
from comhar.membership import directory
from comhar.membership.model import require_region
from comhar.membership.repository import audit_write, find_member
from comhar.vision import forms, repository, views
from comhar.vision.model import Vision


def get_action_form(region: str, objective: forms.Place, ctx: Context) -> views.NewVisionAction:
    """The form to add an action to an objective; two reads.

    Raises:
        Invalid: there is no such objective.
    """
    vision = repository.get_vision(ctx.table, require_region(region))
    _require_objective(vision, objective)
    names = directory.disambiguate_names(directory.list_all_active(ctx.table, region))
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
        Invalid: there is no such objective, or its owner is no active member of the region.
    """
    vision = repository.get_vision(ctx.table, require_region(region))
    objective = _require_objective(vision, form.objective)
    owner = find_member(ctx.table, ctx.settings, form.who)
    if not (owner and owner.active and owner.region == region):
        raise Invalid(FieldError("who", "Choose an active member of this community."))
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


def _require_objective(vision: Vision, place: str) -> str:
    """The name by which actions know the objective at that place."""
    if name := vision.name_objective(place):
        return name
    raise Invalid(FieldError("objective", "Choose an objective of the vision."))
