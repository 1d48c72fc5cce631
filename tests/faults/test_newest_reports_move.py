"""Reports that were stored before are put among the newest ones, killed after any write."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from comhar.dates.quarters import Quarter
from comhar.reports import repository as reports_repository
from tests.faults.faulty_system import AtWrites, FaultySystem
from tests.support.moved_data import move_by_two, undo_moves
from tests.unit.test_kpi_letter import report

QUARTERS = [Quarter(2027, number) for number in (1, 2, 3)]
NOW = datetime(2027, 10, 1, 8, tzinfo=UTC)


def store_as_before(system: FaultySystem) -> None:
    """Three quarters, of which the second has two versions, and none stands among the newest."""
    made = report()
    undo_moves(system.table)
    for quarter in QUARTERS:
        for version in (1, 2) if quarter.number == 2 else (1,):
            named = {"quarter": str(quarter), "version": version}
            stored = reports_repository.insert_writes(made.model_copy(update=named), NOW)[:2]
            system.table.transact(stored)
    system.now = NOW
    assert system.completes_clock()
    system.now += timedelta(minutes=6)


def newest(system: FaultySystem) -> list[tuple[str, int]]:
    listed = reports_repository.list_newest(system.table, QUARTERS[0], QUARTERS[-1])
    return [(each.quarter, each.version) for each in listed]


def test_each_quarter_s_newest_version_is_there_once(
    new_system: Callable[[], FaultySystem], monkeypatch: pytest.MonkeyPatch
) -> None:
    move_by_two(monkeypatch, "newest_reports")
    point, ended = 0, False
    while not ended:
        point += 1
        system = new_system()
        store_as_before(system)
        ended = system.completes_clock(AtWrites(kill_at=point))
        if not ended:
            system.now += timedelta(minutes=6)
            assert system.completes_clock()
        assert newest(system) == [("2027-Q1", 1), ("2027-Q2", 2), ("2027-Q3", 1)], point
    assert point > 5


def test_a_version_published_meanwhile_stays_the_newest(
    system: FaultySystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_by_two(monkeypatch, "newest_reports")
    store_as_before(system)
    later = report().model_copy(update={"quarter": "2027-Q1", "version": 2})
    system.table.transact(reports_repository.insert_writes(later, NOW)[:3])
    assert system.completes_clock()
    assert newest(system)[0] == ("2027-Q1", 2)
