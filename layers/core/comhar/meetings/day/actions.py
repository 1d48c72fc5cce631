"""Actions: what a region's meetings agreed to do, or it added beside them."""

from comhar.aws.conditions import conflict_as
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import FieldError, Invalid
from comhar.idempotency import REPEATABLE, Once
from comhar.meetings import repository as meetings_repository
from comhar.meetings.day import action_repository, action_views, forms, model, views
from comhar.meetings.day.model import Action
from comhar.membership import directory
from comhar.membership.model import ChairsOnly, Member
from comhar.membership.repository import audit_write, find_member


def get_actions(region: str, ctx: Context) -> action_views.Actions:
    """Open actions, oldest first, and those done in the last 90 days, newest first.

    Owners are for confirmed members. Two queries.
    """
    since = model.done_listed_since(ctx.now)
    actions = [
        *action_repository.list_current_actions(ctx.table, region),
        *action_repository.list_done_actions(ctx.table, region, since),
    ]
    done = [action for action in actions if action.done_on and action.done_on >= since]
    done.sort(key=lambda action: str(action.done_on), reverse=True)
    return action_views.Actions(
        region=region,
        actions=[
            action_views.action_view(action, ctx.user, ctx.now)
            for action in actions
            if action.is_open
        ],
        lately_done=[action_views.action_view(action, ctx.user, ctx.now) for action in done],
    )


def get_add_page(region: str, ctx: Context) -> views.NewAction:
    """The form to add an action."""
    return views.NewAction(region=region, people=_list_possible_owners(region, ctx))


def add_action(
    region: str, form: forms.Action, ctx: Context, once: Once = REPEATABLE
) -> action_views.Done:
    """Adds an action beside the meetings, once however often it is sent.

    It may come from the plan of a group reflection. Its owner sees it on the home page and is
    reminded of it like of any other.

    Raises:
        Invalid: its owner is no active member of the region, or is away until after the day.
    """
    owner = _find_owner(region, form.who, ctx)
    if owner is None:
        raise Invalid(FieldError("who", "Choose an active member of this community."))
    owner.require_present("who", form.by)
    who = {"who": owner.display_name, "member": owner.id}
    action = action_repository.new_action(region, ctx.now, what=form.what, by=form.by, **who)
    actions = action_repository.list_current_actions(ctx.table, region)
    same = next((other for other in actions if other.is_open and action.is_same(other)), None)
    if same is None:
        rules = meetings_repository.get_rules(ctx.table, ctx.settings)
        audit_line = audit_write(ctx.user, "add_action", action.id, ctx.now)
        writes = action_repository.insert_action_writes(action, rules, ctx.now)
        ctx.table.transact([*writes, audit_line, *once.writes(action.id)])
    return action_views.Done(region=region, action=(same or action).id)


def end_action(region: str, action_id: str, ctx: Context) -> action_views.Done:
    """Marks an action as done: its owner or a co-chair may.

    Raises:
        ActionNotListed: there is no such action in the region, or it was done long ago.
        OwnersOnly: it is another's.
        ActionChanged: somebody changed it a moment ago.
    """
    before = _get_own(region, action_id, ctx)
    if before.is_open:
        _save(before, before.end(ctx.now), "end_action", ctx)
    return action_views.Done(region=region, action=action_id)


def undo_end(region: str, action_id: str, ctx: Context) -> action_views.Done:
    """Marks an action as not done after all, while it is listed.

    Raises:
        ActionNotListed, OwnersOnly, ActionChanged: as `end_action`.
    """
    before = _get_own(region, action_id, ctx)
    if not before.is_open:
        _save(before, before.model_copy(update={"done_on": None}), "undo_action", ctx)
    return action_views.Done(region=region, action=action_id)


def get_carry_page(region: str, action_id: str, ctx: Context) -> action_views.ActionPage:
    """The form to carry an action over.

    Raises:
        ActionIsDone: it is done.
        ActionNotListed, OwnersOnly: as `end_action`.
    """
    action = _require_open(_get_own(region, action_id, ctx))
    return action_views.ActionPage(
        region=region, action=action_views.action_view(action, ctx.user, ctx.now)
    )


def carry_action_over(
    region: str, action_id: str, form: forms.Carry, ctx: Context
) -> action_views.Done:
    """Gives an action a new date; its earlier dates stay with it.

    Raises:
        Invalid: the day is past.
        ActionIsDone: it is done.
        ActionNotListed, OwnersOnly, ActionChanged: as `end_action`.
    """
    before = _get_own(region, action_id, ctx)
    after = before.carry_over(form.by, ctx.now)
    if after != before:
        _save(before, after, "carry_action", ctx)
    return action_views.Done(region=region, action=action_id)


def get_edit_page(region: str, action_id: str, ctx: Context) -> views.ActionForm:
    """The form to change an action, for who leads the region.

    Raises:
        ActionNotListed: there is no such action in the region, or it was done long ago.
        ChairsOnly: this person does not lead it.
        ActionIsDone: it is done.
    """
    action = _get_as_chair(region, action_id, ctx)
    return views.ActionForm(
        region=region,
        id=action.id,
        what=action.what,
        owner=action.member or action.who,
        owner_name=action.who,
        by=action.by.isoformat(),
        revision=action.revision,
        people=_list_possible_owners(region, ctx),
    )


def edit_action(
    region: str, action_id: str, form: forms.EditAction, ctx: Context
) -> action_views.Done:
    """Changes the words, the date or the owner of an action.

    Raises:
        Invalid: the day is past, or a new owner is away until after it.
        ActionChanged: somebody changed it since it was read.
        ActionNotListed, ChairsOnly, ActionIsDone: as `get_edit_page`.
    """
    before = _get_as_chair(region, action_id, ctx)
    changes = {"what": form.what, **_owner_changes(before, form, ctx)}
    if form.by != before.by or changes != before.model_dump(include=set(changes)):
        if form.revision != before.revision:
            raise model.ActionChanged
        dated = before if form.by == before.by else before.carry_over(form.by, ctx.now)
        _save(before, dated.model_copy(update=changes), "change_action", ctx)
    return action_views.Done(region=region, action=action_id)


def _owner_changes(before: Action, form: forms.EditAction, ctx: Context) -> dict[str, str | None]:
    """The fields that make the form's `who` the owner.

    That is an active member of the region where `who` is their id, else a name. The owner stays
    where `who` is the present one, a member or not any more.
    """
    who = form.who
    owner = _find_owner(before.region, who, ctx)
    if owner:
        if owner.id != before.member:
            owner.require_present("who", form.by)
        return {"who": owner.display_name, "member": owner.id}
    return {} if who == before.member else {"who": who, "member": None}


def _find_owner(region: str, member_id: str, ctx: Context) -> Member | None:
    owner = find_member(ctx.table, ctx.settings, member_id)
    return owner if owner and owner.active and owner.region == region else None


def _list_possible_owners(region: str, ctx: Context) -> list[views.Attendee]:
    people = directory.list_all_active(ctx.table, region)
    names = directory.name_to_ask(people, local_date(ctx.now))
    return [views.Attendee(id=member_id, name=name) for member_id, name in names.items()]


def _get_own(region: str, action_id: str, ctx: Context) -> Action:
    action = action_repository.get_action(ctx.table, region, action_id, ctx.now)
    if not action.may_be_ended_by(ctx.user):
        raise model.OwnersOnly
    return action


def _get_as_chair(region: str, action_id: str, ctx: Context) -> Action:
    action = action_repository.get_action(ctx.table, region, action_id, ctx.now)
    if not ctx.user.may_chair(region):
        raise ChairsOnly
    return _require_open(action)


def _require_open(action: Action) -> Action:
    if not action.is_open:
        raise model.ActionIsDone
    return action


def _save(before: Action, after: Action, what: str, ctx: Context) -> None:
    """Saves the change, with an audit line where the action is another's.

    Raises:
        ActionChanged: somebody changed it a moment ago.
    """
    is_own = ctx.user.id == before.member
    audit_lines = [] if is_own else [audit_write(ctx.user, what, before.id, ctx.now)]
    rules = meetings_repository.get_rules(ctx.table, ctx.settings)
    with conflict_as(model.ActionChanged):
        ctx.table.transact(
            [*action_repository.update_action_writes(before, after, rules, ctx.now), *audit_lines]
        )
