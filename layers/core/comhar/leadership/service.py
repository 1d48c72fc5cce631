"""Use cases of a community's lead: start it, choose two co-chairs, step down."""

from datetime import timedelta

from comhar import waiting_rows
from comhar.aws.conditions import Check, ConditionFailed, Item, Write, conflict_as
from comhar.communities import model as communities_model
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.leadership import forms, repository, views
from comhar.letters import repository as letters_repository
from comhar.letters.model import Mailing
from comhar.meetings import repository as meetings_repository
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.model import ChairsOnly, Member, MemberChanged, may_be_asked_to_act
from comhar.recurring_surveys import repository as recurring_repository

_LEAD_MAY_CHOOSE = timedelta(days=7)  # after the meeting was closed
_LEAD_MEETINGS = timedelta(days=60)  # a meeting that began earlier gives its lead no right
_RUN_BEFORE = timedelta(hours=1)


class NotChairHere(ChairsOnly):
    title = "Only a co-chair of this community can step down."


def require_may_choose(region: str, ctx: Context) -> None:
    """Checks that the user may record who was chosen; two reads for others.

    Co-chairs and the office may, and who leads a meeting from an hour before it until a week after it was
    closed.

    Raises:
        ChairsOnly: the user is none of them.
    """
    user = ctx.user
    if user.may_chair(region):
        return
    if not (user.active and user.confirmed and user.region == region):
        raise ChairsOnly
    rows = meetings_repository.list_rows_between(
        ctx.table,
        region,
        local_date(ctx.now - _LEAD_MEETINGS),
        local_date(ctx.now + _RUN_BEFORE),
    )
    keys = [meetings_repository.key(row["id"]) for row in rows if row["state"] != "cancelled"]
    for item in ctx.table.batch_get(keys) if keys else []:
        if item and _gives_right(item, ctx):
            return
    raise ChairsOnly


def _gives_right(item: Item, ctx: Context) -> bool:
    meeting = meetings_repository.from_item(item)
    if meeting.state == "scheduled":
        runs = meeting.start - _RUN_BEFORE <= ctx.now
    else:
        closed_at = meeting.closed_at
        runs = closed_at is not None and ctx.now <= closed_at + _LEAD_MAY_CHOOSE
    return runs and meeting.is_turn_of(ctx.user)


def get_chairs_page(region: str, ctx: Context) -> views.ChairsPage:
    """The region's active members to choose from, who stand first; two reads.

    Who is away is left out, unless they lead now. That the office looked is noted.

    Raises:
        ChairsOnly: the user may not choose.
    """
    require_may_choose(region, ctx)
    active = directory.list_all_active(ctx.table, region)
    look = {"region": region, "status": "active", "rows": len(active)}
    ctx.table.transact(membership_repository.register_look_writes(ctx.user, ctx.now, **look))
    keys = [communities_repository.key(region), repository.candidates_key(region)]
    item, candidates_item = ctx.table.batch_get(keys)
    community = communities_repository.from_item(item, region, local_date(ctx.now))
    stand = set(repository.candidates_from_item(candidates_item, region).standing)
    leading = {chair["id"] for chair in community.chairs}
    active = [
        person
        for person in active
        if person["id"] in leading or may_be_asked_to_act(person, local_date(ctx.now))
    ]
    active.sort(key=lambda person: person["id"] not in stand)
    names = _names(region, active, ctx)
    members = [
        {"id": member_id, "name": name, "hint": "Stands as co-chair" if member_id in stand else ""}
        for member_id, name in names.items()
    ]
    return views.ChairsPage(
        region=region,
        members=members,
        standing=sum(bool(each["hint"]) for each in members),
        term_months=_last_term_months(community),
        round=community.round,
    )


def _names(region: str, people: list[Item], ctx: Context) -> dict[str, str]:
    """Names by id; workplaces tell namesakes apart for who leads the region alone."""
    if ctx.user.may_chair(region):
        return directory.disambiguate_names(people)
    return {person["id"]: person["name"] for person in people}


def _last_term_months(community: Community) -> int:
    """The length of the last term, 12 months where there was none."""
    if not community.terms:
        return 12
    last = community.terms[-1]
    return 6 if communities_model.review_on(last.since, last.until) is None else 12


def check_chairs(region: str, form: forms.Chairs, ctx: Context) -> views.ChairsCheck:
    """What happens when these two are chosen.

    Raises:
        ChairsOnly: the user may not choose.
        Invalid: they are not two active members of this community.
        ChairsChanged: co-chairs were chosen since the page was opened.
    """
    require_may_choose(region, ctx)
    before, chairs, _ = _read_choice(region, form, ctx)
    months, today = int(form.term_months), local_date(ctx.now)
    after, leaving = communities_model.appoint_chairs(before, chairs, months, today)
    names = {chair["id"]: chair["name"] for chair in before.chairs}
    return views.ChairsCheck(
        region=region,
        members=form.members,
        names=[chair.display_name for chair in chairs],
        term_months=months,
        until=after.terms[-1].until.isoformat(),
        leaving=[names[member_id] for member_id in leaving],
        round=before.round,
    )


def _read_choice(
    region: str, form: forms.Chairs, ctx: Context
) -> tuple[Community, list[Member], dict[str, Member]]:
    """The community, the two chosen, and by id all who begin or go on.

    Raises:
        ChairsChanged: co-chairs were chosen since the page was opened.
        Invalid: one who does not lead yet is away.
    """
    community = communities_repository.get_community(ctx.table, region, ctx.now)
    if form.round not in (None, community.round):
        raise _chosen_meanwhile(community)
    ids = [*form.members, *(chair["id"] for chair in community.chairs)]
    members = membership_repository.find_members(ctx.table, ctx.settings, ids)
    by_id = {member.id: member for member in members if member}
    chosen = [by_id[member] for member in form.members if member in by_id]
    leading = {chair["id"] for chair in community.chairs}
    for member in chosen:
        if member.region == region and member.id not in leading:
            member.require_present("members", local_date(ctx.now))
    return community, chosen, by_id


def _chosen_meanwhile(community: Community) -> communities_model.ChairsChanged:
    """The refusal with who leads now, for the person who asks alone."""
    error = communities_model.ChairsChanged()
    error.more = {"chairs": [chair["name"] for chair in community.chairs]}
    return error


def appoint_chairs(region: str, form: forms.Chairs, ctx: Context) -> views.Led:
    """Give the community these two co-chairs, and confirm them.

    Who led before steps down; all four, and every other member, hear of it by email. Nobody stands any more.
    From the first two on, the surveys of the whole community run by themselves.

    Raises:
        ChairsOnly: the user may not choose.
        Invalid: they are not two active members of this community.
        ChairsChanged: the co-chairs, or one of these members, were changed meanwhile.
    """
    require_may_choose(region, ctx)
    today = local_date(ctx.now)
    community, chairs, by_id = _read_choice(region, form, ctx)
    after, leaving = communities_model.appoint_chairs(
        community, chairs, int(form.term_months), today
    )
    term = after.terms[-1]
    names = [chair.display_name for chair in chairs]
    if not leaving and community.terms[-2:] == after.terms[-2:]:  # sent twice: all is so already
        return views.Led(region=region, chairs=names, until=term.until.isoformat())
    closures = communities_repository.list_closed_days(ctx.table)
    version = str(after.round)
    mailing = Mailing("chairs_chosen", region, version, region)
    writes: list[Write] = [
        *communities_repository.lead_change_writes(after),
        communities_repository.reminder_write(region, term, ctx.now),
        waiting_rows.end_write("term_ends", region),
        repository.clear_candidates_write(region),
        *repository.chair_letter_writes(
            region, version, ctx.now, chair_chosen=form.members, chair_replaced=list(leaving)
        ),
        letters_repository.insert_mailing_write(mailing, ctx.now),
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
        writes += _end_writes("end_chair", region, chair, ctx)
    try:
        ctx.table.transact(
            required=writes, optional=recurring_repository.begin_writes(region, today, closures)
        )
    except ConditionFailed as failure:
        now = communities_repository.get_community(ctx.table, region, ctx.now)
        raise _chosen_meanwhile(now) from failure
    return views.Led(region=region, chairs=names, until=term.until.isoformat())


def _end_writes(action: str, region: str, chair: Member, ctx: Context) -> list[Write]:
    """The rights of a co-chair end, with the audit's line."""
    led = tuple(other for other in chair.chair_of if other != region)
    return [
        *membership_repository.change_writes(chair, ctx.now, chair_of=led),
        membership_repository.audit_write(ctx.user, action, chair, ctx.now, region=region),
    ]


def get_step_down_page(region: str, ctx: Context) -> views.StepDownPage:
    """What happens when the user steps down; one read.

    Raises:
        NotChairHere: they are no co-chair.
    """
    if region not in ctx.user.chair_of:
        raise NotChairHere
    community = communities_repository.get_community(ctx.table, region, ctx.now)
    others = [chair["name"] for chair in community.chairs if chair["id"] != ctx.user.id]
    return views.StepDownPage(region=region, other=others[0] if others else None)


def step_down(region: str, ctx: Context) -> views.SteppedDown:
    """End the user's term as co-chair at once; members are asked to choose.

    Raises:
        NotChairHere: they are no co-chair.
        ChairsChanged: the co-chairs were changed meanwhile.
    """
    before = communities_repository.get_community(ctx.table, region, ctx.now)
    after = communities_model.end_chair(before, ctx.user.id, local_date(ctx.now))
    member = membership_repository.find_member(ctx.table, ctx.settings, ctx.user.id)
    if member is None or region not in member.chair_of:
        raise NotChairHere
    writes: list[Write] = [
        *(communities_repository.lead_change_writes(after) if after is not before else []),
        *repository.departure_writes(before, after, ctx),
        *_end_writes("step_down", region, member, ctx),
    ]
    with conflict_as(communities_model.ChairsChanged):
        ctx.table.transact(writes)
    return views.SteppedDown(region=region, chairs=[chair["name"] for chair in after.chairs])


def start_community(region: str, ctx: Context) -> views.Started:
    """Make the member the starter of a community that nobody leads; the first wins.

    A starter brings people together.

    Raises:
        OwnCommunityOnly: they are not an active member of it.
        CommunityClosed: it is closed.
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
                [*communities_repository.lead_change_writes(after), audit_line, unchanged]
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
            ctx.table.transact([*communities_repository.lead_change_writes(after), audit_line])
    return views.Started(region=region, started=False)
