"""Use cases of changing one's email address: a letter to the new one proves it.

The old address is told.
"""

from contextlib import suppress
from datetime import datetime

from comhar import email_links, retention
from comhar.address_digests import address_digest, is_digest_of
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    ConditionFailed,
    Delete,
    Item,
    Put,
    Update,
    Write,
    conflict_as,
)
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.membership import claims, email_addresses, link_requests, sessions
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member, MemberChanged
from comhar.profile import forms, model, views

ASK_AGAIN = "Sign in, and ask for the change of your address once more."


def request_change(
    form: forms.NewAddress, crowded: datetime | None, ctx: Context
) -> views.AddressAsked:
    """Send a letter to the new address, whatever it is, unless one lies there.

    The mailer decides what it says. One read, two transactions.

    Raises:
        OfficeAddress: the member's address is a setting of the service.
        MembershipOver: the office turned them away.
    """
    _require_may_change(ctx.user)
    address = address_digest(form.email)
    item, note = ctx.table.batch_get(
        [link_requests.key(address), email_addresses.former_address_key(ctx.user.id, form.email)]
    )
    with suppress(ConditionFailed):  # the same person asked at the same moment
        ctx.table.transact(_requested_address_writes(form.email, note, ctx))
    facts = {
        "member": ctx.user.id,
        "was": address_digest(ctx.user.email),
        **link_requests.wait_facts(crowded),
    }
    letter = email_addresses.link_letter_write("new_address", form.email, facts, ctx.now)
    link_request = link_requests.LinkRequest(
        address, f"new_address {ctx.user.id}", link_requests.DAY_LONG, item
    )
    link_requests.write_unless_early(ctx.table, link_request, letter, ctx.now)
    return views.AddressAsked()


def get_link_page(token: str, ctx: Context[Member | None]) -> views.AddressLink:
    """Which address the link proves, and whether this is who asked.

    Raises:
        LinkSpent: the link was used, or has run out.
    """
    link = _get_link(token, ctx)
    yours = ctx.user is not None and ctx.user.id == link["person"]
    return views.AddressLink(email=link["facts"]["email"], yours=yours)


def confirm_change(token: str, session: str | None, ctx: Context) -> views.AddressLink:
    """Make the link's address that of the signed-in person who asked.

    Who only reads the new mailbox gets nothing by it. The old address is told, and is nobody's any more;
    the person stays signed in with this `session` alone.

    Raises:
        LinkSpent: the link was used, has run out, is another person's, or from before another change.
        MembershipOver: the office turned them away.
        OfficeAddress: the member's address is a setting of the service.
        AddressTaken: the new address is another's.
        MemberChanged: the member was changed meanwhile.
    """
    link = _get_link(token, ctx)
    if ctx.user.id != link["person"]:
        raise email_links.LinkSpent(next=ASK_AGAIN)
    _require_may_change(ctx.user)
    if not is_digest_of(link["facts"]["was"], ctx.user.email):  # the address was changed since
        raise email_links.LinkSpent(next=ASK_AGAIN)
    email = link["facts"]["email"]
    if email in ctx.settings.office_emails:
        raise model.AddressTaken
    spent = email_links.spend_write(link, ctx.now, conflict=email_links.LinkSpent(next=ASK_AGAIN))
    claimed = claims.exchange_writes(
        ctx.table, ctx.user.id, ctx.user.email, email, model.AddressTaken
    )

    def write(ends: list[Delete]) -> None:
        changes = _change_writes(ctx.user, email, ctx.now)
        with conflict_as(MemberChanged):
            ctx.table.transact([spent, *claimed, *changes, *ends])

    sessions.end_sessions(
        ctx.table, ctx.user.id, write, except_key=membership_repository.session_key(session or "")
    )
    return views.AddressLink(email=email, yours=True)


def _require_may_change(user: Member) -> None:
    """Whom the office turned away must not come back by another address."""
    if user.office:
        raise model.OfficeAddress
    if user.status not in ("active", "pending", "left"):
        raise model.MembershipOver


def _change_writes(before: Member, email: str, now: datetime) -> list[Write]:
    """What is written with the claims, of which somebody else may have been first."""
    letter = email_addresses.link_letter_write(
        "address_changed", before.email, {"at": stamp(now)}, now
    )
    address = address_digest(email)
    writes: list[Write] = [
        *membership_repository.change_writes(before, now, email=email),
        Delete(email_addresses.former_address_key(before.id, email)),
        letter,
        membership_repository.audit_write(before, "change_address", before, now),
        *link_requests.reset_writes(address),
        Delete(email_addresses.invitation_key(address)),
    ]
    if address_digest(before.email) != address:  # else both lead to the same mailbox
        writes.append(_former_address_write(before, now))
    return writes


def _former_address_write(before: Member, now: datetime) -> Put:
    """Lets an erasure find mail from the old address; after `at` it may be another's."""
    pk, sk = email_addresses.former_address_key(before.id, before.email)
    until = int((now + retention.period("inbound")).timestamp())
    return Put({"pk": pk, "sk": sk, "at": stamp(now), "expires": until})


def _requested_address_writes(email: str, note: Item | None, ctx: Context) -> list[Write]:
    """Lets an erasure find the letter and link to an address that was only asked for."""
    pk, sk = email_addresses.former_address_key(ctx.user.id, email)
    until = {"expires": int((ctx.now + retention.period("stranger_letter")).timestamp())}
    if note is None:
        return [Put({"pk": pk, "sk": sk, "asked": True, **until}, UNLESS_EXISTS)]
    return [Update((pk, sk), set=until, condition={"asked": True})]


def _get_link(token: str, ctx: Context[Member | None]) -> Item:
    return email_links.get_link(ctx.table, token, "new_address", ctx.now, ASK_AGAIN)
