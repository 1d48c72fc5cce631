"""The records behind a figure of one region, for the office.

Of reflections and surveys there are none: a list could tell who wrote, or what one person answered.
"""

from datetime import datetime
from operator import attrgetter
from typing import Any

from comhar import regions
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.errors import NotFound
from comhar.membership import repository as membership_repository
from comhar.person_names import FORMER_MEMBER, sort_key
from comhar.reports import aggregate, figures, record_views, repository, source_repository
from comhar.reports.figures import Definition
from comhar.reports.model import Figure, KpiReport, NoSuchReport
from comhar.reports.source_rows import RegionRows

PAGE = 50  # members


def get_records(
    quarter: str, region: str, kpi: str, start: int, ctx: Context
) -> record_views.KpiRecords:
    """The records behind a figure, and what the newest version of the report says.

    `start` is how many members come before the page. A look at members is noted in the audit. Three reads at
    most.

    Raises:
        NoSuchReport: there is neither a report of the quarter, nor is it this one or the last.
        NotFound: there is no such region or figure.
    """
    period = _parse(quarter)
    definition = figures.find_definition(kpi)
    if definition is None or region not in regions.codes():
        raise NotFound
    report = repository.find_newest(ctx.table, period)
    running = Quarter.at(ctx.now)
    if report is None and period not in (running, running.previous()):
        raise NoSuchReport
    more: dict[str, Any] = {}
    if definition.records:
        rows = source_repository.read_records(ctx.table, period, region, definition.records)
        more = {
            "current": _count(definition, rows, period, ctx.now),
            **_list(definition, region, rows, period, start, ctx),
        }
    return _page(definition, region, period, report, more)


def _parse(quarter: str) -> Quarter:
    try:
        return Quarter.parse(quarter)
    except ValueError:
        raise NoSuchReport from None


def _count(definition: Definition, rows: RegionRows, period: Quarter, now: datetime) -> Figure:
    """The figure as the records make it now."""
    figure = figures.make_figure(definition, aggregate.tally(rows, period, now))
    return figures.judge(definition, figure, definition.region_target(period))


def _page(
    definition: Definition,
    region: str,
    period: Quarter,
    report: KpiReport | None,
    more: dict[str, Any],
) -> record_views.KpiRecords:
    figure = record_views.find_figure(report, definition.code, region)
    return record_views.KpiRecords(
        quarter=str(period),
        region=region,
        kpi=definition.code,
        label=definition.label,
        note=definition.note,
        protected=definition.protected,
        target=definition.region_target(period),
        version=report.version if report else None,
        status=report.status if report else "running",
        figure=figure,
        changed=record_views.describe_change(figure, more.get("current")),
        records=definition.records,
        **{"current": None, **more},
    )


def _list(
    definition: Definition,
    region: str,
    rows: RegionRows,
    period: Quarter,
    start: int,
    ctx: Context,
) -> dict[str, Any]:
    """The fields of the page that hold the records."""
    match definition.records:
        case "meetings":
            meetings = aggregate.list_meetings(definition.code, rows, period, ctx.now)
            return {
                "meetings": [
                    record_views.meeting_behind(row, *aggregate.count_attendance(row, rows))
                    for row in meetings
                ]
            }
        case "members":
            page = _list_members(definition.code, rows, period, start, ctx)
            look = {"region": region, "figure": definition.code, "rows": len(page["members"])}
            looks = membership_repository.register_look_writes(ctx.user, ctx.now, **look)
            ctx.table.transact(looks)
            return page
        case "chairs":
            return {"terms": _list_terms(rows, period, ctx)}
        case "terms":
            day = min(period.last, local_date(ctx.now))
            newest = rows.community.terms_of_reference
            approval = newest.find_as_of(day) if newest else None
            return {"approval": record_views.approval_behind(approval) if approval else None}
    return {}


def _list_members(
    code: str, rows: RegionRows, period: Quarter, start: int, ctx: Context
) -> dict[str, Any]:
    """A page of members, by when they joined, or left; those of one day by name."""
    members = aggregate.list_members(code, rows, period, ctx.now)
    get_day = attrgetter("until" if code == "members_left" else "since")
    members.sort(key=lambda each: (get_day(each[1]), each[0].id))
    page = members[start : start + PAGE]
    names = _find_names([row.id for row, _ in page], ctx)
    listed = [
        record_views.member_behind(
            row.id if row.id in names else None,
            names.get(row.id, FORMER_MEMBER.capitalize()),
            member_period,
        )
        for row, member_period in page
    ]
    return {
        "members": sorted(listed, key=lambda each: (get_day(each), sort_key(each.name))),
        "total": len(members),
        "next": str(start + PAGE) if len(members) > start + PAGE else None,
    }


def _list_terms(rows: RegionRows, period: Quarter, ctx: Context) -> list[record_views.TermBehind]:
    """The terms that touch the quarter, as far as it has passed."""
    day = min(period.last, local_date(ctx.now))
    terms = [
        term
        for term in rows.community.chair_terms
        if term.since <= day and term.ends_on > period.first
    ]
    names = _find_names([term.member for term in terms], ctx)
    return [
        record_views.term_behind(term, names.get(term.member, FORMER_MEMBER.capitalize()), day)
        for term in sorted(terms, key=lambda term: (term.since, term.member))
    ]


def _find_names(ids: list[str], ctx: Context) -> dict[str, str]:
    """The names by id of those who were not erased; one read."""
    people = membership_repository.find_members(ctx.table, ctx.settings, sorted(set(ids)))
    return {person.id: person.name for person in people if person}
