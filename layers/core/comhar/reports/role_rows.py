"""A report's counts of members by role, as the table that `suppression` knows."""

from collections.abc import Mapping, Sequence, Set

from comhar.reports.aggregate import BY_ROLE
from comhar.reports.model import NATION, KpiReport, Row
from comhar.reports.suppression import hide_roles
from comhar.reports.suppression_audit import Cell, Published, find_recoverable


def hidden_cells(rows: Sequence[Row], before: KpiReport | None) -> Set[Cell]:
    """What is hidden of a report's counts by role: region or NATION, and code.

    `before` is any version of the quarter before: all have the same counts by role. If readers could compute
    a count all the same, every one of a region with members is hidden, and the nation's: a page that shows
    too little is better than one that fails, or shows too much.
    """
    roles = [row for row in rows if row.kpi.startswith(BY_ROLE)]
    counts = {region: _count(roles, region) for region in roles[0].values} if roles else {}
    earlier = _as_published(before) if before else None
    quiet = {region for region in counts if _is_quiet(rows, region)}
    hidden = hide_roles(counts, earlier, quiet)
    if not find_recoverable(counts, hidden, earlier, quiet):
        return hidden
    with_members = [region for region, row in counts.items() if any(row.values())]
    return {(region, row.kpi) for region in (*with_members, NATION) for row in roles}


def _count(roles: Sequence[Row], region: str) -> Mapping[str, int]:
    return {row.kpi: int(row.values[region].value or 0) for row in roles}


def _is_quiet(rows: Sequence[Row], region: str) -> bool:
    """Whether nobody joined or left, as the report itself says."""
    flows = [row for row in rows if row.kpi in ("members_joined", "members_left")]
    return all(row.values[region].value == 0 for row in flows)


def _as_published(report: KpiReport) -> Published:
    figures = {
        (region, row.kpi): row.figure(region)
        for row in report.rows
        if row.kpi.startswith(BY_ROLE)
        for region in (*report.regions, NATION)
    }
    visible = {
        cell: int(figure.value) for cell, figure in figures.items() if figure.value is not None
    }
    hidden = {cell for cell, figure in figures.items() if figure.state == "hidden"}
    return Published(visible, frozenset(hidden))
