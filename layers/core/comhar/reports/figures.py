"""Every figure of a report in one place: what it means, and how it is made.

What it is called, its target and the words that explain it are data (`kpis.json`), in the order of a report.
"""

from collections.abc import Mapping, Set
from datetime import datetime
from functools import cache, reduce
from operator import add
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from comhar import data, regions
from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.reports import role_rows
from comhar.reports.aggregate import BY_ROLE, SMALL_GROUP, Tally
from comhar.reports.model import NATION, Figure, KpiReport, Row, Status, Unit
from comhar.reports.source_rows import Records
from comhar.reports.suppression_audit import Cell

HIDDEN = "hidden"
NO_DATA = "no data"
ROLES = "members_by_role"
COUNTED_AT_THE_END = "Counted when the quarter ends."


class Definition(BaseModel):
    """What a figure means, and how it is judged.

    `target` is that of a region and quarter. The nation's is the sum of the regions', or how many met theirs.
    `protected` ones could give away what few people wrote or who they are, and so are counted once, when the
    quarter has ended. `by_the_end` is a target that nobody has missed while the quarter runs. `records` says
    behind which of a region's records the figure stands.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    label: str
    unit: Unit
    target: int | Literal["quarter"] | None = None
    at_most: bool = False
    national_target: Literal["sum", "regions"] | None = None
    protected: bool = False
    by_the_end: bool = False
    records: Records | None = None
    note: str
    how: str = ""
    counts: tuple[str, ...] = ()
    leaves_out: tuple[str, ...] = ()
    example: str = ""

    def region_target(self, quarter: Quarter) -> int | None:
        return quarter.number if self.target == "quarter" else self.target

    def is_met(self, value: float, target: int) -> bool:
        return value <= target if self.at_most else value >= target

    def row(self, target: int | None, values: dict[str, Figure], national: Figure) -> Row:
        return Row(
            kpi=self.code,
            label=self.label,
            unit=self.unit,
            target=target,
            at_most=self.at_most,
            note=self.note,
            values=values,
            national=national,
        )


@cache
def definitions() -> tuple[Definition, ...]:
    """The figures in their order; active members are also counted role by role."""
    ordered: list[Definition] = []
    for each in explained():
        ordered += _of_roles(each) if each.code == ROLES else [each]
    return tuple(ordered)


@cache
def explained() -> tuple[Definition, ...]:
    """The figures as they are explained to people: one for all roles."""
    return tuple(Definition(**each) for each in data.load("kpis"))


def find_definition(code: str) -> Definition | None:
    return next((each for each in definitions() if each.code == code), None)


def _of_roles(each: Definition) -> list[Definition]:
    return [
        each.model_copy(
            update={
                "code": f"{BY_ROLE}{role['key']}",
                "label": f"{each.label}: {role['title']}",
                **dict.fromkeys(("counts", "leaves_out"), ()),
                **dict.fromkeys(("how", "example"), ""),
            }
        )
        for role in data.load("roles")
    ]


def is_of_role(code: str) -> bool:
    return code.startswith(BY_ROLE)


def make_report(
    tallies: Mapping[str, Tally],
    quarter: Quarter,
    now: datetime,
    *,
    status: Status = "provisional",
    version: int = 1,
    before: KpiReport | None = None,
) -> KpiReport:
    """The report of a quarter, from the tally of each region by its code.

    `before` is that of the quarter before, if any: what is hidden of the roles depends on it.
    """
    nation = reduce(add, tallies.values(), Tally())
    counted = {code: tallies[code] for code in regions.codes()}
    running = status == "running"
    rows = [_make_row(each, counted, nation, quarter, running=running) for each in definitions()]
    if local_date(now) <= quarter.last:
        rows = [*map(_judge_later, rows)]
    hidden = set[Cell]() if running else role_rows.hidden_cells(rows, before)
    return KpiReport(
        quarter=str(quarter),
        first=quarter.first,
        last=quarter.last,
        status=status,
        version=version,
        made_at=now,
        regions=[*counted],
        names={code: regions.names()[code] for code in counted},
        rows=[hide_cells(row, hidden) for row in rows],
    )


def _judge_later(row: Row) -> Row:
    """The row without a target not met, where there is time until the quarter's end."""
    definition = find_definition(row.kpi)
    if definition is None or not definition.by_the_end:
        return row
    values = {region: _unless_missed(figure) for region, figure in row.values.items()}
    return row.model_copy(update={"values": values, "national": _unless_missed(row.national)})


def _unless_missed(figure: Figure) -> Figure:
    return figure if figure.target_met else figure.model_copy(update={"target_met": None})


def hide_cells(row: Row, hidden: Set[Cell]) -> Row:
    """The row without the figures that are hidden because of others."""
    figure = Figure(state="hidden", text=HIDDEN)
    values = {
        region: figure if (region, row.kpi) in hidden else value
        for region, value in row.values.items()
    }
    national = figure if (NATION, row.kpi) in hidden else row.national
    return row.model_copy(update={"values": values, "national": national})


def repeat_protected(report: KpiReport, first: KpiReport) -> KpiReport:
    """The report with the protected figures as the quarter's first version had them.

    So no two versions of a quarter can be subtracted from each other.
    """
    protected = {each.code for each in definitions() if each.protected}
    repeated = {row.kpi: row for row in first.rows if row.kpi in protected}
    return report.model_copy(update={"rows": [repeated.get(row.kpi, row) for row in report.rows]})


def is_empty(tallies: Mapping[str, Tally]) -> bool:
    """True if nobody had joined by the quarter's end.

    There is nothing to report on then.
    """
    return not any(tally.has_members for tally in tallies.values())


def _make_row(
    definition: Definition,
    tallies: Mapping[str, Tally],
    nation: Tally,
    quarter: Quarter,
    *,
    running: bool,
) -> Row:
    target = definition.region_target(quarter)
    if running and definition.protected:
        later = Figure(state="no_data", text=NO_DATA, note=COUNTED_AT_THE_END)
        return definition.row(target, dict.fromkeys(tallies, later), later)
    values = {
        code: judge(definition, make_figure(definition, tally), target)
        for code, tally in tallies.items()
    }
    national = make_figure(definition, nation, national=True)
    return definition.row(target, values, judge_nation(definition, national, values, target))


def make_figure(definition: Definition, tally: Tally, *, national: bool = False) -> Figure:
    """What is shown of a figure, before it is judged by a target."""
    if _is_hidden(definition.code, tally, national):
        return Figure(state="hidden", text=HIDDEN)
    value, facts = _value(definition.code, tally)
    if value is None:
        return Figure(state="no_data", text=NO_DATA)
    text = in_words(value, definition.unit, national)
    return Figure(state="ok", value=value, text=text, **facts)


def judge(definition: Definition, figure: Figure, target: int | None) -> Figure:
    """The figure with its target, and whether it meets it."""
    if figure.value is None or target is None:
        return figure.model_copy(update={"target": target})
    met = definition.is_met(figure.value, target)
    return figure.model_copy(update={"target": target, "target_met": met})


def judge_nation(
    definition: Definition, figure: Figure, values: Mapping[str, Figure], target: int | None
) -> Figure:
    """The nation's figure, judged as its definition says.

    Against the sum of the regions' targets, or by how many regions met theirs.
    """
    if definition.national_target is None or target is None or figure.value is None:
        return figure
    if definition.national_target == "sum":
        return judge(definition, figure, target * len(values))
    judged = [each.target_met for each in values.values() if each.target_met is not None]
    met = f"{sum(judged)} of {len(judged)} regions met the target"
    return figure.model_copy(update={"target_met": all(judged), "note": met})


def _value(code: str, tally: Tally) -> tuple[int | float | None, dict[str, Any]]:
    """The figure before any protection, None where there is no data; and what else is known of it."""
    counts = tally.counts
    match code:
        case "attendance_rate":
            return _rate(counts["attended"], counts["expected"])
        case "agendas_on_time":
            return _rate(counts["agendas_on_time"], counts["agendas_due"])
        case "survey_response_rate":
            return _rate(counts["survey_responses"], counts["invited"])
        case "survey_responses" if not counts["surveys"]:
            return None, {}
        case "satisfaction_mean":
            total, ratings = counts["rating_sum"], counts["ratings"]
            return round_half_up(total, ratings, 2), {"part": total, "whole": ratings}
        case "terms_approved":
            return tally.terms_approved, {}
        case "chairs_in_term":
            return counts[code], {"note": tally.chairs_note}
        case "meetings_held":
            return counts[code], {"note": tally.rest_note}
    return counts[code], {}


def _is_hidden(code: str, tally: Tally, national: bool) -> bool:
    """Whether the figure would show the answers of fewer than five people.

    A region's figure does when it is built on a small group, the nation's of reflections when it would
    tell, by subtracting the regions that are shown, those that are hidden, and they are fewer than
    five people. Of surveys any sum does that has a small group in it, or a mean that is not shown: the
    results of the others are shown to their communities, and that one is what is left.
    """
    match code:
        case "reflections":
            return tally.few_wrote and (not national or tally.writers < SMALL_GROUP)
        case "survey_responses" | "survey_response_rate":
            return tally.few_answered
        case "satisfaction_mean":
            return tally.mean_hidden
    return False


def _rate(part: int, whole: int) -> tuple[float | None, dict[str, Any]]:
    note = f"{part} of {whole}"
    return round_half_up(100 * part, whole, 1), {"part": part, "whole": whole, "note": note}


def round_half_up(part: int, whole: int, digits: int) -> float | None:
    """Divides in whole numbers, so that no machine rounds differently.

    None where there is nothing to divide by.
    """
    scale = 10**digits
    return (2 * scale * part + whole) // (2 * whole) / scale if whole else None


def in_words(value: float, unit: Unit, national: bool) -> str:
    match unit:
        case "percent":
            return f"{value:.1f}%"
        case "mean":
            return f"{value:.2f}"
        case "yes_no" if not national:
            return "yes" if value else "no"
    return str(value)
