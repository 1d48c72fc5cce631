"""Owns the use cases after the close: the record, reopening it, and what nobody has closed."""

from datetime import datetime, timedelta

from comhar import data
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import ConditionFailed, Table
from comhar.communities import repository as communities
from comhar.dates.dublin_time import local_date, stamp, wall
from comhar.dates.working_days import issue_instant, working_days_after
from comhar.meetings import model as meetings
from comhar.meetings import repository as stored
from comhar.meetings.agenda.repository import issued, versions
from comhar.meetings.day import forms, meeting_day, model, repository, running, views
from comhar.meetings.day.meeting_day import Day
from comhar.meetings.timeline import ASKED_AFTER, Rules
from comhar.membership.model import Member, in_order
from comhar.membership.repository import Members, audit
from comhar.regions import NATIONAL
from comhar.settings import Settings

LOOKED_BACK = timedelta(days=366)


def record(meeting_id: str, me: Member, now: datetime, members: Members) -> views.Record:
    """What a closed meeting leaves: names of who was there for who leads the region, notes for who is
    confirmed. Raises NotFound, NotClosed."""
    held = meeting_day.of(members.table, meeting_id)
    meeting = _closed(held)
    until = model.reopened_until(meeting)
    may_reopen = me.chairs(meeting.region) and until is not None and now <= until
    names = _names(meeting, me, members)
    found = repository.of_region(members.table, meeting.region)
    same = {"minutes", "mode", "venue", "topic", "next_topic"}
    return views.Record(
        **running.about(held),
        **meeting.model_dump(include=same),
        led_by=_led_by(held, names, now, members.table),
        present=len(meeting.attended) if meeting.headcount is None else meeting.headcount,
        attended=_attended(meeting, names) if me.chairs(meeting.region) else [],
        lines=_lines(held, me.confirmed),
        notes_shown=me.confirmed,
        actions=[views.action(each, me, now) for each in found if each.meeting == meeting.id],
        next_lead=names.get(meeting.next_lead or ""),
        agendas=_agendas(held),
        events=[_event(each) for each in held.history],
        reopened_until=stamp(until) if may_reopen and until else None,
    )


def reopen_page(meeting_id: str, now: datetime, table: Table) -> views.ReopenPage:
    """Raises NotFound, NotClosed, ReopenedTooLate."""
    held = meeting_day.of(table, meeting_id)
    until = model.reopened_until(_closed(held))
    if until is None or now > until:
        raise model.ReopenedTooLate
    return views.ReopenPage(**running.about(held), until=stamp(until))


def reopen(
    meeting_id: str, form: forms.Reopen, me: Member, now: datetime, table: Table, settings: Settings
) -> views.Reopened:
    """Lets a closed meeting be closed anew, with a trace; what it had recorded is what that starts
    from. Raises NotFound, NotClosed, ReopenedTooLate, ChangedMeanwhile."""
    held = meeting_day.of(table, meeting_id)
    before, rules = _closed(held), stored.rules(table, settings)
    after = model.reopened(before, rules, now)
    revision = (held.attendance or {}).get("revision", 0)
    try:
        table.transact(
            [
                *stored.changed(before, after, rules),
                meeting_day.attended_before(before, revision),
                meeting_day.history(after, "reopened", me, now, form.reason),
                audit(me, "reopen", meeting_id, now),
            ],
        )
    except ConditionFailed as lost:
        raise meetings.ChangedMeanwhile from lost
    return views.Reopened(id=after.id, state=after.state)


def unconfirmed(now: datetime, table: Table, settings: Settings) -> views.UnconfirmedMeetings:
    """Meetings of the last year, of all regions, of which nobody said whether they happened though the
    co-chairs were asked twice; oldest first. One query a region."""
    rules = stored.rules(table, settings)
    since = wall(now - LOOKED_BACK)
    regions = [*(each["code"] for each in data.load("regions")), NATIONAL]
    found = [
        views.Unconfirmed(
            id=row["id"],
            region=region,
            kind=row["kind"],
            starts_at=row["starts_at"],
            days=(local_date(now) - datetime.fromisoformat(row["starts_at"]).date()).days,
        )
        for region in regions
        for row in stored.rows_from(table, region, since)
        if row["state"] == "scheduled" and _asked_twice(row, rules) <= now
    ]
    return views.UnconfirmedMeetings(meetings=sorted(found, key=lambda each: each.starts_at))


def _asked_twice(row: Item, rules: Rules) -> datetime:
    day = datetime.fromisoformat(row["starts_at"]).date()
    last = max(ASKED_AFTER.values())
    return issue_instant(working_days_after(day, last, rules.closures))


def _closed(held: Day) -> meetings.Meeting:
    if held.meeting.state != "held":
        raise model.NotClosed
    return held.meeting


def _names(meeting: meetings.Meeting, me: Member, members: Members) -> dict[str, str]:
    """By id what those are called whom the record names, for who is confirmed: for who leads the region
    all of it."""
    if not me.confirmed and not me.chairs(meeting.region):
        return {}
    wanted = [each for each in (meeting.lead, meeting.next_lead) if each]
    if me.chairs(meeting.region) and meeting.region != NATIONAL:
        people = members.of_region(meeting.region)
    else:
        people = [each for each in members.by_ids(wanted) if each] if wanted else []
    return {each.id: name for each, name in in_order(people)}


def _led_by(held: Day, names: dict[str, str], now: datetime, table: Table) -> list[str]:
    """The member whose turn it was, else the co-chairs in whose names its agenda went out."""
    if lead := names.get(held.meeting.lead or ""):
        return [lead]
    if agenda := issued(held.folder):
        return list(agenda["chairs"])
    community = communities.by_region(table, held.meeting.region, now)
    return [each["name"] for each in community.chairs]


def _attended(meeting: meetings.Meeting, names: dict[str, str]) -> list[str]:
    """In the order of names; who was erased since has none."""
    there = set(meeting.attended)
    found = [name for each, name in names.items() if each in there]
    return found + ["A former member"] * (len(there) - len(found))


def _lines(held: Day, shown: bool) -> list[views.RecordLine]:
    """The agenda with its notes; last what was noted on a line that the agenda has lost since."""
    notes = {key: each.get("text") for key, each in held.notes.items()} if shown else {}
    found = [
        views.RecordLine(title=line.title, minutes=line.minutes, notes=notes.get(key))
        for key, line in held.lines.items()
        if key != model.ELSE or notes.get(key)
    ]
    lost = [key for key in notes if key not in held.lines and notes[key]]
    return found + [
        views.RecordLine(title=held.notes[key]["title"], minutes=None, notes=notes[key])
        for key in lost
    ]


def _agendas(held: Day) -> list[views.Version]:
    return [
        views.Version(number=number, issued_at=item["issued_at"])
        for number, item in sorted(versions(held.folder).items())
    ]


def _event(item: Item) -> views.Event:
    return views.Event(**{name: item[name] for name in views.Event.model_fields if name in item})
