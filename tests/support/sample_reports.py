"""Reports of quarters with believable figures, made without any cloud."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, time, timedelta

from comhar import regions
from comhar.dates.quarters import Quarter
from comhar.reports import figures as reports_figures
from comhar.reports import files as reports_files
from comhar.reports.aggregate import Tally
from comhar.reports.model import Figure, KpiReport, Row

Q1 = Quarter(2027, 1)
LONG_REASON = (
    "Venue or weather: the town hall was flooded the week before, so that the meeting moved to Thursday "
    "8 April 2027 in Naas, and the one after it is brought forward."
)


def sample_report(
    quarter: Quarter = Q1, *, met: bool = False, more_members: int = 0, **changed: object
) -> KpiReport:
    """Each region with other figures; every second one misses its targets, unless all are `met`."""
    tallies = {
        code: _tally(quarter, number, is_met=met or number % 2 == 0, members=more_members)
        for number, code in enumerate(regions.codes())
    }
    made_at = datetime.combine(quarter.last + timedelta(days=1), time(8), UTC)
    return reports_figures.make_report(tallies, quarter, made_at).model_copy(update=changed)


def earlier_reports(count: int = 7) -> list[KpiReport]:
    """The reports of so many quarters before Q1, the oldest first."""
    quarters = [Q1]
    for _ in range(count):
        quarters.insert(0, quarters[0].previous())
    return [sample_report(quarter, met=True, more_members=5) for quarter in quarters[:-1]]


def workbook_digests() -> list[str]:
    """Of one report's workbook, made twice one after the other."""
    report = give_reasons(hide_protected(sample_report(metric_ids={"meetings_held": "MHER-01"})))
    made = [reports_files.FILES["xlsx"](report, earlier_reports(2)) for _ in range(2)]
    return [hashlib.sha256(each).hexdigest() for each in made]


def _tally(quarter: Quarter, number: int, *, is_met: bool, members: int) -> Tally:
    members += 10 + number
    counts = Counter(
        meetings_held=int(is_met),
        meetings_unconfirmed=int(not is_met),
        quarters_met=quarter.number - (not is_met),
        attended=members - 3,
        expected=members,
        members_active=members,
        members_joined=2,
        members_left=1,
        agendas_on_time=int(is_met),
        agendas_due=1,
        reflections=4,
        actions_opened=3,
        surveys=1,
        survey_responses=6,
        invited=members,
        rating_sum=27,
        ratings=6,
        chairs_in_term=1 + is_met,
    )
    counts["members_by_role.peer_educator"] = members
    return Tally(counts, terms_approved=int(is_met), has_members=True)


def change_figures(report: KpiReport, **changed: object) -> KpiReport:
    """The report with every figure changed alike."""
    return report.model_copy(update={"rows": [_change(row, changed) for row in report.rows]})


def hide_protected(report: KpiReport) -> KpiReport:
    """The report with every figure hidden that can be."""
    protected = {each.code for each in reports_figures.definitions() if each.protected}
    hidden = {"state": "hidden", "value": None, "text": "hidden", "note": None}
    rows = [_change(row, hidden) if row.kpi in protected else row for row in report.rows]
    return report.model_copy(update={"rows": rows})


def give_reasons(report: KpiReport, reason: str = LONG_REASON) -> KpiReport:
    """The report with this reason beside each target that a region did not meet."""

    def explain(row: Row) -> Row:
        values = {
            code: each.model_copy(update={"reason": reason}) if each.target_met is False else each
            for code, each in row.values.items()
        }
        return row.model_copy(update={"values": values})

    return report.model_copy(update={"rows": [explain(row) for row in report.rows]})


def _change(row: Row, changed: dict[str, object]) -> Row:
    values: dict[str, Figure] = {
        code: each.model_copy(update=changed) for code, each in row.values.items()
    }
    national = row.national.model_copy(update=changed)
    return row.model_copy(update={"values": values, "national": national})
