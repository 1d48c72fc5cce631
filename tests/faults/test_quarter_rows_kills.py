"""Making the rows by which a quarter's report counts, killed after any write: the figures never change."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.context import Context
from comhar.dates.quarters import Quarter
from comhar.due_work import migrations
from comhar.reports import figures as reports_figures
from comhar.reports import service as reports_service
from comhar.reports import source_repository
from tests.faults.faulty_system import AtWrites, FaultySystem
from tests.support import sample_quarter
from tests.support.moved_data import move_by_two, undo_moves

Q1 = Quarter(2027, 1)
DUE = datetime(2027, 4, 1, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_steps_by_two_items(monkeypatch: pytest.MonkeyPatch) -> None:
    move_by_two(monkeypatch, "counted_reflections", *source_repository.STEPS)


def lived(system: FaultySystem) -> Any:
    """What an earlier version stored of a quarter, and its figures."""
    undo_moves(system.table)
    sample_quarter.write_as_before()
    assert system.completes_clock()  # plans the work, for when nothing of the version before runs
    system.now += timedelta(minutes=6)
    return figures(system)


def figures(system: FaultySystem) -> Any:
    ctx = Context(None, DUE, system.table, wiring.settings())
    return reports_figures.make_report(reports_service.tally_regions(Q1, ctx), Q1, DUE).model_dump()


def survey_rows(system: FaultySystem) -> dict[tuple[str, str], Any]:
    return {
        (item["pk"]["S"], item["sk"]["S"]): item
        for item in system.every("REGION#")
        if item["sk"]["S"].startswith("QUARTER#") and "#SURVEY#" in item["sk"]["S"]
    }


def test_killed_after_any_write_each_figure_is_as_it_was_and_is_so_when_all_is_moved(
    new_system: Callable[[], FaultySystem],
) -> None:
    point, ended = 0, False
    while not ended:
        point += 1
        system = new_system()
        wanted = lived(system)
        ended = system.completes_clock(AtWrites(kill_at=point))
        assert figures(system) == wanted, point
        if not ended:
            system.now += timedelta(minutes=6)
            assert system.completes_clock()
            assert figures(system) == wanted, point
        assert all(migrations.is_done(system.table, name) for name in source_repository.STEPS)
        assert survey_rows(system).keys() == {
            ("REGION#SW", "QUARTER#2026-Q4#SURVEY#SW-s2026-12-31"),
            ("REGION#SW", "QUARTER#2027-Q1#SURVEY#SW-s2027-03-04"),
            ("REGION#SW", "QUARTER#2027-Q2#SURVEY#SW-s2027-04-01"),
            ("REGION#MW", "QUARTER#2027-Q1#SURVEY#MW-s2027-03-31"),
        }, point
    assert point > 20


def test_moved_a_second_time_nothing_changes(system: FaultySystem) -> None:
    wanted = lived(system)
    assert system.completes_clock()
    rows = survey_rows(system)
    undo_moves(system.table)
    for _ in range(2):
        assert system.completes_clock()
        system.now += timedelta(minutes=6)
    assert migrations.is_done(system.table, "survey_rows")
    assert survey_rows(system) == rows
    assert figures(system) == wanted


def test_a_small_groups_numbers_are_in_no_row(system: FaultySystem) -> None:
    lived(system)
    assert system.completes_clock()
    few = survey_rows(system)["REGION#MW", "QUARTER#2027-Q1#SURVEY#MW-s2027-03-31"]
    assert few.keys() == {"pk", "sk", "invited", "few", "satisfaction_few"}
