"""A survey of 60 questions, answered by keyboard at 360 px, as a screen reader would be told of it."""

import re
from collections.abc import Callable
from datetime import datetime

from comhar.surveys import ballots
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import Definition, new_meeting_feedback
from comhar.tokens import new_id
from tests.browser.browser_user import BrowserUser
from tests.browser.keyboard import Typist
from tests.support.stack import Stack

KINDS = ("single", "many", "rating", "yes_no", "short", "long")
OFFERED = [{"value": "a", "text": "Éisteacht"}, {"value": "b", "text": "Obair le chéile"}]


def question(number: int) -> dict:
    kind = KINDS[number % len(KINDS)]
    about = {"key": f"q{number}", "kind": kind, "text": f"Question {number:02d}?"}
    return about | {
        "section": f"s{number // 10}",
        "required": number % 7 == 0,
        "options": OFFERED if kind in ("single", "many") else [],
        "low": "Not at all",
        "high": "Completely",
    }


DEFINITION = Definition.model_validate(
    {
        "title": "A long one",
        "intro": "Sixty questions.",
        "sections": [{"key": f"s{n}", "title": f"Part {n + 1}"} for n in range(6)],
        "questions": [question(number) for number in range(60)],
    }
)


def test_60_questions_are_answered_by_keyboard_and_read_in_order(
    stack: Stack, visit: Callable[..., BrowserUser]
) -> None:
    member = stack.join("brid@hse.ie", "Bríd Ní Dhomhnaill")
    table, now = stack.table(), stack.now
    begun = new_meeting_feedback(
        new_id(now, "SW"), "SW", "SW-m", datetime(2027, 1, 4, 8), [member["id"]], now
    )
    whole = {"definition": DEFINITION, "meeting": None, "about": None}
    survey = begun.model_copy(update=whole)
    table.transact(surveys_repository.insert_survey_writes(survey))
    stack.settle()

    brid = visit("brid@hse.ie", 360, Typist).letter("A long one").follow("Answer the questions")
    assert brid.page.locator("table").count() == 0  # no matrix: each question stands for itself
    words = brid.page.locator("main").aria_snapshot()
    questions = re.findall(r'(?:group|textbox) "(?:Question )(\d\d)\?', words)
    assert questions == [f"{number:02d}" for number in range(60)]
    parts = re.findall(r'heading "(Part \d)" \[level=2\]', words)
    assert parts == [f"Part {n}" for n in range(1, 7)]
    for each in DEFINITION.questions:
        match each.kind:
            case "single":
                brid.choose(each.text, "Obair le chéile")
            case "many":
                brid.choose(each.text, "Éisteacht")
            case "rating":
                brid.choose(each.text, "4")
            case "yes_no":
                brid.choose(each.text, "Yes")
            case _:
                brid.fill(each.text, f"Focail ar {each.key}")
    brid.press("Send my answers").reads("Your answers were received without your name")
    (stored,) = ballots.list_answers(table, survey.id)
    assert stored["q1"] == ["a"] and stored["q2"] == 4 and stored["q59"] == "Focail ar q59"
    assert set(stored) == {each.key for each in DEFINITION.questions}
