"""Use cases of erasure up to the day it is final: ask, confirm, undo."""

from dataclasses import replace
from datetime import date, datetime

from comhar import deletion_holds, email_links
from comhar.address_digests import address_digest, is_digest_of
from comhar.aws.conditions import Delete, Item, Put, Write, conflict_as
from comhar.context import Context
from comhar.dates.dublin_time import local_date, stamp
from comhar.erasure import model, repository, views
from comhar.leadership import repository as leadership_repository
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.membership import claims, follow_up_work, link_requests, sessions
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member, MemberChanged
from comhar.tokens import new_id

type AnyUser = Context[Member | None]

ASK_AGAIN = "Sign in and ask for a new email, if you still want everything about you to be deleted."
TOO_LATE = "If it was final already and you want to come back, join again. It takes a minute."
OPEN_AGAIN = "Open the link in the email again."


def get_erase_page(ctx: Context) -> views.Erasure:
    """What goes and what stays, and until when a hold keeps it; one read.

    Raises:
        OfficeNotErasable: the member is of the office.
    """
    model.require_erasable(ctx.user)
    return views.erasure(_find_last_day(ctx.user, ctx))


def request_erasure(ctx: Context) -> views.EraseSent:
    """Send the letter whose link confirms it, unless one lies there.

    Raises:
        OfficeNotErasable: the member is of the office.
    """
    user = model.require_erasable(ctx.user)
    letter = Letter(LetterId("erase", user.id, new_id(ctx.now), user.id))
    letter_write = letters_repository.insert_write(letter, ctx.now)
    address = address_digest(user.email)
    item = ctx.table.get(link_requests.key(address))
    link_request = link_requests.LinkRequest(address, "erase", link_requests.DAY_LONG, item)
    link_requests.write_unless_early(ctx.table, link_request, letter_write, ctx.now)
    return views.EraseSent()


def get_link_page(token: str, ctx: AnyUser) -> views.ErasureOf:
    """Whom the letter's link is about, and what goes and stays.

    Raises:
        LinkSpent: the link was used, has run out, or went to an address that is theirs no more.
    """
    _, member = _get_erasable(token, ctx)
    erasure = views.erasure(_find_last_day(member, ctx))
    return views.ErasureOf(**erasure.model_dump(), whose=member.short_name)


def confirm_erasure(token: str, ctx: AnyUser) -> views.Erasing:
    """End all that the member could do, at once.

    It is final when the time to undo it is over, and no hold lasts on the member's records.

    Raises:
        LinkSpent: the link was used, has run out, or went to an address that is theirs no more.
        OfficeNotErasable: the member is of the office.
        MemberChanged: the member, or a community they led, was changed meanwhile.
    """
    link, before = _get_erasable(token, ctx)
    if before.status == "erasing":
        raise email_links.LinkSpent(next=ASK_AGAIN)
    today = local_date(ctx.now)
    after = model.mark_erasing(before, today)
    work = repository.schedule_erasure_write(before, after, ctx.now)
    final_at: str = work.item["due_at"]
    letter = LetterId("erasing", before.id, str(before.revision + 1), before.id)
    on_hold_until = _find_last_day(before, ctx)
    known = {"on_hold_until": on_hold_until.isoformat()} if on_hold_until else {}
    writes: list[Write] = [
        _spend_write(link, ASK_AGAIN, ctx.now),
        *link_requests.reset_writes(address_digest(before.email)),
        *membership_repository.change_writes(
            before, ctx.now, status=after.status, periods=after.periods, chair_of=after.chair_of
        ),
        *leadership_repository.step_down_writes(before, ctx),
        *claims.mark_erasing_writes(ctx.table, before.email, before.id, True),
        replace(work, item=work.item | known),
        letters_repository.insert_write(Letter(letter, {"final_at": final_at, **known}), ctx.now),
        membership_repository.audit_write(before, "erase", before, ctx.now),
    ]

    def write(ends: list[Delete]) -> None:
        with conflict_as(MemberChanged(next=OPEN_AGAIN)):
            ctx.table.transact([*writes, *ends])

    sessions.end_sessions(ctx.table, before.id, write)
    return views.Erasing(status=after.status, final_at=final_at, on_hold_until=on_hold_until)


def _find_last_day(member: Member, ctx: AnyUser) -> date | None:
    """The last day (Dublin) of a hold on somebody's records; one read."""
    hold = deletion_holds.find(ctx.table, "person", member.id, ctx.now)
    return date.fromisoformat(hold["until"]) if hold else None


def get_undo_page(token: str, ctx: AnyUser) -> views.Undoing:
    """Whom the link that undoes it is about, and until when it does.

    Raises:
        LinkSpent: the link was used, or has run out.
        ErasureNotPending: it is final, or undone.
    """
    link = email_links.get_link(ctx.table, token, "keep", ctx.now, TOO_LATE)
    work, member = _get_work(link, ctx), _get_erasing(link, ctx)
    return views.Undoing(final_at=work["due_at"], whose=member.short_name)


def undo_erasure(token: str, ctx: AnyUser) -> views.Undone:
    """Make the member again what they were before, but for what they led.

    Nobody is signed in by it.

    Raises:
        LinkSpent: the link was used, or has run out.
        ErasureNotPending: it is final, or undone.
        MemberChanged: the member was changed meanwhile.
    """
    link = email_links.get_link(ctx.table, token, "keep", ctx.now, TOO_LATE)
    work = _get_work(link, ctx)
    before = _get_erasing(link, ctx)
    after = model.restore_member(before, work["former"])
    writes: list[Write] = [
        _spend_write(link, TOO_LATE, ctx.now),
        *link_requests.reset_writes(address_digest(before.email)),
        *membership_repository.change_writes(
            before, ctx.now, status=after.status, periods=after.periods
        ),
        *claims.mark_erasing_writes(ctx.table, before.email, before.id, False),
        membership_repository.audit_write(before, "keep", before, ctx.now),
        _work_write(work, after, ctx.now),
    ]
    if after.active:
        writes.append(follow_up_work.catch_up_write(after, ctx.now))
    with conflict_as(MemberChanged(next=OPEN_AGAIN)):
        ctx.table.transact(writes)
    return views.Undone(status=after.status)


def _spend_write(link: Item, next: str, now: datetime) -> Write:
    return email_links.spend_write(link, now, conflict=email_links.LinkSpent(next=next))


def _work_write(work: Item, after: Member, now: datetime) -> Write:
    """No work for who is active; for who waits or has left, their time begins anew."""
    cancel = repository.cancel_write(work)
    if after.active:
        return cancel
    return Put(
        follow_up_work.schedule_deletion_write(after, now).item,
        condition=cancel.condition,
    )


def _get_erasable(token: str, ctx: AnyUser) -> tuple[Item, Member]:
    """The link that confirms it, and whose it is.

    Raises:
        LinkSpent: also where the address that the link was sent to is theirs no more: who reads the old
            mailbox decides nothing.
    """
    link = email_links.get_link(ctx.table, token, "erase", ctx.now, ASK_AGAIN)
    member = membership_repository.find_member(ctx.table, ctx.settings, link["person"])
    if member is None or not is_digest_of(link["facts"]["address"], member.email):
        raise email_links.LinkSpent(next=ASK_AGAIN)
    return link, member


def _get_work(link: Item, ctx: AnyUser) -> Item:
    """The work that makes it final."""
    item = repository.find_pending(ctx.table, link["person"])
    if item is None or item["due_at"] <= stamp(ctx.now):
        raise model.ErasureNotPending
    return item


def _get_erasing(link: Item, ctx: AnyUser) -> Member:
    member = membership_repository.find_member(ctx.table, ctx.settings, link["person"])
    if member is None or member.status != "erasing":
        raise model.ErasureNotPending
    return member
