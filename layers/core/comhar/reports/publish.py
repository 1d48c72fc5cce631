"""Use cases of publishing: what has changed, and to publish it."""

from dataclasses import dataclass
from datetime import date

from comhar.aws.conditions import Write, conflict_as
from comhar.communities import repository as communities_repository
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.dates.quarters import Quarter
from comhar.errors import Conflict
from comhar.idempotency import REPEATABLE, Once
from comhar.membership.repository import audit_write
from comhar.reports import (
    figures,
    publish_forms,
    publish_views,
    reason_emails,
    reasons,
    repository,
    service,
    version_changes,
)
from comhar.reports.model import NATION, Change, Figure, KpiReport, NoSuchReport, Row
from comhar.reports.reasons import ChosenReasons


class VersionNotNewest(Conflict):
    title = "A newer version of these figures is published already."
    next = "This page shows what has changed since then. Check it before you publish again."


class NothingChanged(Conflict):
    title = "The figures are the same as in the published version."
    next = "There is nothing to publish."


@dataclass(frozen=True)
class Versions:
    """The first version of a quarter, and the newest."""

    first: KpiReport
    newest: KpiReport
    closures: frozenset[date]

    @property
    def seen(self) -> int | None:
        """The newest final version; None while there is none."""
        return self.newest.version if self.newest.status == "final" else None


def get_publication(quarter: str, ctx: Context) -> publish_views.Publication:
    """What would be published now, with warnings; four reads, and three a region.

    Raises:
        NoSuchReport: the quarter has no provisional version.
    """
    versions = get_versions(quarter, ctx)
    chosen = reasons.get_chosen(ctx.table, quarter)
    report = _make_version(versions, chosen, ctx)
    newest = versions.newest
    return publish_views.Publication(
        quarter=quarter,
        version=report.version,
        before=newest.version,
        before_status=newest.status,
        before_at=newest.made_at,
        seen=versions.seen,
        may_publish=_is_new(versions, report),
        changes=publish_views.name_changes(report),
        warnings=_list_warnings(report, chosen, versions.closures, ctx),
    )


def find_changes(quarter: str, ctx: Context) -> list[Change]:
    """What the records now give differently from the newest version.

    Four reads, and three a region.

    Raises:
        NoSuchReport: the quarter has no provisional version.
    """
    chosen = reasons.get_chosen(ctx.table, quarter)
    return _make_version(get_versions(quarter, ctx), chosen, ctx).changes


def publish_report(
    quarter: str, form: publish_forms.Publish, ctx: Context, once: Once = REPEATABLE
) -> publish_views.Published:
    """Publishes the quarter's figures as recorded now, as its next version.

    The clock makes the files and writes the emails. Six reads, three a region, one transaction.

    Raises:
        NoSuchReport: the quarter has no provisional version.
        VersionNotNewest: a newer version than the sender saw is published.
        NothingChanged: the newest version is final and has just these figures.
        ReasonsChanged: somebody saved other reasons meanwhile.
        Invalid: a reason names no figure with a target.
    """
    versions = get_versions(quarter, ctx)
    chosen = reasons.get_chosen(ctx.table, quarter)
    choices = reasons.parse_choices(form.reasons, {}, ctx.now)
    if form.version != versions.seen:
        raise VersionNotNewest
    changed = reasons.list_changed(chosen, choices)
    after = chosen.apply(changed)
    report = _make_version(versions, after, ctx)
    if not _is_new(versions, report):
        raise NothingChanged
    report = repository.attach_facts(ctx.table, report)
    writes: list[Write] = [
        *repository.insert_writes(report, ctx.now),
        *reason_emails.save_writes(chosen, changed, ctx),
        audit_write(ctx.user, "publish_report", f"report-{quarter}-{report.version:04d}", ctx.now),
        *once.writes(f"{quarter}-{report.version}"),
    ]
    with conflict_as(VersionNotNewest):
        ctx.table.transact(writes)
    warnings = _list_warnings(report, after, versions.closures, ctx)
    return publish_views.Published(**dict(report), warnings=warnings)


def count_now(quarter: str, ctx: Context) -> KpiReport:
    """What would be published now, before reasons; two reads, and three a region.

    Raises:
        NoSuchReport: the quarter has no provisional version.
    """
    return _count(get_versions(quarter, ctx), ctx)


def get_versions(quarter: str, ctx: Context) -> Versions:
    """The quarter's first version and its newest, and the closure days; two reads.

    Raises:
        NoSuchReport: the quarter has no provisional version.
    """
    try:
        newest = repository.find_newest(ctx.table, Quarter.parse(quarter))
    except ValueError:
        raise NoSuchReport from None
    if newest is None:
        raise NoSuchReport
    first, closures = ctx.table.batch_get(
        [repository.key(quarter, service.PROVISIONAL), communities_repository.CLOSURES]
    )
    return Versions(
        repository.from_item(first), newest, communities_repository.closed_days_from_item(closures)
    )


def _count(versions: Versions, ctx: Context) -> KpiReport:
    """The quarter as recorded now; its protected figures are those of the first version."""
    quarter = versions.newest.period
    tallies = service.tally_regions(quarter, ctx)
    version = versions.newest.version + 1
    report = figures.make_report(tallies, quarter, ctx.now, status="final", version=version)
    return figures.repeat_protected(report, versions.first)


def _make_version(versions: Versions, chosen: ChosenReasons, ctx: Context) -> KpiReport:
    report = _count(versions, ctx)
    report = report.model_copy(update={"rows": [_give_reasons(row, chosen) for row in report.rows]})
    changes = version_changes.list_changes(versions.newest, report)
    return report.model_copy(update={"changes": changes})


def _give_reasons(row: Row, chosen: ChosenReasons) -> Row:
    """The row with the reasons why its targets were not met."""
    values = {
        region: _give_reason(figure, chosen.text(region, row.kpi))
        for region, figure in row.values.items()
    }
    national = _give_reason(row.national, chosen.text(NATION, row.kpi))
    return row.model_copy(update={"values": values, "national": national})


def _give_reason(figure: Figure, reason: str | None) -> Figure:
    unmet = figure.target_met is False
    return figure.model_copy(update={"reason": reason}) if unmet and reason else figure


def _is_new(versions: Versions, report: KpiReport) -> bool:
    """Whether there is something to publish: a first final version, or another one."""
    return versions.seen is None or bool(report.changes)


def _list_warnings(
    report: KpiReport, chosen: ChosenReasons, closures: frozenset[date], ctx: Context
) -> list[str]:
    """What to warn of in each region: no reason yet, or one chosen too lately."""
    warnings, today = [], local_date(ctx.now)
    for region, name in report.names.items():
        unmet = [row for row in report.rows if row.values[region].target_met is False]
        given = {row.label: chosen.by_figure.get((region, row.kpi)) for row in unmet}
        missing = [label for label, reason in given.items() if reason is None]
        recent = [
            label
            for label, reason in given.items()
            if reason and not reasons.had_by_co_chairs(reason, today, closures)
        ]
        if missing:
            warnings.append(f"{name}: no reason is chosen for {_join(missing)}.")
        if recent:
            warnings.append(
                f"{name}: co-chairs have not had the reasons for {_join(recent)} for three working days."
            )
    return warnings


def _join(labels: list[str]) -> str:
    """The labels of figures in one sentence."""
    return ", ".join(f"“{label}”" for label in labels)
