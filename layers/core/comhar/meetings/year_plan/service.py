"""Use cases for a year's meetings: see each quarter, schedule what is missing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from comhar import data
from comhar.aws.conditions import Write, conflict_as
from comhar.communities import repository as communities_repository
from comhar.communities.model import Community
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.errors import FieldError, Invalid, NotFound
from comhar.idempotency import REPEATABLE, Once
from comhar.meetings import date_warnings, planned_meetings
from comhar.meetings import repository as meetings_repository
from comhar.meetings.model import Meeting, MeetingChanged
from comhar.meetings.year_plan import forms, views
from comhar.meetings.year_plan.forms import QuarterRow
from comhar.membership import directory
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member, may_be_asked_to_act

FIRST_YEAR = 2020  # before the first community there was nothing to show
MOST_READ = 100  # meetings of one year; a region meets a few times


def get_year(region: str, year: int, ctx: Context) -> views.YearView:
    """The year's quarters, each with its meetings and who leads them.

    Raises:
        NotFound: there is no page of this year.
    """
    return views.YearView(**_overview(region, year, _list_meetings(region, year, ctx), ctx))


def get_year_form(region: str, year: int, ctx: Context) -> views.YearForm:
    """The form to lay out a year.

    Raises:
        NotFound: there is no page of this year.
    """
    return _year_form(region, year, _list_meetings(region, year, ctx), ctx)


def _year_form(region: str, year: int, meetings: list[Meeting], ctx: Context) -> views.YearForm:
    meetings_data = data.load("meetings")
    people = directory.list_all_active(ctx.table, region)
    people = [person for person in people if may_be_asked_to_act(person, date(year, 12, 31))]
    names = directory.name_to_ask(people, local_date(ctx.now))
    return views.YearForm(
        **_overview(region, year, meetings, ctx),
        people=[views.Leader(id=member_id, name=name) for member_id, name in names.items()],
        modes=meetings_data["modes"],
        kinds=[kind for kind in meetings_data["kinds"] if kind["key"] in views.FILLS],
    )


def check_year(region: str, year: int, plan: forms.LayOut, ctx: Context) -> views.YearForm:
    """The form with notes on its dates; nothing is stored.

    Raises:
        NotFound: there is no page of this year.
        Invalid: a date or a lead cannot be planned.
    """
    meetings = _list_meetings(region, year, ctx)
    page = _year_form(region, year, meetings, ctx)
    rows = _require_dated_rows(year, plan, _find_leads(region, plan, ctx), meetings, ctx.now)
    notes = _list_notes(region, year, rows, plan.minutes, meetings, ctx)
    return page.model_copy(update={"looked": True, "notes": notes})


def lay_out_year(
    region: str, year: int, plan: forms.LayOut, ctx: Context, once: Once = REPEATABLE
) -> views.Laid:
    """Schedules all the year's meetings at once, each with its invitations.

    Whom a co-chair names to lead is confirmed by that: who runs a meeting sees who comes.

    Raises:
        NotFound: there is no page of this year.
        CommunityClosed: the community is closed.
        Invalid: a date or a lead cannot be planned.
        MeetingChanged: somebody planned a meeting, or changed a lead, at the same time.
    """
    # Read first, so that a change from here on is noticed.
    community = communities_repository.get_community(ctx.table, region, ctx.now)
    community.require_open()
    meetings = _list_meetings(region, year, ctx)
    active = _find_leads(region, plan, ctx, community.next_lead)
    rows = _require_dated_rows(year, plan, active, meetings, ctx.now)
    notes = _list_notes(region, year, rows, plan.minutes, meetings, ctx)
    first, chosen = next(iter(rows.values())), active.get(community.next_lead or "")
    if chosen and first.starts_at and chosen.find_absence(first.starts_at.date()):
        community = community.model_copy(update={"next_lead": None})
    planned, writes = _new_meetings_writes(community, rows, plan, ctx)
    for lead in sorted({row.lead for row in rows.values() if row.lead}):
        writes += membership_repository.confirm_writes(active[lead], ctx.user, ctx.now)
    with conflict_as(MeetingChanged):
        ctx.table.transact([*writes, *once.writes(planned[0].id)])
    names = {member.id: member.display_name for member in active.values()}
    return views.Laid(
        region=region,
        year=year,
        meetings=[views.year_meeting(meeting, names, ctx.now) for meeting in planned],
        notes=notes,
    )


def _find_leads(
    region: str, plan: forms.LayOut, ctx: Context, *others: str | None
) -> dict[str, Member]:
    """By id the active members whom the plan names to lead, and `others`; one read."""
    quarters = filter(None, (plan.q1, plan.q2, plan.q3, plan.q4))
    leads = {*others, *(row.lead for row in quarters)}
    find = membership_repository.find_active_members
    return find(ctx.table, ctx.settings, region, filter(None, leads))


def _new_meetings_writes(
    community: Community, rows: dict[str, QuarterRow], plan: forms.LayOut, ctx: Context
) -> tuple[list[Meeting], list[Write]]:
    """The new meetings in order of time, and their writes.

    What the last meeting chose is the first one's; of two who plan at once, one does.
    """
    rules = meetings_repository.get_rules(ctx.table, ctx.settings)
    common = plan.model_dump(include={"mode", "minutes", "venue", "link"})
    chosen = {"topic": community.next_topic, "lead": community.next_lead}
    meetings: list[Meeting] = []
    writes: list[Write] = [communities_repository.take_choices_write(community)]
    for row in rows.values():
        fields = common | chosen | row.model_dump(exclude_none=True)
        meeting, meeting_writes = meetings_repository.new_meeting_writes(
            fields, community.region, ctx.user, rules, ctx.now
        )
        meetings.append(meeting)
        writes += meeting_writes
        chosen = {}
    return meetings, writes


def _list_meetings(region: str, year: int, ctx: Context) -> list[Meeting]:
    """The region's meetings of a year in order of time, without cancelled ones.

    Two reads.
    """
    if not _has_page(year):
        raise NotFound
    rows = meetings_repository.list_rows_between(
        ctx.table, region, date(year, 1, 1), date(year, 12, 31)
    )
    keys = [meetings_repository.key(row["id"]) for row in rows if row["state"] != "cancelled"]
    items = ctx.table.batch_get(keys[:MOST_READ])
    meetings = [meetings_repository.from_item(item) for item in items if item]
    return sorted(meetings, key=lambda meeting: meeting.starts_at)


def _has_page(year: int) -> bool:
    """Not a year whose public holidays are not known."""
    return bool(FIRST_YEAR <= year < data.load("holidays")["to"])


def _overview(region: str, year: int, meetings: list[Meeting], ctx: Context) -> dict[str, Any]:
    """What every page of a year shows; names for who may read them."""
    user = ctx.user
    leads = sorted({meeting.lead for meeting in meetings if meeting.lead})
    readable = leads if user.confirmed or user.office else []
    members = membership_repository.find_members(ctx.table, ctx.settings, readable)
    names = {member.id: member.display_name for member in members if member}
    return {
        "region": region,
        "year": year,
        "years": [neighbour for neighbour in (year - 1, year + 1) if _has_page(neighbour)],
        "quarters": [
            views.quarter(Quarter(year, n), meetings, names, ctx.now) for n in range(1, 5)
        ],
        "may_lead": user.may_chair(region),
    }


def _require_dated_rows(
    year: int,
    plan: forms.LayOut,
    active: Mapping[str, Member],
    meetings: Sequence[Meeting],
    now: datetime,
) -> dict[str, QuarterRow]:
    """The rows that have a date, by quarter. Raises Invalid, which names the fields."""
    rows: dict[str, QuarterRow | None] = {f"q{n}": getattr(plan, f"q{n}") for n in range(1, 5)}
    planned = {meeting.starts_at for meeting in meetings if meeting.state == "scheduled"}
    mistakes = []
    for n, (key, row) in enumerate(rows.items(), start=1):
        if row is not None and (mistake := _find_mistake(Quarter(year, n), row, now, planned)):
            mistakes.append(FieldError(f"{key}.starts_at", mistake))
        if row is not None and (mistake := _find_absence(row, active)):
            mistakes.append(FieldError(f"{key}.lead", mistake))
    dated = {key: row for key, row in rows.items() if row is not None and row.starts_at}
    if not (dated or mistakes):
        mistakes.append(FieldError("q1.starts_at", "Enter the date of at least one meeting."))
    if mistakes:
        raise Invalid(*mistakes)
    return dated


def _find_mistake(
    quarter: Quarter, row: QuarterRow, now: datetime, planned: set[datetime]
) -> str | None:
    """Why this row cannot be planned, or None."""
    if row.starts_at is None:
        return "Enter the day and the time, or leave out who leads." if row.lead else None
    if not quarter.first <= row.starts_at.date() <= quarter.last:
        first, last = _format_day(quarter.first), _format_day(quarter.last)
        return f"Choose a day in this quarter, from {first} to {last}."
    if row.starts_at in planned:
        return "A meeting is planned for that time already."
    return date_warnings.find_problem(row.starts_at, now)


def _find_absence(row: QuarterRow, active: Mapping[str, Member]) -> str | None:
    """Why its lead cannot be named, or None."""
    if row.lead and row.lead not in active:
        return "Choose an active member of this community."
    return (
        active[row.lead].find_absence(row.starts_at.date()) if row.lead and row.starts_at else None
    )


def _format_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _list_notes(
    region: str,
    year: int,
    rows: dict[str, QuarterRow],
    minutes: int,
    meetings: Sequence[Meeting],
    ctx: Context,
) -> dict[str, list[str]]:
    """By quarter: what to check about its date, and whether it has a meeting."""
    planned = planned_meetings.list_planned_meetings(
        ctx.table, date(year, 1, 1), date(year, 12, 31)
    )
    closures = communities_repository.list_closed_days(ctx.table)
    filled = {
        Quarter.of(meeting.starts_at.date()).number
        for meeting in meetings
        if meeting.kind in views.FILLS
    }
    by_quarter: dict[str, list[str]] = {}
    for n in range(1, 5):
        key = f"q{n}"
        row = rows.get(key)
        at = row.starts_at if row else None
        notes = date_warnings.list_warnings(region, at, minutes, closures, planned) if at else []
        if at and n in filled:
            notes.append("This quarter has a meeting already.")
        if not at and n not in filled:
            notes.append("This quarter is left without a meeting.")
        if notes:
            by_quarter[key] = notes
    return by_quarter
