"""What came of surveys through the routes: who sees it, beside last time's figures, and over time."""

from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Delete, Put
from comhar.dates.dublin_time import stamp
from comhar.surveys import ballots, migration
from comhar.surveys import repository as surveys_repository
from comhar.tokens import new_secret
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.page import Page
from tests.support.past_surveys import (
    GOOD,
    HELPS,
    PICK,
    RATING,
    ballot_keys,
    get_page,
    make_survey,
    run_survey,
    store_answers_as_before,
)

LIST = "/communities/SW/surveys"
OFFICE = "office@example.com"


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    """With a co-chair and a confirmed member of the South West, and the surveys that have run since."""
    emptied.member(chair_of=("SW",))
    emptied.member()
    return emptied


def get_results(cloud: Cloud, survey: str, who: int | str = 1) -> Any:
    answer = get_page(cloud, f"{LIST}/{survey}", who)
    assert answer.status == 200, answer
    return answer.json


def words(cloud: Cloud, path: str, who: int | str = 1) -> str:
    """The words of a page."""
    answer = get_page(cloud, path, who, html=True)
    assert answer.status == 200, answer.text
    assert Page(answer.text).faults() == []
    return " ".join(Page(answer.text).text.split())


def question(results: Any, key: str) -> Any:
    return next(each for each in results["questions"] if each["key"] == key)


def before(cloud: Cloud, weeks: int, answers: list[dict[str, Any]], **about: Any) -> str:
    """A run that opened so many weeks ago, for two weeks."""
    return run_survey(cloud.now - timedelta(weeks=weeks), answers, **about)


OTHER = GOOD | {"rating": 2, "helps": "no", "pick": "b"}


def rated(*ratings: int) -> list[dict[str, Any]]:
    return [{"rating": each} for each in ratings]


def waiting(cloud: Cloud) -> str:
    """A survey of everyone that opens in a week."""
    opens_at = cloud.now + timedelta(days=7)
    survey = make_survey(opens_at, kind="later", everyone=True, people=())
    wiring.table().transact(surveys_repository.insert_survey_writes(survey))
    return survey.id


def opened(cloud: Cloud) -> str:
    """A survey that ten people were asked just now, and that six have answered."""
    survey = make_survey(cloud.now, kind="now", people=tuple(f"p{n}" for n in range(10)))
    table = wiring.table()
    table.transact(surveys_repository.insert_survey_writes(survey))
    cloud.post_letters()
    for key in ballot_keys(survey.id)[:6]:
        table.transact([ballots.delete_write(key)])
    return survey.id


# Who sees what


def test_who_is_not_confirmed_is_told_when_surveys_open_to_them(cloud: Cloud) -> None:
    survey = before(cloud, 4, [GOOD] * 6)
    cloud.member(confirmed=False)
    for path in (LIST, f"{LIST}/{survey}", f"{LIST}/{survey}/over-time"):
        refused = get_page(cloud, path, 2)
        assert refused.status == 403
        assert "once a co-chair or the National Office has confirmed" in refused.json["title"]
    assert LIST not in get_page(cloud, "/communities/SW", 2, html=True).text
    assert LIST in get_page(cloud, "/communities/SW", 1, html=True).text


def test_of_another_community_nobody_sees_anything(cloud: Cloud) -> None:
    survey = before(cloud, 4, [GOOD] * 6)
    cloud.member(region="MW", chair_of=("MW",))
    for path in (LIST, f"{LIST}/{survey}", f"{LIST}/{survey}/over-time"):
        assert get_page(cloud, path, 2).status == 403
        assert get_page(cloud, path.replace("SW", "MW", 1), 2).status in (200, 404)
        if path != LIST:
            assert get_page(cloud, path.replace("SW", "MW", 1), OFFICE).status == 404


def test_members_see_results_as_co_chairs_and_the_office_do(cloud: Cloud) -> None:
    survey = before(cloud, 4, [GOOD] * 6)
    seen = [get_results(cloud, survey, who) for who in (0, 1, OFFICE)]
    assert [each.pop("may_lead") for each in seen] == [True, False, True]
    assert seen[0] == seen[1] == seen[2]
    assert (seen[0]["responses"], seen[0]["rate"], seen[0]["invited"]) == (6, 60, 10)


def test_who_leads_sees_how_many_are_asked_while_it_is_open_and_no_more(cloud: Cloud) -> None:
    survey = opened(cloud)
    for who, invited in ((0, 10), (OFFICE, 10), (1, None)):
        found = get_results(cloud, survey, who)
        known = (found["invited"], found["responses"], found["rate"], found["so_far"])
        assert (found["withheld"], *known) == ("open", invited, None, None, None)
        wording = words(cloud, f"{LIST}/{survey}", who)
        assert "Open until" in wording and "Answered" not in wording
        assert ("10 people" in wording) == (invited is not None)
    rows = [get_page(cloud, LIST, who).json["surveys"][0] for who in (0, 1)]
    assert [row["invited"] for row in rows] == [10, None]


def test_the_list_says_what_waits_what_is_open_and_what_is_closed(cloud: Cloud) -> None:
    closed, now, later = before(cloud, 4, [GOOD] * 6), opened(cloud), waiting(cloud)
    rows = get_page(cloud, LIST, 0).json["surveys"]
    assert [(row["id"], row["state"]) for row in rows] == [
        (later, "waiting"),
        (now, "open"),
        (closed, "closed"),
    ]
    assert rows[0]["invited"] is None  # nobody was asked yet, which is not nobody
    wording = words(cloud, LIST)
    assert "opens 18 Jan 2027" in wording and "open until 25 Jan 2027" in wording
    assert "closed 28 Dec 2026" in wording and "6 (60%)" in wording
    assert get_results(cloud, later)["withheld"] == "waiting"
    assert "has not opened yet" in words(cloud, f"{LIST}/{later}")
    for who in (0, 1):
        assert ("Call it off" in words(cloud, f"{LIST}/{later}", who)) == (who == 0)


# Calling one off


def cancel(cloud: Cloud, survey: str, who: int | str = 0) -> GatewayResponse:
    bearer = cloud.session(cloud.people[who] if isinstance(who, int) else who)
    return cloud.call("POST", f"{LIST}/{survey}/cancel", bearer=bearer)


def test_a_member_calls_nothing_off(cloud: Cloud) -> None:
    survey = waiting(cloud)
    assert get_page(cloud, f"{LIST}/{survey}/cancel", 1).status == 403
    assert cancel(cloud, survey, 1).status == 403
    assert "Call it off" not in words(cloud, LIST)
    assert get_results(cloud, survey)["withheld"] == "waiting"


def test_what_has_opened_or_closed_is_not_called_off(cloud: Cloud) -> None:
    for survey in (opened(cloud), before(cloud, 4, [GOOD] * 6)):
        for answer in (get_page(cloud, f"{LIST}/{survey}/cancel", 0), cancel(cloud, survey)):
            assert answer.status == 409
            assert "it has opened" in answer.json["title"]
        assert len(ballot_keys(survey)) in (4, 0)
        assert get_page(cloud, f"{LIST}/{survey}").status == 200


def test_a_survey_that_opens_while_it_is_called_off_stays(cloud: Cloud) -> None:
    survey = waiting(cloud)
    assert get_page(cloud, f"{LIST}/{survey}/cancel", 0).status == 200
    cloud.now += timedelta(days=7)
    cloud.post_letters()
    assert cancel(cloud, survey).status == 409
    assert get_results(cloud, survey, 0)["withheld"] == "open"


@pytest.mark.parametrize("who", [0, OFFICE])
def test_a_survey_that_waits_is_called_off_and_asks_nobody(cloud: Cloud, who: int | str) -> None:
    survey = waiting(cloud)
    assert "Call it off" in words(cloud, LIST, who)
    assert "Nobody has been asked yet" in words(cloud, f"{LIST}/{survey}/cancel", who)
    assert cancel(cloud, survey, who).status == 200
    assert cancel(cloud, survey, who).status == 409  # pressed twice
    assert get_page(cloud, LIST).json["surveys"] == []
    assert get_page(cloud, f"{LIST}/{survey}").status == 404
    [line] = wiring.table().query(f"SUBJECT#{survey}", table="audit").items
    assert line["what"] == "call_off_survey"
    cloud.now += timedelta(days=8)
    assert cloud.post_letters() == []
    waiting(cloud)  # it can be started again


# Beside last time


def test_nothing_is_compared_with_the_first(cloud: Cloud) -> None:
    survey = before(cloud, 4, [GOOD] * 6)
    found = get_results(cloud, survey)
    assert (found["last"], found["earlier"]) == (None, False)
    assert all(each["last"] is None for each in found["questions"])
    wording = words(cloud, f"{LIST}/{survey}")
    assert "ast time" not in wording and "Over time" not in wording


def test_last_times_shares_and_mean_stand_beside_each_question(cloud: Cloud) -> None:
    last = before(cloud, 20, rated(1, 1, 1, 3, 3, 3) + [{"pick": "b"}] * 5)
    survey = before(cloud, 4, rated(4, 4, 4, 4, 5, 5, 5, 5))
    found = get_results(cloud, survey)
    assert found["last"]["id"] == last
    rating = question(found, "rating")
    assert [row["share"] for row in rating["rows"]] == [0, 0, 0, 50, 50]
    assert [row["last_share"] for row in rating["rows"]] == [50, 0, 50, 0, 0]
    known = {"state": "shown", "answered": 6, "shown": True, "mean": 2.0}
    assert rating["last"] == known | {"answer": None, "text": None}
    pick = question(found, "pick")
    assert (pick["answered"], pick["last"]["answered"]) == (0, 5)
    wording = words(cloud, f"{LIST}/{survey}")
    assert "Last time: 6 answers, mean 2.0 of 5." in wording
    assert "Nobody answered this question. Last time: 5 answers." in wording
    assert "“Last time” is the survey that closed on Monday 7 September 2026" in wording


def test_a_zero_what_is_hidden_and_what_was_not_asked_stay_apart(cloud: Cloud) -> None:
    few_picked = [{"rating": 2, "pick": "a"}] * 3 + [{"rating": 4, "pick": "a"}] + rated(4, 4)
    before(cloud, 20, few_picked, questions=(RATING, PICK))
    survey = before(cloud, 4, [GOOD, OTHER] * 3)
    found = get_results(cloud, survey)
    assert [row["last_share"] for row in question(found, "rating")["rows"]] == [0, 50, 0, 50, 0]
    hidden = {"state": "hidden", "answered": None, "shown": False, "mean": None, "answer": None}
    assert question(found, "pick")["last"] == hidden | {"text": None}
    assert [row["last_share"] for row in question(found, "pick")["rows"]] == [None, None]
    assert question(found, "helps")["last"] is None
    wording = words(cloud, f"{LIST}/{survey}")
    assert wording.count("Last time: hidden, because fewer than 5 people answered") == 1


def test_the_page_promises_of_few_answers_to_a_question_what_it_keeps(cloud: Cloud) -> None:
    survey = before(cloud, 4, [*rated(1, 2, 3, 4), GOOD, {"helps": "no"}])
    wording = words(cloud, f"{LIST}/{survey}")
    assert "we show nothing of a question that fewer than 5 people answered" in wording
    assert "Hidden: fewer than 5 people answered this question." in wording
    assert (question(get_results(cloud, survey), "helps")["shown"], "Go maith" in wording) == (
        False,
        False,
    )


def test_words_are_shown_once_five_people_wrote_some(cloud: Cloud) -> None:
    for wrote, seen in ((4, False), (5, True)):
        survey = before(cloud, 4 * wrote, [GOOD] * wrote + rated(1, 2, 3, 4))
        found = question(get_results(cloud, survey), "words")
        assert (found["shown"], len(found["texts"])) == (seen, wrote if seen else 0)
        assert ("Go maith" in words(cloud, f"{LIST}/{survey}")) is seen


def test_words_are_read_apart_from_one_another_and_no_answer_is_left(cloud: Cloud) -> None:
    sheets = [GOOD | {"words": f"Dea-scéal {n} 😔"} for n in range(7)]
    survey = before(cloud, 4, sheets)
    assert ballots.list_keys(wiring.table(), survey, 1) == []
    texts = question(get_results(cloud, survey), "words")["texts"]
    assert sorted(texts) == [each["words"] for each in sheets]
    wording = words(cloud, f"{LIST}/{survey}")
    assert "7 answers, in no order." in wording and all(each in wording for each in texts)


def test_of_a_survey_that_closed_earlier_words_are_shown_once_it_is_moved(cloud: Cloud) -> None:
    survey, table = before(cloud, 4, [GOOD] * 6), wiring.table()
    store_answers_as_before(survey, [GOOD] * 6, table)
    found = get_results(cloud, survey)
    assert question(found, "words")["answered"] == question(found, "rating")["answered"] == 6
    assert question(found, "words")["texts"] == []
    assert "6 answers. What people wrote is not shown at the moment." in words(
        cloud, f"{LIST}/{survey}"
    )
    pk, sk = migration.MIGRATION
    work = {"pk": pk, "sk": sk, "region": "SW", "due": "work", "due_at": stamp(cloud.now)}
    table.transact([Put(work)])
    cloud.post_letters()
    assert question(get_results(cloud, survey), "words")["texts"] == ["Go maith"] * 6
    assert ballots.list_keys(table, survey, 1) == []


def test_of_five_to_nine_answers_the_number_and_the_mean_are_shown(cloud: Cloud) -> None:
    survey = before(cloud, 4, [{"rating": 2, "helps": "yes"}] * 5 + rated(4))
    found = get_results(cloud, survey)
    rating, helps = question(found, "rating"), question(found, "helps")
    assert (rating["state"], rating["answered"], rating["mean"]) == ("number", 6, 2.33)
    assert (rating["rows"], rating["spread"]) == ([], None)
    assert (helps["state"], helps["answered"], helps["rows"]) == ("number", 5, [])
    wording = words(cloud, f"{LIST}/{survey}")
    assert "6 answers, mean 2.3 of 5. How many people gave each answer is hidden" in wording


def test_unanimity_is_nearly_all_and_tells_no_more(cloud: Cloud) -> None:
    pages = []
    for weeks, last in ((20, 4), (4, 1)):
        survey = before(cloud, weeks, [{"rating": 4, "helps": "yes"}] * 11 + rated(last))
        found = get_results(cloud, survey)
        rating = question(found, "rating")
        assert (rating["state"], rating["mean"], rating["answer"]) == ("nearly_all", None, "4")
        assert [row["instead"] for row in rating["rows"]] == [
            *["fewer_than_3"] * 3, "nearly_all", "fewer_than_3"
        ]  # fmt: skip
        pages.append([{**each, "last": None} for each in rating["rows"]])
        assert "nearly all" in words(cloud, f"{LIST}/{survey}")
        over = get_page(cloud, f"{LIST}/{survey}/over-time").json["questions"][0]["points"][-1]
        assert (over["state"], over["value"], over["answer"]) == ("nearly_all", None, "4")
    for row in (*pages[0], *pages[1]):
        row["last_instead"] = None
    assert pages[0] == pages[1]


def test_what_was_worded_otherwise_is_said_and_what_was_offered_otherwise_not_compared(
    cloud: Cloud,
) -> None:
    then = RATING | {"text": "How was it then?", "high": "Super"}
    other = PICK | {"options": [*PICK["options"], {"value": "c", "text": "Milk"}]}
    yes = {"key": "helps", "kind": "short", "text": "Does it help?"}
    before(cloud, 20, [{"rating": 2, "pick": "c", "helps": "No"}] * 6, questions=(then, other, yes))
    survey = before(cloud, 4, [GOOD, OTHER] * 3)
    found = get_results(cloud, survey)
    assert question(found, "rating")["last"]["text"] == "How was it then?"
    assert question(found, "rating")["rows"][4]["last_text"] == "5: Super"
    assert question(found, "rating")["rows"][0]["last_text"] is None
    assert question(found, "pick")["last"] is question(found, "helps")["last"] is None
    wording = words(cloud, f"{LIST}/{survey}")
    assert "Asked then as “How was it then?”" in wording
    assert "(last time “5: Super”)" in wording


@pytest.mark.parametrize("answers", [[], [GOOD] * 4])
def test_it_is_compared_with_the_newest_run_that_has_results(
    cloud: Cloud, answers: list[dict[str, Any]]
) -> None:
    counted = before(cloud, 30, rated(1, 1, 1, 2, 2))
    before(cloud, 20, answers)
    found = get_results(cloud, before(cloud, 4, [GOOD] * 6))
    assert found["last"]["id"] == counted
    assert question(found, "rating")["last"]["mean"] == 1.4


# Over time


def test_ratings_and_yes_no_are_followed_over_eight_runs_at_most(cloud: Cloud) -> None:
    runs = [before(cloud, 50 - 4 * n, rated(*[n % 3 + 2] * 5)) for n in range(10)]
    found = get_page(cloud, f"{LIST}/{runs[-1]}/over-time").json
    assert [each["id"] for each in found["runs"]] == runs[2:]
    assert [each["key"] for each in found["questions"]] == ["rating", "helps"]
    means = [each["value"] for each in found["questions"][0]["points"]]
    assert means == [4, 2, 3, 4, 2, 3, 4, 2]
    assert {each["state"] for each in found["questions"][1]["points"]} == {"nobody"}
    assert "Over time" in words(cloud, f"{LIST}/{runs[-1]}")


def test_over_time_what_is_hidden_and_what_was_not_asked_is_said(cloud: Cloud) -> None:
    before(cloud, 40, rated(3, 3, 3, 3))  # few
    before(cloud, 30, [])  # nobody
    before(
        cloud, 20, [{"helps": "yes"}, {"helps": "no"}] * 3, questions=(HELPS | {"text": "Did it?"},)
    )
    before(cloud, 12, [{"helps": "no"}] * 3 + rated(2, 2, 2, 2, 2))
    newest = before(cloud, 4, [{"helps": "yes", "rating": 4}] * 4 + [{"helps": "no", "rating": 5}])
    found = get_page(cloud, f"{LIST}/{newest}/over-time").json
    points = {
        each["key"]: [(one["state"], one["answered"], one["value"]) for one in each["points"]]
        for each in found["questions"]
    }
    hidden, nobody = ("hidden", None, None), ("nobody", 0, None)
    absent = ("not_asked", None, None)
    assert points["rating"] == [hidden, nobody, absent, ("shown", 5, 2.0), ("shown", 5, 4.2)]
    assert points["helps"] == [hidden, nobody, ("shown", 6, 50), hidden, ("number", 5, None)]
    wording = words(cloud, f"{LIST}/{newest}/over-time")
    assert "asked then as “Did it?”" in wording
    assert "hidden" in wording and "not asked" in wording and "50%" in wording


def test_a_run_without_results_leads_to_those_before_it(cloud: Cloud) -> None:
    before(cloud, 20, [GOOD] * 6)
    survey = before(cloud, 4, [GOOD] * 4)
    assert "Over time" in words(cloud, f"{LIST}/{survey}")
    assert "hidden" in words(cloud, f"{LIST}/{survey}/over-time")


def test_a_survey_that_was_opened_by_an_earlier_version_is_closed_and_shown(cloud: Cloud) -> None:
    table = wiring.table()
    survey = opened(cloud)
    item = table.get(surveys_repository.key(survey))
    assert item is not None
    old = {name: value for name, value in item.items() if name not in ("everyone", "version")}
    table.transact([Put(old | {"meeting": "SW-m", "about": "2027-01-11T08:00"})])
    table.transact([Delete(surveys_repository.runs_key("now", "SW"))])
    for _ in range(6):
        sheet = {"pk": f"SURVEY#{survey}", "sk": f"ANSWER#{new_secret()}", "answers": GOOD}
        table.transact([Put(sheet, table="ballots")])
    cloud.now += timedelta(days=15)
    cloud.post_letters()
    for path in (LIST, f"{LIST}/{survey}", f"{LIST}/{survey}/over-time", f"{LIST}/{survey}.csv"):
        assert get_page(cloud, path).status == 200
    assert question(get_results(cloud, survey), "rating")["answered"] == 6
    again = before(cloud, 3, [GOOD] * 6, kind="now")
    assert get_results(cloud, again)["last"]["id"] == survey


def test_a_first_run_and_an_open_one_have_no_course(cloud: Cloud) -> None:
    for survey in (before(cloud, 4, [GOOD] * 6), opened(cloud)):
        assert "no earlier survey" in words(cloud, f"{LIST}/{survey}/over-time")


@pytest.mark.parametrize(
    ("kind", "chair", "office"),
    [
        ("needs", "/communities/SW/questionnaires/needs/start", "/communities/SW"),
        ("meeting_feedback", None, None),
        ("IE-1", None, "/national/questionnaires/IE-1/start"),
    ],
)
def test_who_leads_is_led_from_what_came_of_a_survey_to_asking_it_again(
    cloud: Cloud, kind: str, chair: str | None, office: str | None
) -> None:
    survey = before(cloud, 4, rated(3, 3, 3, 3, 4), kind=kind)
    for who, start in ((1, None), (0, chair), (OFFICE, office)):
        page = get_page(cloud, f"{LIST}/{survey}", who, html=True).text
        assert ("Ask this again" in page) == (start is not None)
        assert not start or f'href="{start}' in page


def test_what_mean_and_spread_are_is_said_where_there_are_any(cloud: Cloud) -> None:
    wording = "The mean is the average of the ratings."
    assert wording in words(cloud, f"{LIST}/{before(cloud, 8, rated(3, 3, 3, 3, 4))}")
    bare = before(cloud, 4, [{"helps": "yes"}] * 5, questions=[HELPS], kind="other")
    assert wording not in words(cloud, f"{LIST}/{bare}")


def test_who_calls_off_too_late_is_led_back_to_the_list(cloud: Cloud) -> None:
    answer = get_page(cloud, f"{LIST}/{opened(cloud)}/cancel", 0, html=True)
    assert answer.status == 409
    assert f'href="{LIST}">Go to the list of surveys' in answer.text
