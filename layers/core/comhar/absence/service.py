"""Use cases of being away: a member says until when, or that they are back."""

from comhar.absence import forms, model, repository, views
from comhar.aws.conditions import conflict_as
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.membership.model import Member, MemberChanged
from comhar.profile.model import MembersOnly


def get_away(ctx: Context) -> views.Away:
    """Until when the user is away.

    Raises:
        MembersOnly: people of the office belong to no community.
    """
    _require_member(ctx.user)
    return views.away(ctx.user, local_date(ctx.now))


def set_away(form: forms.SetAway, ctx: Context) -> views.Away:
    """Records that the user is away until a day, or back.

    Raises:
        MembersOnly: people of the office belong to no community.
        MemberNotActive, Invalid: as `model.set_away`.
        MemberChanged: the member was changed meanwhile.
    """
    _require_member(ctx.user)
    until, today = form.read_day_back(), local_date(ctx.now)
    after = model.set_away(ctx.user, until, today)
    with conflict_as(MemberChanged):
        ctx.table.transact(repository.change_writes(ctx.user, after, until, ctx.user, ctx.now))
    return views.away(after, today)


def _require_member(user: Member) -> None:
    if user.status == "office":
        raise MembersOnly
