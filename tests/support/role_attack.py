"""A reader of role tables who adds and subtracts: who has only what is published, and wants what is hidden.

Two ways that have nothing in common with `comhar.reports.suppression`. One solves the totals as equations,
exactly, and then narrows what each number can be at least and at most: of any size and several quarters at
once. The other tries every table that agrees with what is published: small ones only, and it misses nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import ceil, floor, prod

NATION = "ALL"
TRIES = 20_000  # tables

type Cell = tuple[str, str]  # region or nation, and role
type Table = dict[str, dict[str, int]]  # by region and role
type Unknown = tuple[
    int, str, str
]  # a cell of the quarter of this number, the first in which it stood so
type Equation = dict[Unknown, int | Fraction]  # and under `TOTAL` what it adds up to

TOTAL: Unknown = (-1, "", "")


@dataclass(frozen=True)
class Quarter:
    """What is published of a quarter: `None` for what is hidden.

    `unchanged` are cells of which the reader guesses that they are what they were the quarter before.
    """

    cells: Mapping[Cell, int | None]
    totals: Mapping[str, int]
    unchanged: Set[Cell] = field(default_factory=frozenset)

    @property
    def roles(self) -> list[str]:
        return [role for row, role in self.cells if row == NATION]

    @property
    def regions(self) -> list[str]:
        return [row for row in self.totals if row != NATION]

    def least(self, row: str) -> int:
        """A row that shows something hides no zero; a role that nobody has says nothing of a region."""
        nation = {role: self.cells[NATION, role] for role in self.roles}
        says_nothing = 0 if any(n is not None for n in nation.values()) else None
        telling = {role for role in self.roles if self.cells[row, role] is not None}
        if row != NATION:
            telling -= {role for role, n in nation.items() if n == says_nothing}
        return int(bool(telling))


def publish(table: Table, hidden: Set[Cell], unchanged: Set[Cell] = frozenset()) -> Quarter:
    rows = {**table, NATION: add_up(table)}
    return Quarter(
        {
            (row, role): None if (row, role) in hidden else n
            for row in rows
            for role, n in rows[row].items()
        },
        {row: sum(roles.values()) for row, roles in rows.items()},
        unchanged,
    )


def add_up(table: Table) -> dict[str, int]:
    """The nation's row."""
    return {role: sum(row[role] for row in table.values()) for role in next(iter(table.values()))}


# By equations


def compute_hidden(quarters: Sequence[Quarter]) -> dict[Unknown, int]:
    """The hidden numbers that the totals of these quarters, one after another, give away."""
    equations, bounds = _read(quarters)
    solved = _solve(equations)
    if not _narrow(bounds, [*equations, *solved]):
        return {}  # the reader guessed wrong at what is unchanged
    return {each: low for each, (low, high) in bounds.items() if low == high}


def _read(quarters: Sequence[Quarter]) -> tuple[list[Equation], dict[Unknown, tuple[int, int]]]:
    bounds: dict[Unknown, tuple[int, int]] = {}
    equations: list[Equation] = []
    names: dict[Cell, Unknown] = {}  # of each cell, by now
    known: dict[Unknown, int] = {}
    for number, quarter in enumerate(quarters):
        names = {
            cell: names[cell] if cell in quarter.unchanged else (number, *cell)
            for cell in quarter.cells
        }
        for cell, value in quarter.cells.items():
            if value is not None:
                known[names[cell]] = value
            else:
                bounds.setdefault(names[cell], (quarter.least(cell[0]), quarter.totals[cell[0]]))
        for row, total in quarter.totals.items():
            equations.append({names[row, role]: 1 for role in quarter.roles} | {TOTAL: total})
        for role in quarter.roles:
            regions = {names[region, role]: 1 for region in quarter.regions}
            equations.append(regions | {names[NATION, role]: -1, TOTAL: 0})
    for cell, value in known.items():  # of one quarter, perhaps hidden in another
        if cell in bounds:
            bounds[cell] = value, value
    left = [
        {cell: n for cell, n in each.items() if cell in bounds}
        | {
            TOTAL: each[TOTAL]
            - sum(
                n * known[cell] for cell, n in each.items() if cell in known and cell not in bounds
            )
        }
        for each in equations
    ]
    return [each for each in left if len(each) > 1], bounds


def _solve(equations: list[Equation]) -> list[Equation]:
    """The equations with each solved for a number of its own (Gauss and Jordan)."""
    solved: dict[Unknown, Equation] = {}
    for equation in equations:
        rest: Equation = dict(equation)
        for cell in [cell for cell in rest if cell in solved]:
            _subtract(rest, solved[cell], rest[cell])
        own = next(
            (cell for cell, n in rest.items() if cell != TOTAL and abs(n) == 1), None
        ) or next((cell for cell in rest if cell != TOTAL), None)
        if own is None:
            continue
        by = rest[own]
        rest = {cell: n * by if abs(by) == 1 else Fraction(n) / by for cell, n in rest.items()}
        for each in solved.values():
            if own in each:
                _subtract(each, rest, each[own])
        solved[own] = rest
    return list(solved.values())


def _subtract(equation: Equation, other: Equation, times: int | Fraction) -> None:
    for cell, n in other.items():
        rest = equation.get(cell, 0) - times * n
        if rest or cell == TOTAL:
            equation[cell] = rest
        else:
            del equation[cell]


def _narrow(bounds: dict[Unknown, tuple[int, int]], equations: list[Equation]) -> bool:
    """What each number is at least and at most, until nothing more comes of it; whether that can be."""
    within: dict[Unknown, set[int]] = defaultdict(set)
    for number, equation in enumerate(equations):
        for cell in equation:
            within[cell].add(number)
    waiting = set(range(len(equations)))
    while waiting:
        equation = equations[waiting.pop()]
        total = equation[TOTAL]
        parts = [
            (cell, n, *sorted(n * end for end in bounds[cell]))
            for cell, n in equation.items()
            if cell != TOTAL
        ]
        lows, highs = sum(low for *_, low, _ in parts), sum(high for *_, high in parts)
        for cell, n, low, high in parts:
            ends = (total - (highs - high)) / Fraction(n), (total - (lows - low)) / Fraction(n)
            least, most = bounds[cell]
            now = max(least, ceil(min(ends))), min(most, floor(max(ends)))
            if now != (least, most):
                if now[0] > now[1]:
                    return False
                bounds[cell] = now
                waiting |= within[cell]
    return True


# By trying


def compute_by_trying(quarter: Quarter) -> dict[Cell, int] | None:
    """The hidden numbers that are the same in every table that agrees with what is published of a quarter.

    None if there are too many tables.
    """
    values: dict[Cell, set[int]] = defaultdict(set)
    rows = [list(_possible_rows(quarter, region)) for region in quarter.regions]
    if prod(map(len, rows)) > TRIES:
        return None
    for chosen in product(*rows):
        table = dict(zip(quarter.regions, chosen, strict=True))
        table[NATION] = add_up(table)
        if all(_agrees(quarter, role, n) for role, n in table[NATION].items()):
            for row, role in quarter.cells:
                values[row, role].add(table[row][role])
    hidden = [cell for cell, n in quarter.cells.items() if n is None]
    return {cell: min(values[cell]) for cell in hidden if len(values[cell]) == 1}


def _possible_rows(quarter: Quarter, region: str) -> Iterator[dict[str, int]]:
    row = {role: quarter.cells[region, role] for role in quarter.roles}
    hidden = [role for role, n in row.items() if n is None]
    rest = quarter.totals[region] - sum(n for n in row.values() if n is not None)
    for numbers in product(range(quarter.least(region), rest + 1), repeat=len(hidden)):
        if sum(numbers) == rest:
            yield row | dict(zip(hidden, numbers, strict=True))


def _agrees(quarter: Quarter, role: str, number: int) -> bool:
    published = quarter.cells[NATION, role]
    return number >= quarter.least(NATION) if published is None else number == published
