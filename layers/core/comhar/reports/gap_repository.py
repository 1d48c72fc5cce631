"""Items of gaps: what they are found in, and what was asked and written of them."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial

from comhar import retention
from comhar.aws.conditions import UNLESS_EXISTS, Item, Key, Put, absent_or_at_most
from comhar.aws.dynamodb import CALLS_AT_ONCE, Table, load
from comhar.communities import repository as communities_repository
from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.meetings import repository as meetings_repository
from comhar.reports.gaps import Gap, QuarterRecords, RegionMeeting, RegionRecords
from comhar.reports.source_rows import read_approval
from comhar.settings import Settings
from comhar.terms_of_reference import repository as terms_repository

_MEETING = ("kind", "starts_at", "minutes", "state", "attended", "agenda_issued_at", "agenda_late")


def read_regions(
    table: Table, settings: Settings, codes: Sequence[str], first: date, now: datetime
) -> QuarterRecords:
    """Of each region its community and its meetings from a day on.

    One read, of communities and closure days, and one a region.
    """
    keys = [communities_repository.CLOSURES, *map(communities_repository.key, codes)]
    closures, *items = table.batch_get([*keys, *map(terms_repository.key, codes)])
    communities, terms = items[: len(codes)], items[len(codes) :]
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        meetings = pool.map(partial(_list_meetings, table, first), codes)
        records = {
            code: _to_records(code, community, head, rows, local_date(now))
            for code, community, head, rows in zip(codes, communities, terms, meetings, strict=True)
        }
    return QuarterRecords(meetings_repository.rules_from_item(closures, settings), records)


def _list_meetings(table: Table, first: date, region: str) -> list[Item]:
    """A region's meetings from a day on; one query."""
    after = f"MEETING#{first}"
    page = table.query(f"REGION#{region}", after=after, until="MEETING#~", attributes=_MEETING)
    return page.items


def _to_records(
    region: str, community: Item | None, terms: Item | None, rows: list[Item], today: date
) -> RegionRecords:
    return RegionRecords(
        community=communities_repository.from_item(community, region, today),
        terms_of_reference=read_approval(terms),
        meetings=tuple(load(RegionMeeting, row, id=row["sk"].rpartition("#")[2]) for row in rows),
    )


def _request_key(quarter: Quarter, region: str, gap: str) -> Key:
    return f"REPORT#{quarter}", f"ASKED#{region}#{gap}"


def list_requests(table: Table, quarter: Quarter) -> dict[tuple[str, str], date]:
    """The day on which co-chairs were last asked, by region and gap; one query."""
    items = table.query(f"REPORT#{quarter}", "ASKED#").items
    return {tuple(item["sk"].split("#")[1:]): date.fromisoformat(item["day"]) for item in items}


def request_write(quarter: Quarter, region: str, gap: str, now: datetime) -> Put:
    """Notes that the co-chairs are asked about a gap.

    Refused for the second time in a day.
    """
    pk, sk = _request_key(quarter, region, gap)
    today = local_date(now)
    item = {"pk": pk, "sk": sk, "day": today.isoformat(), "expires": _expiry(now)}
    yesterday = today - timedelta(days=1)
    return Put(item, condition={"day": absent_or_at_most(yesterday.isoformat())})


def _reminder_key(quarter: Quarter, step: str) -> Key:
    return f"REPORT#{quarter}", f"GAPS#{step}"


def is_reminded(table: Table, quarter: Quarter, step: str) -> bool:
    """Whether all emails of a step were written; one read."""
    return table.get(_reminder_key(quarter, step)) is not None


def reminder_write(quarter: Quarter, step: str, now: datetime) -> Put:
    """Notes that all emails of a step are written; refused for the second time."""
    pk, sk = _reminder_key(quarter, step)
    return Put({"pk": pk, "sk": sk, "expires": _expiry(now)}, condition=UNLESS_EXISTS)


def chair_letter_writes(
    purpose: str,
    quarter: Quarter,
    region: str,
    version: str,
    chairs: Sequence[Mapping[str, str]],
    gaps: Sequence[Gap],
    now: datetime,
) -> list[Put]:
    """A letter about gaps to each co-chair; refused where it was written before."""
    facts = {"gaps": [gap.model_dump(mode="json", exclude_none=True) for gap in gaps]}
    return [
        letters_repository.insert_write(
            Letter(LetterId(purpose, f"{quarter}.{region}", version, chair["id"]), facts), now
        )
        for chair in chairs
    ]


def _expiry(now: datetime) -> int:
    """As long as the record of the email is kept."""
    return int((now + retention.period("letter")).timestamp())
