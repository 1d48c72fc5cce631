"""The use case of a community: see who is in it."""

from comhar.aws.dynamodb import Page
from comhar.communities import repository as communities_repository
from comhar.community_home import views
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member, require_region, sort_by_name

PAGE = 50


def get_overview(region: str, after: str | None, ctx: Context) -> views.Overview:
    """The community as this member may see it, with a page of its people.

    The co-chairs come first, then everybody by name, after the member with the id `after`. That the office
    looked is noted. Three reads.
    """
    keys = [communities_repository.key(require_region(region)), *directory.count_keys(region)]
    if after:
        keys.append(membership_repository.key(after))
    item, *others = ctx.table.batch_get(keys)
    last = others.pop() if after else None
    today = local_date(ctx.now)
    community = communities_repository.from_item(item, region, today)
    count = directory.sum_members(ctx.table, region, others)["active"]
    page, people = Page([]), dict[str, Member]()
    chairs = [co_chair["id"] for co_chair in community.chairs]
    if ctx.user.confirmed or ctx.user.office:
        page = directory.list_active_after(ctx.table, region, last, PAGE)
        starter = [community.starter] if community.starter else []
        people = _get_people(region, [*chairs, *starter, *(row["id"] for row in page.items)], ctx)
    leading = [people.pop(member_id) for member_id in chairs if member_id in people]
    first = [] if last else [member for member, _ in sort_by_name(leading)]
    members = first + [people[row["id"]] for row in page.items if row["id"] in people]
    look = {"region": region, "status": "active", "rows": len(members)}
    ctx.table.transact(membership_repository.register_look_writes(ctx.user, ctx.now, **look))
    starter_name = people[community.starter].display_name if community.starter in people else None
    return views.overview(community, members, count, page.next, starter_name, ctx.user, today)


def _get_people(region: str, ids: list[str], ctx: Context) -> dict[str, Member]:
    """By id those who are active in the region now; one batch."""
    keys = [membership_repository.row_key(region, member_id) for member_id in ids]
    rows = ctx.table.batch_get(keys) if keys else []
    return {
        row["id"]: membership_repository.from_item(row, ctx.settings)
        for row in rows
        if row and row["status"] == "active"
    }
