"""Use case of the page of who is signed in: what waits for them, of every topic."""

from comhar.aws.conditions import Item
from comhar.context import Context
from comhar.home import repository, views
from comhar.membership import repository as membership_repository
from comhar.regions import NATIONAL


def get_own_page(ctx: Context) -> views.Home:
    """Who is signed in, with their meetings, surveys, polls, actions and drafts.

    Three reads; to the office two, with the national meetings only.
    """
    user = ctx.user
    meetings: list[Item] = []
    polls: list[Item] = []
    if user.active and user.region:
        meetings, polls = repository.list_meetings_and_polls(ctx.table, user.region, ctx.now)
    if user.office or (user.active and user.region):
        meetings += repository.list_meetings(ctx.table, NATIONAL, ctx.now)
    meetings.sort(key=lambda row: (row["start"], row["id"]))
    own = membership_repository.list_actions_and_drafts(ctx.table, user.id)
    return views.home(user, meetings, own, polls, ctx.now)
