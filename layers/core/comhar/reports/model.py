"""The KPI report of a quarter: rows of figures, by region and for the nation."""

from datetime import date, datetime
from typing import Literal

from comhar.dates.quarters import Quarter
from comhar.errors import NotFound
from comhar.fields import View

NATION = "ALL"  # the nation's code beside those of regions, in files and in reasons
NATION_NAME = "Ireland"

Unit = Literal["count", "percent", "mean", "yes_no"]
State = Literal["ok", "hidden", "no_data"]
Status = Literal["running", "provisional", "final"]


class NoSuchReport(NotFound):
    title = "There is no report for this quarter."
    next = "A report is made on the first working day after its quarter. See the list of reports."


class Figure(View):
    """One figure of a region or of the nation.

    `value` is there only in the state `ok`: a number, of `yes_no` 1 or 0. `hidden` protects a small group;
    `no_data` says that there was nothing to count or divide. `part` of `whole` made a rate or a mean. `text`
    says the figure in words, `note` what else there is to know of it, `reason` why a target was not met.
    """

    state: State
    value: int | float | None = None
    target: int | None = None
    target_met: bool | None = None
    part: int | None = None
    whole: int | None = None
    text: str
    note: str | None = None
    reason: str | None = None


class Row(View):
    """One figure in every region, and in the nation.

    `values` go by the region's code, in the order of the report's regions. `target` is that of a region;
    `at_most` says that it is not to be exceeded.
    """

    kpi: str
    label: str
    unit: Unit
    target: int | None
    at_most: bool = False
    note: str
    values: dict[str, Figure]
    national: Figure

    def figure(self, region: str) -> Figure:
        """The figure of a region, or with NATION that of the nation."""
        return self.national if region == NATION else self.values[region]


class Change(View):
    """A figure that differs from that of the version before, each in words."""

    region: str
    kpi: str
    before: str
    after: str


class KpiReport(View):
    """One version of a quarter's report, frozen at `made_at` (UTC).

    The first version of a quarter is provisional, every later one final. `changes` are those since the
    version before. `metric_ids` are the office's own ids of figures, `earlier` the versions of the quarters
    before, by their quarter: as they stood then, so that the version's files are always of the same bytes.
    Figures of the running quarter, and those of several quarters (`2027-Q3-ytd`, `2027`), are no version: 0.
    `notes` say what else a reader should know.
    """

    quarter: str
    first: date
    last: date
    status: Status
    version: int
    made_at: datetime
    regions: list[str]
    names: dict[str, str]
    rows: list[Row]
    changes: list[Change] = []
    metric_ids: dict[str, str] = {}
    earlier: dict[str, int] = {}
    notes: list[str] = []

    @property
    def period(self) -> Quarter:
        return Quarter.parse(self.quarter)

    def row(self, kpi: str) -> Row:
        """Raises KeyError where the report has no such figure."""
        return {row.kpi: row for row in self.rows}[kpi]


class KpiListed(View):
    quarter: str
    version: int
    status: Literal["provisional", "final"]
    made_at: datetime


class KpiList(View):
    """The newest reports first.

    `open_quarters` are those of which there is a list of gaps: the last until it is final, the running.
    `years` are those of the reports; `years_to_date` are the parts of them that end with a report, but
    for a first quarter, which is its own, and a whole year.
    """

    running: str
    years: list[str]
    years_to_date: list[str]
    reports: list[KpiListed]
    open_quarters: list[str]
