"""Surveys that run by themselves, under faults: killed at any call, raced by many; asked once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from comhar import wiring
from comhar.dates.dublin_time import stamp
from comhar.due_work import leases
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import Survey
from comhar.surveys.recurring import jobs as recurring_jobs
from comhar.surveys.recurring import model as recurring_model
from comhar.surveys.recurring import repository as recurring_repository
from comhar.surveys.recurring import service as recurring_service
from comhar.surveys.recurring.model import PlanChanged
from tests.faults.faulty_system import OFFICE, FaultySystem

KIND = "cop_review"
DAY = datetime(2027, 7, 5, 8, 0, tzinfo=UTC)  # six months on, a Monday, 09:00 in Dublin


def begun(world: FaultySystem, count: int = 3) -> FaultySystem:
    """A community that gets its first co-chairs, on the day before it is reviewed."""
    world.settled(count)
    world.table.transact(recurring_repository.begin_writes("SW", date(2027, 1, 4), frozenset()))
    world.now = DAY
    return world


def plan(world: FaultySystem) -> dict[str, Any]:
    found = world.table.get(recurring_repository.key("SW", KIND))
    assert found is not None
    return found


def surveys(world: FaultySystem) -> list[Survey]:
    rows = world.table.query("REGION#SW", "SURVEY#").items
    found = (surveys_repository.find_survey(world.table, row["id"]) for row in rows)
    return [each for each in found if each]


def everyone_was_asked_once(world: FaultySystem) -> None:
    (survey,) = surveys(world)
    assert (survey.kind, survey.state, survey.invited) == (KIND, "open", 3)
    assert Counter(to for _, to, _ in world.ses.sent) == Counter(f"m{n}@hse.ie" for n in range(3))
    assert plan(world)["next_on"] == "2028-01-04"
    assert plan(world)["due_at"] == "2028-01-04T09:00:00.000Z"
    assert wiring.table().get(surveys_repository.runs_key(KIND, "SW"))["running"] == survey.id


def test_beginning_killed_at_any_call_begins_it_once(new_world) -> None:
    for point in range(1, 1000):
        world = begun(new_world())
        done = not world.killed(point, recurring_jobs.begin_survey)
        world.run_on()
        everyone_was_asked_once(world)
        if done:
            break
    assert point > 8


def test_passing_over_killed_at_any_call_leaves_the_one_that_runs(new_world) -> None:
    for point in range(1, 1000):
        world = begun(new_world())
        stored_plan = recurring_repository.from_item(plan(world))
        running = stored_plan.new_survey("SW-0running", world.now - timedelta(days=3))
        world.table.transact(surveys_repository.insert_survey_writes(running))
        world.now -= timedelta(hours=1)
        world.sweep()
        world.now += timedelta(hours=1)
        done = not world.killed(point, recurring_jobs.begin_survey)
        world.run_on()
        assert [each.id for each in surveys(world)] == ["SW-0running"]
        assert plan(world)["next_on"] == "2028-01-04"
        if done:
            break
    assert point > 10


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_64_sweeps_at_once_begin_it_once(world: FaultySystem, conflicts: float) -> None:
    begun(world)
    world.wire(conflicts)
    with ThreadPoolExecutor(64) as pool:
        list(pool.map(lambda _: world.run("clock"), range(64)))
    world.wire()
    world.run_on()
    everyone_was_asked_once(world)


def test_a_worker_that_stalled_begins_nothing_more(world: FaultySystem) -> None:
    begun(world)
    [(key, seen)] = leases.list_due(world.table, "work", world.now)
    stalled = leases.claim(world.table, key, seen, world.now)
    assert stalled is not None
    world.run_on()
    recurring_jobs.begin_survey(stalled, wiring.context(None))
    world.run_on()
    everyone_was_asked_once(world)


def form(world: FaultySystem, day: date) -> recurring_model.Plan:
    """Co-chairs put it off to that day, as they saw it a moment before."""
    revisions = {
        kind: (world.table.get(recurring_repository.key("SW", kind)) or {}).get("revision", 0)
        for kind in recurring_model.KINDS
    }
    return recurring_model.Plan(
        cop_review=recurring_model.Review(next_on=day, revision=revisions[KIND]),
        annual_value=recurring_model.Yearly(
            next_on=date(2028, 1, 4), revision=revisions["annual_value"]
        ),
    )


def put_off(world: FaultySystem, plan: recurring_model.Plan) -> bool:
    try:
        return bool(recurring_service.plan_evaluations("SW", plan, wiring.context(OFFICE)).changed)
    except PlanChanged:
        return False


def test_put_off_as_it_begins_it_is_put_off_or_begun_never_both(new_world) -> None:
    ways = set()
    for turn in range(18):
        world = begun(new_world())
        wanted_plan = form(world, date(2027, 9, 1))
        before, after = partial(put_off, world, wanted_plan), partial(world.run, "clock")
        first = turn % 3  # which of the two starts, or both at once
        with ThreadPoolExecutor(2 if first == 2 else 1) as pool:
            both = (after, before) if first == 1 else (before, after)
            came_back = [each.result() for each in [pool.submit(one) for one in both]]
        world.run_on()
        off = True in came_back
        if off:
            assert surveys(world) == []
            assert plan(world)["due_at"] == "2027-09-01T08:00:00.000Z"
        else:
            everyone_was_asked_once(world)
        ways.add(off)
    assert ways == {True, False}


def test_32_who_plan_it_at_once_leave_the_plan_of_one(world: FaultySystem) -> None:
    begun(world)
    days = [date(2027, 8, 1) + timedelta(days=n) for n in range(32)]
    forms = [form(world, day) for day in days]
    with ThreadPoolExecutor(32) as pool:
        won = list(pool.map(lambda one: put_off(world, one), forms))
    assert won.count(True) == 1
    stored = plan(world)
    assert (stored["next_on"], stored["revision"]) == (days[won.index(True)].isoformat(), 2)
    opens = recurring_model.opens_at(date.fromisoformat(stored["next_on"]), frozenset())
    assert stored["due_at"] == stamp(opens)
