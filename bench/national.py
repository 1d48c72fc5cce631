"""Prints how long a national meeting's letters take to 10,000 members, in how much memory, through a
kill in the middle: `python -m bench.national`."""

import resource
import sys
import time
from collections import Counter
from datetime import timedelta

import boto3
from botocore.config import Config

from comhar.meetings import changing, forms, service
from local.dynamo import CREDENTIALS, Dynamo, make_tables
from local.template import REGION, read
from tests.faults.world import OFFICE, SETTINGS, Killed, World
from tests.support.cloud import PARAMETERS, ROOT

MEMBERS = 10_000
REGIONS = ("DNE", "DML", "DSE", "SW", "MW", "WNW")
STARTS = "2027-02-18T10:00"


def world(endpoint: str) -> World:
    config = Config(max_pool_connections=4, retries={"total_max_attempts": 2})
    dynamodb = boto3.client(
        "dynamodb", endpoint_url=endpoint, region_name=REGION, config=config, **CREDENTIALS
    )
    made = make_tables(dynamodb, read(ROOT / "template.yaml", PARAMETERS).tables.values())
    tables = {"core": "CoreTable", "ballots": "BallotsTable", "audit": "AuditTable"}
    return World(dynamodb, {name: made[logical] for name, logical in tables.items()})


def memory() -> float:
    """The most that this process has held so far, in megabytes; clock and mailer run in it."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def complete(here: World, wanted: str, members: int) -> None:
    """Lets the workers run until everybody has the letter; they die once, in the middle."""
    here.ses.sent.clear()
    killed = False
    began = time.perf_counter()
    rounds = 0
    while sum(subject.startswith(wanted) for _, _, subject in here.ses.sent) < members:
        rounds += 1
        assert rounds < 500, f"{wanted}: {len(here.ses.sent)} after {rounds} rounds"
        here.fuse.passed = 0
        here.fuse.kill_at = None if killed else 20 * members // 10
        try:
            here.sweep()
        except Killed:
            killed = True
            here.tell()
        here.now += timedelta(minutes=6)
    told = Counter(to for _, to, subject in here.ses.sent if subject.startswith(wanted))
    assert len(told) == members and set(told.values()) == {1}, told.most_common(3)
    taken = time.perf_counter() - began
    died = "killed once on the way" if killed else "not killed"
    print(
        f"  {wanted:<12}{len(told):>7} letters, none twice, {taken:7.1f} s,"
        f" {memory():5.0f} MB at most, {died}"
    )


def main(members: int = MEMBERS) -> None:
    dynamo = Dynamo(ROOT, None)
    dynamo.wait()
    try:
        here = world(dynamo.endpoint)
        for number in range(members):
            here.member(number, REGIONS[number % len(REGIONS)])
        print(f"\nOne national meeting, {members} members; {memory():.0f} MB before it:")
        form = forms.NationalEvent(starts_at=STARTS, mode="online", link="https://meet.example/ie")
        meeting = service.schedule_national(form, OFFICE, here.now, here.table, SETTINGS).id
        complete(here, "Invitation", members)
        here.now = here.now.replace(month=2, day=11, hour=9, minute=0)
        complete(here, "Agenda", members)
        changing.cancel(
            meeting, forms.Cancel(reason="Storm"), OFFICE, here.now, here.table, SETTINGS
        )
        complete(here, "Cancelled", members)
    finally:
        dynamo.stop()


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
