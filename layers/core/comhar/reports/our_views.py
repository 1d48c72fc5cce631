"""Responses of “Our figures”: a region's published figures, and Ireland's."""

from collections.abc import Sequence
from datetime import date, datetime

from comhar.fields import View
from comhar.reports.figures import find_definition, is_of_role
from comhar.reports.model import Figure, KpiReport, Row, State, Unit
from comhar.reports.readiness_views import OwnGaps
from comhar.reports.reasons import Reason

_MAIN = ("attendance_rate", "members_active")  # beside those with a target


class National(View):
    """Ireland's figure."""

    value: int | float | None
    state: State
    target: int | None
    target_met: bool | None
    text: str
    note: str | None


class OurFigure(View):
    """A region's figure as published.

    `explanation` says what is counted. `change` is that since the quarter published before, in words; None
    where the two cannot be compared. `goal` is the target in words, and `met` whether it is met, where there
    is one. `is_main` is one that the page shows unasked.
    """

    kpi: str
    label: str
    explanation: str
    unit: Unit
    target: int | None
    target_met: bool | None
    goal: str | None
    met: str | None
    value: int | float | None
    state: State
    text: str
    note: str | None
    reason: str | None
    change: str | None
    is_main: bool
    national: National


class ChosenReason(View):
    """A reason that the office will publish beside a figure; co-chairs see it `since` (UTC)."""

    kpi: str
    label: str
    reason: str
    since: datetime


class OurReport(View):
    """A region's figures of a quarter, as last published at `published_at` (UTC).

    `before` is the quarter published before, if any. `roles` are the figures of each role. `hidden` and
    `no_data` say whether any figure is so. Co-chairs find the reasons here that are not published yet, and
    so the page before there are figures; `office_email` is whom they write to.
    """

    region: str
    quarter: str
    first: date
    last: date
    version: int | None
    published_at: datetime | None
    before: str | None
    reasons: list[ChosenReason]
    office_email: str
    rows: list[OurFigure]
    roles: list[OurFigure]
    hidden: bool
    no_data: bool


class PublishedQuarter(View):
    quarter: str
    version: int
    published_at: datetime


class OurQuarters(View):
    """The quarters published for a region, newest first.

    `open_quarters` are those that are not final, with their gaps, for who `may_chair`; `provisional` is
    the one of which they see the reasons that are to be published.
    """

    region: str
    quarters: list[PublishedQuarter]
    may_chair: bool
    provisional: str | None
    open_quarters: list[OwnGaps]


def our_report(
    report: KpiReport,
    region: str,
    before: KpiReport | None,
    chosen: Sequence[Reason],
    office_email: str,
) -> OurReport:
    """The region's part of a report, compared with the one published before.

    Of one that is not final, only the reasons. `chosen` are those that are stored for its figures.
    """
    final = report.status == "final"
    rows = report.rows if final else []
    published = {row.kpi: row.values[region].reason for row in rows}
    earlier = {row.kpi: row.values.get(region) for row in before.rows} if before else {}
    figures = [_our_figure(row, region, earlier.get(row.kpi)) for row in rows]
    return OurReport(
        region=region,
        **report.model_dump(include={"quarter", "first", "last"}),
        version=report.version if final else None,
        published_at=report.made_at if final else None,
        before=before.quarter if before else None,
        reasons=[
            ChosenReason(
                kpi=reason.kpi,
                label=_label(reason.kpi),
                reason=reason.text,
                since=reason.chosen_at,
            )
            for reason in chosen
            if reason.text != published.get(reason.kpi)
        ],
        office_email=office_email,
        rows=[figure for figure in figures if not is_of_role(figure.kpi)],
        roles=[figure for figure in figures if is_of_role(figure.kpi)],
        hidden=any(figure.state == "hidden" for figure in figures),
        no_data=any(figure.state == "no_data" for figure in figures),
    )


def _label(kpi: str) -> str:
    definition = find_definition(kpi)
    return definition.label if definition else kpi


def _our_figure(row: Row, region: str, earlier: Figure | None) -> OurFigure:
    figure = row.values[region]
    return OurFigure(
        kpi=row.kpi,
        label=row.label.rpartition(": ")[2] if is_of_role(row.kpi) else row.label,
        explanation=row.note,
        unit=row.unit,
        target=row.target,
        goal=_target_in_words(row),
        met=_met_in_words(figure.target_met),
        **figure.model_dump(include={"target_met", "value", "state", "text", "note", "reason"}),
        change=describe_change(row.unit, figure, earlier),
        is_main=figure.state != "no_data" and (row.target is not None or row.kpi in _MAIN),
        national=National(**row.national.model_dump(include=set(National.model_fields))),
    )


def _target_in_words(row: Row) -> str | None:
    if row.target is None:
        return None
    match row.unit:
        case "percent":
            return f"{row.target}%"
        case "yes_no":
            return "yes" if row.target else "no"
    return str(row.target)


def _met_in_words(target_met: bool | None) -> str | None:
    return None if target_met is None else "Met" if target_met else "Not met"


def describe_change(unit: Unit, figure: Figure, earlier: Figure | None) -> str | None:
    """How a figure differs from an earlier one, in words."""
    if earlier is None or figure.value is None or earlier.value is None:
        return None
    difference = round(figure.value - earlier.value, 2)
    if not difference:
        return "No change"
    size, more = abs(difference), difference > 0
    match unit:
        case "percent":
            return f"{size:.1f} points {'higher' if more else 'lower'}"
        case "mean":
            return f"{size:.2f} {'higher' if more else 'lower'}"
        case "yes_no":
            return "Was no" if more else "Was yes"
    return f"{size} {'more' if more else 'fewer'}"
