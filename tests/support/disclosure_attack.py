"""An adversary who has all that is published and subtracts: who looks for what a total hides in its parts.

A cell is a number that nobody is told: how many answered, or chose something, in one community and run.
The adversary knows of a hidden one that 1 to 4 people are behind it, and holds every total against
every guess at which communities are in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.results.questions import ResultRow
from comhar.results.region_comparison import AcrossQuestion, AcrossSurvey
from tests.support.random_results import QUARTERS, QUESTIONS, Published, Run, questions_with_figures

Cell = tuple[str, ...]  # what, community, run and, of a question, its key and an answer
Bounds = dict[Cell, tuple[int, int]]
MOST = 4  # people behind what is hidden


@dataclass(frozen=True)
class Total:
    """Published: the sum of these cells, if they are what it sums up."""

    cells: frozenset[Cell]
    value: int


@dataclass
class Adversary:
    """`bounds` is what the adversary knows of each cell, `totals` what is tried, guess by guess."""

    bounds: Bounds = field(default_factory=dict)
    always: list[Total] = field(default_factory=list)  # of one survey's own page: certain
    guesses: list[list[Total]] = field(default_factory=list)

    def hidden(self) -> set[Cell]:
        return {cell for cell, (low, high) in self.bounds.items() if low < high}

    def recovers(self) -> Bounds:
        """The hidden cells that some guess, which agrees with all that is known, pins down."""
        found: Bounds = {}
        for totals in self.guesses:
            both = [*totals, *_differences(totals)]
            known = _narrowed(self.bounds, [*self.always, *both])
            if known is not None:
                found |= {cell: known[cell] for cell in self.hidden() if len({*known[cell]}) == 1}
        return found


def _differences(totals: list[Total]) -> Iterator[Total]:
    """What is left when one total is taken from another that holds all of it, and of either quarter."""
    for large in totals:
        for small in totals:
            if small.cells < large.cells:
                yield Total(large.cells - small.cells, large.value - small.value)


def _narrowed(bounds: Bounds, totals: Iterable[Total]) -> Bounds | None:
    """The bounds with every total taken into account; None where they contradict one another."""
    known, waiting = dict(bounds), [each for each in totals]
    changed = True
    while changed:
        changed = False
        for total in waiting:
            low = sum(known[cell][0] for cell in total.cells)
            high = sum(known[cell][1] for cell in total.cells)
            if not low <= total.value <= high:
                return None
            for cell in total.cells:
                least, most = known[cell]
                new = max(least, total.value - high + most), min(most, total.value - low + least)
                if new != (least, most):
                    known[cell], changed = new, True
                    low, high = low + new[0] - least, high + new[1] - most
    return known


def read_everything(published: Published) -> Adversary:
    """An adversary who has read every page and report."""
    adversary = Adversary()
    _read_pages(adversary, published)
    _guess_reports(adversary, published)
    for number, table in enumerate(published.across):
        guess_totals(adversary, number, published_sums(table))
    return adversary


def _read_pages(adversary: Adversary, published: Published) -> None:
    bounds = adversary.bounds
    for (region, number), page in published.pages.items():
        place = (region, str(number))
        here = {each.key: each for each in page.questions}
        few = page.withheld == "few"
        people = (1, MOST) if few else (page.responses or 0,) * 2
        bounds["responses", *place] = people
        for key in questions_with_figures(published.definition):
            question = here.get(key)
            number_shown = question.answered if question else None if few else 0
            answered = (
                (number_shown, number_shown)
                if number_shown is not None
                else (0 if few else 1, MOST)
            )
            bounds["answered", *place, key] = answered
            rows = question.rows if question and question.rows else ()
            values = [each.value for each in QUESTIONS[key].choices]
            cells = [("chose", *place, key, value) for value in values]
            for cell, row in zip(cells, rows or [None] * len(cells), strict=True):
                bounds[cell] = _chosen_by(row, answered[1])
            if number_shown and QUESTIONS[key].kind != "many":
                adversary.always.append(Total(frozenset(cells), number_shown))


def _chosen_by(row: ResultRow | None, answered: int) -> tuple[int, int]:
    """By how many an answer was chosen, at least and at most."""
    if row is None:
        return 0, answered
    if row.instead == "nearly_all":
        return answered - 1, answered
    return (0, 2) if row.count is None else (row.count, row.count)


def _guess_reports(adversary: Adversary, published: Published) -> None:
    """The report counts the responses to each region's surveys, and to all."""
    within: dict[tuple[int, str], set[Cell]] = defaultdict(set)
    for (region, number), page in published.pages.items():
        quarter = QUARTERS.index(Quarter.of(local_date(page.closes_at)))
        for part in (region, "ALL"):
            within[quarter, part].add(("responses", region, str(number)))
    totals = [
        Total(frozenset(within[quarter, region]), int(figure.value))
        for (code, quarter, region), figure in published.figures.items()
        if code == "survey_responses" and figure.value is not None
    ]
    adversary.guesses.append(totals)


Sums = Mapping[str, tuple[int, Mapping[str, int]]]  # by question: how many answered, and chose what


def published_sums(table: AcrossSurvey) -> Sums:
    """The sums of the office's page, as published."""
    return {each.key: _sums(each) for each in table.questions if each.together}


def _sums(question: AcrossQuestion) -> tuple[int, Mapping[str, int]]:
    assert question.together
    values = [each.value for each in QUESTIONS[question.key].choices]
    return question.together.answered or 0, dict(
        zip(values, question.together.counts or [0] * len(values), strict=True)
    )


def guess_totals(adversary: Adversary, number: int, sums: Sums) -> None:
    """Perhaps the sums hold all communities; or those that are shown, and one more."""
    place = str(number)
    regions = {cell[1] for cell in adversary.bounds if cell[2] == place}
    unknown = {
        region: [k for k in sums if _unknown(adversary.bounds, region, place, k)]
        for region in regions
    }
    kept_back = {region: keys for region, keys in unknown.items() if keys}
    guesses = [kept_back, *({region: keys} for region, keys in kept_back.items())]
    for more in guesses if len(kept_back) > 1 else guesses[:1]:
        totals = []
        for key, (answered, counts) in sums.items():
            within = [each for each in regions if each in more or key not in unknown[each]]
            people = frozenset(("answered", each, place, key) for each in within)
            totals.append(Total(people, answered))
            for value, count in counts.items():
                chose = frozenset(("chose", each, place, key, value) for each in within)
                totals.append(Total(chose, count))
        if more and not _nobody(adversary.bounds, totals, more, place):
            adversary.guesses.append(totals)


def _unknown(bounds: Bounds, region: str, place: str, key: str) -> bool:
    """Whether not everything is known of a community's answers to a question."""
    chosen = (("chose", region, place, key, each.value) for each in QUESTIONS[key].choices)
    ranges = (bounds[cell] for cell in (("answered", region, place, key), *chosen))
    return any(low < high for low, high in ranges)


def _nobody(bounds: Bounds, totals: list[Total], more: dict[str, list[str]], place: str) -> bool:
    """Whether the guess cannot be: or says that a community which it takes in has added nothing, which is
    what the page says of it, that it was left out."""
    known = _narrowed(bounds, totals)
    return known is None or any(
        all(known["answered", region, place, key][1] == 0 for key in keys)
        for region, keys in more.items()
    )


def true_count(runs: list[Run], cell: Cell) -> int:
    """What nobody is told."""
    what, region, number, *about = cell
    (run,) = [each for each in runs if (each.region, str(each.number)) == (region, number)]
    if what == "responses":
        return len(run.sheets)
    if what == "answered":
        return run.answered(about[0])
    key, value = about
    return sum(value in _chosen(sheet.get(key)) for sheet in run.sheets)


def unprotected_sums(runs: list[Run], number: int) -> Sums:
    """What the sums would be if all communities were in them."""
    those = [each for each in runs if each.number == number]
    return {
        key: (
            sum(each.answered(key) for each in those),
            {
                option.value: sum(
                    true_count(runs, ("chose", each.region, str(number), key, option.value))
                    for each in those
                )
                for option in QUESTIONS[key].choices
            },
        )
        for key in questions_with_figures(those[0].definition)
    }


def _chosen(given: object) -> list[str]:
    return (
        [] if given is None else list(map(str, given)) if isinstance(given, list) else [str(given)]
    )
