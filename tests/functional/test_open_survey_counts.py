"""While a survey is open nobody learns how many have answered, but once whether at least five have."""

from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Put, Update
from comhar.surveys import ballots
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import Survey, default_closes_at
from comhar.tokens import new_secret
from tests.support.cloud import Cloud
from tests.support.page import Page
from tests.support.past_surveys import ballot_keys, make_survey
from tests.support.sample_community import OFFICE

LIST = "/communities/SW/surveys"
NATIONAL = "/national/surveys/ours"


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    """With a co-chair and a confirmed member of the South West."""
    emptied.member(chair_of=("SW",))
    emptied.member()
    return emptied


def opened(cloud: Cloud, **about: Any) -> str:
    """A survey that ten people were asked just now: on Monday 11 January, until Monday 25th at 17:00."""
    survey = make_survey(cloud.now, **{"closes_at": default_closes_at(cloud.now), **about})
    wiring.table().transact(surveys_repository.insert_survey_writes(survey))
    cloud.post_letters()
    return survey.id


def answered(survey_id: str, people: int) -> None:
    """So many more of them answer: a ballot goes, an answer comes."""
    table = wiring.table()
    for key in ballot_keys(survey_id)[:people]:
        answer = {"pk": key[0], "sk": f"ANSWER#{new_secret()}", "answers": {"rating": 4}}
        table.transact([ballots.delete_write(key), Put(answer, table="ballots")])


def stored(survey_id: str) -> Survey:
    found = surveys_repository.find_survey(wiring.table(), survey_id)
    assert found is not None
    return found


def read_everything(cloud: Cloud, survey_id: str) -> dict[str, str]:
    """Everything that everybody is told of it, by address and reader; a page without what changes at
    each look."""
    found = {}
    files = (".csv", "/over-time")
    for who in (cloud.people[0], cloud.people[1], OFFICE):
        bearer = cloud.session(who)
        for path in (LIST, f"{LIST}/{survey_id}", *(f"{LIST}/{survey_id}{each}" for each in files)):
            answer = cloud.call("GET", path, bearer=bearer)
            page = cloud.call("GET", path, bearer=bearer, html=True)
            assert (answer.status, page.status) == (200, 200)
            found[f"{who} {path}"] = answer.text + Page(page.text).text
    bearer = cloud.session(OFFICE)
    for path in (NATIONAL, f"{NATIONAL}.csv"):
        found[path] = cloud.call("GET", path, bearer=bearer).text
    return found


def test_nothing_that_anybody_is_told_changes_as_people_answer(cloud: Cloud) -> None:
    survey = opened(cloud)
    before = read_everything(cloud, survey)
    for people in (1, 4, 5):
        answered(survey, people)
        assert read_everything(cloud, survey) == before


@pytest.mark.parametrize(
    ("people", "sentence"),
    [(0, "fewer than 5"), (4, "fewer than 5"), (5, "at least 5"), (10, "at least 5")],
)
def test_at_nine_on_the_day_before_it_closes_it_is_said_whether_five_have(
    cloud: Cloud, people: int, sentence: str
) -> None:
    survey = opened(cloud)
    answered(survey, people)
    for minutes in (1, 0):
        cloud.now = stored(survey).closes_at - timedelta(hours=32, minutes=minutes)
        cloud.post_letters()
        assert (stored(survey).so_far is None) == bool(minutes)
    answers = read_everything(cloud, survey)
    for who in (cloud.people[0], cloud.people[1], OFFICE):
        page = cloud.call("GET", f"{LIST}/{survey}", bearer=cloud.session(who), html=True)
        assert f"Answered so far {sentence} people" in " ".join(Page(page.text).text.split())
    answered(survey, 10 - people)
    cloud.now += timedelta(hours=30)
    cloud.post_letters()
    assert read_everything(cloud, survey) == answers  # once, and at no other time
    cloud.now = stored(survey).closes_at
    cloud.post_letters()
    closed = stored(survey)
    assert (closed.state, closed.responses, closed.so_far) == ("closed", 10, None)


def test_what_is_noted_of_it_is_one_of_two_words(cloud: Cloud) -> None:
    survey = opened(cloud)
    table = wiring.table()
    answered(survey, 7)
    cloud.now = stored(survey).closes_at - timedelta(hours=33)
    cloud.post_letters()
    before = table.get(surveys_repository.key(survey))
    cloud.now += timedelta(hours=1)
    cloud.post_letters()
    after = table.get(surveys_repository.key(survey))
    assert before and after
    changed = {name for name in after if after.get(name) != before.get(name)}
    assert changed == {"due_at", "so_far", "step"} and after["so_far"] == "enough"


def test_a_survey_that_opens_after_that_moment_says_nothing(cloud: Cloud) -> None:
    survey = opened(cloud, closes_at=cloud.now + timedelta(days=1))
    answered(survey, 6)
    cloud.now += timedelta(hours=12)
    cloud.post_letters()
    assert stored(survey).so_far is None


def test_closure_days_noted_after_it_remind_nobody_again(cloud: Cloud) -> None:
    survey = opened(cloud)
    cloud.now = stored(survey).closes_at - timedelta(hours=31)
    cloud.post_letters()
    due = wiring.table().get(surveys_repository.key(survey))
    bearer = cloud.session(OFFICE)
    noted = cloud.call("POST", "/closures", {"day": "2027-01-25"}, bearer=bearer)
    assert noted.status in (200, 201)
    cloud.now += timedelta(minutes=2)
    cloud.post_letters()
    assert wiring.table().get(surveys_repository.key(survey)) == due


@pytest.mark.parametrize("reminded", [False, True])
def test_a_survey_opened_by_an_earlier_version_goes_on(cloud: Cloud, reminded: bool) -> None:
    survey = opened(cloud)
    answered(survey, 6)
    if reminded:
        cloud.now = stored(survey).closes_at - timedelta(days=5)
        cloud.post_letters()
    due = {"due_at": "2027-01-25T17:00:00.000Z"} if reminded else {}
    wiring.table().transact([Update(surveys_repository.key(survey), set=due, remove=["step"])])
    cloud.now = stored(survey).closes_at - timedelta(days=1)
    for _ in range(2):
        cloud.post_letters()
    assert stored(survey).so_far is None
    cloud.now = stored(survey).closes_at
    cloud.post_letters()
    assert (stored(survey).state, stored(survey).responses) == ("closed", 6)
