"""What a survey takes for an answer, what is counted of it, and what is shown; `test_answers_at_random`
has the rest of it."""

import statistics
from datetime import UTC, date, datetime
from typing import Any

import pytest

from comhar import data
from comhar.dates.dublin_time import to_wall
from comhar.errors import Invalid
from comhar.recurring_surveys import model as recurring_model
from comhar.results import views as results_views
from comhar.surveys import close as surveys_close
from comhar.surveys import repository as surveys_repository
from comhar.surveys.ballots import derive_token, parse_link
from comhar.surveys.model import (
    Definition,
    Question,
    Survey,
    default_closes_at,
    is_below_threshold,
    new_meeting_feedback,
)
from comhar.surveys.service import parse_answers

NOW = datetime(2027, 2, 18, 12, 30, tzinfo=UTC)
FEEDBACK = Definition.model_validate(data.load("surveys")["meeting_feedback"])


def test_what_is_missing_or_unknown_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        parse_answers(FEEDBACK, {"useful": "yes", "mood": "good", "satisfaction": "  "})
    assert {error.field for error in refused.value.errors} == {
        "answers.mood",
        "answers.satisfaction",
    }
    optional = Definition(title="", intro="", questions=[Question(key="q", kind="short", text="")])
    with pytest.raises(Invalid, match="Please check"):
        parse_answers(optional, {"q": None})


def test_every_survey_in_the_data_can_be_asked() -> None:
    for each in data.load("surveys").values():
        definition = Definition.model_validate(each)
        keys = [question.key for question in definition.questions]
        assert len(keys) == len(set(keys))
        assert {q.section for q in definition.questions} <= {s.key for s in definition.sections}
        assert all(question.choices or question.is_text for question in definition.questions)


def survey(**more: Any) -> Survey:
    made = new_meeting_feedback(
        "SW-s", "SW", "SW-m", datetime(2027, 2, 18, 10), list("abcdefg"), NOW
    )
    return made.model_copy(update=more)


def test_it_closes_at_17_00_in_ireland_14_days_later_over_both_clock_changes() -> None:
    for opened in (datetime(2027, 3, 20, 23, 30), datetime(2027, 10, 20, 10), NOW):
        at = opened.replace(tzinfo=UTC)
        closes = to_wall(default_closes_at(at))
        assert (closes.hour, closes.minute) == (17, 0)
        assert (closes.date() - to_wall(at).date()).days == 14


def test_it_is_open_from_when_its_ballots_stand_until_it_closes() -> None:
    assert not survey().is_open(NOW)
    assert survey(state="open").is_open(NOW)
    assert not survey(state="open").is_open(default_closes_at(NOW))
    assert not survey(state="closed").is_open(NOW)


def test_runs_that_were_missed_are_not_made_up_for() -> None:
    yearly = recurring_model.first_evaluation("SW", "annual_value", date(2027, 1, 11))
    assert yearly.next_on == date(2028, 1, 11)
    for today, following in (
        (date(2028, 1, 11), date(2029, 1, 11)),
        (date(2030, 1, 10), date(2030, 1, 11)),
        (date(2030, 1, 11), date(2031, 1, 11)),
    ):
        assert yearly.advance(today).next_on == following


def test_results_wait_for_the_closing_and_for_five_people() -> None:
    assert results_views.survey_results(survey(state="open"), {}).withheld == "open"
    small = results_views.survey_results(survey(state="closed", few=True), {})
    assert (small.withheld, small.questions, small.responses, small.rate) == ("few", (), None, None)
    nobody = results_views.survey_results(survey(state="closed", responses=0), {})
    assert (nobody.withheld, nobody.responses, nobody.rate) == ("nobody", 0, 0)


@pytest.mark.parametrize("count", range(7))
def test_the_region_s_row_holds_no_number_of_a_small_group(count: int) -> None:
    known: dict[str, Any] = {"few": True} if is_below_threshold(count) else {"responses": count}
    row = surveys_repository.to_row(survey(state="closed", **known), {"5": count})
    figures = {name: row[name] for name in row if "satisfaction" in name or name in known}
    if count in (1, 2, 3, 4):
        assert figures == {"few": True, "satisfaction_few": True}
        assert "responses" not in row
    else:
        ratings = {"satisfaction_count": count, "satisfaction_sum": 5 * count}
        ratings["satisfaction_counts"] = {"5": count}
        assert figures == {"responses": count, **ratings}


def test_results_tell_counts_shares_mean_and_spread() -> None:
    ratings = [1, 2, 4, 5, 5, 5] * 2
    answers = [{"satisfaction": n, "took_away": ["idea", "help"][: n % 3]} for n in ratings]
    answers[0] |= {"welcome": 5}
    for each in answers[:5]:
        each |= {"went_well": "The biscuits"}
    for each in answers[:4]:
        each |= {"do_differently": "The tea"}
    responses, counts = surveys_close.tally_answers(FEEDBACK, answers)
    by_rating = {"1": 2, "2": 2, "3": 0, "4": 2, "5": 6}
    assert surveys_close.satisfaction_counts(FEEDBACK, counts) == by_rating
    closed = survey(
        state="closed", responses=12, results=surveys_close.drop_small_counts(responses, counts)
    )
    texts = {"went_well": ["The biscuits"], "do_differently": ["The tea"]}
    result = {q.key: q for q in results_views.survey_results(closed, texts).questions}
    assert [row.count for row in result["satisfaction"].rows] == [2, 2, 0, 2, 6]
    assert [row.share for row in result["satisfaction"].rows] == [17, 17, 0, 17, 50]
    assert result["satisfaction"].mean == round(statistics.mean(ratings), 2)
    assert result["satisfaction"].spread == round(statistics.pstdev(ratings), 2)
    took = result["took_away"].rows[:2]
    assert [(row.count, row.instead) for row in took] == [(None, "nearly_all"), (8, None)]
    assert (result["welcome"].is_shown, result["welcome"].answered) == (False, None)
    assert not result["welcome"].rows
    assert (result["useful"].is_shown, result["useful"].answered) == (True, 0)
    assert result["went_well"].texts == ("The biscuits",)
    assert (result["do_differently"].is_shown, result["do_differently"].texts) == (False, ())


def test_a_ballot_follows_from_secret_and_person_and_its_link_is_read_back() -> None:
    one, other = derive_token("secret", "person1"), derive_token("secret", "person2")
    assert one != other
    assert one == derive_token("secret", "person1") != derive_token("another", "person1")
    assert one not in str(parse_link(f"SW-abc.{one}"))
    for broken in ("", "SW-abc", f"SW-abc.{one[:-1]}", f"SW-abc.{one}\n", f"SW#x.{one}", "thanks"):
        assert parse_link(broken) is None
