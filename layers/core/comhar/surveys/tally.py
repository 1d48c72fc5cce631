"""Owns counting: from answers to sums, and which of them may be kept."""

from collections.abc import Iterable
from typing import Any

from comhar.surveys.answers import Answers
from comhar.surveys.model import SHOWN_FROM, Definition, few

Counts = dict[str, dict[str, Any]]


def tally(definition: Definition, sheets: Iterable[Answers]) -> tuple[int, Counts]:
    """How many answered, and by question how many answered it and how many chose what."""
    counts: Counts = {
        question.key: {"answered": 0, "counts": {each.value: 0 for each in question.choices}}
        for question in definition.questions
    }
    responses = 0
    for sheet in sheets:
        responses += 1
        for key, given in sheet.items():
            counts[key]["answered"] += 1
            if counts[key]["counts"]:
                for value in given if isinstance(given, list) else [given]:
                    counts[key]["counts"][str(value)] += 1
    return responses, counts


def satisfaction(definition: Definition, counts: Counts) -> dict[str, int] | None:
    """How many gave each rating of their satisfaction; None if it was not asked."""
    if not any(q.key == "satisfaction" and q.kind == "rating" for q in definition.questions):
        return None
    ratings: dict[str, int] = counts["satisfaction"]["counts"]
    return ratings


def kept(responses: int, counts: Counts) -> Counts:
    """What is kept of the counts: no figure from fewer than 5 people, of the survey or of a question.

    Answers in words have no figures; they are shown once 5 people have answered the survey at all.
    """
    if responses < SHOWN_FROM:
        return {}
    return {
        key: {} if each["counts"] and few(each["answered"]) else each
        for key, each in counts.items()
    }
