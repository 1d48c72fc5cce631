"""Use case of the page of who is signed in: what waits for them, of every topic."""

from comhar.context import Context
from comhar.home import views
from comhar.meetings import repository as meetings_repository
from comhar.membership import repository as membership_repository
from comhar.polls import repository as polls_repository
from comhar.regions import NATIONAL


def get_own_page(ctx: Context) -> views.Home:
    """Who is signed in, with their meetings, surveys, polls, actions and drafts.

    To a member four reads, two of them of meetings; to the office the national meetings only.
    """
    user = ctx.user
    region = user.region if user.active else None
    wanted = [NATIONAL] if user.office else []
    if region:
        wanted = [region, NATIONAL]
    meetings = meetings_repository.list_current_rows(ctx.table, wanted, ctx.now)
    polls = polls_repository.list_running_rows(ctx.table, region, ctx.now) if region else []
    own = membership_repository.list_actions_and_drafts(ctx.table, user.id)
    return views.home(user, meetings, own, polls, ctx.now)
