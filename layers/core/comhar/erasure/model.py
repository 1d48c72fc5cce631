"""The rules of erasure: who may ask, how it begins, is undone, what remains."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from comhar.errors import Gone, NotYours
from comhar.membership.model import ErasedPerson, Member, Status, end_membership
from comhar.regions import NATIONAL

LINK_HOURS = 24


class OfficeNotErasable(NotYours):
    kind = "office-stays"
    title = "The record of a person of the National Office cannot be deleted here."
    next = (
        "What the office did has to stay attributed while the address can sign in for it. The people"
        " who run Comhar take the address out of its settings first."
    )


class ErasureNotPending(Gone):
    kind = "nothing-to-undo"
    title = "There is nothing to undo any more: it was undone already, or it is final."
    next = "If it was final already and you want to come back, join again. It takes a minute."


def require_erasable(member: Member) -> Member:
    """The member, if it is one who may be erased.

    Raises:
        OfficeNotErasable: they are of the office.
    """
    if member.office or member.status == "office":
        raise OfficeNotErasable
    return member


def mark_erasing(member: Member, today: date) -> Member:
    """The member, active no more from `today` (Dublin) on, while it can be undone.

    Raises:
        OfficeNotErasable: they are of the office.
    """
    return end_membership(require_erasable(member), "erasing", today, member.reason)


def restore_member(member: Member, former: Status) -> Member:
    """The member as before, with the last period going on where they were active.

    Whoever was a co-chair no longer is one.
    """
    goes_on = tuple(
        {**period, "until": None} for period in member.periods[-1:] if former == "active"
    )
    periods = member.periods[: len(member.periods) - len(goes_on)] + goes_on
    return member.model_copy(update={"status": former, "periods": periods})


def person_from_item(item: Mapping[str, Any], stands_for: str) -> ErasedPerson:
    """The person to erase, from a member's item."""
    names = (item[field] for field in ("name", "preferred_name") if item.get(field))
    active_in = {period["region"] for period in item.get("periods", ()) if period.get("region")}
    others = (*item.get("chair_of", ()), *item.get("moved_from", ()), item.get("region"), NATIONAL)
    regions = active_in | {*others}
    return ErasedPerson(
        id=item["id"],
        names=tuple(" ".join(name.split()).casefold() for name in names),
        regions=tuple(sorted(regions - {None})),
        pseudonym=stands_for,
    )
