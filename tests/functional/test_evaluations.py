"""Surveys that run by themselves: when a community is reviewed, and that it is asked once."""

import json
import re
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from comhar import wiring
from comhar.aws.conditions import Delete, Update
from comhar.dates.dublin_time import to_wall, unstamp
from comhar.membership import repository as membership_repository
from comhar.recurring_surveys import repository as recurring_repository
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import Survey, SurveyAlreadyRunning, default_closes_at, get_built_in
from comhar.tokens import new_id
from tests.support import past_surveys
from tests.support.past_meetings import record_meeting
from tests.support.sample_region import MONDAY, OFFICE, Region, text

CHAIRS = "/communities/SW/chairs"
PAGE = "/communities/SW/evaluations"
REVIEW, VALUE = "cop_review", "annual_value"
DECIDE = f"{PAGE}/{REVIEW}"
GO_ON = "should this survey go on?"
TITLE = get_built_in(REVIEW).title


def plan(kind: str) -> dict:
    """When the survey of this kind is next: the day, every how many months, the moment in Dublin."""
    item = wiring.table().get(recurring_repository.key("SW", kind))
    assert item is not None
    moment = to_wall(unstamp(item["due_at"])).isoformat(timespec="minutes")
    return {"next_on": item["next_on"], "months": item["months"], "moment": moment}


def planned() -> list[dict]:
    return wiring.table().query("REGION#SW", "EVALUATION#").items


def surveys(kind: str = REVIEW) -> list[Survey]:
    table = wiring.table()
    rows = table.query("REGION#SW", "SURVEY#").items
    found = (
        surveys_repository.find_survey(table, row["id"]) for row in rows if row["kind"] == kind
    )
    return [each for each in found if each]


def note(region: Region, day: str) -> None:
    region.done(OFFICE, "/closures", {"day": day})
    region.cloud.now += timedelta(minutes=1)
    region.cloud.post_letters()


def everyone(region: Region) -> set[str]:
    return {each.id for each in region.cloud.people if each.region == "SW"}


# When they begin


def test_they_begin_when_two_co_chairs_are_first_named(region: Region) -> None:
    sunday, monday = "2027-07-11", "2027-07-12T09:00"
    assert plan(REVIEW) == {"next_on": sunday, "months": 6, "moment": monday}
    tuesday = "2028-01-11"
    assert plan(VALUE) == {"next_on": tuesday, "months": 12, "moment": f"{tuesday}T09:00"}


def test_naming_new_co_chairs_later_changes_nothing(region: Region) -> None:
    before = plan(REVIEW), plan(VALUE)
    region.at(2027, 3, 1, 9)
    region.done(OFFICE, CHAIRS, {"members": [region.ann.id, region.ben.id]})
    assert (plan(REVIEW), plan(VALUE)) == before


def test_a_community_that_was_led_before_begins_with_its_next_co_chairs(region: Region) -> None:
    for kind in (REVIEW, VALUE):
        wiring.table().transact([Delete(recurring_repository.key("SW", kind))])
    region.at(2027, 8, 31, 9)
    assert surveys() == []
    region.done(OFFICE, CHAIRS, {"members": [region.ann.id, region.ben.id]})
    assert plan(REVIEW)["next_on"] == "2028-02-29"


def test_closure_days_are_no_working_days_whenever_they_are_noted(region: Region) -> None:
    note(region, "2027-07-12")
    assert plan(REVIEW)["moment"] == "2027-07-13T09:00"
    region.done(OFFICE, "/closures/2027-07-12/remove")
    region.cloud.now += timedelta(minutes=1)
    region.cloud.post_letters()
    assert plan(REVIEW)["moment"] == "2027-07-12T09:00"
    note(region, "2027-07-12")
    wiring.table().transact([Delete(recurring_repository.key("SW", REVIEW))])
    region.done(OFFICE, CHAIRS, {"members": [region.ann.id, region.ben.id]})
    assert plan(REVIEW)["moment"] == "2027-07-13T09:00"


# When it is time


def test_everyone_is_asked_at_nine_on_the_day_and_not_before(region: Region) -> None:
    record_meeting("2027-02-18T10:00")
    region.at(2027, 7, 12, 7, 59)
    assert surveys() == []
    region.at(2027, 7, 12, 8)  # 09:00 in Dublin
    (survey,) = surveys()
    assert (survey.state, past_surveys.recipient_ids(survey)) == ("open", everyone(region))
    assert survey.closes_at == default_closes_at(region.cloud.now)
    assert len(region.mail(region.ann, TITLE)) == 1
    assert plan(REVIEW)["next_on"] == "2028-01-11"


def test_who_left_before_gets_no_letter_and_who_joins_later_is_not_asked(region: Region) -> None:
    record_meeting("2027-02-18T10:00")
    region.at(2027, 7, 12, 7)
    region.done(region.ann, "/me/leave")
    region.at(2027, 7, 12, 8)
    joined = region.cloud.member()
    region.at(2027, 7, 22, 9)
    (survey,) = surveys()
    assert past_surveys.recipient_ids(survey) == everyone(region) - {region.ann.id, joined.id}
    assert region.mail(joined, TITLE) == []
    assert region.mail(region.ann, TITLE) == []
    reminders = region.mail(region.ben, f"Reminder: {TITLE}")
    assert len(reminders) == 1


def test_the_letters_say_why_they_come_where_there_was_no_meeting(region: Region) -> None:
    record_meeting("2027-02-18T10:00")
    region.at(2027, 7, 12, 8)
    region.at(2027, 7, 21, 8)  # it closes on Monday 26th: three working days before
    first, reminder = region.mail(region.ben, TITLE)
    assert (first["Subject"], reminder["Subject"]) == (TITLE, f"Reminder: {TITLE}")
    for letter in (first, reminder):
        words = " ".join(text(letter).split())
        assert "We ask the confirmed members of your community." in words
        assert "You get this email because you are a member of the Community" in words
        assert "until Monday 26 July 2027, 5pm" in words
        assert "meeting" not in words.lower()
        assert "present" not in words


def test_it_runs_again_every_six_months_and_once_a_year(region: Region) -> None:
    for half_year in ("2027-03", "2027-09", "2028-03", "2028-09", "2029-03"):
        record_meeting(f"{half_year}-18T10:00")
        region.cloud.now = min(unstamp(item["due_at"]) for item in planned())
        past_surveys.answer_open_surveys("SW", 5)
        region.cloud.post_letters()
    questions = {
        kind: sorted(to_wall(each.opens_at).date().isoformat() for each in surveys(kind))
        for kind in (REVIEW, VALUE)
    }
    assert questions == {
        REVIEW: ["2027-07-12", "2028-01-11", "2028-07-11", "2029-01-11", "2029-07-11"],
        VALUE: ["2028-01-11", "2029-01-11"],
    }
    states = [each.state for kind in questions for each in surveys(kind)]
    assert (states.count("closed"), states.count("open")) == (6, 1)


def test_a_clock_that_stood_still_asks_once_and_goes_on_from_today(region: Region) -> None:
    record_meeting("2027-02-18T10:00")
    region.at(2029, 3, 5, 9)
    assert len(surveys()) == len(surveys(VALUE)) == 1
    assert (plan(REVIEW)["next_on"], plan(VALUE)["next_on"]) == ("2029-07-11", "2030-01-11")


def test_one_that_runs_already_is_passed_over_this_time(region: Region) -> None:
    record_meeting("2027-02-18T10:00")
    region.at(2027, 7, 8, 9)
    started = ask(region, kind=REVIEW)
    region.at(2027, 7, 12, 8)
    assert [each.id for each in surveys()] == [started.id]
    assert plan(REVIEW)["next_on"] == "2028-01-11"
    record_meeting("2027-09-18T10:00")
    region.at(2028, 1, 11, 9)
    assert len(surveys()) == 2


def test_a_community_without_members_is_passed_over_this_time(region: Region) -> None:
    record_meeting("2027-02-18T10:00")
    for each in (region.ann, region.ben, region.cian, region.chair, region.other_chair):
        region.done(each, "/me/leave")
    region.at(2027, 7, 12, 8)
    assert surveys() == []
    assert plan(REVIEW)["next_on"] == "2028-01-11"


# Where the community did not meet


def page_words(region: Region) -> str:
    bearer = region.cloud.session(region.chair)
    page = region.cloud.call("GET", PAGE, bearer=bearer, html=True)
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def test_in_three_years_without_a_meeting_nobody_is_asked_anything(region: Region) -> None:
    for _ in range(6):
        region.cloud.now = min(unstamp(item["due_at"]) for item in planned())
        region.cloud.post_letters()
    assert region.cloud.now.year == 2030
    assert wiring.table().query("REGION#SW", "SURVEY#").items == []
    titles = [get_built_in(kind).title for kind in (REVIEW, VALUE)]
    assert [
        each for title in titles for each in region.cloud.mail() if title in each["Subject"]
    ] == []


def test_the_page_says_why_a_run_was_left_out(region: Region) -> None:
    region.at(2027, 7, 12, 8)
    assert surveys() == []
    assert plan(REVIEW)["next_on"] == "2028-01-11"
    sentence = (
        "It did not open on Monday 12 July 2027, because no meeting was recorded since "
        "Monday 11 January 2027."
    )
    assert page_words(region).count(sentence) == 1
    record_meeting("2027-09-16T10:00")
    region.at(2028, 1, 11, 9)
    assert len(surveys()) == 1
    assert "It did not open" not in page_words(region)


@pytest.mark.parametrize("state", ["scheduled", "cancelled"])
def test_a_meeting_that_did_not_take_place_does_not_count(region: Region, state: str) -> None:
    path = region.meeting()
    if state == "cancelled":
        region.done(region.chair, f"{path}/cancel", {"reason": "Snow"})
    region.at(2027, 7, 12, 8)
    assert surveys() == []


def test_a_meeting_before_it_was_planned_or_before_it_last_ran_does_not_count(
    region: Region,
) -> None:
    record_meeting("2027-01-08T10:00")
    region.at(2027, 7, 12, 8)
    assert surveys() == []
    record_meeting("2027-11-18T10:00")
    region.at(2028, 1, 11, 9)
    region.at(2028, 7, 11, 8)
    assert [each.opens_at.year for each in surveys()] == [2028]


def test_a_meeting_that_was_closed_since_counts(region: Region) -> None:
    path = region.meeting()
    region.at(2027, 2, 18, 12)
    region.done(region.chair, f"{path}/close", {"attended": [region.ann.id]})
    region.at(2027, 7, 12, 8)
    assert len(surveys()) == 1


def test_a_plan_that_an_earlier_version_stored_counts_from_the_day_before_the_last(
    region: Region,
) -> None:
    key = recurring_repository.key("SW", REVIEW)
    wiring.table().transact([Update(key, remove=["since"])])
    record_meeting("2027-01-12T10:00")
    region.at(2027, 3, 1, 9)
    region.done(OFFICE, CHAIRS, {"members": [region.ann.id, region.ben.id]})
    region.at(2027, 7, 12, 8)
    assert len(surveys()) == 1


# Where few answered the last two


def run_twice(region: Region, *answers: int) -> None:
    """Two runs of the review, on their days, with so many answers."""
    for day, count in zip(("2027-03-18", "2027-09-16"), answers, strict=True):
        record_meeting(f"{day}T10:00")
        region.cloud.now = unstamp(plan_item()["due_at"])
        region.cloud.post_letters()
        past_surveys.answer_open_surveys("SW", count)
        survey = max(surveys(), key=lambda each: each.opens_at)
        region.cloud.now = survey.closes_at
        region.cloud.post_letters()


def plan_item() -> dict:
    item = wiring.table().get(recurring_repository.key("SW", REVIEW))
    assert item is not None
    return item


def asked_by_mail(region: Region) -> list[str]:
    """Who was asked whether the review goes on, by now."""
    letters = [each for each in region.cloud.mail() if GO_ON in each["Subject"]]
    return sorted(each["To"] for each in letters if TITLE in " ".join(text(each).split()))


@pytest.mark.parametrize("answers", [(5, 4), (4, 5), (5, 5)])
def test_nobody_is_asked_where_five_answered_one_of_the_two(
    region: Region, answers: tuple[int, int]
) -> None:
    run_twice(region, *answers)
    assert asked_by_mail(region) == []
    assert "due" in plan_item()


@pytest.mark.parametrize("answers", [(4, 4), (1, 3), (0, 0)])
def test_after_two_with_fewer_than_five_the_co_chairs_and_the_office_are_asked(
    region: Region, answers: tuple[int, int]
) -> None:
    run_twice(region, *answers)
    chairs = [region.chair.email, region.other_chair.email]
    assert asked_by_mail(region) == sorted([*chairs, OFFICE])
    (letter,) = region.mail(region.chair, GO_ON)
    words = " ".join(text(letter).split())
    assert "The last two times, fewer than 5 people answered" in words
    assert "We send nothing more of this survey until a co-chair or the National Office" in words
    assert "/communities/SW/evaluations" in words


def test_until_they_say_nothing_more_is_sent_and_they_are_asked_once(region: Region) -> None:
    run_twice(region, 2, 2)
    for year in (2028, 2029, 2030):
        record_meeting(f"{year}-03-16T10:00")
        region.at(year, 7, 12, 8)
    note(region, "2030-09-17")  # all is planned anew
    assert len(surveys()) == 2
    assert asked_by_mail(region).count(OFFICE) == 1
    assert "due" not in plan_item()


def test_new_co_chairs_begin_nothing_again_that_waits_or_is_stopped(region: Region) -> None:
    run_twice(region, 2, 2)
    for decision in (None, {"go_on": False}):
        if decision:
            region.done(OFFICE, DECIDE, decision)
        before = plan_item()
        ids = [region.ann.id, region.ben.id]
        region.done(OFFICE, CHAIRS, {"members": ids if decision else ids[::-1]})
        assert plan_item() == before
    record_meeting("2028-03-16T10:00")
    region.at(2028, 7, 12, 8)
    assert len(surveys()) == 2


def test_what_few_answered_is_never_stored_or_told_as_a_number(region: Region) -> None:
    run_twice(region, 3, 3)
    assert [(each.few, each.responses) for each in surveys()] == [(True, None)] * 2
    assert "fewer than 5 people answered" in page_words(region)
    assert "3 people" not in page_words(region)
    result = region.ask(region.chair, "GET", PAGE).json["surveys"][0]
    assert (result["paused"], result["opens_at"]) == ("asked", None)
    assert "responses" not in result


def test_a_close_that_died_before_it_asked_is_made_up_for_on_the_day(region: Region) -> None:
    for at in (MONDAY, MONDAY + timedelta(days=60)):
        region.cloud.now = at
        past_surveys.run_survey(at, [past_surveys.GOOD] * 2, kind=REVIEW)
    record_meeting("2027-02-18T10:00")
    region.at(2027, 7, 12, 8)
    assert len(surveys()) == 2
    assert asked_by_mail(region).count(OFFICE) == 1


def test_only_co_chairs_and_the_office_decide_about_a_survey_there_is(region: Region) -> None:
    for who, status in ((None, 401), (region.ann, 403), (region.stranger, 403)):
        assert region.ask(who, "POST", DECIDE, {"go_on": False}).status == status
    for kind in ("meeting_feedback", "nothing"):
        path = f"{PAGE}/{kind}"
        assert region.ask(region.chair, "POST", path, {"go_on": False}).status == 404
    assert region.ask(region.chair, "POST", DECIDE, {}).status == 422
    assert region.ask(region.chair, "POST", DECIDE, {"go_on": "perhaps"}).status == 422
    assert (plan_item()["revision"], lines(region)) == (1, [])


def test_one_that_goes_on_opens_on_its_day_and_is_asked_about_after_two_more(
    region: Region,
) -> None:
    run_twice(region, 2, 2)
    region.at(2028, 2, 1, 9)
    assert "If you go on, it opens on Tuesday 11 July 2028, 9am." in page_words(region)
    for _ in range(2):
        answer = region.done(region.other_chair, DECIDE, {"go_on": True})
        assert (answer["paused"], answer["next_on"]) == (None, "2028-07-11")
    (line,) = lines(region)
    assert (line["what"], line["who"]) == ("go_on_survey", region.other_chair.audit_id)
    for number, month in enumerate(("2028-03", "2028-09"), start=3):
        record_meeting(f"{month}-16T10:00")
        region.cloud.now = unstamp(plan_item()["due_at"])
        region.cloud.post_letters()
        assert len(surveys()) == number
        region.cloud.now += timedelta(days=21)
        assert asked_by_mail(region).count(OFFICE) == (1 if number == 3 else 2)


def test_one_that_goes_on_after_its_day_opens_on_the_next_working_day(region: Region) -> None:
    run_twice(region, 2, 2)
    record_meeting("2028-03-16T10:00")
    region.at(2028, 7, 14, 9)
    region.done(OFFICE, DECIDE, {"go_on": True})
    assert plan(REVIEW)["moment"] == "2028-07-17T09:00"
    region.at(2028, 7, 17, 8)
    assert len(surveys()) == 3


def test_one_that_is_stopped_stays_so_until_somebody_starts_it_again(region: Region) -> None:
    run_twice(region, 2, 2)
    for _ in range(2):
        assert region.done(region.chair, DECIDE, {"go_on": False})["paused"] == "stopped"
    assert [line["what"] for line in lines(region)] == ["stop_survey"]
    assert "Stopped on Tuesday 25 January 2028." in page_words(region)
    body = wanted(next_on="2028-09-01", revision=plan_item()["revision"])
    body["annual_value"] = {"next_on": "2029-01-11", "revision": 2}
    region.done(region.chair, PAGE, body)
    record_meeting("2028-03-16T10:00")
    region.at(2028, 12, 1, 9)
    assert len(surveys()) == 2
    region.done(OFFICE, DECIDE, {"go_on": True})
    assert plan(REVIEW)["moment"] == "2028-12-04T09:00"


# Opening and closing by date


def ask(region: Region, opens: datetime | None = None, **about) -> Survey:
    """A survey of everyone, that opens then."""
    opens = opens or region.cloud.now
    known = {"kind": "needs", "definition": get_built_in("needs"), "region": "SW", "everyone": True}
    known |= {"opens_at": opens, "closes_at": default_closes_at(opens)}
    survey = Survey(id=new_id(region.cloud.now, "SW"), **(known | about))
    wiring.table().transact(surveys_repository.insert_survey_writes(survey))
    return survey


def state(survey: Survey) -> str:
    stored_survey = surveys_repository.find_survey(wiring.table(), survey.id)
    assert stored_survey is not None
    return stored_survey.state


def test_a_survey_opens_and_closes_at_its_moments_and_not_before(region: Region) -> None:
    opens, closes = datetime(2027, 2, 1, 9, 30), datetime(2027, 2, 12, 17)
    opens, closes = (each.replace(tzinfo=MONDAY.tzinfo) for each in (opens, closes))
    survey = ask(region, opens, closes_at=closes)
    seen = []
    for moment in (opens, closes):
        for early in (1, 0):
            region.cloud.now = moment - timedelta(minutes=early)
            region.cloud.post_letters()
            seen.append(state(survey))
    assert seen == ["waiting", "open", "open", "closed"]
    sent = region.mail(region.ann, get_built_in("needs").title)
    assert [each["Subject"].partition(":")[0] == "Reminder" for each in sent] == [False, True]


def test_the_people_asked_are_those_active_as_it_opens(region: Region) -> None:
    survey = ask(region, MONDAY + timedelta(days=7))
    joined = region.cloud.member()
    region.done(region.ann, "/me/leave")
    region.cloud.now = survey.opens_at
    region.cloud.post_letters()
    late = region.cloud.member()
    stored_survey = surveys_repository.find_survey(wiring.table(), survey.id)
    assert stored_survey is not None
    assert past_surveys.recipient_ids(stored_survey) == everyone(region) - {region.ann.id, late.id}
    region.cloud.now = survey.closes_at - timedelta(days=1)
    title = get_built_in("needs").title
    assert len(region.mail(joined, title)) == 2
    assert region.mail(region.ann, title) == region.mail(late, title) == []


def test_a_reminder_whose_day_is_before_the_opening_is_left_out(region: Region) -> None:
    survey = ask(region, closes_at=MONDAY + timedelta(days=3, hours=8))  # its day is today, 09:00
    region.cloud.post_letters()
    region.cloud.now = survey.closes_at - timedelta(minutes=1)
    assert len(region.mail(region.ann, get_built_in("needs").title)) == 1
    region.cloud.now = survey.closes_at
    region.cloud.post_letters()
    assert state(survey) == "closed"


def test_the_reminder_counts_the_closure_days_whenever_they_are_noted(region: Region) -> None:
    title = f"Reminder: {get_built_in('needs').title}"

    def reminded(day: int, hour: int) -> int:
        region.cloud.now = datetime(2027, 1, day, hour, tzinfo=MONDAY.tzinfo)
        return len(region.mail(region.ann, title))

    note(region, "2027-01-22")  # the Friday before it closes, on Monday 25th
    ask(region)
    region.cloud.post_letters()
    note(region, "2027-01-21")
    note(region, "2027-01-20")
    region.done(OFFICE, "/closures/2027-01-20/remove")
    assert reminded(18, 8) == 0
    assert reminded(18, 9) == 1  # before the 25th, people work on the 20th, the 19th, and the 18th
    assert reminded(22, 9) == 1


def test_a_reminder_whose_moment_is_past_by_a_new_closure_day_goes_at_once(region: Region) -> None:
    ask(region)
    region.at(2027, 1, 19, 12)
    note(region, "2027-01-21")  # it would have gone on Tuesday morning
    assert len(region.mail(region.ann, "Reminder")) == 1
    region.at(2027, 1, 22, 12)
    assert len(region.mail(region.ann, "Reminder")) == 1


def test_a_survey_that_was_called_off_asks_nobody_and_leaves_room_for_the_next(
    region: Region,
) -> None:
    survey = ask(region, MONDAY + timedelta(days=7))
    with pytest.raises(SurveyAlreadyRunning):
        ask(region)
    wiring.table().transact(surveys_repository.cancel_writes(survey))
    region.cloud.now = survey.opens_at
    assert region.mail(region.ann, get_built_in("needs").title) == []
    assert surveys_repository.find_survey(wiring.table(), survey.id) is None
    assert surveys("needs") == []
    ask(region)
    assert len(region.mail(region.ann, get_built_in("needs").title)) == 1


# Letters of surveys whose questions the community wrote


def test_a_title_that_nobody_checks_stands_in_no_subject(region: Region) -> None:
    title = "Why Máire is late"
    definition = get_built_in("needs").model_copy(update={"title": title})
    survey = ask(region, kind="SW-0q", version=1, definition=definition)
    region.cloud.post_letters()
    region.cloud.now = survey.closes_at - timedelta(days=1)
    first, reminder = region.mail(region.ben, "survey in your community")
    assert first["Subject"] == "A survey in your community"
    assert reminder["Subject"] == "Reminder: a survey in your community"
    for letter in (first, reminder):
        words = " ".join(text(letter).split())
        assert words.startswith("A survey in your community Dear")
        assert f"The survey is called “{title}”. Your co-chairs or the National Office" in words
        assert "Máire" not in "".join(value for _, value in letter.items())


# What is kept


@pytest.mark.parametrize("status", ["pending", "declined", "left", "inactive", "erasing"])
def test_who_is_no_active_member_is_not_asked(region: Region, status: str) -> None:
    record_meeting("2027-02-18T10:00")
    other = region.cloud.member(status=status)
    region.at(2027, 7, 12, 8)
    (survey,) = surveys()
    assert past_surveys.recipient_ids(survey) == everyone(region) - {other.id}
    assert region.mail(other, TITLE) == []


def test_of_who_is_deleted_while_it_is_open_a_number_stays_in_the_survey_alone(
    region: Region,
) -> None:
    record_meeting("2027-02-18T10:00")
    region.at(2027, 7, 12, 8)
    removed = region.ann
    wiring.table().transact(
        [
            Update(membership_repository.key(removed.id), set={"status": "erasing"}),
            Update(membership_repository.row_key("SW", removed.id), set={"status": "erasing"}),
        ],
    )
    region.at(2027, 7, 21, 8)
    assert region.mail(removed, "Reminder") == []
    (survey,) = surveys()
    assert removed.id in past_surveys.recipient_ids(survey)
    rows = wiring.table().query("REGION#SW").items
    runs = wiring.table().query(f"QUESTIONNAIRE#{REVIEW}").items
    assert removed.id not in json.dumps([rows, runs])


def test_nothing_that_is_kept_of_it_names_anybody(region: Region) -> None:
    record_meeting("2027-02-18T10:00")
    region.at(2027, 7, 12, 8)
    stored = [
        wiring.table().query(pk, begins).items
        for pk, begins in (
            ("REGION#SW", "EVALUATION#"),
            ("REGION#SW", "SURVEY#"),
            (f"QUESTIONNAIRE#{REVIEW}", ""),
        )
    ]
    assert all(stored)
    assert not re.search(r"person\d|@|Sinéad", json.dumps(stored, ensure_ascii=False))


# The page on which they are planned

AS_IT_STANDS = {
    "cop_review": {"months": 6, "next_on": "2027-07-11", "revision": 1},
    "annual_value": {"next_on": "2028-01-11", "revision": 1},
}


def wanted(**review) -> dict:
    """What is sent to change the review alone."""
    return AS_IT_STANDS | {"cop_review": AS_IT_STANDS["cop_review"] | review}


def lines(region: Region) -> list[dict]:
    return wiring.table().query("SUBJECT#SW.evaluations", table="audit").items


def test_only_co_chairs_of_the_region_and_the_office_plan_them(region: Region) -> None:
    for who, status in ((None, 401), (region.ann, 403), (region.stranger, 403)):
        assert region.ask(who, "GET", PAGE).status == status
        assert region.ask(who, "POST", PAGE, wanted(months=12)).status == status
    assert plan(REVIEW)["months"] == 6
    assert region.ask(region.chair, "POST", PAGE, wanted(months=12)).status == 200
    assert region.ask(OFFICE, "GET", PAGE).json["surveys"][0]["months"] == 12
    assert region.ask(OFFICE, "GET", "/communities/XX/evaluations").status == 404


@pytest.mark.parametrize(
    ("kind", "change", "field", "wording"),
    [
        (REVIEW, {"next_on": "2027-01-11"}, "cop_review.next_on", "Choose a day after today"),
        (REVIEW, {"next_on": "2028-07-12"}, "cop_review.next_on", "at most 18 months from now"),
        (VALUE, {"next_on": "2026-12-01"}, "annual_value.next_on", "Choose a day after today"),
        (VALUE, {"next_on": "9999-12-31"}, "annual_value.next_on", "at most 18 months from now"),
        (VALUE, {"next_on": "soon"}, "annual_value.next_on", "Enter a date, like 2027-02-18."),
        (VALUE, {"next_on": None}, "annual_value.next_on", "Enter a date, like 2027-02-18."),
        (REVIEW, {"months": 7}, "cop_review.months", "Choose one of the answers offered."),
        (VALUE, {"months": 12}, "annual_value.months", "There is no field called months."),
    ],
)
def test_what_cannot_be_is_refused_by_its_field_and_changes_nothing(
    region: Region, kind: str, change: dict, field: str, wording: str
) -> None:
    before = plan(REVIEW), plan(VALUE)
    body = AS_IT_STANDS | {kind: AS_IT_STANDS[kind] | change}
    answer = region.ask(region.chair, "POST", PAGE, body)
    assert answer.status == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]
    assert wording in answer.json["errors"][0]["message"]
    assert (plan(REVIEW), plan(VALUE), lines(region)) == (*before, [])


def test_blank_days_are_asked_for(region: Region) -> None:
    form = {"cop_review.months": "6", "cop_review.next_on": "", "annual_value.next_on": " "}
    bearer = region.cloud.session(region.chair)
    page = region.cloud.call("POST", PAGE, form=form, bearer=bearer, html=True)
    assert page.status == 422
    assert page.text.count("Enter the day on which it is next.") >= 2


def test_a_revision_that_no_plan_can_have_is_refused(region: Region) -> None:
    form = {
        "cop_review.months": "6",
        "cop_review.next_on": "2027-07-11",
        "cop_review.revision": "1",
    }
    form |= {"annual_value.next_on": "2028-01-12", "annual_value.revision": "1" + "0" * 40}
    bearer = region.cloud.session(region.chair)
    assert region.cloud.call("POST", PAGE, form=form, bearer=bearer).status == 422


def test_a_day_is_taken_up_to_the_first_and_the_last_that_can_be(region: Region) -> None:
    body = wanted(next_on="2027-01-12") | {"annual_value": {"next_on": "2028-07-11", "revision": 1}}
    region.done(region.chair, PAGE, body)
    assert plan(REVIEW)["moment"] == "2027-01-12T09:00"
    assert plan(VALUE)["moment"] == "2028-07-11T09:00"


def test_a_changed_plan_is_what_the_clock_goes_by(region: Region) -> None:
    record_meeting("2027-02-18T10:00")
    answer = region.done(region.chair, PAGE, wanted(months=12, next_on="2027-03-17"))
    assert answer["changed"] == [REVIEW]
    assert plan(REVIEW)["moment"] == "2027-03-18T09:00"  # the 17th is St Patrick's Day
    region.at(2027, 3, 17, 12)
    assert surveys() == []
    region.at(2027, 3, 18, 9)
    assert len(surveys()) == 1
    assert plan(REVIEW)["next_on"] == "2028-03-17"
    region.at(2027, 7, 12, 9)
    assert len(surveys()) == 1


def test_a_day_that_came_and_is_no_working_day_may_stand_as_it_is(region: Region) -> None:
    record_meeting("2027-02-18T10:00")
    region.at(2027, 7, 11, 9)
    body = AS_IT_STANDS | {"annual_value": {"next_on": "2028-02-01", "revision": 1}}
    assert region.done(region.chair, PAGE, body)["changed"] == [VALUE]
    region.at(2027, 7, 12, 9)
    assert len(surveys()) == 1


def test_what_is_sent_as_it_stands_writes_nothing(region: Region) -> None:
    bearer = region.cloud.session(region.chair)
    before = region.cloud.written()
    answer = region.cloud.call("POST", PAGE, AS_IT_STANDS, bearer=bearer)
    assert (answer.status, answer.json["changed"]) == (200, [])
    assert region.cloud.written() == before


def test_who_changed_it_and_to_what_is_noted(region: Region) -> None:
    region.done(region.chair, PAGE, wanted(next_on="2027-09-01"))
    (line,) = lines(region)
    assert (line["who"], line["what"]) == (region.chair.audit_id, "plan_surveys")
    assert (line["region"], line["cop_review"]) == ("SW", "2027-09-01")
    assert "annual_value" not in line


def test_of_two_who_change_it_the_second_is_told_and_loses_nothing(region: Region) -> None:
    region.done(region.chair, PAGE, wanted(next_on="2027-09-01"))
    form = {
        "cop_review.revision": "1",
        "cop_review.months": "12",
        "cop_review.next_on": "2027-10-01",
        "annual_value.revision": "1",
        "annual_value.next_on": "2028-02-01",
    }
    bearer = region.cloud.session(OFFICE)
    page = region.cloud.call("POST", PAGE, form=form, bearer=bearer, html=True)
    assert page.status == 409
    assert "has changed since you opened this page" in page.text
    assert plan(VALUE)["next_on"] == "2028-01-11"  # both or none
    soup = BeautifulSoup(page.text, "html.parser")
    fields = {
        str(each["name"]): str(each["value"])
        for each in soup.select("main input")
        if each.get("type") != "radio" or each.has_attr("checked")
    }
    assert fields == form | {"cop_review.revision": "2"}
    assert "Wednesday 1 September 2027" in soup.get_text()  # as it stands now
    again = region.cloud.call("POST", PAGE, form=fields, bearer=bearer, html=True)
    assert (again.status, again.headers["Location"]) == (303, f"{PAGE}?done=surveys_planned")
    assert (plan(REVIEW)["next_on"], plan(REVIEW)["months"]) == ("2027-10-01", 12)
    assert plan(VALUE)["next_on"] == "2028-02-01"


def test_what_was_never_planned_says_so_and_saving_plans_it(region: Region) -> None:
    for kind in (REVIEW, VALUE):
        wiring.table().transact([Delete(recurring_repository.key("SW", kind))])
    result = region.ask(region.chair, "GET", PAGE).json["surveys"]
    assert [each["planned"] for each in result] == [False, False]
    bearer = region.cloud.session(region.chair)
    page = region.cloud.call("GET", PAGE, bearer=bearer, html=True).text
    assert page.count("It is not planned yet.") == 2
    body = {each["kind"]: {"next_on": each["next_on"]} for each in result}
    region.done(region.chair, PAGE, body)
    assert plan(REVIEW) == {"next_on": "2027-07-11", "months": 6, "moment": "2027-07-12T09:00"}
    assert plan(VALUE)["next_on"] == "2028-01-11"
    assert region.ask(region.chair, "POST", PAGE, wanted(next_on="2027-09-01")).status == 200


def test_the_page_says_when_each_is_next_and_whether_one_is_open(region: Region) -> None:
    record_meeting("2027-02-18T10:00")
    bearer = region.cloud.session(region.chair)

    def page_text() -> str:
        page = region.cloud.call("GET", PAGE, bearer=bearer, html=True, query={"done": "x"})
        return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())

    first = page_text()
    assert get_built_in("meeting_feedback").title in first
    assert "Monday 12 July 2027, 9am (the first working day after Sunday 11 July 2027)" in first
    assert "Tuesday 11 January 2028, 9am" in first
    assert "One is open now" not in first
    region.at(2027, 7, 12, 8)
    bearer = region.cloud.session(region.chair)
    assert page_text().count("One is open now, or about to open.") == 1
