"""What is shown of the answers to a question: the rule protecting small groups.

DESIGN, "What is shown". It is applied whenever figures are shown, never to what is stored: to a page, a
file, a picture and a report alike, and so to surveys that closed before a rule changed.

"Nearly all" is shown where all gave one answer, and where all but one did: who could tell these two apart
would know what everybody answered. For the same reason a mean at the very end of the scale is not shown.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from comhar.surveys.model import Question, is_below_threshold

WHOLE_FROM = 10  # answers: from here on all is shown
MIN_PER_PART = 3  # people behind each part of a distribution of fewer answers
LOWEST, HIGHEST = 1, 5  # of a rating

# `hidden`: 1 to 4 answered, and no more is said. `number`: how many did, and a rating's mean. `nearly_all`
# gave one answer. `shown`: each answer that could be chosen has a cell.
State = Literal["nobody", "hidden", "number", "nearly_all", "shown"]
Instead = Literal["fewer_than_3", "nearly_all"]


@dataclass(frozen=True)
class Cell:
    """How many chose an answer and their share in percent, or what stands `instead`."""

    count: int | None = None
    share: int | None = None
    instead: Instead | None = None


@dataclass(frozen=True)
class Disclosure:
    """What is shown of a question.

    `cells` go by its choices; there are none where they are not shown. `spread` is the standard deviation
    of ratings.
    """

    state: State
    answered: int | None = None
    cells: tuple[Cell, ...] = ()
    mean: float | None = None
    spread: float | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every count is shown, so that it can be added up with others."""
        return self.state == "shown" and all(cell.count is not None for cell in self.cells)


def disclose(question: Question, figures: Mapping[str, Any]) -> Disclosure:
    """What is shown of a question with these figures.

    `figures` are `answered` and `counts` as stored; empty where they are not stored.
    """
    answered = figures.get("answered")
    if answered is None or is_below_threshold(answered):
        return Disclosure("hidden")
    if not answered:
        return Disclosure("nobody", 0)
    counts = [figures["counts"][option.value] for option in question.choices]
    if question.kind == "many":
        return _disclose_many(answered, counts)
    if question.kind == "rating":
        return disclose_rating(answered, counts)
    if not counts or _may_show_whole(answered, counts):
        return Disclosure("shown", answered, _cells(answered, counts))
    if answered >= WHOLE_FROM:
        return Disclosure("nearly_all", answered, _nearly_all_cells(counts))
    return Disclosure("number", answered)


def disclose_rating(answered: int, counts: Sequence[int]) -> Disclosure:
    """What is shown of a rating that at least five gave.

    `counts` are how many gave each rating, from the lowest up.
    """
    mean, spread = mean_and_spread(counts)
    if _may_show_whole(answered, counts):
        return Disclosure("shown", answered, _cells(answered, counts), mean, spread)
    total = _total(counts)
    if answered >= WHOLE_FROM or is_telling_sum(answered, total):
        return Disclosure("nearly_all", answered, _nearly_all_cells(counts))
    return Disclosure("number", answered, mean=mean)


def is_telling_sum(answered: int, total: int) -> bool:
    """Whether the sum of ratings alone reveals what nearly all gave.

    Of 10 ratings and more it may only seem to.
    """
    if answered < WHOLE_FROM:
        return not answered * LOWEST + 2 <= total <= answered * HIGHEST - 2
    return any(abs(total - answered * rating) <= 1 for rating in range(LOWEST, HIGHEST + 1))


def to_percent(part: int, whole: int) -> int:
    """The share in percent, rounded half up, as people round."""
    return (200 * part + whole) // (2 * whole)


def mean_and_spread(counts: Sequence[int]) -> tuple[float, float]:
    """The mean and the standard deviation of ratings, to two digits."""
    answered = sum(counts)
    mean = _total(counts) / answered
    square = sum((value - mean) ** 2 * n for value, n in enumerate(counts, LOWEST)) / answered
    return round(mean, 2), round(math.sqrt(square), 2)


def _total(counts: Sequence[int]) -> int:
    return sum(value * n for value, n in enumerate(counts, LOWEST))


def _may_show_whole(answered: int, counts: Sequence[int]) -> bool:
    """Whether the whole distribution of a single-choice question can be shown."""
    if answered >= WHOLE_FROM:
        return max(counts) < answered - 1
    chosen = [count for count in counts if count]
    return len(chosen) > 1 and min(chosen) >= MIN_PER_PART


def _cells(answered: int, counts: Sequence[int]) -> tuple[Cell, ...]:
    return tuple(Cell(count, to_percent(count, answered)) for count in counts)


def _nearly_all_cells(counts: Sequence[int]) -> tuple[Cell, ...]:
    """The answer that nearly all gave, and the others, each given by nobody or by one."""
    top = max(counts)
    return tuple(Cell(instead="nearly_all" if count == top else "fewer_than_3") for count in counts)


def _disclose_many(answered: int, counts: Sequence[int]) -> Disclosure:
    """Judges each answer of a many-choice question by itself.

    Unless the others reveal what is withheld of one, because everybody chose something.
    """
    top, *others = sorted(counts, reverse=True)
    if top >= answered - 1 and sum(others) <= 1:
        return Disclosure("shown", answered, _nearly_all_cells(counts))
    cells = tuple(_cell_of_many(answered, count) for count in counts)
    small = [cell for cell in cells if cell.instead == "fewer_than_3"]
    known = sum(
        answered if cell.instead else cell.count or 0 for cell in cells if cell not in small
    )
    if small and answered - known >= len(small) * (MIN_PER_PART - 1) - 1:
        return Disclosure("number", answered)
    return Disclosure("shown", answered, cells)


def _cell_of_many(answered: int, count: int) -> Cell:
    if count >= answered - 1:
        return Cell(instead="nearly_all")
    if answered < WHOLE_FROM and count < MIN_PER_PART:
        return Cell(instead="fewer_than_3")
    return Cell(count, to_percent(count, answered))
