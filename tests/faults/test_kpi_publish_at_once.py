"""Publishing by many at once, and killed at each write: one final version, its files, its letters."""

import hashlib
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.buckets import ExportBucket
from comhar.aws.conditions import Put
from comhar.context import Context
from comhar.reports import publish, publish_forms
from comhar.reports import service as reports_service
from comhar.reports.model import KpiReport
from tests.faults.faulty_system import (
    OFFICE,
    SETTINGS,
    AtWrites,
    FaultyClient,
    FaultySystem,
    Killed,
)
from tests.faults.reported_quarter import DUE, Bucket
from tests.faults.simultaneous_calls import run_at_once
from tests.support import sample_quarter
from tests.support.proof_sizes import sized

CALLS = 32
EACH = sized(3, 1)  # of so many writes of the clock one is the last
FORM = {"reasons": {"MW/meetings_held": "Venue or weather"}}


class PublishingOffice:
    """One system with a provisional report, and two co-chairs of the Mid West."""

    def __init__(self, system: FaultySystem, monkeypatch: pytest.MonkeyPatch) -> None:
        self.system, self.bucket = system, Bucket()
        monkeypatch.setattr(wiring, "export_bucket", self._exports)
        sample_quarter.write()
        chairs = [system.member(number, region="MW", chair_of=("MW",)) for number in (1, 2)]
        people = [{"id": each.id, "name": each.name} for each in chairs]
        terms = [
            {"member": each.id, "from": "2027-01-01", "until": "2028-01-01"} for each in chairs
        ]
        item = {"pk": "REGION#MW", "sk": "COMMUNITY", "chairs": people, "terms": terms}
        system.table.transact([Put(item)])
        system.now = DUE
        reports_service.freeze_last_quarter(Context(None, DUE, system.table, SETTINGS))

    def _exports(self) -> ExportBucket:
        return ExportBucket(FaultyClient(self.bucket, self.system.fuse), "bucket")

    def publish(self, version: int | None = None, **form: Any) -> KpiReport:
        """By the frail clients, as a request would."""
        ctx = Context(OFFICE, self.system.now, wiring.table(), SETTINGS)
        body = publish_forms.Publish.model_validate({"version": version, **form})
        return publish.publish_report("2027-Q1", body, ctx)

    def run_on(self) -> None:
        """Lets the clock run past every lease, twice."""
        for _ in range(2):
            self.system.now += timedelta(minutes=6)
            assert self.system.completes_clock()

    def versions(self) -> list[tuple[int, str]]:
        items = self.system.table.query("REPORT#2027-Q1", "VERSION#").items
        return [(item["version"], item["status"]) for item in items]

    def letters(self) -> Counter[str]:
        """How many letters of each purpose and version there are."""
        return Counter(
            ".".join(item["pk"]["S"].split("#")[1:]) for item in self.system.every("LETTER#kpi_")
        )

    def files(self) -> dict[str, str]:
        return {key: hashlib.sha256(body).hexdigest() for key, body in self.bucket.objects.items()}

    def outcome(self) -> tuple[list[tuple[int, str]], int, Counter[str], dict[str, str]]:
        listed = len(self.system.table.query("REPORTS").items)
        return self.versions(), listed, self.letters(), self.files()


@pytest.fixture
def new_office(
    new_system: Callable[[], FaultySystem], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], PublishingOffice]:
    return lambda: PublishingOffice(new_system(), monkeypatch)


@pytest.mark.parametrize(("conflicts", "form"), [(0.0, {}), (0.1, FORM)])
def test_published_by_many_at_once_there_is_one_final_version(
    new_office: Callable[[], PublishingOffice], conflicts: float, form: dict[str, Any]
) -> None:
    office = new_office()
    office.system.wire(conflicts)
    gate = threading.Barrier(CALLS)

    def press() -> KpiReport:
        gate.wait()
        return office.publish(**form)

    assert Counter(run_at_once([press] * CALLS)) == {200: 1, 409: CALLS - 1}
    assert office.versions() == [(1, "provisional"), (2, "final")]
    assert Counter(run_at_once([partial(office.publish, 2)] * 4)) == {409: 4}
    office.system.wire()
    office.run_on()
    assert office.outcome()[:3] == (
        [(1, "provisional"), (2, "final")],
        2,
        Counter(
            {"kpi_ready.2027-Q1.0001": 1, "kpi_final.2027-Q1.0002": 1}
            | {"kpi_published.2027-Q1.MW.0002": 2, "kpi_published.2027-Q1.SW.0002": 2}
            | ({"kpi_reasons.2027-Q1.MW.1": 2} if form else {})
        ),
    )
    assert len(office.files()) == 4


def test_killed_before_or_after_it_is_published_it_is_not_or_once(
    new_office: Callable[[], PublishingOffice],
) -> None:
    for kill, versions in (("before", 1), ("after", 2)):
        office = new_office()
        ticks = KillAtTransaction(kill)
        office.system.fuse = ticks
        office.system.wire()
        with pytest.raises(Killed):
            office.publish(**FORM)
        office.system.fuse = AtWrites()
        office.system.wire()
        assert len(office.versions()) == versions
        assert len(office.system.every("REPORT#2027-Q1")) == (2 if versions == 1 else 6)
        statuses = run_at_once([partial(office.publish, **FORM)])
        assert statuses == [200 if versions == 1 else 409]
        office.run_on()
        assert office.versions() == [(1, "provisional"), (2, "final")]
        assert office.letters()["kpi_published.2027-Q1.MW.0002"] == 2


class KillAtTransaction(AtWrites):
    """Kills before or after the first transaction."""

    def __init__(self, side: str) -> None:
        super().__init__()
        self._side = side

    def tick(self, name: str) -> None:
        if name == f"{self._side} transact_write_items":
            raise Killed(name)


def test_killed_after_each_write_of_the_clock_the_next_run_ends_it(
    new_office: Callable[[], PublishingOffice],
) -> None:
    whole = new_office()
    whole.publish(**FORM)
    counted = AtWrites()
    whole.system.completes_clock(counted)
    wanted = whole.outcome()
    assert len(wanted[3]) == 4
    for point in range(1, counted.passed + 1, EACH):
        office = new_office()
        office.publish(**FORM)
        assert not office.system.completes_clock(AtWrites(kill_at=point)), point
        office.run_on()
        assert office.outcome() == wanted, point
    before = whole.system.every("")
    whole.run_on()
    assert whole.system.every("") == before
