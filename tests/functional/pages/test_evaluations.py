"""The surveys that run by themselves: planned on their page, and their letters opened on a phone."""

from collections.abc import Callable

from tests.functional.pages.test_meeting_letters import AOIFE, SEAN, Chairs
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.past_meetings import record_meeting
from tests.support.past_surveys import GOOD, run_survey

PAGE = "/communities/SW/evaluations"
REVIEW = "How is our community doing?"
OWN = "A survey in your community"


def test_co_chairs_plan_them_and_open_the_letters_that_come(
    visit: Callable[..., PageUser], stack: InProcess
) -> None:
    chairs, aoife, sean = Chairs(stack), visit(AOIFE), visit(SEAN)
    record_meeting("2027-01-20T10:00")
    aoife.sign_in().open("/communities/SW/surveys").follow("Automatic surveys")
    aoife.reads("After each meeting").reads("Every 6 months").reads("Once a year")
    aoife.choose("How often", "Every 12 months").fill(f"Next “{REVIEW}”", "2026-01-01")
    aoife.press("Save").reads("Choose a day after today, and at most 18 months from now.")
    aoife.fill(f"Next “{REVIEW}”", "2027-02-01").press("Save")
    aoife.reads("Saved.").reads("Every 12 months").reads("Tuesday 2 February 2027, 9am")
    assert aoife.path == PAGE
    title = (
        "What would help you to go on learning, and to rest, in the months that are ahead of us?"
    )
    form = {"title": title, "start_from": "needs"}
    key = chairs.done("/communities/SW/questionnaires", form)["questionnaire"]
    chairs.at("2027-02-02T10")
    days = {"opens_on": "2027-02-02", "closes_on": "2027-02-16"}
    chairs.done(f"/communities/SW/questionnaires/{key}/start", days)
    aoife.letter(REVIEW).reads("We ask the confirmed members of your community.")
    sean.letter(OWN).reads(f"The survey is called “{title}”")
    aoife.sign_in().open(PAGE).reads("One is open now")
    chairs.at("2027-02-15T10")
    aoife.letter(f"Reminder: {REVIEW}").reads("we cannot see who has")
    sean.letter("Reminder: a survey in your community").reads(title)
    sean.follow("Answer the questions").reads(title)


def test_co_chairs_stop_one_that_few_answered_and_start_it_again(
    visit: Callable[..., PageUser], stack: InProcess
) -> None:
    chairs, aoife = Chairs(stack), visit(AOIFE)
    for _ in range(2):
        run_survey(stack.now, [GOOD] * 2, kind="cop_review")
    chairs.at("2027-07-12T10")
    aoife.letter("should this survey go on?").follow("Choose")
    aoife.sign_in().open(PAGE).reads("Waiting for your choice.")
    aoife.reads("fewer than 5 people answered").press("Stop").reads("The survey is stopped")
    aoife.reads("We send nothing of it until you start it again").press("Start again")
    aoife.reads("The survey opens automatically again.").reads("Next: Tuesday 13 July 2027, 9am")
    chairs.at("2027-07-13T10")
    aoife.sign_in().open(PAGE).reads("It did not open on Tuesday 13 July 2027, because")


def test_where_few_can_be_asked_co_chairs_put_the_questions_on_the_next_agenda(
    visit: Callable[..., PageUser], stack: InProcess
) -> None:
    chairs, aoife = Chairs(stack), visit(AOIFE)
    chairs.at("2027-01-25T10")
    aoife.sign_in().open("/communities/SW/questionnaires/needs/start").reads("Few: only 3 people")
    aoife.reads("No meeting is planned yet.")
    meeting = chairs.meeting(kind="quarterly", starts_at="2027-03-18T10:00")
    aoife.open(PAGE).reads("for the meeting on Thursday 18 March 2027")
    aoife.open("/communities/SW/questionnaires/needs/start").press("Propose this agenda item")
    assert aoife.path == meeting
    aoife.open(f"{meeting}/agenda").reads("Talk about: ")
    days = {"opens_on": "2027-01-25", "closes_on": "2027-02-08"}
    chairs.done("/communities/SW/questionnaires/needs/start", days)
    aoife.open("/communities/SW/surveys").follow("What do you need").reads(
        "Few: 3 people were asked"
    )
