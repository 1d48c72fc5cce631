"""Owns a member's page: all that is held, the history of it, and who has looked."""

import re
from datetime import datetime

from comhar.aws.conditions import Item
from comhar.dates.dublin_time import local_date
from comhar.errors import Malformed, NotFound
from comhar.invitations import repository as invitations
from comhar.membership import repository
from comhar.membership.model import Member
from comhar.membership.repository import Members
from comhar.names import FORMER
from comhar.register import views

HISTORY_PAGE = 20
SUBJECTS = {  # of the audit, where it is not a member
    "list": repository.REGISTER,
    "invitations": invitations.INVITATIONS,
    "inbox": "INBOX",
    "roles": "text-roles",
    "legal_basis": "text-legal_basis",
    "help": "text-help",
}


def existing(member_id: str, now: datetime, members: Members) -> Member:
    """The member as they stand now. Raises NotFound; people of the office are in no register."""
    member = members.by_id(member_id)
    if member is None or member.status == "office":
        raise NotFound
    return member.on(local_date(now))


def show(
    member_id: str, before: str | None, me: Member, now: datetime, members: Members
) -> views.Record:
    """One member: to the office with the history from before that line on, to a co-chair of an active
    member's region without. Each look is noted. Raises NotFound, Malformed."""
    member = existing(member_id, now, members)
    if me.office:
        history, next = _history(member, before, members)
        shown = views.record(member, history, next)
    elif member.active and member.region and me.chairs(member.region):
        shown = views.co_chairs_view(member)
    else:
        raise NotFound
    note_look(member, me, now, members)
    return shown.model_copy(update=_names(member, me, members))


def _names(member: Member, me: Member, members: Members) -> dict[str, bool]:
    """Who else is called so, for who has to decide: whether the person is who they say, or whether the
    office lets them have the name they ask for. One query of the register."""
    asked = member.name_asked if me.office else None
    if not (asked or member.status == "pending" or (member.active and not member.confirmed)):
        return {}
    called = asked or {"name": member.name, "preferred_name": member.preferred_name}
    names = [each for each in (called["name"], called["preferred_name"]) if each]
    return {
        "namesake": members.namesake(names, member.id),
        "office_name": members.of_office(names),
    }


def reads(
    member_id: str, before: str | None, me: Member, now: datetime, members: Members
) -> views.Reads:
    """Who has looked at the record before this look, newest first. Raises NotFound, Malformed."""
    member = existing(member_id, now, members)
    history, next = _history(member, before, members, looks=True)
    note_look(member, me, now, members)
    return views.Reads(id=member_id, name=member.name, history=history, next=next)


def looks(of: str, before: str | None, members: Members) -> views.Looks:
    """Who looked at what is nobody's record alone (the list of members, the invitations …), downloaded
    or changed it, newest first. Raises NotFound, Malformed."""
    if of not in SUBJECTS:
        raise NotFound
    history, next = _history(SUBJECTS[of], before, members)
    return views.Looks(of=of, history=history, next=next)


def note_look(member: Member, me: Member, now: datetime, members: Members) -> None:
    members.table.transact([repository.look(me, member, now)])


def told(items: list[Item], members: Members) -> list[views.Done]:
    """Lines of the audit with the names of who did it, as far as there are any left."""
    known = members.ids(item["who"] for item in items)
    ids = list(dict.fromkeys(known.values()))
    people = dict(zip(ids, members.by_ids(ids) if ids else [], strict=True))
    return [_line(item, people.get(known.get(item["who"], ""))) for item in items]


def _line(item: Item, who: Member | None) -> views.Done:
    return views.Done(
        at=item["at"],
        who=who.known_as if who else FORMER.capitalize(),
        office=bool(who and who.office),
        what=item["what"],
        fields=tuple(item.get("fields", ())),
        region=item.get("region"),
        to=item.get("to"),
        count=item.get("rows", item.get("count")),
    )


def _history(
    subject: Member | str, before: str | None, members: Members, looks: bool = False
) -> tuple[list[views.Done], str | None]:
    if before and not re.fullmatch(r"[0-9a-z]{1,40}", before):
        raise Malformed("This page of the history does not exist.")
    items, next = members.history(subject, before or None, HISTORY_PAGE, looks)
    return told(items, members), next
