"""Owns the use cases of invitations: invite at once, see who has not come yet, ask again, take back."""

from collections import Counter
from datetime import datetime, timedelta

from comhar import retention
from comhar.aws.conditions import Delete, Item, Put, present
from comhar.aws.dynamodb import ConditionFailed
from comhar.dates.dublin_time import stamp, unstamp
from comhar.errors import NotFound
from comhar.invitations import columns, forms, jobs, repository, row_status, views
from comhar.invitations.columns import Listed
from comhar.invitations.row_status import Row
from comhar.membership import email_addresses
from comhar.membership.model import SIGN_UP_LINK_HOURS, Member
from comhar.membership.repository import Members, audit
from comhar.once import REPEATABLE, Once
from comhar.tokens import new_id

PAGE = 50
_AT_ONCE = 9  # pieces of a list that are sent while its sender waits
_LINK = timedelta(hours=SIGN_UP_LINK_HOURS)
_ABOUT = ("name", "region", "role")


def invite(form: forms.Invite, me: Member, now: datetime, members: Members) -> views.Invited:
    """Sends a sign-up link to each new address. Each entry counts once: sent, already (a member,
    invited, or twice in the list) or invalid.

    It is a list that is sent at once; what is left of a long one, or if that stops half-way, is sent
    by the clock within a minute, and counts as sent.
    """
    said = form.emails
    texts = [text for text in row_status.entries(said) if text] if isinstance(said, str) else said
    found = row_status.read(Listed(n, columns.tidy(text)) for n, text in enumerate(texts))
    fresh = [row.email for row in found if row.kind == "new"]
    apart = list(row_status.told_apart(found, repository.known(fresh, members, now)))
    found = list(repository.standing(apart, members))
    kinds = Counter(row.kind for row in found)
    sent = _sent([row for row in found if row.kind == "new"], me, now, members)
    return views.Invited(
        sent=sent["sent"] + sent["new"],
        already=sum(kinds[kind] + sent[kind] for kind in ("member", "invited", "repeat")),
        invalid=[texts[row.number] for row in found if row.kind in ("invalid", "blank")],
        not_active=[
            views.NotActive(email=row.email, member=row.member, status=row.status)
            for row in found
            if row.member
        ],
    )


def _sent(new: list[Row], me: Member, now: datetime, members: Members) -> Counter[str]:
    """What became of those who were new a moment ago."""
    if not new:
        return Counter()
    held = {"by": me.id, "notes": []}
    list_id = new_id(now)
    item = repository.put_list(members.table, list_id, new, held, now, sending=True)
    try:
        item = jobs.send(item, now, members, _AT_ONCE)
    except ConditionFailed:  # the clock has it, and ends it
        item = repository.by_id(members.table, list_id, now) or item
    return Counter(repository.counts(item))


def open_invitations(
    cursor: str | None, me: Member, now: datetime, members: Members
) -> views.Invitations:
    """A page of those that nobody took up yet, newest first; that it was looked at is noted."""
    notes = repository.open_invitations(members.table, now)
    rest = [note for note in notes if cursor is None or repository.place(note) < cursor]
    some = rest[:PAGE]
    names = _names({note["by"] for note in some}, members)
    members.table.transact(
        [audit(me, "read_invitations", repository.INVITATIONS, now, rows=len(some))]
    )
    return views.Invitations(
        invitations=[_shown(note, names, now) for note in some],
        next=repository.place(some[-1]) if len(rest) > PAGE else None,
        first=cursor is None,
        time=retention.said(retention.kept("invitation").days),
        link_days=SIGN_UP_LINK_HOURS // 24,
    )


def show(invitation: str, now: datetime, members: Members) -> views.OpenInvitation:
    """One open invitation, by the digest of its address. Raises NotFound."""
    note = _open(invitation, now, members)
    return _shown(note, _names({note["by"]}, members), now)


def again(
    invitation: str, me: Member, now: datetime, members: Members, once: Once = REPEATABLE
) -> views.OpenInvitation:
    """Sends the link once more; the time for it begins anew. Raises NotFound."""
    note = _open(invitation, now, members)
    about = {name: note[name] for name in _ABOUT if name in note}
    letter = email_addresses.link_letter("join", note["email"], {"invited": True, **about}, now)
    renewed = email_addresses.invitation(note["email"], me.id, now, **about)
    renewed = Put(renewed.item, when={"pk": present})
    line = audit(me, "invite", repository.INVITATIONS, now, count=1)
    try:
        members.table.transact([letter, renewed, line, *once.writes(invitation)])
    except ConditionFailed as lost:  # taken up or back a moment ago
        raise NotFound from lost
    return _shown(renewed.item, _names({me.id}, members), now)


def withdraw(invitation: str, me: Member, now: datetime, members: Members) -> views.Withdrawn:
    """Takes an invitation back: its links stop working. Raises NotFound."""
    _open(invitation, now, members)
    key = email_addresses.invitation_key(invitation)
    line = audit(me, "withdraw_invitation", repository.INVITATIONS, now)
    try:
        members.table.transact([Delete(key, when={"pk": present}), line])
    except ConditionFailed as lost:
        raise NotFound from lost
    return views.Withdrawn()


def _open(invitation: str, now: datetime, members: Members) -> Item:
    note = members.table.get(email_addresses.invitation_key(invitation))
    if note is None or not email_addresses.open_invitation(note, now):
        raise NotFound(next="It was taken up or taken back, or it has run out.")
    return note


def _names(ids: set[str], members: Members) -> dict[str, str]:
    """What to call the people of the office who invited."""
    named = sorted(ids)
    found = members.by_ids(named)
    return {one: member.known_as for one, member in zip(named, found, strict=True) if member}


def _shown(note: Item, names: dict[str, str], now: datetime) -> views.OpenInvitation:
    link_until = unstamp(note["at"]) + _LINK
    return views.OpenInvitation(
        id=note["sk"],
        email=note["email"],
        by=names.get(note["by"], "The national office"),
        at=note["at"],
        link_until=stamp(link_until),
        link_works=link_until > now,
        until=stamp(datetime.fromtimestamp(note["expires"], now.tzinfo)),
    )
