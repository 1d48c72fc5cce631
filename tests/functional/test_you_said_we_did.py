"""“You said, we did” through its routes: who writes it, who reads it, and that nothing typed is lost."""

from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import ConditionFailed
from comhar.results import repository as results_repository
from comhar.results.model import MAX_ENTRIES
from comhar.surveys import repository as surveys_repository
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.page import Page
from tests.support.past_surveys import GOOD, make_survey, run_survey

SAID = {"said": "Tá níos mó ama uainn 😀", "did": "Meetings last two hours now.\nFrom March on."}


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    emptied.member(chair_of=("SW",))
    emptied.member()
    return emptied


@pytest.fixture
def survey(cloud: Cloud) -> str:
    """The path of a survey of the South West that has results."""
    return path(run_survey(cloud.now - timedelta(weeks=4), [GOOD] * 6))


def path(survey_id: str) -> str:
    return f"/communities/SW/surveys/{survey_id}"


def call(cloud: Cloud, method: str, path: str, body: Any = None, who: int = 0) -> GatewayResponse:
    return cloud.call(method, path, body, bearer=cloud.session(cloud.people[who]))


def form(cloud: Cloud, path: str, sent: dict[str, str]) -> GatewayResponse:
    bearer = cloud.session(cloud.people[0])
    return cloud.call("POST", path, form=sent, bearer=bearer, html=True)


def page(cloud: Cloud, path: str, who: int = 0) -> str:
    answer = cloud.call("GET", path, bearer=cloud.session(cloud.people[who]), html=True)
    assert answer.status == 200, answer.text
    assert Page(answer.text).faults() == []
    return " ".join(Page(answer.text).text.split())


def add(cloud: Cloud, survey: str, **about: str) -> str:
    answer = call(cloud, "POST", f"{survey}/said", SAID | about)
    assert answer.status == 201, answer
    return str(answer.json["entry"])


def entries(cloud: Cloud, survey: str, who: int = 1) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call(cloud, "GET", survey, who=who).json["said"]
    return found


# Refusals


def test_a_member_reads_and_writes_nothing(cloud: Cloud, survey: str) -> None:
    entry = add(cloud, survey)
    for where in ("said/new", f"said/{entry}/edit", f"said/{entry}/remove"):
        assert call(cloud, "GET", f"{survey}/{where}", who=1).status == 403
    for where, body in (
        ("said", SAID),
        (f"said/{entry}/edit", SAID | {"revision": 1}),
        (f"said/{entry}/remove", None),
    ):
        assert call(cloud, "POST", f"{survey}/{where}", body, who=1).status == 403
    assert entries(cloud, survey) == [{"id": entry, **SAID}]
    seen = page(cloud, survey, 1)
    assert "Meetings last two hours now." in seen
    assert "Change it" not in seen and "Remove" not in seen


@pytest.mark.parametrize("answers", [None, [], [GOOD] * 4])
def test_without_results_there_is_nothing_to_say(cloud: Cloud, answers: Any) -> None:
    if answers is None:
        stored = make_survey(cloud.now)
        wiring.table().transact(surveys_repository.insert_survey_writes(stored))
        survey = path(stored.id)
    else:
        survey = path(run_survey(cloud.now - timedelta(weeks=4), answers))
    for answer in (
        call(cloud, "GET", f"{survey}/said/new"),
        call(cloud, "POST", f"{survey}/said", SAID),
    ):
        assert answer.status == 409
        assert "survey has no results" in answer.json["title"]
    assert "You said" not in page(cloud, survey)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "said"),
        ({"did": "Bread"}, "said"),
        ({"said": "  "}, "said"),
        ({"said": "x" * 501}, "said"),
        ({"said": "More", "did": "x" * 501}, "did"),
        ({"said": "Bell \x07"}, "said"),
        ({"said": "More", "by": "Niamh"}, "by"),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(
    cloud: Cloud, survey: str, sent: dict[str, str], field: str
) -> None:
    refused = call(cloud, "POST", f"{survey}/said", sent)
    assert refused.status == 422
    assert [each["field"] for each in refused.json["errors"]] == [field]
    assert entries(cloud, survey) == []


def test_a_survey_of_another_community_takes_nothing(cloud: Cloud, survey: str) -> None:
    cloud.member(region="MW", chair_of=("MW",))
    entry = add(cloud, survey)
    elsewhere = survey.replace("/SW/", "/MW/", 1)
    for where, body in (
        ("said", SAID),
        (f"said/{entry}/edit", SAID | {"revision": 1}),
        (f"said/{entry}/remove", None),
    ):
        assert call(cloud, "POST", f"{survey}/{where}", body, who=2).status == 403
        assert call(cloud, "POST", f"{elsewhere}/{where}", body, who=2).status == 404
    assert len(entries(cloud, survey)) == 1


def test_there_is_room_for_fifty_and_no_more(cloud: Cloud, survey: str) -> None:
    for n in range(MAX_ENTRIES):
        add(cloud, survey, said=f"Thing {n}")
    refused = call(cloud, "POST", f"{survey}/said", SAID)
    assert refused.status == 409
    assert "50 entries" in refused.json["title"]
    again = form(cloud, f"{survey}/said", SAID)
    assert again.status == 409
    assert SAID["said"] in again.text  # nothing typed is lost
    first, *_ = entries(cloud, survey)
    assert call(cloud, "POST", f"{survey}/said/{first['id']}/remove").status == 200
    add(cloud, survey)
    texts = [each["said"] for each in entries(cloud, survey)]
    assert texts == [*(f"Thing {n}" for n in range(1, MAX_ENTRIES)), SAID["said"]]


# Writing


def test_what_was_said_comes_first_and_what_is_done_later(cloud: Cloud, survey: str) -> None:
    assert "Add to “you said, we did”" in page(cloud, survey)
    added = form(cloud, f"{survey}/said", {"said": SAID["said"], "did": ""})
    assert (added.status, added.headers["Location"]) == (303, f"{survey}?done=said")
    [entry] = entries(cloud, survey)
    assert (entry["said"], entry["did"]) == (SAID["said"], None)
    assert "Add what is done about it" in page(cloud, survey)
    edit = f"{survey}/said/{entry['id']}/edit"
    assert SAID["said"] in call(cloud, "GET", edit).json["said"]
    changed = form(cloud, edit, SAID | {"revision": "1"})
    assert (changed.status, changed.headers["Location"]) == (303, f"{survey}?done=saved")
    assert entries(cloud, survey) == [{"id": entry["id"], **SAID}]
    assert "We did, or will do" in page(cloud, survey, 1)


def test_what_is_sent_twice_is_added_once(cloud: Cloud, survey: str) -> None:
    assert add(cloud, survey) == add(cloud, survey)
    assert len(entries(cloud, survey)) == 1


def test_nobodys_name_is_kept_in_an_entry_and_the_audit_knows(cloud: Cloud, survey: str) -> None:
    entry = add(cloud, survey)
    call(cloud, "POST", f"{survey}/said/{entry}/edit", {"said": "Less", "revision": 1})
    call(cloud, "POST", f"{survey}/said/{entry}/remove")
    entry = add(cloud, survey)
    table, survey_id = wiring.table(), survey.rpartition("/")[2]
    [item] = table.query(f"SURVEY#{survey_id}", "SAID#").items
    assert set(item) == {"pk", "sk", "id", "said", "did", "revision"}
    assert cloud.people[0].id not in str(item)
    lines = table.query(f"SUBJECT#{survey_id}", table="audit").items
    assert {line["who"] for line in lines} == {cloud.people[0].audit_id}
    assert done(survey) == ["add_said", "add_said", "change_said", "remove_said"]
    assert SAID["said"] not in str(lines)


def test_two_who_change_it_at_once_lose_nothing_they_typed(cloud: Cloud, survey: str) -> None:
    edit = f"{survey}/said/{add(cloud, survey)}/edit"
    assert call(cloud, "POST", edit, {"said": "First", "revision": 1}).status == 200
    assert call(cloud, "POST", edit, {"said": "Second", "revision": 1}).status == 409
    late = form(cloud, edit, {"said": "Second", "did": "Mine", "revision": "1"})
    assert late.status == 409
    text = " ".join(Page(late.text).text.split())
    assert "changed on another page" in text and "What it says now You said First" in text
    assert ">Second</textarea>" in late.text and ">Mine</textarea>" in late.text
    assert 'name="revision" value="2"' in late.text
    again = form(cloud, edit, {"said": "Second", "did": "Mine", "revision": "2"})
    assert again.status == 303
    assert [each["said"] for each in entries(cloud, survey)] == ["Second"]


def test_what_was_taken_away_meanwhile_is_given_back_to_who_changed_it(
    cloud: Cloud, survey: str
) -> None:
    entry = add(cloud, survey)
    assert "Members will no longer see it" in page(cloud, f"{survey}/said/{entry}/remove")
    for _ in range(2):  # pressed twice
        assert call(cloud, "POST", f"{survey}/said/{entry}/remove").status == 200
    assert entries(cloud, survey) == []
    late = form(cloud, f"{survey}/said/{entry}/edit", {"said": "Second", "revision": "1"})
    assert late.status == 409
    assert "was removed" in late.text and "Second</textarea>" in late.text
    for where in ("edit", "remove"):
        assert call(cloud, "GET", f"{survey}/said/{entry}/{where}").status == 404
    assert done(survey) == ["add_said", "remove_said"]


def done(survey: str) -> list[str]:
    """What the audit says was done, in the order of the words: the clock stands still here."""
    lines = wiring.table().query(f"SUBJECT#{survey.rpartition('/')[2]}", table="audit").items
    return sorted(line["what"] for line in lines)


def test_of_two_added_at_once_each_is_counted(cloud: Cloud, survey: str) -> None:
    table = wiring.table()
    before = results_repository.find_record(table, survey.rpartition("/")[2])
    assert before is not None
    _, first = results_repository.add_entry_writes(before, "One", None)
    _, second = results_repository.add_entry_writes(before, "Two", None)
    table.transact(first)
    with pytest.raises(ConditionFailed):
        table.transact(second)
    add(cloud, survey)
    assert [each["said"] for each in entries(cloud, survey)] == ["One", SAID["said"]]
