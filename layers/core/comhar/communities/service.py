"""Owns the use cases of a community: see who is in it, give it two co-chairs."""

from datetime import datetime

from comhar.calendar import local_date
from comhar.communities import model, records
from comhar.membership import records as people
from comhar.membership.model import Member, alphabetical, region_named, told_apart
from comhar.membership.records import Members
from comhar.table import Lost
from comhar.writes import Write


def overview(region: str, me: Member, members: Members) -> model.Overview:
    """The community as this member may see it: names open once confirmed, ids to co-chairs."""
    region_named(region)
    community = records.by_region(members.table, region)
    active = members.of_region(region, "active")
    leading = {each["id"] for each in community.chairs}
    chair, open_ = me.chairs(region), me.confirmed or me.office
    shown = [
        model.Colleague(
            id=each.id if chair else None,
            name=each.name,
            role=each.role,
            chair=each.id in leading,
            confirmed=each.confirmed if chair else None,
        )
        for each in sorted(active, key=lambda each: alphabetical(each.name))
    ]
    current = [term for term in community.terms if not term.get("ended_on")]
    return model.Overview(
        region=region,
        chairs=[each["name"] for each in community.chairs],
        count=len(active),
        members=shown if open_ else [],
        may_chair=chair,
        hidden=not open_,
        next_topic=community.next_topic,
        term_ends=max((term["until"] for term in current), default=None),
    )


def chairs_page(region: str, members: Members) -> model.ChairsPage:
    """Whom the form offers: the region's active members, by name."""
    active = members.of_region(region, "active")
    offered = [{"id": each.id, "name": name} for each, name in told_apart(active)]
    return model.ChairsPage(region=region, members=offered)


def appoint_chairs(
    region: str, form: model.Chairs, me: Member, now: datetime, members: Members
) -> model.Led:
    """Gives the community these two co-chairs, and confirms them; who led before steps down.

    Raises Invalid, ChairsChangedMeanwhile.
    """
    community = records.by_region(members.table, region)
    found = members.by_ids([*form.members, *(each["id"] for each in community.chairs)])
    by_id = {each.id: each for each in found if each}
    chairs = [by_id[each] for each in form.members if each in by_id]
    today = local_date(now)
    after, gone = model.chaired(community, chairs, int(form.term_months), today)
    writes: list[Write] = [records.put(after)]
    for each in chairs:
        led = tuple(sorted({*each.chair_of, region}))
        writes += people.changed(each, chair_of=led, confirmed=True)
        writes.append(people.audit(me.id, "appoint_chair", each.id, now, region=region))
    for each in (by_id[one] for one in gone if one in by_id):
        led = tuple(one for one in each.chair_of if one != region)
        writes += people.changed(each, chair_of=led)
        writes.append(people.audit(me.id, "end_chair", each.id, now, region=region))
    try:
        members.table.transact(*writes)
    except Lost as lost:
        raise model.ChairsChangedMeanwhile from lost
    until = after.terms[-1]["until"]
    return model.Led(region=region, chairs=[each.name for each in chairs], until=until)
