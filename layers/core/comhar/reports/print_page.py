"""A report on one printed page: Ireland, the regions, reasons, what is hidden."""

from collections.abc import Iterator, Sequence

from comhar.context import Context
from comhar.fields import View
from comhar.reports import captions, figures, service
from comhar.reports.model import NATION, KpiReport, Row

MOST_REGIONS = 10  # what a page of A4 has room for
_MOST_NAMES = 6
_LINE = 120  # characters
_ROOM = 30  # lines for regions, two each, and reasons
_HEADLINES = ("meetings_held", "attendance_rate", "members_active", "satisfaction_mean")
_BESIDE_TARGETS = ("attendance_rate",)  # without a target, and in the table all the same


class Cell(View):
    """A figure in words, `met` or `not met` where it has a target."""

    text: str
    met: str


class Headline(View):
    """A figure of Ireland, its target in words and what else is known of it."""

    label: str
    figure: Cell
    target: str
    note: str | None


class Line(View):
    """A region's figures, in the order of `columns`."""

    region: str
    cells: list[Cell]


class Reason(View):
    """Why a region did not meet a target."""

    region: str
    label: str
    text: str


class Hidden(View):
    """Figures that are hidden in the same places."""

    labels: list[str]
    where: str


class PrintPage(View):
    """A report for management; `more_reasons` are those that the page has no room for."""

    quarter: str
    period: str
    status: str
    advice: str | None
    headlines: list[Headline]
    columns: list[str]
    lines: list[Line]
    regions_left_out: bool
    reasons: list[Reason]
    more_reasons: int
    hidden: list[Hidden]
    why_hidden: str


def get_print_page(quarter: str, ctx: Context) -> PrintPage:
    """The newest version of a quarter's report, on one page.

    Raises:
        NoSuchReport: there is none, or no such quarter.
    """
    return make_print_page(service.show(quarter, ctx))


def make_print_page(report: KpiReport) -> PrintPage:
    columns = [row for row in report.rows if row.target is not None or row.kpi in _BESIDE_TARGETS]
    fits = len(report.regions) <= MOST_REGIONS
    reasons = [*_reasons(report, columns)]
    lines = [
        _line(report, code, columns) for code in captions.places(report) if fits or code == NATION
    ]
    count = _how_many_fit(reasons, (_ROOM - 2 * len(lines)) * _LINE)
    return PrintPage(
        quarter=report.quarter,
        period=captions.period(report),
        status=captions.status(report),
        advice=captions.status_advice(report),
        headlines=[*_headlines(report, columns)],
        columns=[row.label for row in columns],
        lines=lines,
        regions_left_out=not fits,
        reasons=reasons[:count],
        more_reasons=len(reasons) - count,
        hidden=_hidden(report),
        why_hidden=captions.WHY_HIDDEN,
    )


def _headlines(report: KpiReport, columns: Sequence[Row]) -> Iterator[Headline]:
    codes = {*_HEADLINES, *(row.kpi for row in columns)}
    for row in report.rows:
        if row.kpi in codes:
            target = captions.target(row, row.national.target)
            note = row.national.note
            yield Headline(label=row.label, figure=_cell(row, NATION), target=target, note=note)


def _line(report: KpiReport, code: str, columns: Sequence[Row]) -> Line:
    cells = [_cell(row, code) for row in columns]
    return Line(region=captions.region_name(report, code), cells=cells)


def _cell(row: Row, code: str) -> Cell:
    figure = row.figure(code)
    return Cell(text=figure.text, met=captions.MET[figure.target_met])


def _reasons(report: KpiReport, columns: Sequence[Row]) -> Iterator[Reason]:
    for row in columns:
        for code in captions.places(report):
            if text := row.figure(code).reason:
                region = captions.region_name(report, code)
                yield Reason(region=region, label=row.label, text=text)


def _how_many_fit(reasons: Sequence[Reason], room: int) -> int:
    used = 0
    for count, reason in enumerate(reasons):
        used += len(reason.region + reason.label + reason.text) + _LINE // 2  # a line is not filled
        if used > room:
            return count
    return len(reasons)


def _hidden(report: KpiReport) -> list[Hidden]:
    """What is hidden in the same places together; of roles only that some are."""
    labels: dict[str, list[str]] = {}
    for row in report.rows:
        if codes := captions.with_state(row, report, "hidden"):
            label = "Some roles" if figures.is_of_role(row.kpi) else row.label
            where = _where(report, codes)
            if label not in labels.setdefault(where, []):
                labels[where].append(label)
    return [Hidden(labels=labels[where], where=where) for where in labels]


def _where(report: KpiReport, codes: Sequence[str]) -> str:
    if len(codes) == len(captions.places(report)):
        return "all regions, and Ireland"
    if len(codes) > _MOST_NAMES:
        return f"{len(codes)} regions"
    return captions.names(report, codes)
