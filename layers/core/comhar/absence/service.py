"""Use cases of being away: members say until when, and the office sets it for them."""

from comhar.absence import forms, model, repository, views
from comhar.aws.conditions import Write, conflict_as
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member, MemberChanged, MemberNotActive
from comhar.profile.model import MembersOnly
from comhar.register import member_page


def get_away(ctx: Context) -> views.Away:
    """Until when the user is away.

    Raises:
        MembersOnly: people of the office belong to no community.
    """
    _require_member(ctx.user)
    return views.away(ctx.user, local_date(ctx.now))


def set_away(form: forms.SetAway, ctx: Context) -> views.Away:
    """Say that one is away until a day, or back.

    Raises:
        MembersOnly: people of the office belong to no community.
        MemberNotActive, Invalid: as `model.set_away`.
        MemberChanged: the member was changed meanwhile.
    """
    _require_member(ctx.user)
    return views.away(_save_away(ctx.user, form, ctx), local_date(ctx.now))


def get_member_away(member_id: str, ctx: Context) -> views.MemberAway:
    """Until when a member is away, for the office.

    Raises:
        NotFound: there is no such member.
    """
    member = member_page.get_member(member_id, ctx)
    member_page.record_look(member, ctx)
    return views.member_away(member, local_date(ctx.now))


def set_member_away(member_id: str, form: forms.SetAway, ctx: Context) -> views.MemberAway:
    """Say for a member that they are away until a day, or back.

    Raises:
        NotFound: there is no such member.
        MemberNotActive, Invalid: as `model.set_away`.
        MemberChanged: the member was changed meanwhile.
    """
    after = _save_away(member_page.get_member(member_id, ctx), form, ctx)
    return views.member_away(after, local_date(ctx.now))


def get_emails(member_id: str, ctx: Context) -> views.Emails:
    """What happens when the scheduled emails to a person stop, before they do.

    Raises:
        NotFound: there is no such member.
    """
    member = member_page.get_member(member_id, ctx)
    member_page.record_look(member, ctx)
    return views.emails(member)


def stop_emails(member_id: str, form: forms.StopEmails, ctx: Context) -> views.Emails:
    """Stop the scheduled emails to a person, or let them begin again.

    Raises:
        NotFound: there is no such member.
        MemberNotActive: their record is about to be deleted.
        MemberChanged: the member was changed meanwhile.
    """
    before = member_page.get_member(member_id, ctx)
    if before.status == "erasing":
        raise MemberNotActive
    after = before.model_copy(update={"do_not_write": form.do_not_write})
    if after != before:
        _save(before, after, "stop_emails" if form.do_not_write else "resume_emails", ctx)
    return views.emails(after)


def _save_away(before: Member, form: forms.SetAway, ctx: Context) -> Member:
    """Saves until when somebody is away, with the work of the day back; nothing where it is so already."""
    until = form.read_day_back()
    periods = model.set_away(before, until, local_date(ctx.now))
    after = before.model_copy(update={"away": periods})
    if after != before:
        planned = repository.return_write(before.id, until)
        _save(before, after, "set_away" if until else "end_away", ctx, planned)
    return after


def _save(before: Member, after: Member, action: str, ctx: Context, *more: Write) -> None:
    audit_line = membership_repository.audit_write(ctx.user, action, before, ctx.now)
    with conflict_as(MemberChanged):
        ctx.table.transact(
            [*membership_repository.update_writes(before, after, ctx.now), audit_line, *more]
        )


def _require_member(user: Member) -> None:
    if user.status == "office":
        raise MembersOnly
