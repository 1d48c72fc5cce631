"""Responses about reasons for figures, and about publishing a report."""

from datetime import datetime
from typing import Literal

from comhar.fields import View
from comhar.reports.model import NATION, NATION_NAME, Change, KpiReport, Row, Status
from comhar.reports.reasons import ChosenReasons, labels


class ReasonChoice(View):
    key: str
    label: str


class UnmetFigure(View):
    """A figure whose target is not met, and the reason chosen for it, if any.

    `target` is in words. Co-chairs can see the reason since `chosen_at` (UTC).
    """

    kpi: str
    label: str
    text: str
    target: str
    reason: str | None
    sentence: str | None
    chosen_at: datetime | None


class UnmetFigures(View):
    """Those of a region, or of the nation."""

    region: str
    name: str
    figures: list[UnmetFigure]


class Reasons(View):
    """The figures of a quarter that did not meet their target, and why."""

    quarter: str
    status: Status
    revision: int
    regions: list[UnmetFigures]
    choices: list[ReasonChoice]


class ReasonsSaved(View):
    quarter: str
    changed: int
    revision: int
    outcome: Literal["reasons_saved", "reasons_unchanged"]


class NamedChange(Change):
    """A change, with the names of its region and figure."""

    name: str
    label: str


class Publication(View):
    """What would be published now: `version` of the quarter, and what changed since `before`.

    `seen` is the newest final version, if there is one. `may_publish` is false where nothing has changed.
    """

    quarter: str
    version: int
    before: int
    before_status: Status
    before_at: datetime
    seen: int | None
    may_publish: bool
    changes: list[NamedChange]
    warnings: list[str]


class Published(KpiReport):
    """The version as published, and what its sender was warned of."""

    warnings: list[str]


def reasons_page(report: KpiReport, chosen: ChosenReasons) -> Reasons:
    """The figures of the report that did not meet their target, region by region.

    The nation's follow from the regions': of them only those that have a reason.
    """
    codes = {**report.names, NATION: NATION_NAME}
    listed = [
        UnmetFigures(region=code, name=name, figures=_unmet(report, code, chosen))
        for code, name in codes.items()
    ]
    return Reasons(
        quarter=report.quarter,
        status=report.status,
        revision=chosen.revision,
        regions=[each for each in listed if each.figures],
        choices=[ReasonChoice(key=key, label=label) for key, label in labels().items()],
    )


def _unmet(report: KpiReport, region: str, chosen: ChosenReasons) -> list[UnmetFigure]:
    return [
        _unmet_figure(row, region, chosen)
        for row in report.rows
        if row.figure(region).target_met is False
        and (region != NATION or chosen.text(NATION, row.kpi))
    ]


def _unmet_figure(row: Row, region: str, chosen: ChosenReasons) -> UnmetFigure:
    figure, reason = row.figure(region), chosen.by_figure.get((region, row.kpi))
    return UnmetFigure(
        kpi=row.kpi,
        label=row.label,
        text=figure.text,
        target=_target_in_words(row, figure.target),
        reason=reason.key if reason else None,
        sentence=reason.sentence if reason else None,
        chosen_at=reason.chosen_at if reason else None,
    )


def _target_in_words(row: Row, target: int | None) -> str:
    """The nation's may be that each region meets its own."""
    if target is None:
        return "met by every region"
    if row.unit == "yes_no":
        return "yes"
    return f"{target}%" if row.unit == "percent" else str(target)


def name_changes(report: KpiReport) -> list[NamedChange]:
    """The report's changes, with the names of regions and figures."""
    names = {**report.names, NATION: NATION_NAME}
    rows = {row.kpi: row.label for row in report.rows}
    return [
        NamedChange(**change.model_dump(), name=names[change.region], label=rows[change.kpi])
        for change in report.changes
    ]
