"""The office records that a member is away, and stops the emails to a person."""

from comhar.absence import model as absence_model
from comhar.absence import repository as absence_repository
from comhar.absence.forms import SetAway
from comhar.aws.conditions import conflict_as
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.membership.model import MemberChanged, MemberNotActive
from comhar.register import forms, member_page, service, views


def get_away(member_id: str, ctx: Context) -> views.MemberAway:
    """Until when a member is away.

    Raises:
        NotFound: there is no such member.
    """
    member = member_page.get_member(member_id, ctx)
    member_page.record_look(member, ctx)
    return views.member_away(member, local_date(ctx.now))


def set_away(member_id: str, form: SetAway, ctx: Context) -> views.MemberAway:
    """Records that a member is away until a day, or back.

    Raises:
        NotFound: there is no such member.
        MemberNotActive, Invalid: as `absence.model.set_away`.
        MemberChanged: the member was changed meanwhile.
    """
    before, today = member_page.get_member(member_id, ctx), local_date(ctx.now)
    until = form.read_day_back()
    after = absence_model.set_away(before, until, today)
    writes = absence_repository.change_writes(before, after, until, ctx.user, ctx.now)
    with conflict_as(MemberChanged):
        ctx.table.transact(writes)
    return views.member_away(after, today)


def get_emails(member_id: str, ctx: Context) -> views.Emails:
    """What happens when the scheduled emails to a person stop, before they do.

    Raises:
        NotFound: there is no such member.
    """
    member = member_page.get_member(member_id, ctx)
    member_page.record_look(member, ctx)
    return views.emails(member)


def stop_emails(member_id: str, form: forms.StopEmails, ctx: Context) -> views.Emails:
    """Stops the scheduled emails to a person, or lets them begin again.

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
        action = "stop_emails" if form.do_not_write else "resume_emails"
        service.save_change(before, after, action, ctx)
    return views.emails(after)
