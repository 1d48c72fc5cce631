"""The quarter's export by many at once, and killed at each write: one report, one file, one letter."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from comhar.reports.model import KpiReport
from tests.faults.faulty_system import FaultySystem, Killed
from tests.faults.reported_quarter import DUE, ReportedQuarter

WRITES = ("transact_write_items", "put_item", "put_object")


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_exported_by_eight_at_once_there_is_one_report_and_one_file_of_each_kind(
    system: FaultySystem, conflicts: float
) -> None:
    office = ReportedQuarter(system)
    system.wire(conflicts)
    gate = threading.Barrier(8)

    def export(minute: int) -> KpiReport | None:
        gate.wait()
        return office.export(DUE + timedelta(minutes=minute))

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(export, range(8)))
    assert all(report == made[0] for report in made)
    reports, listed, notices, files = office.outcome()
    assert (reports, listed, notices) == (1, 1, ["office@example.com"])
    assert set(files) == {"kpi/2027-Q1/0001.csv", "kpi/2027-Q1/0001.xlsx"}
    for _ in range(3):
        office.export(DUE + timedelta(hours=1))
    assert office.outcome() == (reports, listed, notices, files)


def test_killed_before_and_after_each_write_the_next_morning_ends_it(
    new_system: Callable[[], FaultySystem],
) -> None:
    whole = ReportedQuarter(new_system())
    whole.system.fuse.calls.clear()
    first = whole.system.fuse.passed
    whole.export()
    wanted = whole.outcome()
    calls = whole.system.fuse.calls
    points = [2 * n + side for n, call in enumerate(calls) if call in WRITES for side in (1, 2)]
    assert len(points) == 8
    for point in points:
        office = ReportedQuarter(new_system())
        office.system.fuse.kill_at = first + point
        with pytest.raises(Killed):
            office.export()
        office.export(DUE + timedelta(days=1))
        reports, listed, notices, files = office.outcome()
        assert (reports, listed, notices, set(files)) == (*wanted[:3], set(wanted[3])), point
        if point > points[1]:  # frozen before it was killed: the same figures, the same bytes
            assert files == wanted[3], point
