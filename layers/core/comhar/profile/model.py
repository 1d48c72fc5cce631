"""The rules by which members change their details, move, leave and come back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from comhar.errors import Conflict, FieldError, Invalid
from comhar.membership.model import Member, MemberChanged, activate_member, end_membership

NEW_ADDRESS_HOURS = 24


class MembersOnly(Conflict):
    title = "This is for members of a community."
    next = "You are signed in as a person of the National Office, which belongs to no community."


class SameRegion(Conflict):
    title = "You are in this region’s community already."


class MembershipOver(Conflict):
    kind = "not-a-member-now"
    title = "You are not a member at the moment."
    next = "If you left, you can come back from your own page. Else write to the National Office."


class MemberNotLeft(Conflict):
    kind = "not-gone"
    title = "You have not left."
    next = "There is nothing to do: you are still a member, or the National Office has to decide."


class OfficeAddress(Conflict):
    title = "The addresses of the National Office are settings of the service."
    next = "Ask the people who run the service to change yours."


class AddressTaken(Conflict):
    title = "Another member has this address by now."
    next = "Sign in with that address, or ask for the change with another one."


def require_unchanged(member: Member, revision: int, sent: Mapping[str, Any]) -> None:
    """Refuses a form made from an older record, where it would undo a change.

    Raises:
        MemberChanged: something is stored now otherwise than it was sent; `more` tells what.
    """
    stored = {name: getattr(member, name) for name in sent if getattr(member, name) != sent[name]}
    if member.revision == revision or not stored:
        return
    error = MemberChanged(next="Check what is kept now, and save again what should hold.")
    error.title = "Your details were changed after you had opened this form."
    error.more = {"kept": stored}
    raise error


def require_role_name(role: str | None, other: str | None) -> None:
    """Refuses another role without a name.

    Raises:
        Invalid: it has none.
    """
    if role == "other" and not other:
        raise Invalid(FieldError("role_other", "Enter what your role is called."))


def move_member(member: Member, region: str, today: date, confirmed: bool | None = None) -> Member:
    """The member in another region's community from `today` (Dublin) on.

    They are no co-chair any more. Names open again once confirmed there, unless the person is of the
    office.

    Raises:
        SameRegion: they are there already.
        MembershipOver: their membership has ended.
    """
    if member.status not in ("active", "pending"):
        raise MembershipOver
    if region == member.region:
        raise SameRegion
    known = member.office if confirmed is None else confirmed
    changes = {"region": region, "confirmed": known}
    left = end_membership(member, member.status, today, member.reason).model_copy(update=changes)
    return activate_member(left, today) if member.active else left


def leave_membership(member: Member, today: date) -> Member:
    """The member, or who waits to be one, after leaving on `today` (Dublin).

    Raises:
        MembershipOver: their membership has ended.
    """
    if member.status not in ("active", "pending"):
        raise MembershipOver
    return end_membership(member, "left", today)


def resume_membership(member: Member, today: date) -> Member:
    """Who left, active again from `today` (Dublin) on.

    Or waiting again, where the office had never admitted them.

    Raises:
        MemberNotLeft: they have not left.
    """
    if member.status != "left":
        raise MemberNotLeft
    returning = member.model_copy(update={"reason": None})
    return (
        activate_member(returning, today)
        if member.joined_on
        else returning.model_copy(update={"status": "pending"})
    )


def changed_fields(before: Member, after: Member) -> dict[str, Any]:
    """The fields that a change gives another value, with that value."""
    return {
        name: getattr(after, name)
        for name in Member.model_fields
        if getattr(after, name) != getattr(before, name)
    }
