"""Owns what can be compared: which question of an earlier run is the same, and what it came to."""

import math
from typing import Any

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
    """The run's figures of a question that it asked; empty where they are hidden: 1 to 4 answered the
    question, or the survey. Where nobody answered the survey, nobody answered the question."""
    if run.responses == 0:
        return {"answered": 0, "counts": {each.value: 0 for each in question.choices}}
    found: dict[str, Any] = run.results.get(question.key, {})
    return found


def percent(part: int, whole: int) -> int:
    """Rounded half up, as people round."""
    return (200 * part + whole) // (2 * whole)


def moments(counts: dict[str, int], answered: int) -> tuple[float, float]:
    """The mean and the standard deviation of ratings, to two digits."""
    mean = sum(int(value) * n for value, n in counts.items()) / answered
    square = sum((int(value) - mean) ** 2 * n for value, n in counts.items()) / answered
    return round(mean, 2), round(math.sqrt(square), 2)
