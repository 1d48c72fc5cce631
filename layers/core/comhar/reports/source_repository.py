"""Reads what a report is built on: rows of other topics, several regions at once.

Of the quarter a region has small rows, each for one thing that counts: an action that was opened or done, a
reflection, a survey that closed. So a report reads as much after ten years as after one.
"""

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import batched

from comhar import regions
from comhar.aws.conditions import Item
from comhar.aws.dynamodb import BATCH_LIMIT, CALLS_AT_ONCE, Table
from comhar.dates.quarters import Quarter
from comhar.due_work import migrations
from comhar.reports import legacy_rows
from comhar.reports.aggregate import Span
from comhar.reports.source_rows import (
    CommunityRow,
    MeetingRow,
    MemberRow,
    Records,
    ReflectionRow,
    RegionRows,
    SurveyRow,
    to_community,
)
from comhar.surveys import quarter_row

STEPS = (
    "actions",
    "reflection_counts",
    quarter_row.STEP,
)  # the migrations that make a quarter's rows
_MEMBER = ("id", "role", "periods", "away")
_MEETING = ("kind", "starts_at", "state", "attended", "agenda_issued_at", "agenda_late")
_COUNTED = (*ReflectionRow.model_fields, *SurveyRow.model_fields)


def map_regions[Result](
    table: Table, quarter: Span, count: Callable[[RegionRows], Result]
) -> dict[str, Result]:
    """What `count` makes of each region's rows, which are let go then.

    Three reads a region, of dates other than a quarter's two, and one for a hundred communities.
    """
    all_moved = all(migrations.is_done(table, step) for step in STEPS)

    def count_region(region: str, community: CommunityRow) -> Result:
        rows = _read_rows(table, quarter, all_moved, region, community)
        return count(rows)

    counted: dict[str, Result] = {}
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        for codes in batched(regions.codes(), BATCH_LIMIT // 2, strict=False):
            kinds = ("COMMUNITY", "TERMS")
            items = table.batch_get([(f"REGION#{code}", kind) for code in codes for kind in kinds])
            communities = [
                to_community(item, terms)
                for item, terms in zip(items[::2], items[1::2], strict=True)
            ]
            counted |= zip(codes, pool.map(count_region, codes, communities), strict=True)
    return counted


def read_records(table: Table, quarter: Quarter, region: str, records: Records) -> RegionRows:
    """Of a region's rows those of one kind.

    Meetings come with the members whom they expected. One read; of meetings two.
    """
    match records:
        case "meetings":
            meetings = _list_meetings(table, region, quarter)
            return RegionRows(members=_list_members(table, region), meetings=meetings)
        case "members":
            return RegionRows(members=_list_members(table, region))
        case "actions":
            all_moved = all(migrations.is_done(table, step) for step in STEPS)
            by_kind = _read_counted(table, region, quarter, all_moved)
            opened, done = len(by_kind["OPENED"]), len(by_kind["DONE"])
            return RegionRows(actions_opened=opened, actions_done=done)
        case "chairs" | "terms":
            keys = [(f"REGION#{region}", kind) for kind in ("COMMUNITY", "TERMS")]
            return RegionRows(community=to_community(*table.batch_get(keys)))


def _read_rows(
    table: Table, quarter: Span, all_moved: bool, region: str, community: CommunityRow
) -> RegionRows:
    meetings = _list_meetings(table, region, quarter)
    members = _list_members(table, region)
    by_kind: dict[str, list[Item]] = defaultdict(list)
    if isinstance(quarter, Quarter):
        by_kind = _read_counted(table, region, quarter, all_moved)
    return RegionRows(
        members=members,
        meetings=meetings,
        actions_opened=len(by_kind["OPENED"]),
        actions_done=len(by_kind["DONE"]),
        reflections=tuple(map(ReflectionRow.model_validate, by_kind["REFLECTION"])),
        surveys=tuple(map(SurveyRow.model_validate, by_kind["SURVEY"])),
        community=community,
    )


def _list_meetings(table: Table, region: str, quarter: Span) -> tuple[MeetingRow, ...]:
    """Those of the year up to the quarter's end; one query."""
    after, until = f"MEETING#{quarter.first.year:04d}-01-01", f"MEETING#{quarter.last}~"
    page = table.query(f"REGION#{region}", after=after, until=until, attributes=_MEETING)
    return tuple(
        MeetingRow.model_validate({"id": row["sk"].rpartition("#")[2], **row}) for row in page.items
    )


def _list_members(table: Table, region: str) -> tuple[MemberRow, ...]:
    """All who were ever active in the region; one query."""
    page = table.query("REGISTER", f"{region}#", attributes=_MEMBER)
    return tuple(map(_member_row, page.items))


def _read_counted(
    table: Table, region: str, quarter: Quarter, all_moved: bool
) -> dict[str, list[Item]]:
    """The quarter's rows by kind."""
    list_counted = partial(_list_counted, table, region, quarter)
    counted = (
        list_counted()
        if all_moved
        else legacy_rows.list_counted(table, region, quarter, list_counted)
    )
    by_kind: dict[str, list[Item]] = defaultdict(list)
    for row in counted:
        by_kind[row["sk"].split("#", 3)[2]].append(row)
    return by_kind


def _list_counted(table: Table, region: str, quarter: Quarter) -> list[Item]:
    """A region's rows of the quarter; one query."""
    return table.query(f"REGION#{region}", f"QUARTER#{quarter}#", attributes=_COUNTED).items


def _member_row(row: Item) -> MemberRow:
    """A row of the register; its periods in other regions are that person's other rows'."""
    region = row["sk"].partition("#")[0]
    periods = [each for each in row.get("periods", ()) if each.get("region", region) == region]
    return MemberRow.model_validate(row | {"periods": periods})
