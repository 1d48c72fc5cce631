"""Use cases of a community's page: its people, and the steps of its start."""

from typing import Any

from comhar.aws.conditions import Item
from comhar.aws.dynamodb import Page
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community
from comhar.community_home import checklist, views
from comhar.community_home.model import ESTABLISHED, Facts
from comhar.context import Context
from comhar.dates.dublin_time import local_date, to_wall
from comhar.meetings import repository as meetings_repository
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member, require_region, sort_by_name
from comhar.terms_of_reference import model as terms_model
from comhar.terms_of_reference import repository as terms_repository
from comhar.vision import model as vision_model
from comhar.vision import repository as vision_repository

PAGE = 50


def get_overview(region: str, after: str | None, ctx: Context) -> views.Overview:
    """The community as this member may see it, with a page of its people.

    The co-chairs come first, then everybody by name, after the member with the id `after`; nobody is listed
    on a stale device. That the office
    looked is noted. Three reads: where a co-chair is not among the page's people they are read in place of
    the meetings, and the steps of starting the community are only linked.
    """
    require_region(region)
    shows_names = (ctx.user.confirmed or ctx.user.office) and not ctx.stale
    last = ctx.table.get(membership_repository.key(after)) if after else None
    page = Page([])
    if shows_names:
        page = directory.list_active_after(ctx.table, region, last, PAGE)
    listed = [row["id"] for row in page.items]
    community, heads, rows = _get_heads(region, listed, ctx)
    people = _active_members(rows, ctx)
    leading = [chair["id"] for chair in community.chairs]
    missing = [person for person in leading if person not in listed]
    if community.starter and community.starter not in listed:
        missing.append(community.starter)
    steps = None
    if missing and shows_names:
        keys = [membership_repository.row_key(region, person) for person in missing]
        people |= _active_members(ctx.table.batch_get(keys), ctx)
    elif not after:
        first = meetings_repository.list_first_rows(ctx.table, region, ESTABLISHED)
        if len(first) < ESTABLISHED:
            steps = checklist.view(_facts(community, heads, first, first, ctx), ctx.user)
    starter = people.get(community.starter or "")
    chairs = [people.pop(person) for person in leading if person in people]
    members = [] if last else [member for member, _ in sort_by_name(chairs)]
    members += [people[person] for person in listed if person in people]
    look = {"region": region, "status": "active", "rows": len(members)}
    ctx.table.transact(membership_repository.register_look_writes(ctx.user, ctx.now, **look))
    return views.overview(
        community,
        members,
        heads["active"],
        page.next,
        starter.display_name if starter else None,
        ctx,
        steps,
        heads["terms"],
        heads["vision"],
    )


def get_checklist(region: str, ctx: Context) -> checklist.Checklist:
    """The steps of starting a community, each derived from what is there; three reads."""
    community, heads, _ = _get_heads(require_region(region), [], ctx)
    first = meetings_repository.list_first_rows(ctx.table, region, ESTABLISHED)
    coming = first
    if len(first) == ESTABLISHED:  # there may be later ones
        coming = meetings_repository.list_rows_from(ctx.table, region, to_wall(ctx.now), limit=4)
    return checklist.view(_facts(community, heads, first, coming, ctx), ctx.user)


def _get_heads(
    region: str, people: list[str], ctx: Context
) -> tuple[Community, dict[str, Any], list[Item | None]]:
    """The community, how many are in it, its terms and vision, and rows of people; one batch."""
    counts = directory.count_keys(region)
    rows = [membership_repository.row_key(region, person) for person in people]
    own = [each.key(region) for each in (communities_repository, terms_repository)]
    keys = [*own, vision_repository.key(region), *counts, *rows]
    item, terms, vision, *others = ctx.table.batch_get(keys)
    shards, today = others[: len(counts)], local_date(ctx.now)
    confirmed = directory.sum_confirmed(ctx.table, region, shards)
    heads = {
        "active": directory.sum_members(ctx.table, region, shards)["active"],
        "confirmed": confirmed,
        "terms": terms_model.summary(terms, today),
        "vision": vision_model.summary(
            vision, directory.sum_confirmed(ctx.table, region, shards, today)
        ),
    }
    community = communities_repository.from_item(item, region, today)
    return community, heads, others[len(counts) :]


def _facts(
    community: Community,
    heads: dict[str, Any],
    first: list[Item],
    coming: list[Item],
    ctx: Context,
) -> Facts:
    now = meetings_repository.format_local(to_wall(ctx.now))
    starts = (
        row["starts_at"] for row in coming if row["state"] == "scheduled" and row["starts_at"] > now
    )
    return Facts(community=community, meetings=tuple(first), planned=next(starts, None), **heads)


def _active_members(rows: list[Item | None], ctx: Context) -> dict[str, Member]:
    """By id those of the rows who are active in the region now."""
    return {
        row["id"]: membership_repository.from_item(row, ctx.settings)
        for row in rows
        if row and row["status"] == "active"
    }
