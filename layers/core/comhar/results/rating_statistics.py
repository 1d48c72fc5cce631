"""Owns what can be compared: which question of an earlier run is the same, and what it came to."""

from typing import Any

from comhar.surveys.disclosure import Disclosure, disclose
from comhar.surveys.model import Question, Survey


def same(question: Question, run: Survey) -> Question | None:
    """The question as that run asked it, if it did: of the same key and kind, with the same things to
    choose from. How it and they are worded may differ."""
    values = _values(question)
    for each in run.definition.questions:
        if (each.key, each.kind) == (question.key, question.kind) and _values(each) == values:
            return each
    return None


def _values(question: Question) -> set[str]:
    return {each.value for each in question.choices}


def counted(question: Question, run: Survey) -> dict[str, Any]:
    """The figures stored of a question that the run asked; empty where none are, because 1 to 4 answered
    the survey. Where nobody answered the survey, nobody answered the question."""
    if run.responses == 0:
        return {"answered": 0, "counts": {each.value: 0 for each in question.choices}}
    found: dict[str, Any] = run.results.get(question.key, {})
    return found


def disclosed(question: Question, run: Survey) -> Disclosure:
    """What is shown of a question that the run asked."""
    return disclose(question, counted(question, run))


def common_answer(question: Question, found: Disclosure) -> str | None:
    """What nearly all answered, where they did: the number of a rating, else the answer's text."""
    if found.state != "nearly_all":
        return None
    top = next(n for n, cell in enumerate(found.cells) if cell.instead == "nearly_all")
    choice = question.choices[top]
    return choice.value if question.kind == "rating" else choice.text
