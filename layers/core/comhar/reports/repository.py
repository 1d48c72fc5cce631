"""The items of reports: versions, the newest ones, the list, work on files."""

import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime

from comhar import retention, waiting_rows
from comhar.address_digests import address_digest
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    ConditionFailed,
    Item,
    Key,
    Put,
    Update,
    Write,
    absent,
)
from comhar.aws.dynamodb import Table
from comhar.context import Context
from comhar.dates.dublin_time import stamp, unstamp
from comhar.dates.quarters import Quarter
from comhar.due_work import leases
from comhar.letters import repository as letters_repository
from comhar.letters.model import Letter, LetterId
from comhar.reports import legacy_versions, quarter_comparison
from comhar.reports.model import KpiListed, KpiReport

SHOWN = 40  # quarters in the list: ten years
_VERSIONS_READ = 10 * SHOWN
METRIC_IDS: Key = ("REPORT#METRICS", "METRICS")
FIRST_FINAL = 2  # the version that follows the provisional one
_NEWEST = "REPORT#NEWEST"


def key(quarter: str, version: int) -> Key:
    return f"REPORT#{quarter}", f"VERSION#{version:04d}"


def letter_id(quarter: str, version: int, email: str, purpose: str = "kpi_ready") -> LetterId:
    return LetterId(purpose, quarter, f"{version:04d}", address_digest(email))


def insert_writes(report: KpiReport, now: datetime) -> list[Write]:
    """Puts a version and the work of making its files.

    Refused where there is one of this number. It stands in the list of reports, and as the newest of
    its quarter.
    """
    pk, sk = key(report.quarter, report.version)
    line = {
        "quarter": report.quarter,
        "version": report.version,
        "status": report.status,
        "made_at": stamp(report.made_at),
        "expires": int((report.made_at + retention.period("export")).timestamp()),
    }
    whole = {**line, "content": zlib.compress(report.model_dump_json().encode())}
    in_list = {"pk": "REPORTS", "sk": f"{report.quarter}#{report.version:04d}"}
    due = {"due": "work", "due_at": stamp(now)}
    return [
        Put({"pk": pk, "sk": sk, **whole}, condition=UNLESS_EXISTS),
        Put({**in_list, **line}, condition=UNLESS_EXISTS),
        Put({"pk": _NEWEST, "sk": report.quarter, **whole}),
        _waiting_write(report.quarter, report.status, report.made_at),
        Put({"pk": pk, "sk": f"FILES#{report.version:04d}", **line, **due}),
    ]


def _waiting_write(quarter: str, status: str, made_at: datetime) -> Write:
    """Whether the quarter waits for the office to publish it."""
    if status == "final":
        return waiting_rows.end_write("publish_report", quarter)
    return waiting_rows.keep_write("publish_report", quarter, made_at)


def note_waiting(newest: Item, claim: Check, ctx: Context[None]) -> None:
    """Notes that a provisional report waits, which an earlier version did not.

    Raises:
        ConditionFailed: another worker has the work.
    """
    write = _waiting_write(newest["quarter"], newest["status"], unstamp(newest["made_at"]))
    waiting_rows.note_earlier(newest, {"version": newest["version"]}, write, claim, ctx.table)


def from_item(item: Item) -> KpiReport:
    """The report; older items have it as plain text, or in an earlier shape.

    That of 170 regions would fill an item.
    """
    content = item["content"]
    text = zlib.decompress(content) if isinstance(content, bytes) else content
    if legacy_versions.is_earlier_shape(text):
        return legacy_versions.convert(text)
    return KpiReport.model_validate_json(text)


def find_version(table: Table, quarter: str, version: int) -> KpiReport | None:
    item = table.get(key(quarter, version))
    return from_item(item) if item else None


def find_newest(table: Table, quarter: Quarter) -> KpiReport | None:
    """The newest version; one read."""
    page = table.query(f"REPORT#{quarter}", "VERSION#", newest_first=True, limit=1)
    return from_item(page.items[0]) if page.items else None


def list_newest(table: Table, first: Quarter, last: Quarter) -> list[KpiReport]:
    """The newest version of each quarter from the first to the last; one query.

    Of reports that were stored before each had its own item there, only the versions stand.
    """
    page = table.query(_NEWEST, after=str(first.previous()), until=str(last))
    return [from_item(item) for item in page.items]


def list_earlier(table: Table, report: KpiReport) -> list[KpiReport]:
    """The versions of the quarters before that a report names, the oldest first.

    One read. One whose time has run out since is left out.
    """
    keys = [key(quarter, version) for quarter, version in sorted(report.earlier.items())]
    return [from_item(item) for item in table.batch_get(keys) if item] if keys else []


def attach_facts(table: Table, report: KpiReport) -> KpiReport:
    """The report with what its files need besides.

    The office's ids, and which versions of the quarters before there are. Two reads. Whoever makes a version
    calls it, so that its files are always of the same bytes.
    """
    first, last = quarter_comparison.window(report.period)
    newest = table.query(_NEWEST, after=str(first.previous()), until=str(last)).items
    facts = {
        "metric_ids": metric_ids_from_item(table.get(METRIC_IDS)),
        "earlier": {item["quarter"]: item["version"] for item in newest},
    }
    return report.model_copy(update=facts)


def metric_ids_from_item(item: Item | None) -> dict[str, str]:
    """The office's own id of each figure that has one, by the figure's code."""
    return dict(item["ids"]) if item else {}


def metric_ids_write(ids: dict[str, str], revision: int) -> Put:
    """The ids as changed; refused when somebody changed them since this revision."""
    pk, sk = METRIC_IDS
    condition = {"revision": revision if revision else absent}
    return Put({"pk": pk, "sk": sk, "ids": ids, "revision": revision + 1}, condition=condition)


def list_reports(table: Table) -> list[KpiListed]:
    """The newest version of each quarter, the newest quarter first; one query."""
    page = table.query("REPORTS", newest_first=True, limit=_VERSIONS_READ)
    newest: dict[str, KpiListed] = {}
    for item in page.items:
        newest.setdefault(item["quarter"], KpiListed.model_validate(item))
    return [*newest.values()][:SHOWN]


def move_newest(line: Item, claim: Check, ctx: Context[None]) -> None:
    """Puts a quarter's newest version, stored before, among the newest ones."""
    quarter = line["quarter"]
    newest = ctx.table.query(f"REPORT#{quarter}", "VERSION#", newest_first=True, limit=1).items
    puts = [Put(each | {"pk": _NEWEST, "sk": quarter}, condition=UNLESS_EXISTS) for each in newest]
    ctx.table.transact([claim], optional=puts)


def freeze(table: Table, report: KpiReport, now: datetime) -> None:
    """Writes the report unless this version is there already."""
    with suppress(ConditionFailed):
        table.transact(insert_writes(report, now))


def end_files_write(work: Item) -> Write:
    """Ends the work of making a version's files, if it is still the caller's."""
    unclaimed = leases.still_leased(work)
    return Update((work["pk"], work["sk"]), remove=("due", "due_at"), condition=unclaimed)


def office_letter_writes(report: KpiReport, ctx: Context[None]) -> list[Put]:
    """The letter to each address of the office that a version is there."""
    purpose = "kpi_final" if report.status == "final" else "kpi_ready"
    return [
        letters_repository.insert_write(
            Letter(letter_id(report.quarter, report.version, email, purpose), {"email": email}),
            ctx.now,
        )
        for email in ctx.settings.office_emails
    ]


def chair_letter_writes(
    report: KpiReport, chairs: Mapping[str, Iterable[str]], now: datetime
) -> list[Put]:
    """The letter to each co-chair, of those by region, that a version is published."""
    return [
        letters_repository.insert_write(
            Letter(
                LetterId(
                    "kpi_published", f"{report.quarter}.{region}", f"{report.version:04d}", chair
                )
            ),
            now,
        )
        for region, members in chairs.items()
        for chair in members
    ]
