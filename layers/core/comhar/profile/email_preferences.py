"""Use cases of optional emails: pause them or not, on the page or by a link."""

from comhar import email_links
from comhar.aws.conditions import Item, conflict_as
from comhar.context import Context
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member, MemberChanged
from comhar.profile import forms, model, views

INSTEAD = "Sign in, and choose on the page “Letters” which ones you get."
_TRIES = 5  # against whoever changes the member at the same moment


def set_paused(form: forms.ChooseMail, ctx: Context) -> views.Mail:
    """Pause optional letters, or get them again.

    Raises:
        MembersOnly: people of the office get none.
        MemberChanged: the member was changed meanwhile.
    """
    if ctx.user.status == "office":
        raise model.MembersOnly
    _save_paused(ctx.user, form.paused, ctx)
    return views.Mail(paused=form.paused)


def get_pause_page(token: str, ctx: Context[Member | None]) -> views.MailOf:
    """How the letter's recipient has chosen.

    Raises:
        LinkSpent: the link has run out, or the member is no more.
    """
    member = _get_recipient(_get_link(token, ctx), ctx)
    return views.MailOf(paused=member.paused, whose=member.short_name)


def pause_by_link(token: str, ctx: Context[Member | None]) -> views.Mail:
    """Pause optional letters for the letter's recipient.

    The link is never used up: a mail program may send twice.

    Raises:
        LinkSpent: the link has run out, or the member is no more.
        MemberChanged: the member was changed again and again meanwhile.
    """
    link = _get_link(token, ctx)
    for attempt in range(_TRIES):
        try:
            _save_paused(_get_recipient(link, ctx), True, ctx)
            break
        except MemberChanged:
            if attempt == _TRIES - 1:
                raise
    return views.Mail(paused=True)


def _save_paused(member: Member, paused: bool, ctx: Context[Member | None]) -> None:
    if member.paused == paused:
        return
    audit_line = membership_repository.audit_write(
        member, "edit", member, ctx.now, fields=["paused"]
    )
    with conflict_as(MemberChanged):
        ctx.table.transact(
            [*membership_repository.change_writes(member, ctx.now, paused=paused), audit_line]
        )


def _get_recipient(link: Item, ctx: Context[Member | None]) -> Member:
    member = membership_repository.find_member(ctx.table, ctx.settings, link["person"])
    if member is None or member.status == "erasing":
        raise email_links.LinkSpent(next=INSTEAD)
    return member


def _get_link(token: str, ctx: Context[Member | None]) -> Item:
    return email_links.get_link(ctx.table, token, "pause", ctx.now, INSTEAD)
