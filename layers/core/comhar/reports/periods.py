"""A year, or a year to date, put together from what its quarters' reports publish.

Nothing is counted anew, so that the figures can never be subtracted to tell what a quarter hides.
"""

import re
from collections.abc import Sequence
from typing import Literal

from comhar.aws.dynamodb import Table
from comhar.dates.quarters import Quarter
from comhar.formatting import format_period
from comhar.reports import figures, repository
from comhar.reports.figures import Definition
from comhar.reports.model import NATION, Figure, KpiReport, Row

HOW = (
    "Counts are those of the quarters, added up. What is counted on the last day of a quarter is that of the"
    " last quarter."
)
NO_PARTS = "The reports of the quarters do not say what it was divided by."
_LAST_DAY = ("quarters_met", "members_active", "chairs_in_term", "terms_approved")


def find_report(table: Table, period: str) -> KpiReport | None:
    """The figures of `2027` or `2027-Q3-ytd`, from the newest versions; one read.

    None if it is written otherwise, or where there are none; of a year to date, where its last quarter has
    none.
    """
    match = re.fullmatch(r"([0-9]{4})(?:-Q([1-4])-ytd)?", period)
    if not match or match[1] == "0000":
        return None
    quarters = [Quarter(int(match[1]), number + 1) for number in range(int(match[2] or 4))]
    reports = repository.list_newest(table, quarters[0], quarters[-1])
    if not reports or (match[2] and reports[-1].period != quarters[-1]):
        return None
    return put_together(period, quarters, reports)


def put_together(
    period: str, quarters: Sequence[Quarter], reports: Sequence[KpiReport]
) -> KpiReport:
    """The report of several quarters, from those of them that have one.

    `reports` begin with the oldest. It is final only if every quarter has a final one.
    """
    last = reports[-1]
    stored = {report.period for report in reports}
    missing = [format_period(str(each)) for each in quarters if each not in stored]
    is_final = not missing and all(report.status == "final" for report in reports)
    status: Literal["final", "provisional"] = "final" if is_final else "provisional"
    newest_first = reports[::-1]
    regions = [*dict.fromkeys(code for each in newest_first for code in each.regions)]
    names = {code: name for each in reports for code, name in each.names.items()}
    notes = [f"Not in these figures, because there is no report: {'; '.join(missing)}."]
    return KpiReport(
        quarter=period,
        first=quarters[0].first,
        last=last.last,
        status=status,
        version=0,
        made_at=max(report.made_at for report in reports),
        regions=regions,
        names={code: names[code] for code in regions},
        rows=[_add_rows(row, regions, reports) for row in last.rows],
        metric_ids=last.metric_ids,
        notes=[HOW, *(notes if missing else [])],
    )


def _add_rows(row: Row, regions: Sequence[str], reports: Sequence[KpiReport]) -> Row:
    """The row of the last quarter, with what all quarters come to."""
    if row.kpi in _LAST_DAY or figures.is_of_role(row.kpi):
        nothing = Figure(state="no_data", text=figures.NO_DATA)
        values = {code: row.values.get(code, nothing) for code in regions}
        return row.model_copy(update={"values": values, "note": _describe(row)})
    definition = figures.find_definition(row.kpi) or Definition(
        code=row.kpi, label=row.label, unit=row.unit, note=row.note, at_most=row.at_most
    )
    rows = {each.quarter: found for each in reports for found in each.rows if found.kpi == row.kpi}
    values = {code: _add_judged(definition, code, rows) for code in regions}
    target = _add_targets(definition, [each.target for each in rows.values()])
    national = _add_judged(definition, NATION, rows)
    if definition.national_target == "regions":
        national = figures.judge_nation(definition, national, values, target)
    return row.model_copy(
        update={"target": target, "values": values, "national": national, "note": _describe(row)}
    )


def _describe(row: Row) -> str:
    """What the figure counts, said of several quarters."""
    note = row.note.replace("last day of the quarter", "last day of the last quarter")
    return note.replace("In the quarter", "In these quarters").replace(
        "in the quarter", "in these quarters"
    )


def _add_judged(definition: Definition, code: str, rows: dict[str, Row]) -> Figure:
    """The figure of a region or the nation, with its target and why it was not met."""
    parts = {
        quarter: row.figure(code)
        for quarter, row in rows.items()
        if code == NATION or code in row.values
    }
    target = _add_targets(definition, [each.target for each in parts.values()])
    figure = figures.judge(definition, add(definition, [*parts.values()], code == NATION), target)
    reasons = [f"{quarter}: {each.reason}" for quarter, each in parts.items() if each.reason]
    unmet = figure.target_met is False
    return figure.model_copy(update={"reason": "; ".join(reasons) or None}) if unmet else figure


def _add_targets(definition: Definition, targets: Sequence[int | None]) -> int | None:
    """Of a count the sum; of a rate that of the last quarter."""
    known = [each for each in targets if each is not None]
    if not known:
        return None
    return sum(known) if definition.unit == "count" else known[-1]


def add(definition: Definition, parts: Sequence[Figure], national: bool = False) -> Figure:
    """What quarters come to: hidden if any is; no data only if all have none."""
    if any(each.state == "hidden" for each in parts):
        return Figure(state="hidden", text=figures.HIDDEN)
    visible = [each for each in parts if each.state == "ok"]
    if not visible:
        return Figure(state="no_data", text=figures.NO_DATA)
    if definition.unit in ("percent", "mean"):
        return _divide(definition, visible, national)
    value = sum(each.value or 0 for each in visible)
    return Figure(state="ok", value=value, text=figures.in_words(value, definition.unit, national))


def _divide(definition: Definition, visible: Sequence[Figure], national: bool) -> Figure:
    pairs = [(each.part, each.whole) for each in visible]
    part = sum(each or 0 for each, _ in pairs)
    whole = sum(each or 0 for _, each in pairs)
    is_rate = definition.unit == "percent"
    scale, digits = (100, 1) if is_rate else (1, 2)
    value = figures.round_half_up(scale * part, whole, digits)
    if value is None or any(None in pair for pair in pairs):
        return Figure(state="no_data", text=figures.NO_DATA, note=NO_PARTS)
    return Figure(
        state="ok",
        value=value,
        part=part,
        whole=whole,
        note=f"{part} of {whole}" if is_rate else None,
        text=figures.in_words(value, definition.unit, national),
    )
