"""Owns the use cases of planning: schedule a meeting of a region or of all, show one, list them."""

from datetime import datetime, timedelta

from comhar import data
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import Table
from comhar.communities import repository as communities
from comhar.dates.dublin_time import instant, stamp, wall
from comhar.meetings import facilitator, forms, hosting, model, repository, views
from comhar.meetings.model import Meeting
from comhar.meetings.timeline import Rules, agenda_due_at, late
from comhar.membership.model import Member
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


def programme(region: str, me: Member, now: datetime, table: Table) -> views.Programme:
    """The meetings of a region, or those of all: what comes or goes on, and the last dozen; two queries."""
    since = wall(now)
    coming = repository.rows_from(table, region, since)
    begun = repository.past_rows(table, region, since, PAST_SHOWN)
    now_on = [row for row in reversed(begun) if row["state"] == "scheduled" and _end(row) > now]
    return views.Programme(
        region=region,
        this_year=since.year,
        coming=[views.summary(row) for row in now_on + coming],
        past=[views.summary(row) for row in begun if row not in now_on],
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
