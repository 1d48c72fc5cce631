"""Use cases of the page of who is signed in: what waits for them, of every topic."""

from dataclasses import replace

from comhar.context import Context
from comhar.home import repository, tasks, views
from comhar.membership import directory


def get_own_page(ctx: Context) -> views.Home:
    """Who is signed in, their next meeting and what waits for them; three reads.

    To an officer without a region two.
    """
    reading = repository.read(ctx)
    things = tasks.list_waiting(reading, ctx.user, ctx.now)
    return views.home(reading, tasks.group(things), ctx.user, ctx.now)


def get_waiting(ctx: Context) -> views.WaitingList:
    """All that waits for who is signed in, each by itself, oldest first.

    Three reads, and one more for who leads a community in which somebody is to be confirmed. Where a session
    was long unused nobody is named.
    """
    reading, user = repository.read(ctx), ctx.user
    names_people = not ctx.stale and user.region in user.chair_of
    if user.region and names_people and reading.unconfirmed:
        unconfirmed = directory.list_unconfirmed(ctx.table, user.region)
        people = [person for person in unconfirmed if person["id"] not in reading.not_known]
        reading = replace(reading, unconfirmed_people=people)
    things = tasks.list_waiting(reading, user, ctx.now)
    return views.waiting_list(reading, things, ctx.now)
