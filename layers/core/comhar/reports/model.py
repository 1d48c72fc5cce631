"""The KPI report of a quarter: its figures, their states, and which are hidden."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import reduce
from operator import add
from typing import Any, Literal

from comhar import data, regions
from comhar.dates.quarters import Quarter
from comhar.errors import NotFound
from comhar.fields import View
from comhar.reports.aggregate import SMALL_GROUP, Tally

HIDDEN = "hidden, to protect a small group"


class NoSuchReport(NotFound):
    title = "There is no report for this quarter."
    next = "A report is made on the first working day after its quarter. See the list of reports."


class Kpi(View):
    """What a figure means. `unit` is count, percent, mean (of 1 to 5) or yes_no."""

    code: str
    title: str
    unit: str
    target: str | None
    note: str


class KpiFigure(View):
    """One figure of a report, its value only where there is one to show.

    `value` is there only in the state of that name; a suppressed one is there but not shown.
    `text` says the figure in words, `note` what else there is to know about it.
    """

    code: str
    state: Literal["value", "suppressed", "no_data"]
    value: int | float | None
    text: str
    note: str | None = None


class KpiRegion(View):
    code: str
    name: str
    figures: list[KpiFigure]


class KpiReport(View):
    """One version of a quarter's report, as it was frozen at `made_at` (UTC)."""

    quarter: str
    first: date
    last: date
    version: int
    status: Literal["provisional", "final"]
    made_at: datetime
    kpis: list[Kpi]
    regions: list[KpiRegion]
    total: KpiRegion


class KpiListed(View):
    quarter: str
    version: int
    status: Literal["provisional", "final"]
    made_at: datetime


class KpiList(View):
    """The newest reports first."""

    reports: list[KpiListed]


def report(tallies: Mapping[str, Tally], quarter: Quarter, now: datetime) -> KpiReport:
    """The provisional report of a quarter, from the tally of each region by its code."""
    names = regions.names()
    kpis = definitions(quarter)
    return KpiReport(
        quarter=str(quarter),
        first=quarter.first,
        last=quarter.last,
        version=1,
        status="provisional",
        made_at=now,
        kpis=kpis,
        regions=[
            KpiRegion(code=code, name=names[code], figures=_figures(kpis, tallies[code]))
            for code in names
        ],
        total=KpiRegion(
            code="ALL",
            name="All regions",
            figures=_figures(kpis, reduce(add, tallies.values(), Tally()), total=True),
        ),
    )


def is_empty(tallies: Mapping[str, Tally]) -> bool:
    """True if nobody had joined by the quarter's end.

    There is nothing to report on then.
    """
    return not any(tally.has_members for tally in tallies.values())


def definitions(quarter: Quarter) -> list[Kpi]:
    """The figures in their order; active members are also counted role by role."""
    found: list[Kpi] = []
    for each in data.load("kpis"):
        target = str(quarter.number) if each["target"] == "quarter" else each["target"]
        found.append(Kpi(**{**each, "target": target}))
        if each["code"] == "members_left":
            found += _by_role()
    return found


def _by_role() -> list[Kpi]:
    return [
        Kpi(
            code=f"members_by_role.{role['key']}",
            title=f"Active members: {role['title']}",
            unit="count",
            target=None,
            note="On the last day of the quarter.",
        )
        for role in data.load("roles")
    ]


def _figures(kpis: list[Kpi], counted: Tally, *, total: bool = False) -> list[KpiFigure]:
    return [_figure(kpi, counted, total) for kpi in kpis]


def _figure(kpi: Kpi, counted: Tally, total: bool) -> KpiFigure:
    if _hidden(kpi.code, counted, total):
        return KpiFigure(code=kpi.code, state="suppressed", value=None, text=HIDDEN)
    value, note = _value(kpi.code, counted)
    if value is None:
        return KpiFigure(code=kpi.code, state="no_data", value=None, text="no data")
    text = _in_words(value, kpi.unit, total)
    return KpiFigure(code=kpi.code, state="value", value=value, text=text, note=note)


def _value(code: str, counted: Tally) -> tuple[int | float | None, str | None]:
    """The figure before any protection, None where there is no data; and a note on it."""
    counts = counted.counts
    match code:
        case "attendance_rate":
            return _percent(counts["attended"], counts["expected"])
        case "agendas_on_time":
            return _percent(counts["agendas_on_time"], counts["agendas_due"])
        case "survey_response_rate":
            return _percent(counts["survey_responses"], counts["invited"])
        case "survey_responses" if not counts["surveys"]:
            return None, None
        case "satisfaction_mean":
            return _rounded(counts["rating_sum"], counts["ratings"], 2), None
        case "terms_approved":
            return counted.terms_approved, None
        case "chairs_in_term":
            return counts[code], counted.chairs_note
    return counts[code], None


def _hidden(code: str, counted: Tally, total: bool) -> bool:
    """Whether the figure would show the answers of fewer than five people.

    A region's figure does when it is built on a small group, the total of reflections when it would
    tell, by subtracting the regions that are shown, those that are hidden, and they are fewer than
    five people. Of surveys any sum does that has a small group in it, or a mean that is not shown: the
    results of the others are shown to their communities, and that one is what is left.
    """
    match code:
        case "reflections":
            return 0 < counted.writers < SMALL_GROUP if total else counted.writers > 0
        case "survey_responses" | "survey_response_rate":
            return counted.few_answered
        case "satisfaction_mean":
            return counted.mean_hidden
    return False


def _percent(part: int, whole: int) -> tuple[float | None, str | None]:
    return _rounded(100 * part, whole, 1), f"{part} of {whole}" if whole else None


def _rounded(part: int, whole: int, digits: int) -> float | None:
    """Half up, in whole numbers, so that no machine rounds differently."""
    scale = 10**digits
    return (2 * scale * part + whole) // (2 * whole) / scale if whole else None


def _in_words(value: Any, unit: str, total: bool) -> str:
    match unit:
        case "percent":
            return f"{value:.1f}%"
        case "mean":
            return f"{value:.2f}"
        case "yes_no" if not total:
            return "yes" if value else "no"
    return str(value)
