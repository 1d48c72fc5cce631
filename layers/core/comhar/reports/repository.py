"""The items of reports, and the letter that says that one is ready."""

import zlib
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from comhar import retention
from comhar.address_digests import address_digest
from comhar.aws.conditions import UNLESS_EXISTS, ConditionFailed, Item, Key, Put
from comhar.aws.dynamodb import Table
from comhar.dates.dublin_time import stamp
from comhar.dates.quarters import Quarter
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.reports.model import KpiListed, KpiReport
from comhar.tokens import digest

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
    content = zlib.compress(report.model_dump_json().encode())
    return [{"pk": pk, "sk": sk, **line, "content": content}, {**in_list, **line}]


def from_item(item: Item) -> KpiReport:
    """The report; older items have it as plain text.

    That of 170 regions would fill an item.
    """
    content = item["content"]
    text = zlib.decompress(content) if isinstance(content, bytes) else content
    return KpiReport.model_validate_json(text)


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
