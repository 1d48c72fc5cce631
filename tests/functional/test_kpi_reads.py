"""A quarter's report reads little of a region, as much after ten years as after one, and each thing once."""

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from threading import Barrier, Lock
from typing import Any

import pytest

from comhar import regions, wiring
from comhar.aws.conditions import Delete, Put
from comhar.aws.dynamodb import CALLS_AT_ONCE
from comhar.context import Context
from comhar.dates.quarters import Quarter
from comhar.due_work import migrations
from comhar.reports import figures as reports_figures
from comhar.reports import legacy_rows, source_repository
from comhar.reports import service as reports_service
from comhar.reports.source_rows import RegionRows
from tests.support import sample_quarter
from tests.support.cloud import Cloud
from tests.support.moved_data import undo_moves

Q1 = Quarter(2027, 1)
NOW = datetime(2027, 4, 1, 8, tzinfo=UTC)
SW = sample_quarter.SW


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    """All that a report needs is moved."""
    pk, sk = migrations.WORK
    wiring.table().transact([Put({"pk": pk, "sk": sk, "done": list(source_repository.STEPS)})])
    return emptied


def figures() -> Any:
    ctx = Context(None, NOW, wiring.table(), wiring.settings())
    tallies = reports_service.tally_regions(Q1, ctx)
    return reports_figures.make_report(tallies, Q1, NOW).model_dump()


@contextmanager
def counted_calls() -> Iterator[list[str]]:
    """The name of each call to DynamoDB meanwhile."""
    calls, lock = list[str](), Lock()

    def count(model: Any, **rest: Any) -> None:
        with lock:
            calls.append(model.name)

    events = wiring.table()._client.meta.events
    events.register("before-call", count)
    yield calls
    events.unregister("before-call", count)


def items_read(cloud: Cloud) -> int:
    read: list[Any] = []
    memory = cloud.fake_aws.memory
    memory.on_read = read.append
    try:
        figures()
    finally:
        memory.on_read = id
    return len(read)


def unmoved() -> None:
    """As it is before the first migration was done."""
    undo_moves(wiring.table())


def test_a_region_takes_three_reads_and_a_hundred_communities_one(cloud: Cloud) -> None:
    sample_quarter.write()
    figures()  # which migrations are done is read once a process
    with counted_calls() as calls:
        figures()
    assert sorted(calls) == ["BatchGetItem", *["Query"] * 3 * len(regions.codes())]


def test_a_quarters_report_reads_as_many_items_after_ten_years_as_after_one(cloud: Cloud) -> None:
    sample_quarter.write()
    before, read = figures(), items_read(cloud)
    _write_history(range(2017, 2027))
    assert figures() == before
    assert items_read(cloud) == read


def _write_history(years: range) -> None:
    """A meeting, a survey, a reflection and an action a month, and who came and went."""
    for day in (date(year, month, 15) for year in years for month in range(1, 13)):
        quarter = Quarter.of(day)
        for sk in (
            *(f"QUARTER#{quarter}#OPENED#{day}", f"QUARTER#{quarter}#DONE#{day}"),
            *(f"QUARTER#{quarter}#REFLECTION#{day}", f"QUARTER#{quarter}#SURVEY#SW-{day}"),
            *(f"DONE#{day}#SW-{day}", f"SURVEY#{day}#SW-{day}", f"REFLECTION#SW-{day}"),
        ):
            sample_quarter.put(SW, sk, first_of_quarter=True, invited=9, responses=8)
        meeting = {"kind": "quarterly", "state": "held", "attended": ["m0"]}
        sample_quarter.put(SW, f"MEETING#{day}T10:00#SW-{day}", starts_at=f"{day}T10:00", **meeting)


def test_what_an_earlier_version_stored_gives_the_same_figures(cloud: Cloud) -> None:
    sample_quarter.write()
    wanted = figures()
    for row in wiring.table().query(SW).items + wiring.table().query("REGION#MW").items:
        wiring.table().transact([Delete((row["pk"], row["sk"]))])
    sample_quarter.write_as_before()
    unmoved()
    assert figures() == wanted


def test_while_both_shapes_are_there_each_thing_counts_once(cloud: Cloud) -> None:
    """Some things were moved, of which the earlier row stays, and some happened since."""
    sample_quarter.write_as_before()
    unmoved()
    wanted = figures()
    survey = {"id": "SW-s2027-03-04", **sample_quarter.SIX}
    sample_quarter.put(SW, "QUARTER#2027-Q1#SURVEY#SW-s2027-03-04", **survey)
    sample_quarter.put(SW, "QUARTER#2027-Q1#OPENED#SW-a")
    sample_quarter.put(SW, "QUARTER#2027-Q1#DONE#SW-a")
    sample_quarter.put(SW, "QUARTER#2027-Q1#REFLECTION#x", first_of_quarter=False)
    assert figures() == wanted
    sample_quarter.put(SW, "QUARTER#2027-Q1#OPENED#SW-new")
    assert figures() != wanted


def test_what_is_moved_between_two_reads_counts_once(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample_quarter.write_as_before()
    unmoved()
    wanted, read = figures(), legacy_rows._unmoved
    shared = wiring.table().query(SW, "REFLECTION#").items[:3]

    def read_and_move(table: Any, region: str, quarter: Quarter) -> Any:
        rows = read(table, region, quarter)
        if region == "SW" and shared:
            row = shared.pop()
            key = {"pk": SW, "sk": f"QUARTER#2027-Q1#REFLECTION#secret{len(shared)}"}
            first = {"first_of_quarter": row["first_of_quarter"]}
            bare = {name: row[name] for name in ("pk", "sk")}
            table.transact([Put(bare), Put(key | first)])
        return rows

    monkeypatch.setattr(legacy_rows, "_unmoved", read_and_move)
    assert figures() == wanted
    assert not shared


def test_the_rows_of_a_region_are_let_go_once_they_are_counted(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[weakref.ref[RegionRows]] = []

    def count(region: RegionRows) -> int:
        rows.append(weakref.ref(region))
        return sum(one() is not None for one in rows)

    codes = tuple(f"R{n}" for n in range(150))
    monkeypatch.setattr(regions, "codes", lambda: codes)
    counted = source_repository.map_regions(wiring.table(), Q1, count)
    assert counted.keys() == {*codes}
    assert max(counted.values()) <= CALLS_AT_ONCE


def test_reading_waits_for_no_region(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """All regions are in their first query at once."""
    sample_quarter.write()
    wanted, waiting, table = figures(), Barrier(len(regions.codes()), timeout=20), wiring.table()
    query = table.query

    def wait(pk: str, *rest: Any, **more: Any) -> Any:
        if pk.startswith("REGION#") and "MEETING#" in str(more):
            waiting.wait()
        return query(pk, *rest, **more)

    monkeypatch.setattr(table, "query", wait)
    assert figures() == wanted
    assert table._client.meta.config.max_pool_connections == CALLS_AT_ONCE
