"""Owns the use cases of changing one's address: proved by a letter to the new one, told to the old."""

from contextlib import suppress
from datetime import datetime

from comhar import links, retention
from comhar.calendar import stamp
from comhar.mailboxes import address_digest, stands_for
from comhar.membership import addresses, asks, claims, signing
from comhar.membership import records as people
from comhar.membership.model import ChangedMeanwhile, Member
from comhar.membership.records import Members
from comhar.profile import forms, model, records, views
from comhar.table import Lost
from comhar.writes import UNLESS_EXISTS, Delete, Item, Put, Update, Write

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
    letter = addresses.link_letter("new_address", form.email, facts, now)
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
        raise links.LinkSpent(next=ASK_AGAIN)
    _check_own(me)
    if not stands_for(
        link["facts"]["was"], me.email
    ):  # another change was made since this was asked
        raise links.LinkSpent(next=ASK_AGAIN)
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
            members.table.transact(links.spend(link, now), *claimed, *changes, *ends)
        except Lost as lost:
            if 0 in lost.failed:
                raise links.LinkSpent(next=ASK_AGAIN) from lost
            taken = any(0 < failed <= puts for failed in lost.failed)
            raise model.AddressTaken if taken else ChangedMeanwhile from lost

    signing.sign_out(members.table, me.id, write, but=signing.session_key(session or ""))
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
    told = addresses.link_letter("address_changed", before.email, {"at": stamp(now)}, now)
    return [
        *records.changed(before, before.model_copy(update={"email": email})),
        *([] if address_digest(before.email) == address_digest(email) else [_former(before, now)]),
        Delete(records.address_key(before.id, email)),
        told,
        people.audit(before, "change_address", before, now),
        *asks.begin_anew_writes(address_digest(email)),
        Delete(addresses.invitation_key(address_digest(email))),
    ]


def _former(before: Member, now: datetime) -> Put:
    """By what an erasure finds the mail that came from the old address, while there can be some; what
    came later than `at` may be another's."""
    pk, sk = records.address_key(before.id, before.email)
    until = int((now + retention.kept("inbound")).timestamp())
    return Put({"pk": pk, "sk": sk, "at": stamp(now), "expires": until})


def _note(me: Member, email: str, now: datetime, members: Members) -> None:
    """By what an erasure finds the letter and the link to an address that was only asked for; of one that
    was the member's it is noted already."""
    pk, sk = records.address_key(me.id, email)
    until = {"expires": int((now + retention.kept("stranger_letter")).timestamp())}
    try:
        members.table.transact(Put({"pk": pk, "sk": sk, "asked": True, **until}, UNLESS_EXISTS))
    except Lost:
        with suppress(Lost):
            members.table.transact(Update((pk, sk), set=until, when={"asked": True}))


def _link(token: str, now: datetime, members: Members) -> Item:
    return links.get_link(members.table, token, "new_address", now, ASK_AGAIN)
