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
from comhar.recurring_surveys import jobs as recurring_jobs
from comhar.recurring_surveys import model as recurring_model
from comhar.recurring_surveys import repository as recurring_repository
from comhar.recurring_surveys import service as recurring_service
from comhar.recurring_surveys.model import PlanChanged
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import Survey
from tests.faults.faulty_system import OFFICE, FaultySystem
from tests.support import past_surveys
from tests.support.past_meetings import record_meeting

KIND = "cop_review"
DAY = datetime(2027, 7, 5, 8, 0, tzinfo=UTC)  # six months on, a Monday, 09:00 in Dublin


def begun(system: FaultySystem, count: int = 3) -> FaultySystem:
    """A community that gets its first co-chairs, on the day before it is reviewed."""
    system.settled(count)
    system.table.transact(recurring_repository.begin_writes("SW", date(2027, 1, 4), frozenset()))
    record_meeting("2027-02-18T10:00", table=system.table)
    system.now = DAY
    return system


def plan(system: FaultySystem) -> dict[str, Any]:
    found = system.table.get(recurring_repository.key("SW", KIND))
    assert found is not None
    return found


def surveys(system: FaultySystem) -> list[Survey]:
    rows = system.table.query("REGION#SW", "SURVEY#").items
    found = (surveys_repository.find_survey(system.table, row["id"]) for row in rows)
    return [each for each in found if each]


def everyone_was_asked_once(system: FaultySystem) -> None:
    (survey,) = surveys(system)
    assert (survey.kind, survey.state, survey.invited) == (KIND, "open", 3)
    assert Counter(to for _, to, _ in system.ses.sent) == Counter(f"m{n}@hse.ie" for n in range(3))
    assert plan(system)["next_on"] == "2028-01-04"
    assert plan(system)["due_at"] == "2028-01-04T09:00:00.000Z"
    assert wiring.table().get(surveys_repository.runs_key(KIND, "SW"))["running"] == survey.id


def test_beginning_killed_at_any_call_begins_it_once(new_system) -> None:
    for point in range(1, 1000):
        system = begun(new_system())
        done = not system.killed(point, recurring_jobs.begin_survey)
        system.run_on()
        everyone_was_asked_once(system)
        if done:
            break
    assert point > 8


def test_passing_over_killed_at_any_call_leaves_the_one_that_runs(new_system) -> None:
    for point in range(1, 1000):
        system = begun(new_system())
        stored_plan = recurring_repository.from_item(plan(system))
        running = stored_plan.new_survey("SW-0running", system.now - timedelta(days=3))
        system.table.transact(surveys_repository.insert_survey_writes(running))
        system.now -= timedelta(hours=1)
        system.sweep()
        system.now += timedelta(hours=1)
        done = not system.killed(point, recurring_jobs.begin_survey)
        system.run_on()
        assert [each.id for each in surveys(system)] == ["SW-0running"]
        assert plan(system)["next_on"] == "2028-01-04"
        if done:
            break
    assert point > 10


def test_asking_whether_it_goes_on_killed_at_any_call_asks_once(new_system) -> None:
    for point in range(1, 1000):
        system = begun(new_system())
        for days in (120, 60):
            at = DAY - timedelta(days=days)
            past_surveys.run_survey(at, [past_surveys.GOOD], table=system.table, kind=KIND)
        done = not system.killed(point, recurring_jobs.begin_survey)
        system.run_on()
        assert (plan(system)["paused"], "due" in plan(system)) == ("asked", False)
        assert [to for _, to, _ in system.ses.sent] == ["office@example.com"]
        if done:
            break
    assert point > 4


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_64_sweeps_at_once_begin_it_once(system: FaultySystem, conflicts: float) -> None:
    begun(system)
    system.wire(conflicts)
    with ThreadPoolExecutor(64) as pool:
        list(pool.map(lambda _: system.run("clock"), range(64)))
    system.wire()
    system.run_on()
    everyone_was_asked_once(system)


def test_a_worker_that_stalled_begins_nothing_more(system: FaultySystem) -> None:
    begun(system)
    [(key, seen)] = leases.list_due(system.table, "work", system.now)
    stalled = leases.claim(system.table, key, seen, system.now)
    assert stalled is not None
    system.run_on()
    recurring_jobs.begin_survey(stalled, wiring.context(None))
    system.run_on()
    everyone_was_asked_once(system)


def form(system: FaultySystem, day: date) -> recurring_model.Plan:
    """Co-chairs put it off to that day, as they saw it a moment before."""
    revisions = {
        kind: (system.table.get(recurring_repository.key("SW", kind)) or {}).get("revision", 0)
        for kind in recurring_model.KINDS
    }
    return recurring_model.Plan(
        cop_review=recurring_model.Review(next_on=day, revision=revisions[KIND]),
        annual_value=recurring_model.Yearly(
            next_on=date(2028, 1, 4), revision=revisions["annual_value"]
        ),
    )


def put_off(system: FaultySystem, plan: recurring_model.Plan) -> bool:
    try:
        return bool(recurring_service.plan_evaluations("SW", plan, wiring.context(OFFICE)).changed)
    except PlanChanged:
        return False


def test_put_off_as_it_begins_it_is_put_off_or_begun_never_both(new_system) -> None:
    ways = set()
    for turn in range(18):
        system = begun(new_system())
        wanted_plan = form(system, date(2027, 9, 1))
        before, after = partial(put_off, system, wanted_plan), partial(system.run, "clock")
        first = turn % 3  # which of the two starts, or both at once
        with ThreadPoolExecutor(2 if first == 2 else 1) as pool:
            both = (after, before) if first == 1 else (before, after)
            came_back = [each.result() for each in [pool.submit(one) for one in both]]
        system.run_on()
        off = True in came_back
        if off:
            assert surveys(system) == []
            assert plan(system)["due_at"] == "2027-09-01T08:00:00.000Z"
        else:
            everyone_was_asked_once(system)
        ways.add(off)
    assert ways == {True, False}


def test_32_who_plan_it_at_once_leave_the_plan_of_one(system: FaultySystem) -> None:
    begun(system)
    days = [date(2027, 8, 1) + timedelta(days=n) for n in range(32)]
    forms = [form(system, day) for day in days]
    with ThreadPoolExecutor(32) as pool:
        won = list(pool.map(lambda one: put_off(system, one), forms))
    assert won.count(True) == 1
    stored = plan(system)
    assert (stored["next_on"], stored["revision"]) == (days[won.index(True)].isoformat(), 2)
    opens = recurring_model.opens_at(date.fromisoformat(stored["next_on"]), frozenset())
    assert stored["due_at"] == stamp(opens)
