"""Questions written, arranged, asked and answered."""

from collections.abc import Callable
from datetime import timedelta

from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE


def test_a_co_chair_writes_questions_and_starts_a_survey_of_them(
    stack: InProcess, visit: Callable[..., PageUser]
) -> None:
    stack.co_chairs("aine", "brid")
    stack.advance(
        to=stack.now + timedelta(days=7)
    )  # surveys ask members who have been there for a week

    aine = visit("aine@hse.ie")
    aine.sign_in().open("/communities/SW/questionnaires").reads("No surveys of your own yet")
    aine.follow("Write your own questions").fill("Title", "Fáilte").choose(
        "What to start from", "No questions yet"
    )
    aine.press("Continue").reads("There is no question yet").follow("Add a question or a heading")
    aine.follow("Rating from 1 to 5").press("Add it").reads("Write the question")
    aine.fill("Question", "Cé chomh te is a bhí an fháilte?").fill("What 1 means", "Fuar")
    aine.choose("Does it have to be answered?", "Yes").press("Add it").reads("has to be answered")
    aine.follow("Add a question or a heading").follow("Choose several answers")
    aine.fill("Question", "What would you like?")
    aine.fill("Answers to choose from", "Tae\nCaife").press("Add it").reads("Caife")
    aine.follow("Add a question or a heading").follow("Heading").fill("Heading", "First")
    aine.press("Add it").press("Move up “First”").press("Move up “First”")
    assert aine.headings(3)[0] == "First"
    aine.press("Take out “What would you like?”").press("Bring back “What would you like?”")
    aine.follow("Change “What would you like?”").fill("Question", "What would you drink?")
    aine.press("Save").reads("What would you drink?")
    builder = aine.path
    aine.follow("Change title, introduction and thanks").fill("Introduction", "Two questions.")
    aine.press("Save").follow("Preview").reads("This is a preview")
    aine.open(builder).follow("Start this survey").reads("2 people of 2 active members")
    aine.reads("Few: only 2 people can be asked")
    aine.fill("Opens on", stack.now.date().isoformat()).press("Start the survey")
    aine.reads("The survey is started")
    stack.settle()

    brid = visit("brid@hse.ie")
    brid.letter("A survey in your community").reads("Fáilte").follow("Answer the questions")
    brid.choose("Cé chomh te is a bhí an fháilte?", "2").choose("What would you drink?", "Tae")
    brid.press("Send my answers").reads("Your answers were received without your name")

    aine.open(builder).reads("This is what was asked last").follow("Version 1")
    aine.reads("as it was asked").open(builder).follow("Delete these questions")
    aine.press("Delete the questions").reads("The questions are deleted")

    worker = visit(OFFICE).sign_in().open("/national/questionnaires/needs/start")
    worker.choose("Communities", "South West").press("Start the survey")
    worker.reads("The survey is started")
