"""Use cases of one's own details: see and change them, move, leave, come back."""

from datetime import timedelta
from typing import Any

from comhar import retention
from comhar.aws.conditions import Delete, Write, conflict_as
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.errors import FieldError, Invalid
from comhar.leadership import repository as leadership_repository
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.membership import follow_up_work, name_requests
from comhar.membership import repository as membership_repository
from comhar.membership.model import EDITABLE, Member, MemberChanged
from comhar.person_names import fold_look_alikes
from comhar.profile import forms, model, views

_NAMES = ("name", "preferred_name")


def get_details_form(ctx: Context) -> views.DetailsForm:
    return views.details_form(ctx.user, communities_repository.get_roles(ctx.table))


def change_details(form: forms.ChangeDetails, ctx: Context) -> views.Details:
    """Make the record say what was sent, whole.

    A person of the office has a name only. A name of the office's or of another member waits until the
    office has checked it; everything else holds at once.

    Raises:
        Invalid: the role has no name, or the office keeps only a name.
        MemberChanged: something was changed since the form was made.
    """
    before = ctx.user
    of_office = before.status == "office"
    sent = _read_office_form(form) if of_office else _drop_requested_name(before, _read_form(form))
    model.require_unchanged(before, form.revision, sent)
    after = before.model_copy(update=sent)
    writes: list[Write] = []
    if not of_office:
        after, writes = _check_names(before, after, ctx)
    changes = model.changed_fields(before, after)
    if not changes:
        return views.details(after)
    writes += membership_repository.update_writes(before, after, ctx.now)
    if fields := [field for field in changes if field != "name_asked"]:
        writes.append(
            membership_repository.audit_write(before, "edit", before, ctx.now, fields=fields)
        )
    if after.display_name != before.display_name:
        writes += communities_repository.rename_chair_writes(
            ctx.table, before, after.display_name, ctx.now
        )
    _write(writes, ctx)
    return views.details(after.model_copy(update={"revision": before.revision + 1}))


def withdraw_name(ctx: Context) -> views.Details:
    """Take a change of name back that waits for the office; nothing where none does.

    Raises:
        MemberChanged: the member was changed meanwhile.
    """
    user = ctx.user
    if user.name_asked is None:
        return views.details(user)
    after = user.model_copy(update={"name_asked": None})
    audit_line = membership_repository.audit_write(user, "withdraw_name", user, ctx.now)
    waits = Delete(name_requests.key(user.id))
    _write([*membership_repository.update_writes(user, after, ctx.now), waits, audit_line], ctx)
    return views.details(after.model_copy(update={"revision": user.revision + 1}))


def get_region_form(ctx: Context) -> views.RegionForm:
    """The regions to move to.

    Raises:
        MembersOnly: people of the office belong to no community.
        MembershipOver: their membership has ended.
    """
    _require_member(ctx.user)
    return views.region_form(ctx.user)


def move_region(form: forms.MoveRegion, ctx: Context) -> views.Standing:
    """Move into another region's community.

    The periods say when, a co-chair's term ends, and what that region was told comes by letter.

    Raises:
        MembersOnly: people of the office belong to no community.
        MembershipOver: their membership has ended.
        SameRegion: they are there already.
        MemberChanged: the member, or a community they led, was changed meanwhile.
    """
    _require_member(ctx.user)
    before, today = ctx.user, local_date(ctx.now)
    after = model.move_member(before, form.region, today)
    facts = {"region": before.region, "to": form.region}
    writes: list[Write] = [
        *membership_repository.update_writes(before, after, ctx.now),
        membership_repository.audit_write(before, "move", before, ctx.now, **facts),
        *leadership_repository.step_down_writes(before, ctx),
    ]
    if after.active:
        writes.append(follow_up_work.catch_up_write(after, ctx.now))
    _write(writes, ctx)
    return views.standing(after)


def get_leave_form(ctx: Context) -> views.Leaving:
    """What leaving means.

    Raises:
        MembersOnly: people of the office belong to no community.
        MembershipOver: their membership has ended.
    """
    _require_member(ctx.user)
    return views.Leaving(
        region=str(ctx.user.region),
        waits=ctx.user.joined_on is None,
        led=bool(ctx.user.chair_of),
        time=retention.format_days(retention.period("left").days),
    )


def leave(ctx: Context) -> views.Standing:
    """End the membership from today on; the record waits to be deleted.

    Until then one may come back.

    Raises:
        MembersOnly: people of the office belong to no community.
        MembershipOver: their membership has ended.
        MemberChanged: the member, or a community they led, was changed meanwhile.
    """
    _require_member(ctx.user)
    before, today = ctx.user, local_date(ctx.now)
    after = model.leave_membership(before, today)
    letter = LetterId("left", before.id, str(before.revision + 1), before.id)
    last_day = local_date(ctx.now + retention.period("left")) - timedelta(
        days=1
    )  # the last whole day
    facts = {"forgotten": last_day.isoformat()}
    writes: list[Write] = [
        *membership_repository.update_writes(before, after, ctx.now),
        follow_up_work.schedule_deletion_write(after, ctx.now),
        letters_repository.insert_write(Letter(letter, facts), ctx.now),
        membership_repository.audit_write(before, "leave", before, ctx.now),
        *leadership_repository.step_down_writes(before, ctx),
    ]
    _write(writes, ctx)
    return views.standing(after)


def get_rejoin_form(ctx: Context) -> views.Returning:
    """What coming back means.

    Raises:
        MemberNotLeft: they have not left.
    """
    if ctx.user.status != "left":
        raise model.MemberNotLeft
    return views.Returning(region=str(ctx.user.region), waits=ctx.user.joined_on is None)


def rejoin(ctx: Context) -> views.Standing:
    """Bring who left back into the region they were in, confirmed if they were.

    Who had never been admitted waits again.

    Raises:
        MemberNotLeft: they have not left.
        MemberChanged: the member was changed meanwhile.
    """
    after = model.resume_membership(ctx.user, local_date(ctx.now))
    writes: list[Write] = [
        *membership_repository.update_writes(ctx.user, after, ctx.now),
        membership_repository.audit_write(ctx.user, "rejoin", ctx.user, ctx.now),
    ]
    if after.active:
        writes.append(Delete(follow_up_work.deletion_key(after.id)))
        writes.append(membership_repository.welcome_letter_write(after, ctx.now))
        writes.append(follow_up_work.catch_up_write(after, ctx.now))
    else:
        writes.append(follow_up_work.schedule_deletion_write(after, ctx.now))
    _write(writes, ctx)
    return views.standing(after)


def _read_form(form: forms.ChangeDetails) -> dict[str, Any]:
    if form.role is None:
        raise Invalid(FieldError("role", "Choose your role."))
    model.require_role_name(form.role, form.role_other)
    sent = {name: getattr(form, name) for name in EDITABLE}
    role_other = form.role_other if form.role == "other" else None
    return {**sent, "role_other": role_other, "shows": tuple(sorted(set(form.shows)))}


def _read_office_form(form: forms.ChangeDetails) -> dict[str, Any]:
    others = form.model_fields_set - {"revision", "name"}
    if others:
        raise Invalid(*(FieldError(field, "The office keeps only your name.") for field in others))
    return {"name": form.name}


def _drop_requested_name(user: Member, sent: dict[str, Any]) -> dict[str, Any]:
    """The form without the names, where they are those that wait already."""
    waiting = user.name_asked
    if waiting and all(sent[field] == waiting[field] for field in _NAMES):
        return sent | {field: getattr(user, field) for field in _NAMES}
    return sent


def _check_names(before: Member, after: Member, ctx: Context) -> tuple[Member, list[Write]]:
    """The member as changed, and what else is to be written.

    Names that have to wait for the office stay as they were. One that reads as their own did needs no
    check. One batch and one query of the register, where there is a new one.
    """
    own_names = {fold_look_alikes(before.name), fold_look_alikes(before.display_name)}
    sent = {field: getattr(after, field) for field in _NAMES}
    if all(sent[field] == getattr(before, field) for field in _NAMES):
        return after, []
    new = [name for name in sent.values() if name and fold_look_alikes(name) not in own_names]
    if new and (
        name_requests.is_office_name(ctx.table, ctx.settings, new)
        or name_requests.has_namesake(ctx.table, new, before.id)
    ):
        names = {field: getattr(before, field) for field in _NAMES}
        waiting = {**sent, "at": stamp(ctx.now)}
        return after.model_copy(update={**names, "name_asked": waiting}), [
            name_requests.request_write(before, ctx.now),
            membership_repository.audit_write(before, "ask_name", before, ctx.now),
        ]
    if before.name_asked is None:
        return after, []
    decided = after.model_copy(update={"name_asked": None})
    return decided, [Delete(name_requests.key(before.id))]


def _require_member(user: Member) -> None:
    if user.status not in ("active", "pending"):
        raise model.MembersOnly if user.status == "office" else model.MembershipOver


def _write(writes: list[Write], ctx: Context) -> None:
    with conflict_as(MemberChanged):
        ctx.table.transact(writes)
