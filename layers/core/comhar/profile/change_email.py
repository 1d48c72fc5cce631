"""Owns the use cases of changing one's address: proved by a letter to the new one, told to the old."""

from contextlib import suppress
from datetime import datetime

from comhar import email_links, retention
from comhar.aws.conditions import UNLESS_EXISTS, Delete, Item, Put, Update, Write
from comhar.aws.dynamodb import ConditionFailed
from comhar.dates.dublin_time import stamp
from comhar.mailboxes import address_digest, stands_for
from comhar.membership import asks, claims, email_addresses, sessions
from comhar.membership import repository as people
from comhar.membership.model import ChangedMeanwhile, Member
from comhar.membership.repository import Members
from comhar.profile import forms, model, repository, views

ASK_AGAIN = "Sign in, and ask for the change of your address once more."


def address_form(me: Member) -> views.AddressForm:
    return views.AddressForm(email=me.email, fixed=me.office)


def ask(
    form: forms.NewAddress, me: Member, crowded: datetime | None, now: datetime, members: Members
) -> views.AddressAsked:
    """Writes a letter to the new address, whatever it is, unless one to this member lies there; the
    mailer decides what it says.

    Raises OfficeAddress, NotAMemberNow.
    """
    _check_own(me)
    _note(me, form.email, now, members)
    facts = {"member": me.id, "was": address_digest(me.email), **asks.waiting(crowded)}
    letter = email_addresses.link_letter("new_address", form.email, facts, now)
    address = address_digest(form.email)
    item = members.table.get(asks.key(address))
    ask = asks.Ask(address, f"new_address {me.id}", asks.A_DAY, item)
    asks.write_unless_early(members.table, ask, letter, now)
    return views.AddressAsked()


def shown(token: str, me: Member | None, now: datetime, members: Members) -> views.AddressLink:
    """Which address the link proves, and whether this is who asked. Raises LinkSpent."""
    link = _link(token, now, members)
    yours = me is not None and me.id == link["person"]
    return views.AddressLink(email=link["facts"]["email"], yours=yours)


def confirm(
    token: str, me: Member, session: str | None, now: datetime, members: Members
) -> views.AddressLink:
    """Makes the link's address that of the signed-in person who asked: who only reads the new mailbox
    gets nothing by it. The old address is told, and is nobody's any more; nobody else stays signed in.

    Raises LinkSpent (also where another person asked), NotAMemberNow, OfficeAddress, AddressTaken,
    ChangedMeanwhile.
    """
    link = _link(token, now, members)
    if me.id != link["person"]:
        raise email_links.LinkSpent(next=ASK_AGAIN)
    _check_own(me)
    if not stands_for(
        link["facts"]["was"], me.email
    ):  # another change was made since this was asked
        raise email_links.LinkSpent(next=ASK_AGAIN)
    email = link["facts"]["email"]
    if email in members.settings.office_emails:
        raise model.AddressTaken

    try:
        claimed = claims.exchanged(members.table, me.id, me.email, email)
    except claims.Taken as taken:
        raise model.AddressTaken from taken
    puts = sum(isinstance(each, Put) for each in claimed)

    def write(ends: list[Delete]) -> None:
        try:
            changes = _change(me, email, now)
            members.table.transact([email_links.spend(link, now), *claimed, *changes, *ends])
        except ConditionFailed as lost:
            if 0 in lost.failed:
                raise email_links.LinkSpent(next=ASK_AGAIN) from lost
            taken = any(0 < failed <= puts for failed in lost.failed)
            raise model.AddressTaken if taken else ChangedMeanwhile from lost

    sessions.sign_out(members.table, me.id, write, but=sessions.session_key(session or ""))
    return views.AddressLink(email=email, yours=True)


def _check_own(me: Member) -> None:
    """Who may change the address: whom the office turned away must not come back by another one."""
    if me.office:
        raise model.OfficeAddress
    if me.status not in ("active", "pending", "left"):
        raise model.NotAMemberNow


def _change(before: Member, email: str, now: datetime) -> list[Write]:
    """What comes with the claims, of which somebody else may have been first. The old address is a former
    one, unless both lead to the same mailbox."""
    told = email_addresses.link_letter("address_changed", before.email, {"at": stamp(now)}, now)
    return [
        *repository.changed(before, before.model_copy(update={"email": email})),
        *([] if address_digest(before.email) == address_digest(email) else [_former(before, now)]),
        Delete(repository.address_key(before.id, email)),
        told,
        people.audit(before, "change_address", before, now),
        *asks.begin_anew_writes(address_digest(email)),
        Delete(email_addresses.invitation_key(address_digest(email))),
    ]


def _former(before: Member, now: datetime) -> Put:
    """By what an erasure finds the mail that came from the old address, while there can be some; what
    came later than `at` may be another's."""
    pk, sk = repository.address_key(before.id, before.email)
    until = int((now + retention.kept("inbound")).timestamp())
    return Put({"pk": pk, "sk": sk, "at": stamp(now), "expires": until})


def _note(me: Member, email: str, now: datetime, members: Members) -> None:
    """By what an erasure finds the letter and the link to an address that was only asked for; of one that
    was the member's it is noted already."""
    pk, sk = repository.address_key(me.id, email)
    until = {"expires": int((now + retention.kept("stranger_letter")).timestamp())}
    try:
        members.table.transact([Put({"pk": pk, "sk": sk, "asked": True, **until}, UNLESS_EXISTS)])
    except ConditionFailed:
        with suppress(ConditionFailed):
            members.table.transact([Update((pk, sk), set=until, when={"asked": True})])


def _link(token: str, now: datetime, members: Members) -> Item:
    return email_links.get_link(members.table, token, "new_address", now, ASK_AGAIN)
