"""Owns the use cases of erasure up to the day it is final: ask, confirm, undo."""

from datetime import datetime

from comhar import email_links
from comhar.aws.conditions import Item, Put, Write
from comhar.aws.dynamodb import ConditionFailed
from comhar.communities import repository as communities
from comhar.dates.dublin_time import local_date, stamp
from comhar.erasure import model, repository, views
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId
from comhar.mailboxes import address_digest, stands_for
from comhar.membership import asks, claims, sessions
from comhar.membership import repository as people
from comhar.membership.model import ChangedMeanwhile, Member
from comhar.membership.repository import Members
from comhar.tokens import new_id

ASK_AGAIN = (
    "Sign in and ask for a new letter, if you still want everything about you to be deleted."
)
TOO_LATE = "If it was final already and you want to come back, join again. It takes a minute."


def page(me: Member) -> views.Erasure:
    """What goes and what stays. Raises OfficeStays."""
    model.erasable(me)
    return views.erasure()


def ask(me: Member, now: datetime, members: Members) -> views.EraseSent:
    """Sends the letter whose link confirms it, unless one lies there. Raises OfficeStays."""
    model.erasable(me)
    letter = letters.put(Letter(LetterId("erase", me.id, new_id(now), me.id)), now)
    address = address_digest(me.email)
    item = members.table.get(asks.key(address))
    asks.write_unless_early(
        members.table, asks.Ask(address, "erase", asks.A_DAY, item), letter, now
    )
    return views.EraseSent()


def link_page(token: str, now: datetime, members: Members) -> views.ErasureOf:
    """The page behind the letter's link. Raises LinkSpent."""
    _, member = _asked(token, now, members)
    return views.ErasureOf(**views.erasure().model_dump(), whose=member.in_short)


def confirm(token: str, now: datetime, members: Members) -> views.Erasing:
    """Ends all that the member could do, at once; final when the time to undo it is over.

    Raises LinkSpent, OfficeStays, ChangedMeanwhile.
    """
    link, before = _asked(token, now, members)
    if before.status == "erasing":
        raise email_links.LinkSpent(next=ASK_AGAIN)
    today = local_date(now)
    after = model.erasing(before, today)
    work = repository.wait(before, after, now)
    final_at: str = work.item["due_at"]
    told = LetterId("erasing", before.id, str(before.revision + 1), before.id)
    writes: list[Write] = [
        email_links.spend(link, now),
        *asks.begin_anew_writes(address_digest(before.email)),
        *people.changed(
            before, status=after.status, periods=after.periods, chair_of=after.chair_of
        ),
        *communities.stepped_down(members.table, before, today),
        *claims.mark_erasing(members.table, before.email, before.id, True),
        work,
        letters.put(Letter(told, {"final_at": final_at}), now),
        people.audit(before, "erase", before, now),
    ]
    sessions.sign_out(
        members.table,
        before.id,
        lambda ended: _write(members, ASK_AGAIN, *writes, *ended),
    )
    return views.Erasing(status=after.status, final_at=final_at)


def undo_page(token: str, now: datetime, members: Members) -> views.Undoing:
    """The page behind the link that undoes it. Raises LinkSpent, NothingToUndo."""
    link = _link(token, "keep", now, members, TOO_LATE)
    work, member = _waiting(link, now, members), _erasing(link, members)
    return views.Undoing(final_at=work["due_at"], whose=member.in_short)


def undo(token: str, now: datetime, members: Members) -> views.Undone:
    """Makes the member again what they were before, but for what they led. Nobody is signed in by it.

    Raises LinkSpent, NothingToUndo, ChangedMeanwhile.
    """
    link = _link(token, "keep", now, members, TOO_LATE)
    work = _waiting(link, now, members)
    before = _erasing(link, members)
    after = model.restored(before, work["former"])
    writes: list[Write] = [
        email_links.spend(link, now),
        *asks.begin_anew_writes(address_digest(before.email)),
        *people.changed(before, status=after.status, periods=after.periods),
        *claims.mark_erasing(members.table, before.email, before.id, False),
        people.audit(before, "keep", before, now),
        _work(work, after, now),
    ]
    caught_up = [people.catch_up(after, now)] if after.active else []
    _write(members, TOO_LATE, *writes, *caught_up)
    return views.Undone(status=after.status)


def _work(work: Item, after: Member, now: datetime) -> Write:
    """Nothing to do later for who is active; for whoever waits or has left, their time begins anew."""
    called_off = repository.called_off(work)
    if after.active:
        return called_off
    return Put(people.forget_later(after, now).item, when=called_off.when)


def _asked(token: str, now: datetime, members: Members) -> tuple[Item, Member]:
    """The link that confirms it, and whose it is. Raises LinkSpent, also where the address that the
    link was sent to is theirs no more: who reads the old mailbox decides nothing."""
    link = _link(token, "erase", now, members, ASK_AGAIN)
    member = members.by_id(link["person"])
    if member is None or not stands_for(link["facts"]["address"], member.email):
        raise email_links.LinkSpent(next=ASK_AGAIN)
    return link, member


def _link(token: str, purpose: str, now: datetime, members: Members, next: str) -> Item:
    return email_links.get_link(members.table, token, purpose, now, next)


def _waiting(link: Item, now: datetime, members: Members) -> Item:
    item = repository.waiting(members.table, link["person"])
    if item is None or item["due_at"] <= stamp(now):
        raise model.NothingToUndo
    return item


def _erasing(link: Item, members: Members) -> Member:
    """Raises NothingToUndo."""
    member = members.by_id(link["person"])
    if member is None or member.status != "erasing":
        raise model.NothingToUndo
    return member


def _write(members: Members, next: str, *writes: Write) -> None:
    """The spent link stands first. Raises LinkSpent, ChangedMeanwhile."""
    try:
        members.table.transact(writes)
    except ConditionFailed as lost:
        if 0 in lost.failed:
            raise email_links.LinkSpent(next=next) from lost
        raise ChangedMeanwhile(next="Open the link in the letter again.") from lost
