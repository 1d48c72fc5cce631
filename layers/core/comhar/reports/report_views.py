"""Responses of the report page and of a region's details."""

from collections.abc import Sequence

from comhar.fields import View
from comhar.reports import captions, quarter_comparison
from comhar.reports.figures import is_of_role
from comhar.reports.model import NATION, Figure, KpiReport, Row, Unit

_WIDTH, _HEIGHT, _INSET = 96, 24, 3  # of the line over eight quarters, in its own units


class Course(View):
    """A figure over up to eight quarters, the oldest first, the report's own last.

    `points` are the line of those that are shown, as SVG reads them; empty where fewer than two are. `text`
    says the same in words.
    """

    quarters: list[str]
    values: list[int | float | None]
    points: str
    text: str


class ShownReport(KpiReport):
    """A report and what its page says besides.

    `before` is the quarter it is compared with, if there is one. `changes_in_words` go by figure and region,
    where both quarters show the figure. `courses` are Ireland's. `role_rows` are the figures of roles.
    """

    before: str | None
    changes_in_words: dict[str, dict[str, str]]
    courses: dict[str, Course]
    role_rows: list[str]
    labels: dict[str, str]


class RegionFigure(View):
    """A figure of one region; `records` is the page of what it is built on, where there is one."""

    kpi: str
    label: str
    note: str
    goal: str | None
    figure: Figure
    change: str | None
    course: Course
    records: str | None


class RegionDetails(View):
    """All figures of one region in a report; of the nation with the code ALL."""

    quarter: str
    region: str
    name: str
    status: str
    before: str | None
    rows: list[RegionFigure]
    roles: list[RegionFigure]


def shown_report(report: KpiReport, earlier: Sequence[KpiReport]) -> ShownReport:
    before = quarter_comparison.last_quarter(report, earlier)
    places = captions.places(report)
    return ShownReport(
        **dict(report),
        before=before.quarter if before else None,
        changes_in_words={
            row.kpi: {
                code: words
                for code in places
                if (words := describe_change(row.kpi, code, row.unit, report, before))
            }
            for row in report.rows
        },
        courses={row.kpi: make_course(row, NATION, report, earlier) for row in report.rows},
        role_rows=[row.kpi for row in report.rows if is_of_role(row.kpi)],
        labels={row.kpi: row.label for row in report.rows},
    )


def region_details(report: KpiReport, region: str, earlier: Sequence[KpiReport]) -> RegionDetails:
    """Raises KeyError where the report has no such region."""
    before = quarter_comparison.last_quarter(report, earlier)
    figures = [
        RegionFigure(
            kpi=row.kpi,
            label=row.label.rpartition(": ")[2] if is_of_role(row.kpi) else row.label,
            note=row.note,
            goal=captions.target(row, row.figure(region).target) or None,
            figure=row.figure(region),
            change=describe_change(row.kpi, region, row.unit, report, before),
            course=make_course(row, region, report, earlier),
            records=_records_page(report, region, row.kpi),
        )
        for row in report.rows
    ]
    return RegionDetails(
        quarter=report.quarter,
        region=region,
        name=captions.region_name(report, region),
        status=captions.status(report),
        before=before.quarter if before else None,
        rows=[each for each in figures if not is_of_role(each.kpi)],
        roles=[each for each in figures if is_of_role(each.kpi)],
    )


def _records_page(report: KpiReport, region: str, kpi: str) -> str | None:
    """None of several quarters: the records are behind the figures of each."""
    if not report.version and report.status != "running":
        return None
    return f"/reports/kpi/{report.quarter}/regions/{region}/{kpi}"


def describe_change(
    kpi: str, region: str, unit: Unit, report: KpiReport, before: KpiReport | None
) -> str | None:
    """How a figure differs from the quarter before, in few words."""
    change = quarter_comparison.change(kpi, region, report, before)
    if change is None:
        return None
    if not change:
        return "same"
    way, size = "up" if change > 0 else "down", abs(change)
    match unit:
        case "percent":
            return f"{way} {size:.1f} points"
        case "mean":
            return f"{way} {size:.2f}"
        case "yes_no" if region != NATION:
            return "was no" if change > 0 else "was yes"
    return f"{way} {size:g}"


def make_course(row: Row, region: str, report: KpiReport, earlier: Sequence[KpiReport]) -> Course:
    found = [quarter_comparison.find_figure(each, row.kpi, region) for each in earlier]
    figures = [*found, row.figure(region)]
    quarters = [*(each.quarter for each in earlier), report.quarter]
    values = [figure.value if figure else None for figure in figures]
    texts = [figure.text if figure else "no data" for figure in figures]
    words = "; ".join(f"{quarter}: {text}" for quarter, text in zip(quarters, texts, strict=True))
    return Course(quarters=quarters, values=values, points=_points(values), text=words)


def _points(values: Sequence[int | float | None]) -> str:
    """The line from left to right, its lowest value at the bottom; a gap is drawn across."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    lowest, highest = min(value for _, value in known), max(value for _, value in known)
    step, room = (_WIDTH - 2 * _INSET) / (len(values) - 1), _HEIGHT - 2 * _INSET

    def down(value: float) -> float:
        part = (value - lowest) / (highest - lowest) if highest > lowest else 0.5
        return _HEIGHT - _INSET - part * room

    return " ".join(f"{_INSET + place * step:.1f},{down(value):.1f}" for place, value in known)
