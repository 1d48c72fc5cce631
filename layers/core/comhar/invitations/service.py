"""Use cases of invitations: invite at once, list the open ones, resend, take back."""

from collections import Counter
from datetime import datetime, timedelta

from comhar import retention
from comhar.aws.conditions import Delete, Item, Put, present
from comhar.context import Context
from comhar.dates.dublin_time import stamp, unstamp
from comhar.errors import NotFound
from comhar.fields import tidy_text
from comhar.idempotency import REPEATABLE, Once
from comhar.invitations import forms, jobs, repository, row_status, views
from comhar.invitations.columns import PersonRow
from comhar.invitations.row_status import Row
from comhar.membership import email_addresses
from comhar.membership import repository as membership_repository
from comhar.membership.model import SIGN_UP_LINK_HOURS
from comhar.membership.repository import audit_write
from comhar.tokens import new_id

PAGE = 50
_AT_ONCE = 9  # pieces that are sent within the request
_LINK = timedelta(hours=SIGN_UP_LINK_HOURS)
_ABOUT = ("name", "region", "role")


def invite(form: forms.Invite, ctx: Context) -> views.Invited:
    """Send a sign-up link to each new address.

    Each entry counts once: sent, already (a member, invited, or twice in the list) or invalid. It is a list
    that is sent at once; what is left of a long one, or if that stops half-way, is sent by the clock within
    a minute, and counts as sent.
    """
    texts = form.emails
    if isinstance(texts, str):
        texts = [text for text in row_status.split_entries(texts) if text]
    people = [PersonRow(n, tidy_text(text)) for n, text in enumerate(texts)]
    rows = preview_rows(people, ctx)
    kinds = Counter(row.kind for row in rows)
    sent = _send([row for row in rows if row.kind == "new"], ctx)
    return views.Invited(
        sent=sent["sent"] + sent["new"],
        already=sum(kinds[kind] + sent[kind] for kind in ("member", "invited", "repeat")),
        invalid=[texts[row.number] for row in rows if row.kind in ("invalid", "blank")],
        not_active=[
            views.NotActive(email=row.email, member=row.member, status=row.status)
            for row in rows
            if row.member
        ],
    )


def preview_rows(people: list[PersonRow], ctx: Context) -> list[Row]:
    """What would become of each row, as things stand now."""
    rows = row_status.classify_rows(people)
    emails = [row.email for row in rows if row.kind == "new"]
    known = repository.find_known(ctx.table, ctx.settings, emails, ctx.now)
    rows = list(row_status.mark_known(rows, known))
    return list(repository.add_member_status(ctx.table, ctx.settings, rows))


def list_open_invitations(cursor: str | None, ctx: Context) -> views.Invitations:
    """A page of the open invitations, newest first; that somebody looked is noted."""
    notes = repository.list_open_invitations(ctx.table, ctx.now)
    rest = [note for note in notes if cursor is None or repository.sort_key(note) < cursor]
    page = rest[:PAGE]
    names = _office_names({note["by"] for note in page}, ctx)
    audit_line = audit_write(
        ctx.user, "read_invitations", repository.INVITATIONS, ctx.now, rows=len(page)
    )
    ctx.table.transact([audit_line])
    return views.Invitations(
        invitations=[_view(note, names, ctx.now) for note in page],
        next=repository.sort_key(page[-1]) if len(rest) > PAGE else None,
        first=cursor is None,
        time=retention.format_days(retention.period("invitation").days),
        link_days=SIGN_UP_LINK_HOURS // 24,
    )


def get_invitation(invitation: str, ctx: Context) -> views.OpenInvitation:
    """One open invitation, by the digest of its address.

    Raises:
        NotFound: there is none, or it is not open any more.
    """
    note = _get_open(invitation, ctx)
    return _view(note, _office_names({note["by"]}, ctx), ctx.now)


def send_again(invitation: str, ctx: Context, once: Once = REPEATABLE) -> views.OpenInvitation:
    """Send the link once more; the time for it begins anew.

    Raises:
        NotFound: there is none, or it was taken up or back.
    """
    note = _get_open(invitation, ctx)
    email, about = note["email"], {name: note[name] for name in _ABOUT if name in note}
    letter = email_addresses.link_letter_write("join", email, {"invited": True, **about}, ctx.now)
    renewed = email_addresses.invitation_write(email, ctx.user.id, ctx.now, **about)
    renewed = Put(renewed.item, condition={"pk": present}, conflict=NotFound)
    audit_line = audit_write(ctx.user, "invite", repository.INVITATIONS, ctx.now, count=1)
    ctx.table.transact([letter, renewed, audit_line, *once.writes(invitation)])
    return _view(renewed.item, _office_names({ctx.user.id}, ctx), ctx.now)


def withdraw(invitation: str, ctx: Context) -> views.Withdrawn:
    """Withdraw an invitation: its links stop working.

    Raises:
        NotFound: there is none, or it was taken up or back.
    """
    _get_open(invitation, ctx)
    key = email_addresses.invitation_key(invitation)
    audit_line = audit_write(ctx.user, "withdraw_invitation", repository.INVITATIONS, ctx.now)
    ctx.table.transact([Delete(key, condition={"pk": present}, conflict=NotFound), audit_line])
    return views.Withdrawn()


def _send(new: list[Row], ctx: Context) -> Counter[str]:
    """What became of those who were new a moment ago."""
    if not new:
        return Counter()
    list_id, about = new_id(ctx.now), {"by": ctx.user.id, "notes": []}
    item = repository.save_list(ctx.table, list_id, new, about, ctx.now, sending=True)
    try:
        item = jobs.send_list(item, ctx, _AT_ONCE)
    except repository.ListTaken:  # the clock has it, and sends the rest
        item = repository.find_list(ctx.table, list_id, ctx.now) or item
    return Counter(repository.count_rows(item))


def _get_open(invitation: str, ctx: Context) -> Item:
    note = ctx.table.get(email_addresses.invitation_key(invitation))
    if note is None or not email_addresses.is_open_invitation(note, ctx.now):
        raise NotFound(next="It was accepted or withdrawn, or it has expired.")
    return note


def _office_names(ids: set[str], ctx: Context) -> dict[str, str]:
    """What to call the people of the office who invited."""
    members = membership_repository.find_members(ctx.table, ctx.settings, sorted(ids))
    return {member.id: member.display_name for member in members if member}


def _view(note: Item, names: dict[str, str], now: datetime) -> views.OpenInvitation:
    link_until = unstamp(note["at"]) + _LINK
    return views.OpenInvitation(
        id=note["sk"],
        email=note["email"],
        by=names.get(note["by"], "The National Office"),
        at=note["at"],
        link_until=stamp(link_until),
        link_works=link_until > now,
        until=stamp(datetime.fromtimestamp(note["expires"], now.tzinfo)),
    )
