"""Owns the use cases of the register: see it, admit or decline, confirm."""

import re
from datetime import datetime
from itertools import islice
from typing import get_args

from comhar import data
from comhar.errors import FieldError, Invalid, Malformed, NotFound
from comhar.letters import records as letters
from comhar.letters.model import Letter, LetterId
from comhar.membership import model, records
from comhar.membership.model import Member
from comhar.membership.records import Members
from comhar.register import views
from comhar.table import Lost
from comhar.writes import Write

REGISTER_PAGE = 50


def admit(member_id: str, me: Member, now: datetime, members: Members) -> Member:
    """Raises NotFound, NotWaiting, Conflict when somebody changed the member meanwhile."""
    before = existing(member_id, members)
    after = model.admitted(before, now)
    change(before, after, "admit", me, now, members, records.catch_up(after, now))
    return after


def decline(
    member_id: str, reason: str | None, me: Member, now: datetime, members: Members
) -> Member:
    before = existing(member_id, members)
    after = model.declined(before, reason)
    told = Letter(LetterId("declined", member_id, str(after.revision), member_id))
    change(before, after, "decline", me, now, members, letters.put(told, now), welcome=False)
    return after


def confirm(member_id: str, me: Member, now: datetime, members: Members) -> Member:
    """Opens what colleagues share to the member. For the office and the region's co-chairs.

    Raises ChairsOnly, NotFound (also where it is not for this co-chair to know), NotActive.
    """
    if not (me.office or me.chair_of):
        raise model.ChairsOnly
    before = existing(member_id, members)
    if not (before.region and me.chairs(before.region)):
        raise NotFound
    after = model.confirmed(before)
    if not before.confirmed:
        change(before, after, "confirm", me, now, members, welcome=False)
    return after


def register(
    region: str | None, status: str | None, cursor: str | None, members: Members
) -> views.Register:
    """One page of the register, by region and time of joining; a blank is no filter.

    Raises Invalid for a region or status there is not, Malformed for a cursor of another list.
    """
    if region:
        model.region_named(region)
    if status and status not in get_args(model.Status):
        raise Invalid(FieldError("status", "Choose one of the statuses."))
    if cursor and not re.fullmatch(f"{region or '[A-Z]+'}#[0-9a-z-]{{1,64}}", cursor):
        raise Malformed("This page of the list does not exist.")
    rows = members.rows(region, cursor or None)
    wanted = (row for row in rows if not status or row["status"] == status)
    found = list(islice(wanted, REGISTER_PAGE + 1))
    shown = [records.from_item(row, members.settings) for row in found[:REGISTER_PAGE]]
    return views.Register(
        members=[views.person(each) for each in shown],
        next=found[REGISTER_PAGE - 1]["sk"] if len(found) > REGISTER_PAGE else None,
        region=region,
        status=status,
        regions=data.load("regions"),
    )


def show(member_id: str, me: Member, members: Members) -> views.Person:
    """One member, to the office and to the co-chairs of the member's region. Raises NotFound."""
    member = existing(member_id, members)
    if not (member.region and me.chairs(member.region)):
        raise NotFound
    return views.person(member)


def existing(member_id: str, members: Members) -> Member:
    member = members.by_id(member_id)
    if member is None or member.status == "office":
        raise NotFound
    return member


def change(
    before: Member,
    after: Member,
    what: str,
    me: Member,
    now: datetime,
    members: Members,
    *more: Write,
    welcome: bool = True,
) -> None:
    """Writes a member as changed, with the audit line. Raises ChangedMeanwhile."""
    changes = {
        name: getattr(after, name)
        for name in ("status", "confirmed", "joined_on", "periods", "chair_of", "reason")
    }
    writes = [*records.changed(before, **changes), records.audit(me.id, what, before.id, now)]
    if welcome:
        writes.append(records.welcome(after, now))
    try:
        members.table.transact(*writes, *more)
    except Lost as lost:
        raise model.ChangedMeanwhile from lost
