"""Owns the rules of being erased: who may ask, what changes at once, how it is undone, what is said."""

from datetime import date

from comhar.errors import Gone, NotYours
from comhar.membership.model import Member, Status, activated, ended

LINK_HOURS = 24
FORMER = "former member"  # what is shown in place of a name


class OfficeStays(NotYours):
    title = "The record of a person of the national office cannot be deleted here."
    next = (
        "What the office did has to stay attributed while the address can sign in for it. Whoever runs "
        "Comhar takes the address out of its settings first."
    )


class NothingToUndo(Gone):
    title = "There is nothing to undo any more: it was undone already, or it is final."
    next = "If it was final already and you want to come back, join again. It takes a minute."


def erasable(member: Member) -> Member:
    """The member, if it is one who may be erased. Raises OfficeStays."""
    if member.office or member.status == "office":
        raise OfficeStays
    return member


def erasing(member: Member, today: date) -> Member:
    """The member while it can still be undone: active no more from `today` (Dublin) on."""
    return ended(erasable(member), "erasing", today, member.reason)


def restored(member: Member, former: Status, today: date) -> Member:
    """The member as before. Who was active has a new period from `today` (Dublin) on, or the old one
    again where it ended today; whoever was a co-chair no longer is one."""
    back = member.model_copy(update={"status": former})
    if former != "active":
        return back
    *others, last = member.periods or ({"until": None},)
    if last["until"] == today.isoformat():
        return back.model_copy(update={"periods": (*others, {**last, "until": None})})
    return activated(back, today)
