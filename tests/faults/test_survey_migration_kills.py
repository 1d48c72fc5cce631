"""Moving the answers of surveys closed earlier, killed after any write: the next runs of the clock end it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Delete
from comhar.context import Context
from comhar.surveys import ballots, migration
from comhar.surveys import repository as surveys_repository
from tests.faults.faulty_system import AtWrites, FaultySystem
from tests.support.past_surveys import GOOD, run_survey, store_answers_as_before

SURVEYS = {"DNE-old": 6, "SW-old": 7, "SW-older": 9, "SW-few": 3, "WNW-nobody": 0}  # answers


@pytest.fixture(autouse=True)
def two_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the work is given back within a region too."""
    monkeypatch.setattr(migration, "_PAGE_SIZE", 2)


def sheets(survey_id: str) -> list[dict[str, Any]]:
    return [GOOD | {"words": f"{survey_id} {n}"} for n in range(SURVEYS[survey_id])]


def lived(system: FaultySystem) -> None:
    """Surveys that closed under an earlier version, one that closes as today, and one that is open."""
    system.table.transact([Delete(migration.MIGRATION)])
    for weeks, survey_id in enumerate(SURVEYS, start=3):
        opened = system.now - timedelta(weeks=weeks)
        about = {"id": survey_id, "region": survey_id.partition("-")[0], "kind": survey_id}
        run_survey(opened, sheets(survey_id), table=system.table, **about)
        if SURVEYS[survey_id] != 3:  # of few, nothing was kept then either
            store_answers_as_before(survey_id, sheets(survey_id), system.table)
    closed = system.now - timedelta(weeks=2)
    run_survey(closed, [GOOD] * 5, table=system.table, id="SW-new", kind="new")


def words(system: FaultySystem, survey_id: str) -> list[str]:
    return sorted(ballots.get_texts(system.table, survey_id).get("words", []))


def test_moving_killed_at_any_write_ends_with_every_word_once_and_no_answer(
    new_system: Callable[[], FaultySystem],
) -> None:
    point, ended = 0, False
    while not ended:
        point += 1
        system = new_system()
        lived(system)
        system.completes_clock()  # makes the work, for when nothing of the version before runs
        system.now += timedelta(minutes=6)
        ended = system.completes_clock(AtWrites(kill_at=point))
        if not ended:
            system.now += timedelta(minutes=6)
            assert system.completes_clock()
        for survey_id, count in SURVEYS.items():
            assert ballots.list_keys(system.table, survey_id, 1) == [], (point, survey_id)
            wanted = [each["words"] for each in sheets(survey_id)] if count > 4 else []
            assert words(system, survey_id) == wanted, point
            survey = system.table.get(surveys_repository.key(survey_id))
            assert survey is not None and not {"due", "due_at"} & survey.keys(), point
            assert survey.get("responses") == (count if count != 3 else None)
        assert words(system, "SW-new") == ["Go maith"] * 5
        (work,) = system.every(migration.MIGRATION[0])
        assert work.keys() == {"pk", "sk", "done_at"}, point
    assert point > 15


def test_it_waits_until_nothing_of_the_version_before_can_run(system: FaultySystem) -> None:
    lived(system)
    assert system.completes_clock()
    assert ballots.list_keys(system.table, "SW-old", 1)
    system.now += timedelta(minutes=4)
    assert system.completes_clock()
    assert ballots.list_keys(system.table, "SW-old", 1)


def test_it_is_done_once_and_never_begun_again(system: FaultySystem) -> None:
    lived(system)
    for _ in range(2):
        assert system.completes_clock()
        system.now += timedelta(minutes=6)
    stored = system.every("")
    store_answers_as_before("SW-old", sheets("SW-old"), wiring.table())
    assert system.completes_clock()
    assert system.every("") == stored
    assert ballots.list_keys(system.table, "SW-old", 1)


def test_a_worker_that_stalled_while_another_moved_a_survey_writes_no_words(
    system: FaultySystem,
) -> None:
    lived(system)
    assert system.completes_clock()
    stalled = system.table.get(migration.MIGRATION)
    assert stalled is not None
    system.now += timedelta(minutes=6)
    assert system.completes_clock()
    store_answers_as_before("DNE-old", sheets("DNE-old"), system.table)
    migration.migrate_next_surveys(
        stalled, Context(None, system.now, system.table, wiring.settings())
    )
    assert words(system, "DNE-old") == []
