"""The office signs somebody up who asked by phone; they can end it by a link."""

from datetime import datetime, timedelta
from typing import Any

from comhar import email_links, retention
from comhar.address_digests import address_digest, is_digest_of
from comhar.aws.conditions import ConditionFailed, Delete, Item, Put, Write, present
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.errors import Conflict, FieldError, Invalid
from comhar.idempotency import REPEATABLE, Once
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.membership import claims, email_addresses, follow_up_work, sessions
from comhar.membership import model as membership_model
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.register import forms, service, views
from comhar.register.letters import NOT_ME_DAYS
from comhar.tokens import new_alias, new_id

type AnyUser = Context[Member | None]

NOT_ME_AGAIN = (
    "If you do not want to be a member, sign in and leave, or write to the National Office."
)


class MembershipInUse(email_links.LinkSpent):
    kind = "taken-up"
    title = "This link no longer works: the membership has been used or changed since."
    next = NOT_ME_AGAIN


class AlreadyEntered(Conflict):
    """`more` tells the office which member has the address."""

    title = "There is already a member with this email address."
    next = "Open their record instead."


def add_member(form: forms.EnterMember, ctx: Context, once: Once = REPEATABLE) -> views.Person:
    """Make the person an active member, confirmed because the office spoke to them.

    A letter tells them what was entered.

    Raises:
        Invalid: a field is missing, or the address is the office's own.
        AlreadyEntered: the address is a member's.
    """
    forms.require_filled_in(form, "email", "name", "region", "role")
    if form.email in ctx.settings.office_emails:
        raise Invalid(FieldError("email", "This is an address of the National Office itself."))
    member = _new_member(form, ctx.now)
    writes: list[Write] = [
        *membership_repository.insert_member_writes(member),
        membership_repository.audit_write(ctx.user, "enter", member, ctx.now, region=member.region),
        follow_up_work.catch_up_write(member, ctx.now),
        letters_repository.insert_write(
            Letter(LetterId("signed_up", member.id, "1", member.id)), ctx.now
        ),
        Delete(email_addresses.invitation_key(address_digest(member.email))),
        _unused_write(member, ctx.now),
        *once.writes(member.id),
    ]
    try:
        ctx.table.transact(writes)
    except ConditionFailed as failure:
        raise _already_entered(claims.find_claim(ctx.table, member.email)) from failure
    return views.person(member)


def get_not_me_page(token: str, ctx: AnyUser) -> views.NotMeLink:
    """Whom the link is about.

    Raises:
        LinkSpent: the link was used, has run out, or the membership has ended.
        MembershipInUse: the membership has been used or changed since.
    """
    _, member = _get_entered(token, ctx)
    return views.NotMeLink(whose=member.short_name, region=member.region)


def end_by_link(token: str, ctx: AnyUser) -> views.NotMe:
    """End what the office entered.

    The record is deleted as soon as the clock comes to it.

    Raises:
        LinkSpent: the link was used, has run out, or the membership has ended.
        MembershipInUse: the membership has been used or changed since.
        MemberChanged: the member was changed at this moment.
    """
    link, member = _get_entered(token, ctx)
    after = membership_model.end_membership(member, "inactive", local_date(ctx.now))
    forget = follow_up_work.schedule_deletion_write(after, ctx.now)
    at_once = Put({**forget.item, "due_at": stamp(ctx.now)})
    unused = Delete(sessions.entered_by_office_key(member.id), condition={"pk": present})
    by_themselves = Context(member, ctx.now, ctx.table, ctx.settings)
    more = (at_once, email_links.spend_write(link, ctx.now), unused)
    service.save_end(member, after, "not_me", by_themselves, *more)
    return views.NotMe()


def _new_member(form: forms.EnterMember, now: datetime) -> Member:
    about: dict[str, Any] = form.model_dump(exclude_none=True)
    if form.role != "other":
        about.pop("role_other", None)
    about["shows"] = tuple(form.shows)
    member = Member(id=new_id(now), alias=new_alias(), confirmed=True, status="pending", **about)
    return membership_model.activate_member(member, local_date(now))


def _unused_write(member: Member, now: datetime) -> Put:
    """The mark that the letter's link still ends it; deleted at the first sign-in."""
    pk, sk = sessions.entered_by_office_key(member.id)
    until = now + timedelta(days=NOT_ME_DAYS) + retention.period("link")
    return Put({"pk": pk, "sk": sk, "expires": int(until.timestamp())})


def _already_entered(claim: Item | None) -> AlreadyEntered:
    error = AlreadyEntered()
    error.more = {"member": claim["member"]} if claim else {}
    return error


def _get_entered(token: str, ctx: AnyUser) -> tuple[Item, Member]:
    """The link and whom it is about."""
    link = email_links.get_link(ctx.table, token, "not_me", ctx.now, NOT_ME_AGAIN)
    member = membership_repository.find_member(ctx.table, ctx.settings, link["person"])
    if member is None or not member.active:
        raise email_links.LinkSpent(next=NOT_ME_AGAIN)
    unused = ctx.table.get(sessions.entered_by_office_key(member.id))
    same_address = is_digest_of(link["facts"]["address"], member.email)
    if unused is None or not same_address or link["facts"]["revision"] != member.revision:
        raise MembershipInUse
    return link, member
