"""Which counts of members by role are hidden, so that nobody can compute them.

The table has a row for each region and one for the nation, and a column for each role. How many members
each row has in all is published beside it.

1. A count of 1 to 4 is hidden: whoever knows the colleagues could tell who it is.
2. A count that is hidden alone in its row or column is what is missing from the total. So further counts
   are hidden, as small ones as will do, until each hidden one could also be another number. Readers see
   no difference between the two kinds.
3. A zero is shown, unless its whole row is hidden. That is done where a row has nothing else to hide: one
   member, or members of one role. So readers know of a row that shows something that each count it
   hides is at least 1. A role that nobody in the country has is a zero in every row, and shown.
4. A region that nobody joined or left, and whose counts that were shown are what they were, is taken for
   unchanged since the quarter before. It hides exactly what it hid. Whoever subtracts one quarter from the
   other is left with the rows that changed: those hide what they must as if readers knew all the others,
   and enough of each role that an unchanged row hides for that row to be free still.

What readers could compute is decided by `suppression_audit`, before and after.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from functools import cached_property
from heapq import heappop, heappush
from itertools import count
from operator import itemgetter

from comhar.reports.suppression_audit import (
    NATION,
    Cell,
    Changes,
    Counts,
    Node,
    Published,
    Table,
    with_nation,
)


def hide_roles(
    counts: Counts, earlier: Published | None = None, quiet: Set[str] = frozenset()
) -> frozenset[Cell]:
    """The cells of a quarter's table that are hidden, the nation's among them.

    `counts` are the regions', in the order of their list. `earlier` is the table of the quarter before,
    `quiet` the regions that nobody joined or left since. The same input always hides the same cells.
    """
    table = Table.of(counts, earlier, quiet)
    hidden = frozenset(table.required)
    while more := _Choice(table, hidden).complements():
        hidden |= more
    return hidden


def publish(counts: Counts, hidden: Set[Cell]) -> Published:
    """The table as readers have it, with the nation's row."""
    rows = with_nation(counts).items()
    cells = {(row, role): count for row, roles in rows for role, count in roles.items()}
    return Published({cell: n for cell, n in cells.items() if cell not in hidden}, hidden)


class _Choice:
    """What is hidden next."""

    def __init__(self, table: Table, hidden: Set[Cell]) -> None:
        self.table, self.hidden = table, hidden
        self.changes = Changes(table, hidden)

    def complements(self) -> set[Cell]:
        """More cells to hide; none if no cell can be computed.

        Or if nothing is left to hide. First what each row needs so that its own total reveals nothing, all
        rows at once. Then, a cell at a time, what its role needs. Where there are only zeros to hide, whole
        rows.
        """
        recoverable = self.changes.recoverable()
        rows = dict.fromkeys(row for row, _ in recoverable)
        if more := {cell for row in rows for cell in self._in_row(row)}:
            return more
        for cell in recoverable:
            if more := self._cheapest_path(self.changes.steps(cell), avoided=cell):
                return more
        cut_off = self.changes.cut_off()
        for row, role in cut_off:
            for _, other in self._hidden_of(row):
                ends = ("role", role), ("role", other)
                if more := self._cheapest_path([ends, ends[::-1]]):
                    return more
        for row in (*rows, *self._by_size()) if recoverable or cut_off else ():
            if more := self._whole_row(row):
                return more
        return set()

    def _in_row(self, row: str) -> set[Cell]:
        """What a row needs so that its own total reveals nothing.

        Of roles that are hidden elsewhere too; the rest is for `_cheapest_path` to decide.
        """
        hidden = self._hidden_of(row)
        spare = sum(self.table.count(cell) - self.changes.least[row] for cell in hidden)
        if len(hidden) > 1 and spare > 0:
            return set()
        roles = self.table.rows[row].items()
        choice = [(row, role) for role, n in roles if n and (row, role) not in self.hidden]
        if not choice:
            return self._whole_row(row)
        choice = [cell for cell in choice if self._hidden_by_role[cell[1]]]
        return {min(choice, key=self._loss)} if choice else set()

    def _hidden_of(self, row: str) -> list[Cell]:
        return [(row, role) for role in self.table.rows[row] if (row, role) in self.hidden]

    @cached_property
    def _hidden_by_role(self) -> Counter[str]:
        return Counter(role for _, role in self.changes.moving)

    def _whole_row(self, row: str) -> set[Cell]:
        """The rest of a row, but for roles that nobody in the country has.

        Where the nation's row no longer says so, those too, and of every row that is hidden whole.
        """
        nation = self.table.rows[NATION]
        least = self.changes.least
        rows = [row, *(other for other in self._by_size() if not least[other] and row == NATION)]
        return {
            (each, role)
            for each in rows
            for role in nation
            if each not in self.table.still
            and any(self.table.rows[each].values())
            and (nation[role] or row == NATION or (NATION, role) in self.hidden)
        } - self.hidden

    def _by_size(self) -> list[str]:
        """The nation, then the regions from the smallest up."""
        regions = [row for row in self.table.rows if row != NATION]
        return [NATION, *sorted(regions, key=lambda row: sum(self.table.rows[row].values()))]

    def _loss(self, cell: Cell) -> int:
        """What readers lose if the cell is hidden; least if it was hidden before."""
        return 1 if cell in self.table.before else 1 + self.table.count(cell)

    def _cheapest_path(
        self, steps: Iterable[tuple[Node, Node]], avoided: Cell | None = None
    ) -> set[Cell]:
        """The cells to hide at the least loss for a way back along one of the steps."""
        paths = [self._path(end, start, avoided) for start, end in steps]
        ways = [path for path in paths if path]
        return min(ways, key=itemgetter(0))[1] - self.hidden if ways else set()

    def _path(self, start: Node, end: Node, avoided: Cell | None) -> tuple[int, set[Cell]] | None:
        """The loss and the cells of the cheapest way of changes (Dijkstra)."""
        best, last = {start: 0}, dict[Node, tuple[Node, Cell]]()
        turn = count(1)  # of equal losses the first in the order of the table
        queue = [(0, 0, start)]
        while queue:
            loss, _, node = heappop(queue)
            if node == end:
                path = set()
                while node != start:
                    node, cell = last[node]
                    path.add(cell)
                return loss, path
            for other, cell in self._next(node):
                total = loss + (0 if cell in self.hidden else self._loss(cell))
                if cell != avoided and total < best.get(other, total + 1):
                    best[other], last[other] = total, (node, cell)
                    heappush(queue, (total, next(turn), other))
        return None

    def _next(self, node: Node) -> Iterator[tuple[Node, Cell]]:
        """Where a change goes on from a row or a role, also by cells not hidden yet."""
        kind, code = node
        rows, roles = self.table.rows, self.table.rows[NATION]
        cells = ((code, role) for role in roles) if kind == "row" else ((row, code) for row in rows)
        for cell in cells:
            if cell[0] not in self.table.still and (cell in self.hidden or self.table.count(cell)):
                yield from ((end, cell) for start, end in self.changes.steps(cell) if start == node)
