"""Use cases of optional letters: pause them or not, on the page or by a letter's own link."""

from comhar import email_links
from comhar.aws.conditions import Item, conflict_as
from comhar.context import Context
from comhar.membership import repository as membership_repository
from comhar.membership.model import ChangedMeanwhile, Member
from comhar.profile import forms, model, views

INSTEAD = "Sign in, and choose on the page “Letters” which ones you get."
_TRIES = 5  # against whoever changes the member at the same moment


def choose(form: forms.ChooseMail, ctx: Context) -> views.Mail:
    """Pause optional letters, or get them again.

    Raises:
        MembersOnly: people of the office get none.
        ChangedMeanwhile: the member was changed meanwhile.
    """
    if ctx.user.status == "office":
        raise model.MembersOnly
    _set(ctx.user, form.paused, ctx)
    return views.Mail(paused=form.paused)


def show_link(token: str, ctx: Context[Member | None]) -> views.MailOf:
    """How whom the letter was for has chosen.

    Raises:
        LinkSpent: the link has run out, or the member is no more.
    """
    member = _recipient(_get_link(token, ctx), ctx)
    return views.MailOf(paused=member.paused, whose=member.in_short)


def pause(token: str, ctx: Context[Member | None]) -> views.Mail:
    """Pause optional letters for whom the letter was for.

    The link is never used up: a mail program may send twice.

    Raises:
        LinkSpent: the link has run out, or the member is no more.
        ChangedMeanwhile: the member was changed again and again meanwhile.
    """
    link = _get_link(token, ctx)
    for attempt in range(_TRIES):
        try:
            _set(_recipient(link, ctx), True, ctx)
            break
        except ChangedMeanwhile:
            if attempt == _TRIES - 1:
                raise
    return views.Mail(paused=True)


def _set(member: Member, paused: bool, ctx: Context[Member | None]) -> None:
    """Raises ChangedMeanwhile."""
    if member.paused == paused:
        return
    line = membership_repository.audit(member, "edit", member, ctx.now, fields=["paused"])
    with conflict_as(ChangedMeanwhile):
        ctx.table.transact([*membership_repository.changed(member, paused=paused), line])


def _recipient(link: Item, ctx: Context[Member | None]) -> Member:
    """Raises LinkSpent."""
    member = membership_repository.find_member(ctx.table, ctx.settings, link["person"])
    if member is None or member.status == "erasing":
        raise email_links.LinkSpent(next=INSTEAD)
    return member


def _get_link(token: str, ctx: Context[Member | None]) -> Item:
    return email_links.get_link(ctx.table, token, "pause", ctx.now, INSTEAD)
