"""What readers of the table of roles can compute of what it hides.

The rule is that of `suppression`; here it is decided exactly. Every hidden count joins its row to its role.
To make it one more and keep every total, another in its row becomes one less, then another in that role one
more, and so on until the changes come round to where they began. A count through which no such round goes has
one value only. In the terms of graphs: the ends of its edge lie in different strongly connected components of
all changes that are possible (no count falls below the least that readers know), or it is a bridge.

Over the quarters: the rounds go through rows that changed only, as if readers knew the others. And the
roles that an unchanged row hides hang together by hidden counts of rows that changed. So whatever it could
have been in the quarter before, it still can be, and nothing comes to light of any earlier quarter either.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

NATION = "ALL"  # the row of all regions together
SMALL = range(1, 5)  # counts that must be hidden: DOMAIN, "Figures about one person"

type Cell = tuple[str, str]  # a region or NATION, and a role
type Counts = Mapping[str, Mapping[str, int]]  # by row and role; every row has all roles
type Node = tuple[str, str]  # "row" or "role", and its code
type Edges = Mapping[Node, list[Node]]


@dataclass(frozen=True)
class Published:
    """A quarter's table as readers have it."""

    visible: Mapping[Cell, int]
    hidden: Set[Cell]


def find_recoverable(
    counts: Counts,
    hidden: Set[Cell],
    earlier: Published | None = None,
    quiet: Set[str] = frozenset(),
) -> list[Cell]:
    """The cells that are not hidden as they must be, or that readers can compute.

    Arguments as for `hide_roles`.
    """
    table = Table.of(counts, earlier, quiet)
    changes = Changes(table, hidden)
    return [*sorted(table.required - hidden), *changes.recoverable(), *changes.cut_off()]


@dataclass(frozen=True)
class Table:
    """The true counts, and which rows readers take for unchanged."""

    rows: Counts  # with the nation's
    still: Set[str]  # rows that look unchanged
    required: Set[Cell]  # must be hidden
    before: Set[Cell]  # hidden in the quarter before

    @classmethod
    def of(cls, counts: Counts, earlier: Published | None, quiet: Set[str]) -> "Table":
        rows = with_nation(counts)
        cells = {(row, role): count for row, roles in rows.items() for role, count in roles.items()}
        small = {cell for cell, count in cells.items() if count in SMALL}
        if earlier is None:
            return cls(rows, frozenset(), small, frozenset())
        before = earlier.hidden & cells.keys()
        changed = {cell[0] for cell, count in earlier.visible.items() if cells.get(cell) != count}
        changed |= {row for row, _ in small - before}
        empty = {row for row in counts if not any(counts[row].values())}
        still = (quiet | empty - {row for row, _ in before}) - changed
        if still >= counts.keys():  # nothing changed that readers could subtract
            all_rows = rows.keys() if NATION not in changed else frozenset()
            return cls(rows, all_rows, small | before, before)
        required = {cell for cell in small if cell[0] not in still}
        required |= {cell for cell in before if cell[0] in still}
        return cls(rows, still, required, before)

    def cells(self) -> Iterator[Cell]:
        return ((row, role) for row, roles in self.rows.items() for role in roles)

    def count(self, cell: Cell) -> int:
        return self.rows[cell[0]][cell[1]]


def with_nation(counts: Counts) -> Counts:
    """The regions' rows, and the nation's."""
    roles = next(iter(counts.values()), {})
    return {**counts, NATION: {role: sum(row[role] for row in counts.values()) for role in roles}}


class Changes:
    """How hidden cells of rows that changed can vary.

    All that readers know stays as it is.
    """

    def __init__(self, table: Table, hidden: Set[Cell]) -> None:
        self.table, self.hidden = table, hidden
        self.moving = {cell for cell in hidden if cell[0] not in table.still}

    @cached_property
    def least(self) -> dict[str, int]:
        """What readers know each hidden cell of a row to be at least.

        0 if the whole row is hidden, but for roles that nobody in the country has.
        """
        nation = self.table.rows[NATION]
        shows = {
            row: any(
                (row, role) not in self.hidden and (row == NATION or nation[role] > 0)
                for role in roles
            )
            for row, roles in self.table.rows.items()
        }
        return {row: int(shows_any) for row, shows_any in shows.items()}

    def steps(self, cell: Cell) -> list[tuple[Node, Node]]:
        """One more in the cell, and one less if it can be less.

        Each is a step between the ends of its edge: people go from regions by roles to the nation.
        """
        row, role = ("row", cell[0]), ("role", cell[1])
        more, less = ((role, row), (row, role)) if cell[0] == NATION else ((row, role), (role, row))
        return [more, less] if self.table.count(cell) > self.least[cell[0]] else [more]

    def recoverable(self) -> list[Cell]:
        """The hidden cells of rows that changed that have one value only.

        In the order of the table. Where no region changed that has members, the nation's vary with those of
        unchanged rows alone.
        """
        regions = self.table.rows.keys() - self.table.still - {NATION}
        if self.table.still and not any(any(self.table.rows[row].values()) for row in regions):
            return [] if NATION in self.table.still else self._told_by_nation()
        steps = [step for cell in self.moving for step in self.steps(cell)]
        component = _components(_edges(steps))
        edges = [(("row", row), ("role", role)) for row, role in self.moving]
        within = [(a, b) for a, b in edges if component[a] == component[b]]
        safe = _off_bridges(_edges([*within, *((b, a) for a, b in within)]))
        return [cell for cell in self.table.cells() if cell in self.moving and cell not in safe]

    def _told_by_nation(self) -> list[Cell]:
        """The nation's hidden cells of which only its own row says that they are no zero.

        That would say something of unchanged rows that readers did not know in the quarter before.
        """
        if not self.least[NATION]:
            return []
        known = {
            role
            for row in self.table.still
            for role, count in self.table.rows[row].items()
            if (self.least[row] if (row, role) in self.hidden else count)
        }
        cells = ((NATION, role) for role in self.table.rows[NATION])
        return [cell for cell in cells if cell in self.hidden and cell[1] not in known]

    def cut_off(self) -> list[Cell]:
        """The hidden cells of unchanged rows that can no longer vary with their row."""
        if NATION in self.table.still:  # everything is as it was
            return []
        steps = [step for cell in self.moving for step in self.steps(cell)]
        component = _components(_edges([*steps, *((b, a) for a, b in steps)]))
        cut_off = []
        for row in self.table.still:
            cells = [(row, role) for role in self.table.rows[row] if (row, role) in self.hidden]
            groups = [component.get(("role", role), -1) for _, role in cells]
            cut_off += [
                cell
                for cell, group in zip(cells, groups, strict=True)
                if group != groups[0] or group < 0
            ]
        return sorted(cut_off, key=[*self.table.cells()].index)


def _edges(steps: Iterable[tuple[Node, Node]]) -> Edges:
    edges: dict[Node, list[Node]] = {}
    for start, end in steps:
        edges.setdefault(start, []).append(end)
        edges.setdefault(end, [])
    return edges


def _components(edges: Edges) -> dict[Node, int]:
    """The strongly connected component of each node (Tarjan).

    No path is longer than twice the roles, so that recursion is safe.
    """
    order: dict[Node, int] = {}
    low: dict[Node, int] = {}
    component: dict[Node, int] = {}
    stack: list[Node] = []

    def visit(node: Node) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for other in edges[node]:
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other not in component:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            while node not in component:
                component[stack.pop()] = order[node]

    for node in edges:
        if node not in order:
            visit(node)
    return component


def _off_bridges(edges: Edges) -> set[Cell]:
    """The cells whose two ends stay connected without them (Tarjan).

    Every edge stands there both ways.
    """
    order: dict[Node, int] = {}
    low: dict[Node, int] = {}
    safe: set[Cell] = set()

    def visit(node: Node, parent: Node | None) -> None:
        order[node] = low[node] = len(order)
        for other in edges[node]:
            if other == parent:
                continue
            is_new = other not in order
            if is_new:
                visit(other, node)
            low[node] = min(low[node], low[other] if is_new else order[other])
            if not is_new or low[other] <= order[node]:
                row, role = (node, other) if node[0] == "row" else (other, node)
                safe.add((row[1], role[1]))

    for node in edges:
        if node not in order:
            visit(node, None)
    return safe
