"""Use cases of joining: ask for a link, fill in the form, become a member."""

from datetime import datetime
from typing import NoReturn

from comhar import email_links
from comhar.address_digests import address_digest, link_digests
from comhar.aws.conditions import ConditionFailed, Delete, Item, Write
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.membership import claims, email_addresses, follow_up_work, link_requests, sessions
from comhar.membership import model as membership_model
from comhar.membership import repository as membership_repository
from comhar.membership.link_requests import LinkRequest
from comhar.membership.model import Member
from comhar.membership.views import Sent
from comhar.sign_up import answers, forms, views
from comhar.tokens import new_alias, new_id

type AnyUser = Context[Member | None]

ASK_AGAIN = (
    "If you have joined already, sign in. Else ask for a new link on the page “Join”; it takes a"
    " minute."
)
SIGN_IN_SENT = (
    "An email with a link to sign in is on its way to this address, or came within the last 10 minutes."
    f" The link works for {membership_model.SIGN_IN_MINUTES} minutes."
)
_FIRST_TRANSACTION = 50  # links deleted in the same transaction that inserts the member


def request_link(form: forms.Join, crowded: datetime | None, ctx: AnyUser) -> Sent:
    """Send a letter, whatever the address, unless one lies there.

    The mailer decides what it says. One read, one transaction.
    """
    letter = email_addresses.link_letter_write(
        "join", form.email, link_requests.wait_facts(crowded), ctx.now
    )
    link_requests.write_unless_early(
        ctx.table, _read_link_request(form.email, ctx), letter, ctx.now
    )
    return Sent()


def get_page(token: str, ctx: AnyUser) -> views.SignUpPage:
    """The form, filled with what is known.

    Raises:
        LinkSpent: the link was used, has run out, or is an invitation taken back.
    """
    link = _get_link(token, ctx)
    led_regions = communities_repository.list_led_regions(ctx.table, ctx.now)
    legal_basis, roles = communities_repository.get_texts(ctx.table, "legal_basis", "roles")
    return views.SignUpPage(
        email=link["facts"]["email"],
        until=link["expires_at"],
        legal_basis=legal_basis,
        answers=views.Answers(**answers.known_answers(link)),
        regions=views.region_choices(led_regions),
        roles=roles,
    )


def sign_up(token: str, form: forms.SignUp, device: str, ctx: AnyUser) -> views.Welcome:
    """Make the link's address a member, signed in on a device of this kind.

    Active at once where the domain is trusted or the office invited it, else pending (DOMAIN, "MHER
    collates and maintains the list of members"). Other links to join that went to the address are void.
    Whose address is a member's already gets a letter to sign in, and nothing of theirs is changed.

    Raises:
        LinkSpent: the link was used, has run out, or is an invitation taken back.
        Invalid: an answer is missing.
        AlreadyMember: the address is a member's.
        MemberBeingErased: the address is that of somebody about to be deleted.
    """
    link = _get_link(token, ctx)
    invited = link["facts"].get("invited") or _is_invited(link, ctx)
    member = _new_member(form, link, bool(invited), ctx)
    session, session_write = sessions.new_session(member.id, ctx.now, device)
    other_links = _delete_other_links_writes(link, ctx)
    try:
        writes = [*_use_link_writes(link, ctx.now), *_member_writes(member, ctx.now), session_write]
        ctx.table.transact([*writes, *other_links[:_FIRST_TRANSACTION]])
    except ConditionFailed:  # the address is somebody's
        _sign_in_instead(link, ctx)
    ctx.table.write_all(other_links[_FIRST_TRANSACTION:])
    welcome = member.model_dump(include={"id", "status", "name", "region", "role"})
    known = sessions.new_browser_mark(address_digest(member.email))
    return views.Welcome(session=session, known=known, next="/me?done=joined", **welcome)


def _read_link_request(email: str, ctx: AnyUser) -> LinkRequest:
    """One read. A member gets a sign-in link, so they may ask again as soon."""
    address = address_digest(email)
    item, *existing_claims = ctx.table.batch_get(
        [link_requests.key(address), *claims.keys(email, ctx.table)]
    )
    known = any(existing_claims) or email in ctx.settings.office_emails
    name = link_requests.counter_name("join", email, existing_claims)
    return LinkRequest(address, name, link_requests.SIGN_IN if known else link_requests.JOIN, item)


def _get_link(token: str, ctx: AnyUser) -> Item:
    """The sign-up link's item.

    Raises:
        LinkSpent: it was used, has run out, or the office took its invitation back.
    """
    link = email_links.get_link(ctx.table, token, "sign_up", ctx.now, ASK_AGAIN)
    if link["facts"].get("invited") and not _is_invited(link, ctx):
        raise email_links.LinkSpent(next=ASK_AGAIN)
    return link


def _is_invited(link: Item, ctx: AnyUser) -> bool:
    """True if the office's invitation is open, whatever letter the link was in."""
    email = link["facts"]["email"]
    note = email_addresses.find_invitations(ctx.table, [email]).get(email)
    return email_addresses.is_open_invitation(note, ctx.now)


def _new_member(form: forms.SignUp, link: Item, invited: bool, ctx: AnyUser) -> Member:
    given = answers.read_answers(link, form)
    member = Member(
        **{**given, "shows": tuple(dict.fromkeys(given["shows"]))},
        id=new_id(ctx.now),
        alias=new_alias(),
        email=link["facts"]["email"],
        status="pending",
        confirmed=invited,
    )
    known = member.confirmed or ctx.settings.is_trusted(member.email)
    return membership_model.activate_member(member, local_date(ctx.now)) if known else member


def _use_link_writes(link: Item, now: datetime) -> list[Write]:
    """The link is spent, the address is invited no more, and may be asked for anew."""
    address = address_digest(link["facts"]["email"])
    spent = email_links.spend_write(link, now, conflict=email_links.LinkSpent(next=ASK_AGAIN))
    return [
        spent,
        *link_requests.reset_writes(address),
        Delete(email_addresses.invitation_key(address)),
    ]


def _delete_other_links_writes(link: Item, ctx: AnyUser) -> list[Delete]:
    """Deletes the other links that went to the address."""
    own_key, email = (link["pk"], link["sk"]), link["facts"]["email"]
    links = email_links.delete_links_writes(ctx.table, *link_digests(email))
    return [delete for delete in links if delete.key != own_key]


def _member_writes(member: Member, now: datetime) -> list[Write]:
    """All that a new member brings about, active or waiting."""
    next_work_write = (
        follow_up_work.catch_up_write if member.active else follow_up_work.schedule_deletion_write
    )
    return [
        *membership_repository.insert_member_writes(member),
        membership_repository.welcome_letter_write(member, now),
        membership_repository.audit_write(member, "sign_up", member, now, status=member.status),
        next_work_write(member, now),
    ]


def _sign_in_instead(link: Item, ctx: AnyUser) -> NoReturn:
    """Sends a member a letter to sign in instead.

    A link to join is good for days, so it opens nothing of a member's: a letter that is good for minutes
    does, if they still read that mailbox.

    Raises:
        AlreadyMember: always, but for the other two.
        MemberBeingErased: the member is about to be deleted.
        LinkSpent: the link was used meanwhile.
    """
    email = link["facts"]["email"]
    member = membership_repository.find_by_address(ctx.table, ctx.settings, email)
    if member is None:  # deleted, or moved to another address, meanwhile
        raise membership_model.AlreadyMember
    if member.status == "erasing":
        raise membership_model.MemberBeingErased
    letter = email_addresses.link_letter_write("join", email, {}, ctx.now)
    spent: list[Write] = [
        email_links.spend_write(link, ctx.now, conflict=email_links.LinkSpent(next=ASK_AGAIN)),
        Delete(email_addresses.invitation_key(address_digest(email))),
    ]
    link_requests.write_unless_early(
        ctx.table, _read_link_request(email, ctx), letter, ctx.now, *spent
    )
    raise membership_model.AlreadyMember(next=SIGN_IN_SENT)
