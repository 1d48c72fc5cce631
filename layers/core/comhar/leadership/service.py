"""Use cases of a community's leadership: start it, appoint two co-chairs."""

from comhar.aws.conditions import Check, Write, conflict_as
from comhar.communities import model as communities_model
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.leadership import forms, views
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.model import MemberChanged
from comhar.surveys.recurring import repository as recurring_repository


def get_chairs_page(region: str, ctx: Context) -> views.ChairsPage:
    """The region's active members to choose from; that the office looked is noted."""
    active = directory.list_all_active(ctx.table, region)
    look = {"region": region, "status": "active", "rows": len(active)}
    ctx.table.transact(membership_repository.register_look_writes(ctx.user, ctx.now, **look))
    names = directory.disambiguate_names(active)
    offered = [{"id": member_id, "name": name} for member_id, name in names.items()]
    return views.ChairsPage(region=region, members=offered)


def appoint_chairs(region: str, form: forms.Chairs, ctx: Context) -> views.Led:
    """Give the community these two co-chairs, and confirm them.

    Who led before steps down. From the first two on, the surveys of the whole community run by themselves.

    Raises:
        Invalid: they are not two active members of this community.
        ChairsChanged: the co-chairs, or one of these members, were changed meanwhile.
    """
    today = local_date(ctx.now)
    community = communities_repository.get_community(ctx.table, region, ctx.now)
    ids = [*form.members, *(chair["id"] for chair in community.chairs)]
    members = membership_repository.find_members(ctx.table, ctx.settings, ids)
    by_id = {member.id: member for member in members if member}
    chairs = [by_id[member_id] for member_id in form.members if member_id in by_id]
    after, leaving = communities_model.appoint_chairs(
        community, chairs, int(form.term_months), today
    )
    closures = communities_repository.closed_days_from_item(
        ctx.table.get(communities_repository.CLOSURES)
    )
    term = after.terms[-1]
    writes: list[Write] = [
        communities_repository.community_write(after),
        communities_repository.reminder_write(region, term.until, ctx.now),
        *recurring_repository.begin_writes(region, today, closures),
    ]
    for chair in chairs:
        led = tuple(sorted({*chair.chair_of, region}))
        ends = {**chair.chair_until, region: term.until.isoformat()}
        writes += membership_repository.change_writes(
            chair, ctx.now, chair_of=led, chair_until=ends, confirmed=True
        )
        writes.append(
            membership_repository.audit_write(
                ctx.user, "appoint_chair", chair, ctx.now, region=region
            )
        )
    for chair in (by_id[member_id] for member_id in leaving if member_id in by_id):
        led = tuple(other for other in chair.chair_of if other != region)
        writes += membership_repository.change_writes(chair, ctx.now, chair_of=led)
        writes.append(
            membership_repository.audit_write(ctx.user, "end_chair", chair, ctx.now, region=region)
        )
    with conflict_as(communities_model.ChairsChanged):
        ctx.table.transact(writes)
    names = [chair.display_name for chair in chairs]
    return views.Led(region=region, chairs=names, until=term.until.isoformat())


def start_community(region: str, ctx: Context) -> views.Started:
    """Make the member the starter of a community that nobody leads; the first wins.

    A starter brings people together.

    Raises:
        OwnCommunityOnly: they are not an active member of it.
        CommunityHasChairs: it has co-chairs.
        CommunityHasStarter: another member was first.
        MemberChanged: the member was changed meanwhile.
    """
    before = communities_repository.get_community(ctx.table, region, ctx.now)
    after = communities_model.set_starter(before, ctx.user)
    if after is not before:
        unchanged = Check(  # a member who leaves at this moment starts nothing
            membership_repository.key(ctx.user.id),
            {"revision": ctx.user.revision},
            conflict=MemberChanged,
        )
        audit_line = membership_repository.audit_write(
            ctx.user, "start_community", ctx.user, ctx.now, region=region
        )
        with conflict_as(communities_model.CommunityHasStarter):
            ctx.table.transact(
                [communities_repository.community_write(after), audit_line, unchanged]
            )
    return views.Started(region=region, started=True)


def release_starter(region: str, ctx: Context) -> views.Started:
    """Take it back, for the office or the starter.

    Raises:
        NotTheStarter: somebody else asks.
        ChairsChanged: the community was changed meanwhile.
    """
    before = communities_repository.get_community(ctx.table, region, ctx.now)
    after = communities_model.clear_starter(before, ctx.user)
    if after is not before and before.starter:
        starter = (
            membership_repository.find_member(ctx.table, ctx.settings, before.starter)
            or before.starter
        )
        audit_line = membership_repository.audit_write(
            ctx.user, "release_starter", starter, ctx.now, region=region
        )
        with conflict_as(communities_model.ChairsChanged):
            ctx.table.transact([communities_repository.community_write(after), audit_line])
    return views.Started(region=region, started=False)
