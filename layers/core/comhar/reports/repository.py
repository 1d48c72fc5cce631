"""The items of reports, and the rows of other topics that a report is built on."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time, timedelta

from comhar import regions, retention
from comhar.address_digests import address_digest
from comhar.aws.conditions import UNLESS_EXISTS, ConditionFailed, Item, Key, Put
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp, to_instant
from comhar.dates.quarters import Quarter
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.reports.model import KpiListed, KpiReport
from comhar.reports.source_rows import (
    ActionRow,
    CommunityRow,
    MeetingRow,
    MemberRow,
    ReflectionRow,
    RegionRows,
    SurveyRow,
)
from comhar.tokens import digest, new_id

SHOWN = 40  # reports in the list: ten years


def key(quarter: str, version: int) -> Key:
    return f"REPORT#{quarter}", f"VERSION#{version:04d}"


def letter_id(quarter: str, version: int, email: str) -> LetterId:
    return LetterId("kpi_ready", quarter, f"{version:04d}", address_digest(email))


def to_items(report: KpiReport) -> list[Item]:
    """The report itself, and its line in the list of reports."""
    pk, sk = key(report.quarter, report.version)
    line = {
        "quarter": report.quarter,
        "version": report.version,
        "status": report.status,
        "made_at": stamp(report.made_at),
        "expires": int((report.made_at + retention.period("export")).timestamp()),
    }
    in_list = {"pk": "REPORTS", "sk": f"{report.quarter}#{report.version:04d}"}
    return [{"pk": pk, "sk": sk, **line, "content": report.model_dump_json()}, {**in_list, **line}]


def from_item(item: Item) -> KpiReport:
    return KpiReport.model_validate_json(item["content"])


def find_version(table: Table, quarter: Quarter, version: int) -> KpiReport | None:
    item = table.get(key(str(quarter), version))
    return from_item(item) if item else None


def find_newest(table: Table, quarter: Quarter) -> KpiReport | None:
    page = table.query(f"REPORT#{quarter}", "VERSION#", newest_first=True, limit=1)
    return from_item(page.items[0]) if page.items else None


def list_reports(table: Table) -> list[KpiListed]:
    """The newest versions of the newest quarters first."""
    page = table.query("REPORTS", newest_first=True, limit=SHOWN)
    return [KpiListed.model_validate(item) for item in page.items]


def freeze(table: Table, report: KpiReport) -> None:
    """Writes the report unless this version is there already."""
    with suppress(ConditionFailed):
        table.transact([Put(item, condition=UNLESS_EXISTS) for item in to_items(report)])


def is_notified(table: Table, report: KpiReport, email: str) -> bool:
    """Whether the letter to this address has been written."""
    letter = letter_id(report.quarter, report.version, email)
    before = replace(letter, person=digest(email))  # written before addresses were keyed
    return any(table.batch_get([letters_repository.key(each) for each in (letter, before)]))


def notify(table: Table, report: KpiReport, email: str, now: datetime) -> None:
    """Writes the letter to one address of the office, once."""
    letter = Letter(letter_id(report.quarter, report.version, email), {"email": email})
    table.transact([], optional=[letters_repository.insert_write(letter, now)])


def list_members(table: Table, begins: str = "") -> tuple[MemberRow, ...]:
    """Everybody in the register, or those of one region: `SW#`.

    A row's periods in other regions are that person's other rows'.
    """
    rows = table.query("REGISTER", begins).items
    return tuple(MemberRow.model_validate(row | {"periods": _own_periods(row)}) for row in rows)


def list_rows(table: Table, quarter: Quarter) -> dict[str, RegionRows]:
    """All that the quarter's figures are built on, by region."""
    return {region: _rows(table, region, quarter) for region in regions.codes()}


def _rows(table: Table, region: str, quarter: Quarter) -> RegionRows:
    pk = f"REGION#{region}"
    year = f"MEETING#{quarter.year}-01-01"
    meetings = table.query(pk, after=year, until=f"MEETING#{quarter.last}~").items
    shared = _shared_reflections(table, region, quarter)
    counted = [
        row | {"quarter": str(quarter)} for row in table.query(pk, f"COUNTED#{quarter}#").items
    ]
    actions = [*table.query(pk, "ACTION#").items, *table.query(pk, "DONE#").items]
    community = table.get((pk, "COMMUNITY")) or {}
    return RegionRows(
        members=list_members(table, f"{region}#"),
        meetings=tuple(map(MeetingRow.model_validate, meetings)),
        actions=tuple(map(ActionRow.model_validate, actions)),
        reflections=tuple(map(ReflectionRow.model_validate, [*shared, *counted])),
        surveys=tuple(map(SurveyRow.model_validate, _surveys(table, region, quarter))),
        community=CommunityRow.model_validate(community),
    )


def _shared_reflections(table: Table, region: str, quarter: Quarter) -> list[Item]:
    """Shared reflections between any id of the moment before and any of the moment after."""
    start = to_instant(datetime.combine(quarter.first, time())) - timedelta(milliseconds=1)
    end = to_instant(datetime.combine(quarter.next().first, time())) + timedelta(milliseconds=1)
    before, after = (f"REFLECTION#{new_id(at, region)}" for at in (start, end))
    return table.query(f"REGION#{region}", after=before, until=after).items


def _surveys(table: Table, region: str, quarter: Quarter) -> list[Item]:
    """Surveys lie under the day they are to close; the day they did close decides."""
    first, last = quarter.first - timedelta(days=14), quarter.last + timedelta(days=14)
    after, until = f"SURVEY#{first}", f"SURVEY#{last}~"
    return table.query(f"REGION#{region}", after=after, until=until).items


def _own_periods(row: Item) -> list[Item]:
    region = row["sk"].partition("#")[0]
    return [each for each in row.get("periods", ()) if each.get("region", region) == region]
