"""One survey in all communities, which the office sees side by side; sums only of what is shown."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from comhar import wiring
from comhar.surveys import repository as surveys_repository
from tests.functional.test_results import waiting
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.page import Page
from tests.support.past_surveys import HELPS, PICK, RATING, run_survey
from tests.support.past_surveys import WORDS as IN_WORDS

OFFICE = "office@example.com"
PATH = "/national/surveys/ours"


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


def get(cloud: Cloud, path: str = PATH, html: bool = False) -> GatewayResponse:
    return cloud.call("GET", path, bearer=cloud.session(OFFICE), html=html)


def across(cloud: Cloud, path: str = PATH) -> Any:
    answer = get(cloud, path)
    assert answer.status == 200, answer.text
    return answer.json


def text(cloud: Cloud, path: str = PATH) -> str:
    page = Page(get(cloud, path, html=True).text)
    assert page.faults() == []
    return " ".join(page.text.split())


def run(
    cloud: Cloud, region: str, answers: list[dict[str, Any]], weeks: int = 4, **about: Any
) -> str:
    return run_survey(cloud.now - timedelta(weeks=weeks), answers, region=region, **about)


def rated(rating: int, people: int) -> list[dict[str, Any]]:
    """So many people who rate it one higher or one lower, by turns."""
    steps = (1 if n % 2 else -1 for n in range(people))
    return [{"rating": rating + step, "helps": "yes", "words": "Canary"} for step in steps]


def question(found: Any, key: str = "rating") -> Any:
    return next(each for each in found["questions"] if each["key"] == key)


def rows(found: Any, key: str = "rating") -> dict[str, Any]:
    return {row["region"]: row for row in question(found, key)["communities"]}


def test_only_the_office_sees_communities_side_by_side(cloud: Cloud) -> None:
    run(cloud, "SW", rated(4, 6))
    chair = cloud.session(cloud.member(chair_of=("SW",)))
    for path in ("/national/surveys", PATH, f"{PATH}.csv", f"{PATH}.xlsx"):
        assert cloud.call("GET", path).status == 401
        assert cloud.call("GET", path, bearer=chair).status == 403
        assert get(cloud, path).status == 200


@pytest.mark.parametrize("kind", ["unknown", "unknown.csv", "ours.pdf", "%E2%98%83", "x" * 300])
def test_what_has_run_nowhere_is_not_found(cloud: Cloud, kind: str) -> None:
    run(cloud, "SW", rated(4, 6))
    assert get(cloud, f"/national/surveys/{kind}").status == 404


def test_a_survey_that_was_called_off_everywhere_is_not_found(cloud: Cloud) -> None:
    survey = surveys_repository.find_survey(wiring.table(), waiting(cloud))
    assert survey is not None
    wiring.table().transact(surveys_repository.cancel_writes(survey))
    assert get(cloud, "/national/surveys/later").status == 404


def test_what_came_with_the_service_is_there_before_it_has_run(cloud: Cloud) -> None:
    kinds = across(cloud, "/national/surveys")["kinds"]
    assert [each["kind"] for each in kinds] == [
        "meeting_feedback",
        "cop_review",
        "annual_value",
        "needs",
    ]
    found = across(cloud, "/national/surveys/cop_review")
    assert found["title"] == "How is our community doing?"
    assert {each["withheld"] for each in found["communities"]} == {"none"}
    assert len(found["communities"]) == 6
    words = text(cloud, "/national/surveys/cop_review")
    assert "No community has closed this survey yet." in words and words.count("none yet") == 6


def test_questions_of_ones_own_are_there_before_they_were_asked(cloud: Cloud) -> None:
    wanted = {"title": "How is the tea?"}
    made = cloud.call("POST", "/national/questionnaires", wanted, bearer=cloud.session(OFFICE))
    path = f"/national/surveys/{made.json['questionnaire']}"
    assert across(cloud, path)["title"] == "How is the tea?"
    assert "No community has closed this survey yet." in text(cloud, path)


def test_the_newest_run_of_each_community_stands_beside_the_others(cloud: Cloud) -> None:
    run(cloud, "SW", rated(2, 9), weeks=30)
    newest = run(cloud, "SW", rated(4, 6))
    run(cloud, "MW", rated(2, 6), weeks=8)
    found = across(cloud)
    communities = {each["region"]: each for each in found["communities"]}
    assert (communities["SW"]["survey"], communities["SW"]["responses"]) == (newest, 6)
    assert (communities["MW"]["invited"], communities["MW"]["rate"]) == (10, 60)
    assert communities["DNE"] == {
        "region": "DNE", "survey": None, "closes_at": None, "invited": None, "responses": None,
        "rate": None, "withheld": "none", "running": None,
    }  # fmt: skip
    assert {region: row["mean"] for region, row in rows(found).items()} == {"SW": 4.0, "MW": 2.0}
    together = question(found)["together"]
    assert (together["answered"], together["mean"], together["spread"]) == (12, 3.0, 1.41)
    assert together["counts"] == [3, 0, 6, 0, 3] and together["shares"] == [25, 0, 50, 0, 25]


def test_what_is_open_hidden_few_or_was_answered_by_nobody_is_said_in_words(cloud: Cloud) -> None:
    run(cloud, "SW", rated(4, 6) + [{"pick": "a"}] * 3)
    run(cloud, "MW", rated(2, 5) + [{"pick": "b"}] * 4)
    run(cloud, "DNE", rated(4, 4))
    run(cloud, "DML", [])
    table = wiring.table()
    again = run_survey(cloud.now - timedelta(weeks=20), rated(3, 7), region="WNW")
    from tests.support.past_surveys import make_survey

    table.transact(
        surveys_repository.insert_survey_writes(
            make_survey(cloud.now + timedelta(days=3), region="WNW")
        )
    )
    found = across(cloud)
    communities = {each["region"]: each for each in found["communities"]}
    assert {region: each["withheld"] for region, each in communities.items()} == {
        "SW": None, "MW": None, "DNE": "few", "DML": "nobody", "WNW": None, "DSE": "none",
    }  # fmt: skip
    assert communities["DNE"]["responses"] is None and communities["DNE"]["rate"] is None
    assert (communities["WNW"]["survey"], communities["WNW"]["running"]) == (again, "waiting")
    assert {region: row["state"] for region, row in rows(found, "pick").items()} == {
        "SW": "hidden", "MW": "hidden", "DNE": "hidden", "DML": "nobody", "WNW": "nobody",
    }  # fmt: skip
    assert question(found, "pick")["together"] is None
    wording = text(cloud)
    for words in (
        "adds up only the communities whose figures are all shown",
        "Answered fewer than 5",
        "Answered nobody",
        "one is about to open",
        "Hidden: fewer than 5 people",
        "Closed none yet",
    ):
        assert words in wording, words


def test_together_never_holds_what_is_not_shown(cloud: Cloud) -> None:
    run(cloud, "SW", rated(4, 6))
    run(cloud, "MW", rated(2, 6))
    before = question(across(cloud))["together"]
    run(cloud, "DNE", rated(4, 4))
    run(cloud, "WNW", [{"rating": 3}] * 7)
    assert rows(across(cloud))["WNW"]["state"] == "number"
    assert "Hidden, to protect a small group" in text(cloud)
    assert question(across(cloud))["together"] == before
    run(cloud, "DML", rated(4, 8))
    assert question(across(cloud))["together"]["answered"] == before["answered"] + 8


def test_of_one_community_there_is_no_sum(cloud: Cloud) -> None:
    run(cloud, "SW", rated(4, 6))
    assert question(across(cloud))["together"] is None


def test_a_question_asked_otherwise_is_not_put_beside_it(cloud: Cloud) -> None:
    more = PICK | {"options": [*PICK["options"], {"value": "c", "text": "Water"}]}  # type: ignore[misc]
    some = [{"rating": 2, "pick": "a"}, {"rating": 4, "pick": "b"}] * 3
    run(cloud, "MW", some, weeks=8, version=1)
    run(cloud, "SW", some, questions=(RATING, more), version=2)
    run(cloud, "DNE", [{"helps": "yes"}] * 6, questions=(HELPS,), version=1)
    found = across(cloud)
    assert [each["key"] for each in found["questions"]] == ["rating", "pick"]
    assert {region: row["state"] for region, row in rows(found, "pick").items()} == {
        "SW": "shown", "MW": "other", "DNE": "other",
    }  # fmt: skip
    assert question(found)["together"]["answered"] == 12
    assert "Not asked, or asked otherwise" in text(cloud)


def test_a_question_in_other_words_is_not_added_up_with_it(cloud: Cloud) -> None:
    ends = RATING | {"low": RATING["high"], "high": RATING["low"]}
    questions = {"SW": RATING, "MW": RATING | {"text": "How bad is it?"}}
    questions |= {"DNE": ends, "DML": RATING | {"help": "In short."}}
    for version, (region, each) in enumerate(reversed(questions.items())):
        run(cloud, region, [{"rating": 2}, {"rating": 4}] * 3, questions=(each,), version=version)
    found = across(cloud)
    assert {region: row["state"] for region, row in rows(found, "rating").items()} == {
        "SW": "shown", "MW": "other", "DNE": "other", "DML": "shown",
    }  # fmt: skip
    assert question(found)["together"]["answered"] == 12


def test_what_was_answered_in_words_stays_in_its_community(cloud: Cloud) -> None:
    run(cloud, "SW", rated(4, 6))
    run(cloud, "MW", rated(2, 5))
    for path in (PATH, f"{PATH}.csv"):
        assert (
            "Canary" not in get(cloud, path).text and IN_WORDS["text"] not in get(cloud, path).text
        )


def test_the_files_say_what_the_page_says(cloud: Cloud) -> None:
    run(cloud, "SW", rated(4, 6))
    run(cloud, "MW", rated(2, 6))
    run(cloud, "DNE", rated(4, 3))
    answer = get(cloud, f"{PATH}.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="comhar-surveys-ours.csv"'
    words = answer.text.encode("latin-1").decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(words, newline="")))
    whole = {
        row["region_code"]: (row["state"], row["people"])
        for row in found
        if row["answer"] == "answered"
    }
    assert whole["SW"] == ("ok", "6")
    assert whole["DNE"] == ("hidden", "")
    assert whole["DML"] == ("not_run", "")
    rating = [row for row in found if row["question"] == RATING["text"]]
    people = [row["people"] for row in rating if row["region"] == "together, of those shown"]
    assert people == ["3", "0", "6", "0", "3"]
    hidden = next(row for row in rating if row["region_code"] == "DNE")
    columns = ("state", "answered", "mean", "people")
    assert [hidden[name] for name in columns] == ["hidden", "", "", ""]
    workbook = load_workbook(io.BytesIO(get(cloud, f"{PATH}.xlsx").text.encode("latin-1")))
    head, *rows = workbook["Figures"].values
    assert head == tuple(found[0])
    assert [[row[7], row[12]] for row in rows] == [
        [int(row["people"]) if row["people"] else None, row["state"]] for row in found
    ]
