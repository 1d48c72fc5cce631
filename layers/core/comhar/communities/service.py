"""Owns the use cases of a community: see who is in it, give it a starter, then two co-chairs."""

from datetime import datetime

from comhar.aws.conditions import Check, Write
from comhar.aws.dynamodb import ConditionFailed
from comhar.communities import model, repository, views
from comhar.dates.dublin_time import local_date
from comhar.membership import repository as people
from comhar.membership.model import ChangedMeanwhile, Member, region_named, told_apart
from comhar.membership.repository import Members
from comhar.surveys.recurring import repository as recurring_repository


def overview(region: str, me: Member, now: datetime, members: Members) -> views.Overview:
    """The community as this member may see it."""
    community = repository.by_region(members.table, region_named(region), now)
    active = members.of_region(region, "active")
    _note_look(region, len(active), me, now, members)
    return views.overview(community, active, me, local_date(now))


def chairs_page(region: str, me: Member, now: datetime, members: Members) -> views.ChairsPage:
    """Whom the form offers: the region's active members, by name."""
    active = members.of_region(region, "active")
    _note_look(region, len(active), me, now, members)
    offered = [{"id": each.id, "name": name} for each, name in told_apart(active)]
    return views.ChairsPage(region=region, members=offered)


def _note_look(region: str, rows: int, me: Member, now: datetime, members: Members) -> None:
    """That the office looked at the names of a region is noted, as for the whole list of members."""
    if me.office:
        asked = {"region": region, "status": "active", "rows": rows}
        members.table.transact([people.audit(me, "read_register", people.REGISTER, now, **asked)])


def appoint_chairs(
    region: str, form: model.Chairs, me: Member, now: datetime, members: Members
) -> views.Led:
    """Gives the community these two co-chairs, and confirms them; who led before steps down. From the
    first two on, the surveys of the whole community run by themselves.

    Raises Invalid, ChairsChangedMeanwhile.
    """
    community = repository.by_region(members.table, region, now)
    found = members.by_ids([*form.members, *(each["id"] for each in community.chairs)])
    by_id = {each.id: each for each in found if each}
    chairs = [by_id[each] for each in form.members if each in by_id]
    today = local_date(now)
    after, gone = model.chaired(community, chairs, int(form.term_months), today)
    closures = repository.closures_from(members.table.get(repository.CLOSURES))
    begun = recurring_repository.begun(region, today, closures)
    term = after.terms[-1]
    writes: list[Write] = [
        repository.put(after),
        repository.reminder(region, term.until, now),
        *begun,
    ]
    for each in chairs:
        led = tuple(sorted({*each.chair_of, region}))
        ends = {**each.chair_until, region: term.until.isoformat()}
        writes += people.changed(each, chair_of=led, chair_until=ends, confirmed=True)
        writes.append(people.audit(me, "appoint_chair", each, now, region=region))
    for each in (by_id[one] for one in gone if one in by_id):
        led = tuple(one for one in each.chair_of if one != region)
        writes += people.changed(each, chair_of=led)
        writes.append(people.audit(me, "end_chair", each, now, region=region))
    try:
        members.table.transact(writes)
    except ConditionFailed as lost:
        raise model.ChairsChangedMeanwhile from lost
    names = [each.known_as for each in chairs]
    return views.Led(region=region, chairs=names, until=term.until.isoformat())


def start(region: str, me: Member, now: datetime, members: Members) -> views.Started:
    """Makes this member the one who brings people together where nobody leads yet; the first wins.

    Raises OwnCommunityOnly, LedAlready, StarterFound, ChangedMeanwhile.
    """
    before = repository.by_region(members.table, region, now)
    after = model.started(before, me)
    if after is not before:
        line = people.audit(me, "start_community", me, now, region=region)
        still = Check(people.key(me.id), {"revision": me.revision})  # who leaves starts nothing
        try:
            members.table.transact([repository.put(after), line, still])
        except ConditionFailed as lost:
            raise (model.StarterFound if 0 in lost.failed else ChangedMeanwhile) from lost
    return views.Started(region=region, started=True)


def release(region: str, me: Member, now: datetime, members: Members) -> views.Started:
    """Takes it back, for the office or the starter. Raises NotTheStarter, ChairsChangedMeanwhile."""
    before = repository.by_region(members.table, region, now)
    after = model.released(before, me)
    if after is not before and before.starter:
        starter = members.by_id(before.starter) or before.starter
        line = people.audit(me, "release_starter", starter, now, region=region)
        try:
            members.table.transact([repository.put(after), line])
        except ConditionFailed as lost:
            raise model.ChairsChangedMeanwhile from lost
    return views.Started(region=region, started=False)
