"""Owns the use cases of planning: schedule a meeting of a region or of all, show one, list them."""

from datetime import datetime, timedelta

from comhar import data
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import TRANSACTION_LIMIT, Table
from comhar.communities import repository as communities
from comhar.dates.dublin_time import instant, local_date, stamp, wall
from comhar.meetings import facilitator, forms, hosting, model, repository, shown, views
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules, agenda_due_at, late
from comhar.membership import repository as people
from comhar.membership.model import Member
from comhar.membership.repository import Members
from comhar.once import REPEATABLE, Once
from comhar.regions import NATIONAL
from comhar.settings import Settings

PAST_SHOWN = 12


def schedule(
    region: str,
    form: forms.Schedule,
    me: Member,
    now: datetime,
    table: Table,
    settings: Settings,
    once: Once = REPEATABLE,
) -> views.Scheduled:
    """Puts a meeting on a date and invites the region's members, and a facilitator whom the office names. The
    topic and the lead come from what the last meeting chose, where the form names no other.

    Raises Invalid, for a past date too, and OfficeNamesFacilitator.
    """
    model.in_future(form.starts_at, now)
    if (form.facilitator_name or form.facilitator_email) and not me.office:
        raise hosting.OfficeNamesFacilitator
    hosting.facilitator(form.kind, form.facilitator_name, form.facilitator_email)
    return _planned(region, form, me, now, table, settings, once)


def schedule_national(
    form: forms.NationalEvent,
    me: Member,
    now: datetime,
    table: Table,
    settings: Settings,
    once: Once = REPEATABLE,
) -> views.Scheduled:
    """Puts a meeting of all regions on a date, and invites every active member. Raises Invalid."""
    model.in_future(form.starts_at, now)
    return _planned(NATIONAL, form, me, now, table, settings, once)


def _planned(
    region: str,
    form: forms.Schedule | forms.NationalEvent,
    me: Member,
    now: datetime,
    table: Table,
    settings: Settings,
    once: Once,
) -> views.Scheduled:
    community, rules = communities.by_region(table, region, now), repository.rules(table, settings)
    meeting, writes = repository.planned(form.model_dump(), community, me, rules, now)
    table.transact([*writes, *facilitator.asked(meeting, now), *once.writes(meeting.id)])
    return scheduled(meeting, rules)


def scheduled(meeting: Meeting, rules: Rules) -> views.Scheduled:
    due = agenda_due_at(meeting, rules)
    return views.Scheduled(
        **meeting.model_dump(include={"id", "region", "kind", "mode", "minutes", "state"}),
        starts_at=repository.wall(meeting.starts_at),
        agenda_due_at=stamp(due),
        short_notice=late(meeting, due, rules),
    )


def show(meeting_id: str, me: Member, now: datetime, members: Members) -> views.MeetingView:
    """A meeting as this person may see it: one query, and one read of those whom it tells of. Of a
    national one its members see their own answer alone. Raises NotFound."""
    folder = repository.folder(members.table, meeting_id)
    meeting, leads = folder.meeting, folder.meeting.led_by(me)
    named = {each["member"] for each in folder.answers}
    if meeting.region == NATIONAL and leads:
        folder = repository.of_all(members.table, folder)
    elif meeting.region == NATIONAL:
        folder = repository.of_one(members.table, folder, me.id)
    told_of = sorted(named | folder.needs.keys() | ({meeting.lead} if meeting.lead else set()))
    (closed, community), here = _present(meeting, told_of, members)
    rules = repository.rules_from(closed, members.settings)
    chairs = communities.from_item(community, meeting.region, local_date(now)).chairs
    return shown.meeting(folder, me, now, rules, here, [each["name"] for each in chairs])


def _present(
    meeting: Meeting, ids: list[str], members: Members
) -> tuple[tuple[Item | None, Item | None], dict[str, Member]]:
    """The items of the closure days and of the community, and who of these is an active member whom the
    meeting concerns."""
    keys = [
        communities.CLOSURES,
        communities.key(meeting.region),
        *(people.key(each) for each in ids),
    ]
    found: list[Item | None] = []
    for start in range(0, len(keys), TRANSACTION_LIMIT):
        found += members.table.batch_get(keys[start : start + TRANSACTION_LIMIT])
    closed, community, *held = found
    known = (people.from_item(each, members.settings) for each in held if each)
    return (closed, community), {
        each.id: each for each in known if each.active and meeting.concerns(each.region)
    }


def programme(region: str, me: Member, now: datetime, table: Table) -> views.Programme:
    """The meetings of a region, or those of all: what comes or goes on, and the last dozen; two queries."""
    since = wall(now)
    coming = repository.rows_from(table, region, since)
    begun = repository.past_rows(table, region, since, PAST_SHOWN)
    now_on = [row for row in reversed(begun) if row["state"] == "scheduled" and _end(row) > now]
    return views.Programme(
        region=region,
        this_year=since.year,
        coming=[shown.summary(row) for row in now_on + coming],
        past=[shown.summary(row) for row in begun if row not in now_on],
        may_lead=me.chairs(region),
    )


def _end(row: Item) -> datetime:
    return instant(datetime.fromisoformat(row["starts_at"])) + timedelta(minutes=row["minutes"])


def schedule_page(
    region: str, now: datetime, table: Table, settings: Settings
) -> views.SchedulePage:
    meetings = data.load("meetings")
    return views.SchedulePage(
        region=region,
        next_topic=communities.by_region(table, region, now).next_topic,
        kinds=[each for each in meetings["kinds"] if each["key"] != "national"],
        modes=meetings["modes"],
        agenda_days=settings.agenda_days,
    )
