"""Prints what the KPI report takes by regions and history: `python -m bench.kpi_regions`.

Each report is made by a fresh process, over tables in another. It reads as much of a region after forty
quarters as after one, and so much of each region, however many there are: both are asserted by what is read.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import batched
from pathlib import Path
from typing import Any

from comhar.aws.conditions import Item
from comhar.aws.dynamodb import to_raw
from comhar.dates.quarters import Quarter, report_instant
from comhar.due_work import migrations
from comhar.reports import source_repository
from comhar.surveys.quarter_row import insert_write
from local import template
from local.dynamo import Dynamo, client, make_tables, plain_caller
from tests.support.cloud import PARAMETERS

ROOT = Path(__file__).parents[1]
REGIONS = (6, 60, 600)
HISTORIES = (1, 10, 40)  # quarters, the one reported on among them
MEMBERS = 20  # of a region: 12,000 in all
TIMES = 3
LAST = Quarter(2027, 4)  # in a year of four, so that a whole year's meetings are read


def main() -> None:
    print(f"\nThe KPI report, {MEMBERS} members a region, medians of {TIMES}:")
    print("  regions  quarters       CPU      wall     calls     items")
    for count in REGIONS:
        read = []
        for quarters in HISTORIES:
            codes = [f"R{n:03d}" for n in range(count)]
            with _filled(codes, quarters) as endpoint:
                runs = [_make_report(endpoint, codes) for _ in range(TIMES)]
            cpu, wall = (statistics.median(run[what] for run in runs) for what in ("cpu", "wall"))
            calls, items = runs[0]["calls"], runs[0]["items"]
            print(
                f"  {count:7}{quarters:10}{cpu:7.0f} ms{wall:7.0f} ms{calls:10}{items:10}",
                flush=True,
            )
            read.append((calls, items))
        # A first quarter has no year before it in the list of meetings; ten and forty quarters are equal.
        assert read[1] == read[2], read
        assert read[0][0] == read[1][0], read
        by_region = read[1][1] / count
        assert 35 < by_region < 50, by_region


def _make_report(endpoint: str, codes: list[str]) -> Any:
    """What a fresh process makes of the quarter."""
    function = template.read(ROOT / "template.yaml", PARAMETERS).functions["KpiExportFunction"]
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_DEFAULT_REGION": template.REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        **function.environment,
    }
    order = {
        "path": [str(ROOT / "layers/core")],
        "regions": [{"code": code, "name": f"Region {code}"} for code in codes],
        "quarter": str(LAST),
        "now": report_instant(LAST).isoformat(),
    }
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench/kpi_report.py")],
        input=json.dumps(order),
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def _filled(codes: list[str], quarters: int) -> Iterator[str]:
    """The address of a database that holds so many quarters of the regions."""
    core = template.read(ROOT / "template.yaml", PARAMETERS).tables["CoreTable"]
    del core.create["StreamSpecification"]  # which would make filling it slow
    dynamo = Dynamo(ROOT, None)
    try:
        dynamo.wait()
        make_tables(client(dynamo.endpoint), [core])
        call = plain_caller(dynamo.endpoint)
        for some in batched(_items(codes, quarters), 25, strict=False):
            puts = [{"PutRequest": {"Item": to_raw(item)}} for item in some]
            call("DynamoDB_20120810.BatchWriteItem", {"RequestItems": {core.name: puts}})
        yield dynamo.endpoint
    finally:
        dynamo.stop()


def _items(codes: list[str], quarters: int) -> Iterator[Item]:
    pk, sk = migrations.WORK
    yield {"pk": pk, "sk": sk, "done": [*source_repository.STEPS]}
    for code in codes:
        yield from _region_items(code)
        quarter = LAST
        for _ in range(quarters):
            yield from _quarter_items(code, quarter)
            quarter = quarter.previous()


def _region_items(code: str) -> Iterator[Item]:
    """A region's members and co-chairs."""
    ids = _member_ids(code)
    for n, member_id in enumerate(ids):
        period = {"from": "2017-01-05", "until": "2027-11-30" if n == 7 else None, "region": code}
        yield {
            "pk": "REGISTER",
            "sk": f"{code}#{member_id}",
            "id": member_id,
            "name": f"Sinéad Ní Dhomhnaill {n}",
            "email": f"sinead.{member_id}@hse.ie",
            "region": code,
            "role": ("peer_educator", "recovery_educator", "ips_worker")[n % 3],
            "status": "active",
            "periods": [period],
        }
    terms = [{"member": each, "from": "2027-01-10", "until": "2028-01-10"} for each in ids[:2]]
    chairs = [{"id": each, "name": f"Sinéad Ní Dhomhnaill {each}"} for each in ids[:2]]
    yield {"pk": f"REGION#{code}", "sk": "COMMUNITY", "chairs": chairs, "terms": terms}


def _quarter_items(code: str, quarter: Quarter) -> Iterator[Item]:
    """A quarter's meeting, actions, reflections and survey, as the report counts them."""
    pk, day = f"REGION#{code}", quarter.first + timedelta(days=48)
    yield _meeting_row(code, day)
    for n in range(6):
        yield {"pk": pk, "sk": f"QUARTER#{quarter}#OPENED#{n}"}
        yield {"pk": pk, "sk": f"QUARTER#{quarter}#REFLECTION#{n}", "first_of_quarter": True}
    for n in range(5):
        yield {"pk": pk, "sk": f"QUARTER#{quarter}#DONE#{n}"}
    survey = {
        "pk": pk,
        "id": f"{code}-{day}",
        "closed_on": str(day),
        "invited": 15,
        "responses": 12,
        "satisfaction_count": 12,
        "satisfaction_sum": 44,
        "satisfaction_counts": {"1": 0, "2": 2, "3": 3, "4": 4, "5": 3},
    }
    yield insert_write(survey).item


def _meeting_row(code: str, day: date) -> Item:
    return {
        "pk": f"REGION#{code}",
        "sk": f"MEETING#{day}T10:00#{code}-{day}",
        "id": f"{code}-{day}",
        "kind": "quarterly",
        "starts_at": f"{day}T10:00",
        "minutes": 90,
        "state": "held",
        "attended": _member_ids(code)[: MEMBERS * 3 // 4],
        "agenda_issued_at": f"{day - timedelta(days=8)}T09:00:00.000Z",
        "agenda_late": False,
    }


def _member_ids(code: str) -> list[str]:
    return [f"{code}-m{n:02d}" for n in range(MEMBERS)]


if __name__ == "__main__":
    main()
