"""The office corrects a member's record, and decides on changes of name.

Where two do it at once, nothing is overwritten.
"""

from typing import Any

from comhar.aws.conditions import Delete, Write, conflict_as
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.errors import Conflict
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.membership import history, name_requests
from comhar.membership import model as membership_model
from comhar.membership import repository as membership_repository
from comhar.membership.model import EDITABLE, Member
from comhar.profile.views import AskedName
from comhar.register import forms, member_page, service, views

_MAX_LINES = 20  # of the history, shown to who saves second


class RecordChanged(membership_model.MemberChanged):
    kind = "edited-meanwhile"
    title = "Somebody changed this record after you had opened it."
    next = "Their changes are kept, and so is what you typed. Check below, and save again."


class NameDecided(Conflict):
    title = "This change of name is not waiting any more, or the member has asked for another name since."
    next = "Look at the member’s page: it shows what was decided, or what waits now."


def get_edit_form(member_id: str, ctx: Context) -> views.EditForm:
    """The form, filled with the record.

    Raises:
        NotFound: there is no such member.
        MemberBeingErased: they are about to be deleted.
    """
    member = _get_editable(member_id, ctx)
    member_page.record_look(member, ctx)
    return views.edit_form(member)


def edit_member(member_id: str, form: forms.EditMember, ctx: Context) -> views.Person:
    """Correct the record, unless somebody changed it since it was opened.

    Raises:
        NotFound: there is no such member.
        MemberBeingErased: they are about to be deleted.
        Invalid: a field is missing.
        RecordChanged: somebody changed the record; tells what, with the form as it would be now.
        MemberChanged: a community that they lead was changed at this moment.
    """
    forms.require_filled_in(form, "name", "role")
    before = _get_editable(member_id, ctx)
    old_fields, new_fields = _fields(before), _fields_of_form(form)
    changes = {name: value for name, value in new_fields.items() if value != old_fields[name]}
    if not changes:
        return views.person(before)
    if before.revision != form.revision:
        raise _record_changed(before, form, ctx)
    after = before.model_copy(update=changes)
    audit_line = membership_repository.audit_write(
        ctx.user, "edit", before, ctx.now, fields=list(changes)
    )
    writes: list[Write] = [audit_line]
    if before.name_asked and changes.keys() & {"name", "preferred_name"}:  # this decides it
        changes["name_asked"] = None
        writes.append(Delete(name_requests.key(member_id)))
    writes += membership_repository.change_writes(before, ctx.now, **changes)
    if after.display_name != before.display_name:
        writes += communities_repository.rename_chair_writes(
            ctx.table, before, after.display_name, ctx.now
        )
    try:
        with conflict_as(membership_model.MemberChanged):
            ctx.table.transact(writes)
    except membership_model.MemberChanged as failure:
        newest = _get_editable(member_id, ctx)
        if newest.revision != before.revision:
            raise _record_changed(newest, form, ctx) from failure
        raise
    return views.person(after)


def list_waiting_names(ctx: Context) -> views.NamesToCheck:
    """The changes of name that wait, the oldest first; that somebody looked is noted."""
    items = sorted(name_requests.list_requests(ctx.table), key=lambda item: str(item["since"]))
    ids = [item["member"] for item in items]
    members = membership_repository.find_members(ctx.table, ctx.settings, ids)
    waiting = [(member, member.name_asked) for member in members if member and member.name_asked]
    ctx.table.transact(
        membership_repository.register_look_writes(ctx.user, ctx.now, rows=len(waiting))
    )
    return views.NamesToCheck(
        names=[
            views.NameToCheck(
                **member.model_dump(include={"id", "region", "status", "name", "preferred_name"}),
                requested=AskedName(**name),
            )
            for member, name in waiting
        ]
    )


def decide_name(member_id: str, form: forms.DecideName, ctx: Context) -> views.Person:
    """Make the change of name or not; the person is told by email either way.

    Raises:
        NotFound: there is no such member.
        MemberBeingErased: they are about to be deleted.
        NameDecided: this name does not wait any more.
        MemberChanged: the member was changed meanwhile.
    """
    before = member_page.get_member(member_id, ctx)
    if before.status == "erasing":
        raise membership_model.MemberBeingErased
    waiting = before.name_asked
    names = {"name": form.name, "preferred_name": form.preferred_name}
    if waiting is None or any(waiting[field] != names[field] for field in names):
        raise NameDecided
    approved = form.decision == "approve"
    after = before.model_copy(update={"name_asked": None, **(names if approved else {})})
    letter = LetterId("name_checked", before.id, str(before.revision + 1), before.id)
    facts = {"approved": approved, "reason": None if approved else form.reason}
    writes: list[Write] = [
        Delete(name_requests.key(before.id)),
        letters_repository.insert_write(Letter(letter, facts), ctx.now),
    ]
    if after.display_name != before.display_name:
        writes += communities_repository.rename_chair_writes(
            ctx.table, before, after.display_name, ctx.now
        )
    service.save_change(before, after, "approve_name" if approved else "decline_name", ctx, *writes)
    return views.person(after)


def _get_editable(member_id: str, ctx: Context) -> Member:
    member = member_page.get_member(member_id, ctx)
    if member.status == "erasing":
        raise membership_model.MemberBeingErased(
            next=f"It cannot be changed unless they undo that, which they can for {views.undo_time()}."
        )
    return member


def _fields_of_form(form: forms.EditMember) -> dict[str, Any]:
    """The fields as sent; without another role's name where one of the list is chosen."""
    role_other = form.role_other if form.role == "other" else None
    return {**_fields(form), "role_other": role_other}


def _record_changed(newest: Member, form: forms.EditMember, ctx: Context) -> RecordChanged:
    """What the others did, field by field, and the form with one's own changes on top."""
    old_fields, new_fields = _fields(newest), _fields_of_form(form)
    seen = _fields(form.was) if form.was else {}
    ahead = min(max(newest.revision - form.revision, 1), _MAX_LINES)
    items, _ = history.list_history(ctx.table, newest, size=ahead)
    error = RecordChanged()
    error.more = {
        "revision": newest.revision,
        "done": [line.model_dump() for line in member_page.name_lines(items, ctx)],
        "changes": [
            {
                "field": name,
                "was": seen.get(name),
                "now": old_fields[name],
                "yours": new_fields[name],
            }
            for name in EDITABLE
            if old_fields[name] != (seen[name] if seen else new_fields[name])
        ],
    }
    own_changes = {name for name in EDITABLE if not seen or new_fields[name] != seen[name]}
    merged = {name: (new_fields if name in own_changes else old_fields)[name] for name in EDITABLE}
    error.form = {**merged, "revision": newest.revision, "was": old_fields}
    return error


def _fields(source: Member | forms.EditMember | forms.SeenMember) -> dict[str, Any]:
    """The fields as JSON has them."""
    fields = {name: getattr(source, name) for name in EDITABLE}
    return {**fields, "shows": sorted(fields["shows"])}
