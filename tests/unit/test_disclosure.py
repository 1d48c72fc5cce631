"""What is shown of a question's answers, and that nothing of it tells what is not."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from comhar.surveys.disclosure import Disclosure, disclose
from comhar.surveys.model import Question

Table = tuple[int, ...]
SMALL = range(5, 13)  # answers: beyond, nothing changes any more


def make_question(kind: str, options: int = 3) -> Question:
    values = [{"value": f"o{n}", "text": f"Option {n}"} for n in range(options)]
    chosen = values if kind in ("single", "many") else []
    return Question.model_validate({"key": "q", "kind": kind, "text": "?", "options": chosen})


def disclose_counts(question: Question, answered: int, counts: Table) -> Disclosure:
    values = [each.value for each in question.choices]
    figures: dict[str, Any] = {
        "answered": answered,
        "counts": dict(zip(values, counts, strict=False)),
    }
    return disclose(question, figures)


def of_one_each(answered: int, options: int) -> Iterator[Table]:
    """Every way in which so many people can choose one of the options each."""
    if options == 1:
        yield (answered,)
        return
    for first in range(answered + 1):
        yield from ((first, *rest) for rest in of_one_each(answered - first, options - 1))


def of_several(answered: int, options: int) -> Iterator[Table]:
    """Every way in which so many people can choose one option or more each."""
    tables = product(range(answered + 1), repeat=options)
    return (each for each in tables if sum(each) >= answered)


@pytest.mark.parametrize("kind", ["rating", "yes_no", "single", "many", "short", "long"])
def test_of_one_to_four_answers_nothing_is_said_and_nobody_is_nobody(kind: str) -> None:
    question = make_question(kind)
    values = [each.value for each in question.choices]
    for answered in range(1, 5):
        figures = {"answered": answered, "counts": dict.fromkeys(values, answered)}
        assert disclose(question, figures) == Disclosure("hidden")
    assert disclose(question, {}) == Disclosure("hidden")
    nobody = {"answered": 0, "counts": dict.fromkeys(values, 0)}
    assert disclose(question, nobody) == Disclosure("nobody", 0)


def test_words_are_shown_from_five_answers_on() -> None:
    assert disclose(make_question("long"), {"answered": 5, "counts": {}}) == Disclosure("shown", 5)


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ((0, 3, 0, 3, 0), "shown"),
        ((3, 0, 3, 0, 3), "shown"),
        ((0, 0, 6, 0, 0), "number"),
        ((0, 2, 0, 4, 0), "number"),
        ((1, 3, 0, 3, 0), "number"),
        ((0, 0, 0, 0, 6), "nearly_all"),
        ((5, 1, 0, 0, 0), "nearly_all"),
        ((0, 1, 1, 4, 4), "shown"),
        ((2, 2, 2, 2, 2), "shown"),
        ((0, 0, 10, 0, 0), "nearly_all"),
        ((1, 0, 0, 9, 0), "nearly_all"),
    ],
)
def test_a_rating_is_shown_as_the_design_says(counts: Table, state: str) -> None:
    found = disclose_counts(make_question("rating"), sum(counts), counts)
    assert (found.state, found.answered) == (state, sum(counts))
    assert (found.mean is None) == (state == "nearly_all")
    assert (found.spread is None) == (state != "shown")
    assert bool(found.cells) == (state != "number")


@pytest.mark.parametrize(
    ("counts", "state"),
    [
        ((3, 3), "shown"),
        ((4, 2), "number"),
        ((6, 0), "number"),
        ((8, 2), "shown"),
        ((9, 1), "nearly_all"),
        ((0, 10), "nearly_all"),
    ],
)
def test_a_choice_is_shown_as_the_design_says(counts: Table, state: str) -> None:
    found = disclose_counts(make_question("yes_no"), sum(counts), counts)
    assert (found.state, found.mean) == (state, None)


def test_an_option_of_several_that_few_chose_is_not_counted_out() -> None:
    found = disclose_counts(make_question("many"), 7, (5, 2, 3))
    assert [(each.count, each.instead) for each in found.cells] == [
        (5, None), (None, "fewer_than_3"), (3, None)
    ]  # fmt: skip
    found = disclose_counts(make_question("many"), 10, (5, 2, 9))
    assert [each.count for each in found.cells] == [5, 2, None]
    assert found.cells[2].instead == "nearly_all"
    assert not found.is_whole


# The attack: everybody who sees the figures tries every table that they may stand for


def seen(question: Question, answered: int, tables: Iterator[Table]) -> dict[Disclosure, list]:
    found = defaultdict(list)
    for each in tables:
        found[disclose_counts(question, answered, each)].append(each)
    return found


@pytest.mark.parametrize("answered", SMALL)
@pytest.mark.parametrize(("kind", "options"), [("rating", 5), ("yes_no", 2), ("single", 4)])
def test_what_is_hidden_of_one_answer_each_cannot_be_reckoned(
    kind: str, options: int, answered: int
) -> None:
    question = make_question(kind, options)
    for found, tables in seen(question, answered, of_one_each(answered, options)).items():
        if found.state != "shown":
            assert len(tables) > 1, (found, tables)
            columns = zip(*tables, strict=True)
            assert not any(len({*each}) == 1 and each[0] for each in columns), found
        everybody = [each for each in tables if max(each) == answered]
        assert not everybody or len(everybody) < len(tables), found


@pytest.mark.parametrize("answered", SMALL)
@pytest.mark.parametrize("options", [2, 3])
def test_what_is_hidden_of_several_answers_each_cannot_be_reckoned(
    options: int, answered: int
) -> None:
    question = make_question("many", options)
    for found, tables in seen(question, answered, of_several(answered, options)).items():
        cells = found.cells or (None,) * options
        for cell, column in zip(cells, zip(*tables, strict=True), strict=True):
            assert (cell and cell.count is not None) or len({*column}) > 1, (found, tables)
