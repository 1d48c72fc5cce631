"""Two who write the same questions at once, and many who press “Start” at once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.dates.dublin_time import local_date
from comhar.errors import AppError
from comhar.membership.model import Member
from comhar.questionnaires import forms as questionnaires_forms
from comhar.questionnaires import launch
from comhar.questionnaires import model as questionnaires_model
from comhar.questionnaires import repository as questionnaires_repository
from comhar.questionnaires import service as questionnaires_service
from tests.faults.faulty_system import OFFICE, FaultySystem, Fuse, Killed

MANY = 16


def at_once(call: Any) -> list[str]:
    """What each of many who do the same at once is answered: `done`, or the fact that stopped them."""

    def tried(number: int) -> str:
        try:
            call(number)
        except AppError as fact:
            return type(fact).__name__
        return "done"

    with ThreadPoolExecutor(MANY) as pool:
        return sorted(pool.map(tried, range(MANY)))


def begun(system: FaultySystem, me: Member = OFFICE) -> str:
    new = questionnaires_forms.NewQuestionnaire(title="Tae", start_from="needs")
    return questionnaires_service.make_questionnaire("SW", new, wiring.context(me)).questionnaire


@pytest.mark.parametrize("conflicts", [0.0, 0.2])
def test_of_many_who_change_the_same_questions_at_once_one_does_and_the_others_are_told(
    new_system: Any, conflicts: float
) -> None:
    system: FaultySystem = new_system()
    questionnaire = begun(system)
    system.wire(conflicts)

    def add(number: int) -> None:
        form = questionnaires_forms.QuestionForm(revision=1, kind="short", text=f"Ceist {number}?")
        questionnaires_service.add_line(questionnaire, form, wiring.context(OFFICE))

    assert at_once(add) == ["QuestionsChanged"] * (MANY - 1) + ["done"]
    stored_questionnaire = questionnaires_repository.find_questionnaire(system.table, questionnaire)
    assert stored_questionnaire is not None and stored_questionnaire.revision == 2
    assert sum(each.text.startswith("Ceist") for each in stored_questionnaire.lines) == 1


@pytest.mark.parametrize("kind", ["needs", "own"])
def test_of_many_who_start_the_same_survey_at_once_one_does(
    system: FaultySystem, kind: str
) -> None:
    system.settled(6)
    key = begun(system) if kind == "own" else kind
    today = local_date(system.now)

    def start(number: int) -> None:
        form = questionnaires_forms.StartSurvey(
            opens_on=today, closes_on=today + timedelta(days=7 + number)
        )
        launch.start_survey("SW", key, form, wiring.context(OFFICE))

    done = at_once(start)
    assert done.count("done") == 1, done
    assert set(done) <= {"done", "SurveyAlreadyRunning", "QuestionsChanged"}
    rows = system.table.query("REGION#SW", "SURVEY#").items
    assert len(rows) == 1
    if kind == "own":
        questionnaire = questionnaires_repository.find_questionnaire(system.table, key)
        assert questionnaire is not None and questionnaire.version == 1
        assert questionnaires_repository.find_version(system.table, key, 2) is None


def test_who_is_cut_off_while_questions_are_deleted_can_delete_the_rest(new_system: Any) -> None:
    for point in range(1, 100):
        system: FaultySystem = new_system()
        key = begun(system)
        it = questionnaires_repository.find_questionnaire(system.table, key)
        assert it is not None
        questions = questionnaires_model.to_definition(it)
        for number in range(1, 121):
            after = it.model_copy(update={"version": number})
            system.table.transact(
                [questionnaires_repository.insert_version_write(after, questions, system.now)]
            )
        system.table.transact(questionnaires_repository.save_writes(after, system.now, it))
        form = questionnaires_forms.QuestionnaireRevision(revision=it.revision)

        def delete(form: questionnaires_forms.QuestionnaireRevision = form, key: str = key) -> None:
            questionnaires_service.delete_questionnaire(key, form, wiring.context(OFFICE))

        system.fuse = Fuse(kill_at=point)
        system.wire()
        cut_off = False
        try:
            delete()
        except Killed:
            cut_off = True
        system.fuse = Fuse()
        system.wire()
        if cut_off:
            with suppress(questionnaires_model.QuestionnaireDeleted):
                delete()
        assert system.table.query(f"QUESTIONNAIRE#{key}").items == []
        assert system.table.query("REGION#SW", "QUESTIONNAIRE#").items == []
        if not cut_off:
            break
    assert point > 3


def test_a_survey_starts_in_all_communities_or_in_none_though_one_is_started_meanwhile(
    system: FaultySystem,
) -> None:
    system.settled(6)
    today = local_date(system.now)
    dates = {"opens_on": today, "closes_on": today + timedelta(days=7)}

    def start(number: int) -> None:
        one = number % 2
        form = (
            questionnaires_forms.StartSurvey(**dates)
            if one
            else questionnaires_forms.StartSurveys(**dates, regions=["SW"])
        )
        launch.start_survey("SW" if one else None, "needs", form, wiring.context(OFFICE))

    assert at_once(start).count("done") == 1
    assert len(system.table.query("REGION#SW", "SURVEY#").items) == 1
