"""Moves of what an earlier version stored, killed after any write, and by workers that stall."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from comhar.aws.conditions import UNLESS_EXISTS, Check, ConditionFailed, Delete, Item, Put, present
from comhar.context import Context
from comhar.due_work import migrations
from local import openapi
from tests.faults.faulty_system import AtWrites, FaultySystem, Fuse
from tests.support.moved_data import undo_moves

PARTITIONS = ("REGION#SW", "REGION#MW")
OLD = {(pk, f"OLD#{n}") for pk in PARTITIONS for n in range(5)}


def move(item: Item, claim: Check, ctx: Context[None]) -> None:
    key = item["pk"], item["sk"]
    new = Put({**item, "sk": item["sk"].replace("OLD", "NEW")}, condition=UNLESS_EXISTS)
    ctx.table.transact([claim, Delete(key, condition={"pk": present}), new])


STEPS = tuple(migrations.Step(name, lambda: PARTITIONS, "OLD#", move) for name in ("one", "two"))


@pytest.fixture(autouse=True)
def two_steps_by_two_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the work is given back on the way too."""
    monkeypatch.setattr(openapi.load("clock"), "MIGRATIONS", STEPS)
    monkeypatch.setattr(migrations, "_PAGE_SIZE", 2)
    monkeypatch.setattr(migrations, "_PAGES_PER_CLAIM", 2)


def lived(system: FaultySystem) -> None:
    """A table of an earlier version, in which the work is planned."""
    undo_moves(system.table)
    system.table.write_all(Put({"pk": pk, "sk": sk}) for pk, sk in OLD)
    assert system.completes_clock()
    system.now += timedelta(minutes=6)


def keys(system: FaultySystem, kind: str) -> set[tuple[str, str]]:
    return {(pk, row["sk"]) for pk in PARTITIONS for row in system.table.query(pk, kind).items}


def test_killed_after_any_write_the_next_run_moves_the_rest(
    new_system: Callable[[], FaultySystem],
) -> None:
    point, ended = 0, False
    while not ended:
        point += 1
        system = new_system()
        lived(system)
        ended = system.completes_clock(AtWrites(kill_at=point))
        if not ended:
            system.now += timedelta(minutes=6)
            assert system.completes_clock()
        assert keys(system, "OLD#") == set(), point
        assert keys(system, "NEW#") == {(pk, sk.replace("OLD", "NEW")) for pk, sk in OLD}
        assert all(migrations.is_done(system.table, step.name) for step in STEPS)
        work = system.table.get(migrations.WORK)
        assert work == {"pk": "CALENDAR", "sk": "MOVES", "done": ["one", "two"]}, point
    assert point > 20


def test_it_waits_until_nothing_of_the_version_before_can_run(system: FaultySystem) -> None:
    lived(system)
    system.now -= timedelta(minutes=2)
    assert system.completes_clock()
    assert keys(system, "OLD#") == OLD
    assert not migrations.is_done(system.table, "one")


def test_a_step_that_a_later_version_brings_is_done_alone(
    system: FaultySystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openapi.load("clock"), "MIGRATIONS", STEPS[:1])
    lived(system)
    assert system.completes_clock()
    moved: list[Item] = []

    def note(item: Item, claim: Check, ctx: Context[None]) -> None:
        moved.append(item)

    later = migrations.Step("later", lambda: PARTITIONS, "NEW#", note)
    monkeypatch.setattr(openapi.load("clock"), "MIGRATIONS", (*STEPS[:1], later))
    assert system.completes_clock()
    assert moved == []
    system.now += timedelta(minutes=6)
    assert system.completes_clock()
    assert {(row["pk"], row["sk"]) for row in moved} == keys(system, "NEW#")
    assert migrations.is_done(system.table, "later")


def test_a_worker_that_stalled_while_another_went_on_writes_nothing(system: FaultySystem) -> None:
    lived(system)
    stalled: Any = system.table.get(migrations.WORK)
    assert system.completes_clock()
    system.table.transact([Put({"pk": "REGION#SW", "sk": "OLD#late"})])
    migrations.move_next(stalled | {"done": []}, STEPS, system.context(None))
    with suppress(ConditionFailed):
        migrations.move_next(stalled, STEPS, system.context(None))
    assert keys(system, "OLD#") == {("REGION#SW", "OLD#late")}


def test_in_a_table_where_all_is_done_it_costs_one_read_a_process(system: FaultySystem) -> None:
    system.table.transact(
        [Put({"pk": "CALENDAR", "sk": "MOVES", "done": [step.name for step in STEPS]})]
    )
    assert system.completes_clock()
    before = system.every("")
    fuse = Fuse()
    assert system.completes_clock(fuse)
    assert system.every("") == before
