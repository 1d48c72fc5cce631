"""Owns signing somebody up who asked by phone, and their say in it: the letter's link that ends it."""

from datetime import datetime, timedelta
from typing import Any

from comhar import email_links, retention
from comhar.aws.conditions import Delete, Item, Put, Write, present
from comhar.aws.dynamodb import ConditionFailed
from comhar.dates.dublin_time import local_date, stamp
from comhar.errors import Conflict, FieldError, Invalid
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId
from comhar.mailboxes import address_digest, stands_for
from comhar.membership import claims, email_addresses, model, repository, sessions
from comhar.membership.model import Member
from comhar.membership.repository import Members
from comhar.once import REPEATABLE, Once
from comhar.register import forms, service, views
from comhar.register.letters import NOT_ME_DAYS
from comhar.tokens import new_alias, new_id

NOT_ME_AGAIN = (
    "If you do not want to be a member, sign in and leave, or write to the national office."
)


class TakenUp(email_links.LinkSpent):
    title = "This link ends nothing any more: the membership has been used or changed since."
    next = NOT_ME_AGAIN


class AlreadyEntered(Conflict):
    """`more` tells the office which member has the address."""

    title = "There is already a member with this email address."
    next = "Open their record instead."


def enter(
    form: forms.EnterMember, me: Member, now: datetime, members: Members, once: Once = REPEATABLE
) -> Member:
    """Makes the person a member: active, and confirmed because the office spoke to them. A letter tells
    them what was entered. Raises Invalid, AlreadyEntered."""
    forms.check_given(form, "email", "name", "region", "role")
    if form.email in members.settings.office_emails:
        raise Invalid(FieldError("email", "This is an address of the national office itself."))
    member = _newcomer(form, now)
    writes: list[Write] = [
        *repository.born(member),
        repository.audit(me, "enter", member, now, region=member.region),
        repository.catch_up(member, now),
        letters.put(Letter(LetterId("signed_up", member.id, "1", member.id)), now),
        Delete(email_addresses.invitation_key(address_digest(member.email))),
        _not_used_yet(member, now),
        *once.writes(member.id),
    ]
    try:
        members.table.transact(writes)
    except ConditionFailed as lost:
        raise _already(claims.find(members.table, member.email)) from lost
    return member


def _newcomer(form: forms.EnterMember, now: datetime) -> Member:
    said: dict[str, Any] = form.model_dump(exclude_none=True)
    if form.role != "other":
        said.pop("role_other", None)
    said["shows"] = tuple(form.shows)
    member = Member(id=new_id(now), alias=new_alias(), confirmed=True, status="pending", **said)
    return model.activated(member, local_date(now))


def _not_used_yet(member: Member, now: datetime) -> Put:
    """Taken away when the person signs in; from then on the link in the letter ends nothing."""
    pk, sk = sessions.entered_key(member.id)
    until = now + timedelta(days=NOT_ME_DAYS) + retention.kept("link")
    return Put({"pk": pk, "sk": sk, "expires": int(until.timestamp())})


def _already(claim: Item | None) -> AlreadyEntered:
    said = AlreadyEntered()
    said.more = {"member": claim["member"]} if claim else {}
    return said


def not_me_link(token: str, now: datetime, members: Members) -> views.NotMeLink:
    """Raises LinkSpent, TakenUp."""
    _, member = _entered(token, now, members)
    return views.NotMeLink(whose=member.in_short, region=member.region)


def not_me(token: str, now: datetime, members: Members) -> views.NotMe:
    """Ends what the office entered; the record is deleted as soon as the clock comes to it.

    Raises LinkSpent, also where the membership has ended already; TakenUp, ChangedMeanwhile.
    """
    link, member = _entered(token, now, members)
    after = model.ended(member, "inactive", local_date(now))
    forget = repository.forget_later(after, now)
    at_once = Put({**forget.item, "due_at": stamp(now)})
    unused = Delete(sessions.entered_key(member.id), when={"pk": present})
    more = (at_once, email_links.spend(link, now), unused)
    service.end(member, after, "not_me", member, now, members, *more)
    return views.NotMe()


def _entered(token: str, now: datetime, members: Members) -> tuple[Item, Member]:
    link = email_links.get_link(members.table, token, "not_me", now, NOT_ME_AGAIN)
    member = members.by_id(link["person"])
    if member is None or not member.active:
        raise email_links.LinkSpent(next=NOT_ME_AGAIN)
    unused = members.table.get(sessions.entered_key(member.id))
    same = stands_for(link["facts"]["address"], member.email)
    if unused is None or not same or link["facts"]["revision"] != member.revision:
        raise TakenUp
    return link, member
