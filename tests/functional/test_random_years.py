"""The KPI report of random years: every figure as a count of the raw events says, by DOMAIN.md alone.

A year is lived by the product's own use cases, with much that happens late, on a quarter's edge, or where the
clocks change. Each of its quarters is reported on three times: while it runs, when its report is due, and
once all that was late is there.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from comhar.context import Context
from comhar.dates.quarters import Quarter
from comhar.reports import figures as reports_figures
from comhar.reports import service as reports_service
from comhar.reports.model import KpiReport
from tests.support import lambda_environment
from tests.support.kpi_oracle import export_instant
from tests.support.kpi_recomputation import Truths, recompute
from tests.support.proof_sizes import sized
from tests.support.random_years import RandomYear
from tests.support.year_driver import YearDriver

PROTECTED = ("reflections", "survey_", "satisfaction_mean", "members_by_role.")
BY_THE_END = ("meetings_held", "quarters_met")
SEEDS = range(sized(3, 200))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    lambda_environment.declare(monkeypatch)


class LivedYear:
    """A random year, and the product that lives through it."""

    def __init__(self, seed: int) -> None:
        self.random, self.product, self.lived = RandomYear(seed), YearDriver(), 0
        self.quarters = [f"{self.random.year}-Q{number}" for number in range(1, 5)]

    def until(self, now: datetime) -> Context[None]:
        coming = [event for event in self.random.events[self.lived :] if event.at <= now]
        self.product.live(coming)
        self.lived += len(coming)
        return Context(None, now, self.product.table, self.product.settings)

    def count(self, quarter: str, now: datetime) -> Truths:
        return recompute(self.random.events, quarter, now)


def make_report(quarter: str, ctx: Context[None], status: reports_figures.Status) -> KpiReport:
    named = Quarter.parse(quarter)
    tallies = reports_service.tally_regions(named, ctx)
    return reports_figures.make_report(tallies, named, ctx.now, status=status, version=2)


def is_protected(kpi: str) -> bool:
    return kpi.startswith(PROTECTED)


def differences(report: KpiReport, truths: Truths) -> list[str]:
    """What the report says otherwise, figure by figure; protected ones are not there while it runs."""
    assert {row.kpi for row in report.rows} == {kpi for _, kpi in truths}
    found = []
    for (region, kpi), truth in truths.items():
        figure = report.row(kpi).figure(region)
        if report.status == "running" and is_protected(kpi):
            truth = truth.hide("no_data")
        if report.status == "running" and kpi in BY_THE_END and not truth.target_met:
            truth = replace(truth, target_met=None)  # there is time yet
        if kpi.startswith("members_by_role.") and figure.state == "hidden":
            continue  # which ones are, `test_role_suppression` proves
        if kpi.startswith("members_by_role.") and truth.value in range(1, 5):
            found.append(f"{report.quarter} {region} {kpi}: {truth.value} is shown")
        reported = figure.state, figure.value, figure.target_met, figure.part, figure.whole
        if reported != (truth.state, truth.value, truth.target_met, truth.part, truth.whole):
            found.append(f"{report.quarter} {region} {kpi}: {reported} is {truth}")
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_is_what_a_count_of_the_raw_events_says(seed: int) -> None:
    year, reports = LivedYear(seed), {}
    for quarter in year.quarters:
        due = export_instant(quarter)
        middle = due - timedelta(days=10 + seed % 70)
        running = make_report(quarter, year.until(middle), "running")
        assert differences(running, year.count(quarter, middle)) == []
        reports[quarter] = reports_service.freeze_quarter(Quarter.parse(quarter), year.until(due))
        assert differences(reports[quarter], year.count(quarter, due)) == []
    late = year.random.end
    for quarter, first in reports.items():
        final = make_report(quarter, year.until(late), "final")
        final = reports_figures.repeat_protected(final, first)
        truths = year.count(quarter, late)
        once = year.count(quarter, first.made_at)
        truths |= {place: truth for place, truth in once.items() if is_protected(place[1])}
        assert differences(final, truths) == []
