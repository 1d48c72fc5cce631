"""Co-chairs who write “you said, we did” at once: fifty entries and no more, and no change is lost."""

from datetime import timedelta

import pytest

from comhar import wiring
from comhar.membership.model import Member
from comhar.results import repository as results_repository
from comhar.results import service as results_service
from comhar.results import you_said_we_did
from comhar.results.model import MAX_ENTRIES
from comhar.results.you_said_we_did import ChangeSaid, YouSaid
from comhar.surveys import repository as surveys_repository
from tests.faults.faulty_system import FaultySystem
from tests.faults.simultaneous_calls import run_at_once
from tests.support.past_surveys import GOOD, make_survey, run_survey

ME = Member(id="m1", name="Áine", email="aine@hse.ie", region="SW", chair_of=("SW",))


def entries(survey: str) -> list[str]:
    record = results_repository.find_record(wiring.table(), survey)
    assert record is not None
    return [each["said"] for each in record.entries]


def counted(system: FaultySystem) -> str:
    return run_survey(system.now - timedelta(weeks=4), [GOOD] * 6)


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_16_at_once_find_room_for_six(system: FaultySystem, conflicts: float) -> None:
    system.wire(conflicts)
    survey = counted(system)
    for n in range(MAX_ENTRIES - 6):
        you_said_we_did.add_entry("SW", survey, YouSaid(said=f"Before {n}"), wiring.context(ME))
    forms = [YouSaid(said=f"At once {n}") for n in range(16)]
    came_back = run_at_once(
        [
            lambda form=form: you_said_we_did.add_entry("SW", survey, form, wiring.context(ME))
            for form in forms
        ]
    )
    assert sorted(came_back) == [200] * 6 + [409] * 10
    found = entries(survey)
    assert len(found) == len(set(found)) == MAX_ENTRIES


def test_one_form_sent_16_times_at_once_is_one_entry_and_one_line_of_the_audit(
    system: FaultySystem,
) -> None:
    system.wire(0.2)
    survey, table = counted(system), wiring.table()
    form = YouSaid(said="More time")
    came_back = run_at_once(
        [lambda: you_said_we_did.add_entry("SW", survey, form, wiring.context(ME))] * 16
    )
    assert came_back == [200] * 16
    assert entries(survey) == ["More time"]
    assert len(table.query(f"SUBJECT#{survey}", table="audit").items) == 1


def test_of_16_changes_at_once_one_is_kept_and_the_others_are_told(system: FaultySystem) -> None:
    system.wire(0.2)
    survey = counted(system)
    entry = you_said_we_did.add_entry(
        "SW", survey, YouSaid(said="More time"), wiring.context(ME)
    ).entry
    forms = [ChangeSaid(said=f"Version {n}", revision=1) for n in range(16)]
    came_back = run_at_once(
        [
            lambda form=form: you_said_we_did.change_entry(
                "SW", survey, entry, form, wiring.context(ME)
            )
            for form in forms
        ]
    )
    assert sorted(came_back) == [200] + [409] * 15
    assert entries(survey) == [forms[came_back.index(200)].you_said]


def test_called_off_16_times_at_once_it_is_called_off_once(system: FaultySystem) -> None:
    system.wire(0.2)
    table = wiring.table()
    coming = make_survey(system.now + timedelta(days=7), everyone=True, people=())
    table.transact(surveys_repository.insert_survey_writes(coming))
    came_back = run_at_once(
        [lambda: results_service.cancel_survey("SW", coming.id, wiring.context(ME))] * 16
    )
    assert sorted(came_back) == [200] + [409] * 15
    assert surveys_repository.find_survey(table, coming.id) is None
    assert "running" not in surveys_repository.get_runs(table, coming.kind, "SW")
