"""The use case of a community: see who is in it."""

from comhar.communities import repository, views
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.membership import repository as membership_repository
from comhar.membership.model import require_region


def get_overview(region: str, ctx: Context) -> views.Overview:
    """The community as this member may see it; that the office looked is noted."""
    community = repository.get_community(ctx.table, require_region(region), ctx.now)
    active = membership_repository.list_members(ctx.table, ctx.settings, region, "active")
    look = {"region": region, "status": "active", "rows": len(active)}
    ctx.table.transact(membership_repository.register_look_writes(ctx.user, ctx.now, **look))
    return views.overview(community, active, ctx.user, local_date(ctx.now))
