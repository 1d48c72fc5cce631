"""Owns putting a member's record right, and what happens when two do it at once: nothing is overwritten."""

from datetime import datetime
from typing import Any

from comhar.aws.conditions import Delete, Write
from comhar.aws.dynamodb import ConditionFailed
from comhar.communities import repository as communities
from comhar.membership import model, repository
from comhar.membership.model import EDITABLE, Member
from comhar.membership.repository import Members
from comhar.register import forms, member_page, views

_LINES = 20  # of the history, at most, that are told to who comes second


class EditedMeanwhile(model.ChangedMeanwhile):
    title = "Somebody changed this record after you had opened it."
    next = "Nothing of theirs was overwritten and nothing of yours is lost. Check below, and save again."


def edit_form(member_id: str, me: Member, now: datetime, members: Members) -> views.EditForm:
    """Raises NotFound, BeingErased."""
    member = _editable(member_id, now, members)
    member_page.note_look(member, me, now, members)
    return views.edit_form(member)


def edit(
    member_id: str, form: forms.EditMember, me: Member, now: datetime, members: Members
) -> Member:
    """Raises NotFound, BeingErased, Invalid, EditedMeanwhile, ChangedMeanwhile."""
    forms.check_given(form, "name", "role")
    before = _editable(member_id, now, members)
    held, wanted = _held(before), _wanted(form)
    changes = {name: said for name, said in wanted.items() if said != held[name]}
    if not changes:
        return before
    if before.revision != form.revision:
        raise _edited_meanwhile(before, form, members)
    after = before.model_copy(update=changes)
    line = repository.audit(me, "edit", before, now, fields=list(changes))
    writes: list[Write] = [line]
    if before.name_asked and changes.keys() & {"name", "preferred_name"}:  # it is decided by this
        changes["name_asked"] = None
        writes.append(Delete(repository.name_waits_key(member_id)))
    writes += repository.changed(before, **changes)
    if after.known_as != before.known_as:
        writes += communities.called(members.table, before, after.known_as, now)
    try:
        members.table.transact(writes)
    except ConditionFailed as lost:
        newest = _editable(member_id, now, members)
        if newest.revision != before.revision:
            raise _edited_meanwhile(newest, form, members) from lost
        raise model.ChangedMeanwhile from lost
    return after


def _editable(member_id: str, now: datetime, members: Members) -> Member:
    member = member_page.existing(member_id, now, members)
    if member.status == "erasing":
        raise model.BeingErased(
            next=f"It cannot be changed unless they undo that, which they can for {views.undo_time()}."
        )
    return member


def _wanted(form: forms.EditMember) -> dict[str, Any]:
    """What the record is to say; another role's name goes where a role of the list is chosen."""
    other = form.role_other if form.role == "other" else None
    return {**_held(form), "role_other": other}


def _edited_meanwhile(now: Member, form: forms.EditMember, members: Members) -> EditedMeanwhile:
    """What the others did, field by field, and the form with this person's own changes on top."""
    held, wanted = _held(now), _wanted(form)
    was = _held(form.was) if form.was else {}
    ahead = min(max(now.revision - form.revision, 1), _LINES)
    items, _ = members.history(now, size=ahead)
    said = EditedMeanwhile()
    said.more = {
        "revision": now.revision,
        "done": [line.model_dump() for line in member_page.told(items, members)],
        "changes": [
            {"field": name, "was": was.get(name), "now": held[name], "yours": wanted[name]}
            for name in EDITABLE
            if held[name] != (was[name] if was else wanted[name])
        ],
    }
    own = {name for name in EDITABLE if not was or wanted[name] != was[name]}
    on_top = {name: (wanted if name in own else held)[name] for name in EDITABLE}
    said.form = {**on_top, "revision": now.revision, "was": held}
    return said


def _held(source: Member | forms.EditMember | forms.SeenMember) -> dict[str, Any]:
    """The fields as JSON has them."""
    held = {name: getattr(source, name) for name in EDITABLE}
    return {**held, "shows": sorted(held["shows"])}
