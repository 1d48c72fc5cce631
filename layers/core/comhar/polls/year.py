"""Owns the year at a glance: what is held, planned and missing in each quarter, laid out in one go."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from comhar import data
from comhar.aws.conditions import Write
from comhar.aws.dynamodb import ConditionFailed
from comhar.communities import repository as communities
from comhar.communities.model import Community
from comhar.dates.quarters import Quarter
from comhar.errors import FieldError, Invalid, NotFound
from comhar.meetings import repository as meetings
from comhar.meetings.model import ChangedMeanwhile, Meeting
from comhar.membership.model import Member, told_apart
from comhar.membership.repository import Members, confirmed
from comhar.once import REPEATABLE, Once
from comhar.polls import date_warnings, forms, quarter_overview, repository, views
from comhar.polls.forms import QuarterRow


def glance(region: str, year: int, me: Member, now: datetime, members: Members) -> views.YearView:
    """The year's quarters, each with its meetings and who leads them. Raises NotFound."""
    found = _meetings(region, year, members)
    return views.YearView(**_seen(region, year, found, me, now, members))


def form(region: str, year: int, me: Member, now: datetime, members: Members) -> views.YearForm:
    """What the form to lay out a year starts from. Raises NotFound."""
    found = _meetings(region, year, members)
    known = data.load("meetings")
    active = members.of_region(region, "active")
    return views.YearForm(
        **_seen(region, year, found, me, now, members),
        people=[views.Leader(id=each.id, name=name) for each, name in told_apart(active)],
        modes=known["modes"],
        kinds=[each for each in known["kinds"] if each["key"] in quarter_overview.FILLS],
    )


def check(
    region: str, year: int, sent: forms.LayOut, me: Member, now: datetime, members: Members
) -> views.YearForm:
    """The form once its dates were looked at; nothing is kept. Raises NotFound, Invalid."""
    start = form(region, year, me, now, members)
    found = _meetings(region, year, members)
    wanted = _wanted(year, sent, now, {each.id for each in start.people}, found)
    notes = _notes(region, year, wanted, sent.minutes, found, members)
    return start.model_copy(update={"looked": True, "notes": notes})


def lay_out(
    region: str,
    year: int,
    sent: forms.LayOut,
    me: Member,
    now: datetime,
    members: Members,
    once: Once = REPEATABLE,
) -> views.Laid:
    """Schedules all the meetings at once, each with its invitations. Whom a co-chair names to lead is
    confirmed by that: who runs a meeting sees who comes. Raises NotFound, Invalid, ChangedMeanwhile."""
    # First: a change from here on is seen.
    community = communities.by_region(members.table, region, now)
    found = _meetings(region, year, members)
    active = {each.id: each for each in members.of_region(region, "active")}
    wanted = _wanted(year, sent, now, set(active), found)
    notes = _notes(region, year, wanted, sent.minutes, found, members)
    made, writes = _planned(community, wanted, sent, me, now, members)
    leads = {row.lead for row in wanted.values() if row.lead}
    for lead in sorted(leads):
        writes += confirmed(active[lead], me, now)
    try:
        members.table.transact([*writes, *once.writes(made[0].id)])
    except ConditionFailed as lost:
        raise ChangedMeanwhile from lost
    names = {each.id: each.known_as for each in active.values()}
    return views.Laid(
        region=region,
        year=year,
        meetings=[quarter_overview.shown(each, names, now) for each in made],
        notes=notes,
    )


def _planned(
    community: Community,
    wanted: dict[str, QuarterRow],
    sent: forms.LayOut,
    me: Member,
    now: datetime,
    members: Members,
) -> tuple[list[Meeting], list[Write]]:
    """The meetings in order of time. What the last meeting chose is the first one's, and of two who
    plan at once, one does."""
    rules = meetings.rules(members.table, members.settings)
    common = sent.model_dump(include={"mode", "minutes", "venue", "link"})
    chosen = {"topic": community.next_topic, "lead": community.next_lead}
    made: list[Meeting] = []
    writes: list[Write] = [communities.taken_over(community)]
    for row in wanted.values():
        said = common | chosen | row.model_dump(exclude_none=True)
        fresh = Community(region=community.region)
        meeting, more = meetings.planned(said, fresh, me, rules, now)
        made.append(meeting)
        writes += more
        chosen = {}
    return made, writes


def _meetings(region: str, year: int, members: Members) -> list[Meeting]:
    if not quarter_overview.known(year):
        raise NotFound
    found = repository.meetings_of(members.table, region, year)
    return sorted((meetings.from_item(each) for each in found), key=lambda each: each.starts_at)


def _seen(
    region: str, year: int, found: list[Meeting], me: Member, now: datetime, members: Members
) -> dict[str, Any]:
    """What every page of a year shows; names for who may read them."""
    leads = sorted({each.lead for each in found if each.lead}) if me.confirmed or me.office else []
    people = members.by_ids(leads) if leads else []
    names = {each.id: each.known_as for each in people if each}
    return {
        "region": region,
        "year": year,
        "years": [each for each in (year - 1, year + 1) if quarter_overview.known(each)],
        "quarters": [
            quarter_overview.quarter(Quarter(year, n), found, names, now) for n in range(1, 5)
        ],
        "may_lead": me.chairs(region),
    }


def _wanted(
    year: int, sent: forms.LayOut, now: datetime, active: set[str], found: Sequence[Meeting]
) -> dict[str, QuarterRow]:
    """The rows that have a date, by quarter. Raises Invalid, which names the fields."""
    rows: dict[str, QuarterRow | None] = {f"q{n}": getattr(sent, f"q{n}") for n in range(1, 5)}
    planned = {each.starts_at for each in found if each.state == "scheduled"}
    mistakes = []
    for n, (key, row) in enumerate(rows.items(), start=1):
        if row is not None and (said := _mistake(Quarter(year, n), row, now, planned)):
            mistakes.append(FieldError(f"{key}.starts_at", said))
        if row is not None and row.lead and row.lead not in active:
            mistakes.append(FieldError(f"{key}.lead", "Choose an active member of this community."))
    wanted = {key: row for key, row in rows.items() if row is not None and row.starts_at}
    if not (wanted or mistakes):
        mistakes.append(FieldError("q1.starts_at", "Enter the date of at least one meeting."))
    if mistakes:
        raise Invalid(*mistakes)
    return wanted


def _mistake(
    quarter: Quarter, row: QuarterRow, now: datetime, planned: set[datetime]
) -> str | None:
    """Why this row cannot be planned, if so."""
    if row.starts_at is None:
        return "Enter the day and the time, or leave out who leads." if row.lead else None
    if not quarter.first <= row.starts_at.date() <= quarter.last:
        return (
            f"Choose a day in this quarter, from {_spelt(quarter.first)} to {_spelt(quarter.last)}."
        )
    if row.starts_at in planned:
        return "A meeting is planned for that time already."
    return date_warnings.wrong(row.starts_at, now)


def _spelt(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _notes(
    region: str,
    year: int,
    wanted: dict[str, QuarterRow],
    minutes: int,
    found: Sequence[Meeting],
    members: Members,
) -> dict[str, list[str]]:
    """By quarter: what speaks for a second look at its date, that it has a meeting already, or that it
    is left empty."""
    taken = repository.taken(members.table, date(year, 1, 1), date(year, 12, 31))
    closures = communities.closures_from(members.table.get(communities.CLOSURES))
    filled = {
        Quarter.of(each.starts_at.date()).number
        for each in found
        if each.kind in quarter_overview.FILLS
    }
    said: dict[str, list[str]] = {}
    for n in range(1, 5):
        key = f"q{n}"
        row = wanted.get(key)
        at = row.starts_at if row else None
        notes = date_warnings.notes(region, at, minutes, closures, taken) if at else []
        if at and n in filled:
            notes.append("This quarter has a meeting already.")
        if not at and n not in filled:
            notes.append("This quarter is left without a meeting.")
        if notes:
            said[key] = notes
    return said
