"""Prints what the KPI report of 600 regions takes, beside commit 07107ac: `python -m bench.kpi_regions`.

Both trees count the same quarter, each over a table that holds it in its own shape, and come to the same
figures. They take turns; each time is a fresh process.
"""

import json
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import batched
from pathlib import Path
from typing import Any

from comhar.aws.conditions import Item
from comhar.aws.dynamodb import to_raw
from comhar.dates.dublin_time import stamp, to_instant
from comhar.dates.quarters import Quarter, report_instant
from comhar.reports import source_repository
from comhar.surveys.quarter_row import insert_write
from comhar.tokens import new_id
from local import template
from local.dynamo import Dynamo, client, make_tables, plain_caller
from tests.support.cloud import PARAMETERS

ROOT = Path(__file__).parents[1]
BEFORE = "07107ac"
REGIONS = 600
MEMBERS = 20  # of a region: 12,000 in all
TIMES = 3
QUARTER = Quarter(2027, 4)
DONE = [*source_repository.STEPS]  # the moves to the shape that is counted


def main(regions: int = REGIONS) -> None:
    codes = [f"R{n:03d}" for n in range(regions)]
    with tempfile.TemporaryDirectory() as folder:
        trees = {BEFORE: _earlier_tree(Path(folder)), "today": ROOT}
        taken: dict[str, list[Any]] = {name: [] for name in trees}
        with ExitStack() as stack:
            tables = {name: stack.enter_context(_filled(codes, name)) for name in trees}
            for _ in range(TIMES):
                for name, root in trees.items():
                    taken[name].append(_make_report(root, tables[name], codes))
    reports = [run["report"] for runs in taken.values() for run in runs]
    assert all(report == reports[0] for report in reports)
    print(f"\nThe KPI report of {regions} regions, {MEMBERS} members each, medians of {TIMES}:")
    print(f"{'':10}{'CPU':>9}  ratio{'wall':>9}  ratio   memory it takes")
    for name, runs in taken.items():
        print(f"  {name:<8}{_figures(runs, taken[BEFORE], 'cpu')}", end="")
        memory = statistics.median(run["memory"][1] - run["memory"][0] for run in runs)
        print(f"{_figures(runs, taken[BEFORE], 'wall')}{memory:12.0f} MB", flush=True)


def _figures(runs: list[Any], before: list[Any], what: str) -> str:
    """Its median and what part of the earlier version's it is."""
    now, then = (statistics.median(run[what] for run in some) for some in (runs, before))
    return f"{now:6.0f} ms{now / then:7.2f}"


def _earlier_tree(folder: Path) -> Path:
    command = ["git", "archive", BEFORE, "functions", "layers", "template.yaml"]
    archive = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    with tarfile.open(fileobj=BytesIO(archive)) as packed:
        packed.extractall(folder / "tree", filter="data")
    return folder / "tree"


def _make_report(root: Path, endpoint: str, codes: list[str]) -> Any:
    """What a fresh process of a tree makes of the quarter."""
    function = template.read(root / "template.yaml", PARAMETERS).functions["KpiExportFunction"]
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_DEFAULT_REGION": template.REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        **function.environment,
    }
    order = {
        "path": [str(root / "layers/core")],
        "regions": [{"code": code, "name": f"Region {code}"} for code in codes],
        "quarter": str(QUARTER),
        "now": report_instant(QUARTER).isoformat(),
    }
    script = str(ROOT / "bench/kpi_report.py")
    done = subprocess.run(
        [sys.executable, script],
        input=json.dumps(order),
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result = json.loads(done.stdout.splitlines()[-1])
    assert Path(result["from"]).is_relative_to(root), result["from"]
    return result


@contextmanager
def _filled(codes: list[str], shape: str) -> Iterator[str]:
    """The address of a database that holds the regions' year in the shape of a tree."""
    core = template.read(ROOT / "template.yaml", PARAMETERS).tables["CoreTable"]
    del core.create["StreamSpecification"]  # which would make filling it slow
    dynamo = Dynamo(ROOT, None)
    try:
        dynamo.wait()
        make_tables(client(dynamo.endpoint), [core])
        call = plain_caller(dynamo.endpoint)
        items = [{"pk": "CALENDAR", "sk": "MOVES", "done": DONE}]
        items += [item for code in codes for item in _region_items(code, shape == BEFORE)]
        for some in batched(items, 25, strict=False):
            puts = [{"PutRequest": {"Item": to_raw(item)}} for item in some]
            call("DynamoDB_20120810.BatchWriteItem", {"RequestItems": {core.name: puts}})
        yield dynamo.endpoint
    finally:
        dynamo.stop()


def _region_items(code: str, before: bool) -> Iterator[Item]:
    """A region's year, in the shape of then or of today."""
    pk, ids = f"REGION#{code}", [f"{code}-m{n:02d}" for n in range(MEMBERS)]
    for n, member_id in enumerate(ids):
        yield _register_row(code, member_id, n)
    terms = [{"member": each, "from": "2027-01-10", "until": "2028-01-10"} for each in ids[:2]]
    chairs = [{"id": each, "name": f"Sinéad Ní Dhomhnaill {each}"} for each in ids[:2]]
    yield {"pk": pk, "sk": "COMMUNITY", "name": "A region", "chairs": chairs, "terms": terms}
    for month in (2, 5, 8, 11, 12):
        yield _meeting_row(code, date(2027, month, 18), ids[: MEMBERS * 3 // 4])
    for week in range(30):  # actions, of which most are done three weeks later
        yield from _action_items(code, date(2027, 2, 1) + timedelta(days=10 * week), week, before)
    for n in range(MEMBERS):  # reflections, of which half are shared
        yield from _reflection_items(code, date(2027, 1, 9) + timedelta(days=18 * n), n, before)
    for month in (3, 6, 9, 10, 12):
        yield from _survey_items(code, date(2027, month, 4), before)


def _register_row(code: str, member_id: str, n: int) -> Item:
    since = "2027-01-05" if n % 4 else "2027-10-12"
    return {
        "pk": "REGISTER",
        "sk": f"{code}#{member_id}",
        "id": member_id,
        "name": f"Sinéad Ní Dhomhnaill {n}",
        "preferred_name": "Sinéad",
        "email": f"sinead.{member_id}@hse.ie",
        "region": code,
        "role": ("peer_educator", "recovery_educator", "ips_worker")[n % 3],
        "workplace": "Bantry General Hospital",
        "language": "en",
        "shows": ["workplace"],
        "status": "active",
        "confirmed": True,
        "alias": f"alias-{member_id}",
        "joined_on": since,
        "periods": [{"from": since, "until": "2027-11-30" if n == 7 else None, "region": code}],
        "revision": 3,
    }


def _meeting_row(code: str, day: date, attended: list[str]) -> Item:
    return {
        "pk": f"REGION#{code}",
        "sk": f"MEETING#{day}T10:00#{code}-{day}",
        "id": f"{code}-{day}",
        "kind": "additional" if day.month == 12 else "quarterly",
        "starts_at": f"{day}T10:00",
        "minutes": 90,
        "mode": "online",
        "link": "https://meet.example/community-of-practice",
        "topic": "What helps us to listen",
        "state": "held",
        "attended": attended,
        "agenda_issued_at": f"{day - timedelta(days=8)}T09:00:00.000Z",
        "agenda_late": False,
    }


def _action_items(code: str, opened: date, n: int, before: bool) -> Iterator[Item]:
    pk, action = f"REGION#{code}", f"{code}-action-{n:02d}"
    done = opened + timedelta(days=21) if n % 5 else None
    item = {
        "id": action,
        "what": "Ask the library for the room on the first floor",
        "who": f"{code}-m01",
        "by": str(opened + timedelta(days=28)),
        "opened_on": str(opened),
        "done_on": done and str(done),
    }
    if before or done is None:
        yield {"pk": pk, "sk": f"ACTION#{action}", **item}
    else:
        yield {"pk": pk, "sk": f"DONE#{done}#{action}", **item}
    if not before:
        yield {"pk": pk, "sk": f"QUARTER#{Quarter.of(opened)}#OPENED#{action}"}
    if done and not before:
        yield {"pk": pk, "sk": f"QUARTER#{Quarter.of(done)}#DONE#{action}"}


def _reflection_items(code: str, day: date, n: int, before: bool) -> Iterator[Item]:
    pk, at = f"REGION#{code}", to_instant(datetime(day.year, day.month, day.day, 12))
    counted: Item = {"quarter": str(Quarter.of(day)), "first_of_quarter": True}
    reflection_id, shared = new_id(at, code), bool(n % 2)
    if shared:
        yield {
            "pk": pk,
            "sk": f"REFLECTION#{reflection_id}",
            "id": reflection_id,
            "region": code,
            "written_at": stamp(at),
            "author": {"id": f"{code}-m{n:02d}", "name": "Sinéad Ní Dhomhnaill"},
            "sealed": "t" * 1700,
            "revision": 0,
            **(counted if before else {}),
        }
    if not before:
        yield {"pk": pk, "sk": f"QUARTER#{Quarter.of(day)}#REFLECTION#{n}", **counted}
    elif not shared:
        yield {"pk": pk, "sk": f"COUNTED#{Quarter.of(day)}#{n}", **counted}


def _survey_items(code: str, closed: date, before: bool) -> Iterator[Item]:
    row = {
        "pk": f"REGION#{code}",
        "sk": f"SURVEY#{closed}#{code}-{closed}",
        "id": f"{code}-{closed}",
        "kind": "meeting_feedback",
        "title": "How was the meeting?",
        "meeting": f"{code}-m",
        "opens_at": f"{closed - timedelta(days=14)}T10:00:00.000Z",
        "closes_at": f"{closed}T10:00:00.000Z",
        "closed_on": str(closed),
        "invited": 15,
        "responses": 12,
        "satisfaction_count": 12,
        "satisfaction_sum": 44,
        "satisfaction_counts": {"1": 0, "2": 2, "3": 3, "4": 4, "5": 3},
    }
    yield row
    if not before:
        yield insert_write(row).item


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
