"""Years and years to date: what the quarters' reports come to, and never more than they publish."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comhar.data import load
from comhar.dates.quarters import Quarter
from comhar.reports import periods
from comhar.reports.aggregate import tally
from comhar.reports.figures import find_definition, make_report
from comhar.reports.model import NATION, Figure, KpiReport, Row, Status
from comhar.reports.source_rows import MeetingRow, MemberRow, RegionRows, SurveyRow

REGIONS = [region["code"] for region in load("regions")]
QUARTERS = [Quarter(2027, number) for number in (1, 2, 3, 4)]


def rows(quarter: Quarter, attended: int, **more: Any) -> RegionRows:
    """Seven members and a meeting of the quarter, of all whose day lies in the year so far."""
    members = tuple(
        MemberRow.model_validate({"id": f"m{n}", "periods": [{"from": "2027-01-02"}]})
        for n in range(7)
    )
    meetings = tuple(
        MeetingRow(
            kind="quarterly",
            starts_at=datetime(2027, 3 * number - 1, 10, 10),
            state="held",
            attended=tuple(f"m{n}" for n in range(attended)),
        )
        for number in range(1, quarter.number + 1)
    )
    return RegionRows(members=members, meetings=meetings, **more)


def report(quarter: Quarter, status: Status = "final", attended: int = 5, **more: Any) -> KpiReport:
    now = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=100 * quarter.number)
    counted = {code: RegionRows() for code in REGIONS} | {"SW": rows(quarter, attended, **more)}
    tallies = {code: tally(each, quarter, now) for code, each in counted.items()}
    return make_report(tallies, quarter, now, status=status, version=2)


def year(*reports: KpiReport) -> KpiReport:
    return periods.put_together("2027", QUARTERS, reports)


def figure(made: KpiReport, kpi: str, region: str = "SW") -> Figure:
    return made.row(kpi).figure(region)


def test_what_one_quarter_hides_the_year_hides() -> None:
    few = SurveyRow(invited=9, few=True, satisfaction_few=True)
    made = year(report(QUARTERS[0], surveys=(few,)), *map(report, QUARTERS[1:]))
    for kpi in ("survey_responses", "survey_response_rate", "satisfaction_mean"):
        for region in ("SW", NATION):
            each = figure(made, kpi, region)
            assert (each.state, each.value, each.part, each.whole) == ("hidden", None, None, None)


def test_there_is_no_data_only_where_no_quarter_has_any() -> None:
    rated = SurveyRow(invited=10, responses=6, satisfaction_count=6, satisfaction_sum=27)
    made = year(report(QUARTERS[0]), report(QUARTERS[1], surveys=(rated,)))
    assert figure(made, "survey_responses").value == 6
    assert figure(made, "attendance_rate", "MW").state == "no_data"
    assert figure(year(report(QUARTERS[0])), "satisfaction_mean").state == "no_data"


def test_counts_add_up_and_so_do_their_targets() -> None:
    parts = [report(each, actions_done=each.number) for each in QUARTERS]
    made = year(*parts)
    assert figure(made, "actions_done").value == 1 + 2 + 3 + 4
    meetings = figure(made, "meetings_held")
    assert (meetings.value, meetings.target, meetings.target_met) == (4, 4, True)
    assert (figure(made, "meetings_held", "MW").target_met) is False
    national = figure(made, "meetings_held", NATION)
    assert (national.value, national.target) == (4, 4 * len(REGIONS))
    for row in made.rows:
        if row.unit == "count" and row.kpi in ("meetings_additional", "members_joined"):
            for region in (*REGIONS, NATION):
                assert row.figure(region).value == sum(
                    figure(each, row.kpi, region).value or 0 for each in parts
                )


def test_a_rate_is_divided_again_and_not_a_mean_of_rates() -> None:
    made = year(report(QUARTERS[0], attended=1), report(QUARTERS[1], attended=7))
    each = figure(made, "attendance_rate")
    assert (each.part, each.whole, each.value, each.note) == (8, 14, 57.1, "8 of 14")


def test_the_last_day_is_that_of_the_last_quarter() -> None:
    made, last = year(*map(report, QUARTERS[:3])), report(QUARTERS[2])
    for row in last.rows:
        if row.kpi in ("members_active", "quarters_met", "chairs_in_term", "terms_approved"):
            assert unnoted(made.row(row.kpi)) == unnoted(row)
        if row.kpi.startswith("members_by_role."):
            assert unnoted(made.row(row.kpi)) == unnoted(row)


def unnoted(row: Row) -> Row:
    return row.model_copy(update={"note": ""})


def test_no_note_speaks_of_the_quarter_where_there_are_several() -> None:
    notes = {row.kpi: row.note for row in year(report(QUARTERS[0]), report(QUARTERS[1])).rows}
    assert notes["members_joined"] == "In these quarters."
    assert notes["actions_done"] == "In these quarters, whenever they were agreed."
    assert notes["survey_responses"] == "To surveys that closed in these quarters."
    assert notes["members_active"] == "On the last day of the last quarter."
    assert not [note for note in notes.values() if "the quarter" in note]


def test_a_reason_stands_with_its_quarter_where_the_target_was_not_met() -> None:
    first = report(QUARTERS[0])
    row = first.row("meetings_held")
    late = row.values["MW"].model_copy(update={"reason": "Date moved"})
    row = row.model_copy(update={"values": row.values | {"MW": late}})
    rows = [row if each.kpi == row.kpi else each for each in first.rows]
    made = year(first.model_copy(update={"rows": rows}), report(QUARTERS[1]))
    assert figure(made, "meetings_held", "MW").reason == "2027-Q1: Date moved"
    assert figure(made, "meetings_held", "SW").reason is None


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (("final",) * 4, "final"),
        (("final",) * 3, "provisional"),
        (("final", "final", "final", "provisional"), "provisional"),
    ],
)
def test_a_year_is_final_only_if_all_its_quarters_are(
    statuses: tuple[Status, ...], expected: str
) -> None:
    pairs = zip(QUARTERS, statuses, strict=False)
    assert year(*(report(quarter, status) for quarter, status in pairs)).status == expected


def test_a_quarter_without_a_report_is_named() -> None:
    made = year(report(QUARTERS[0]), report(QUARTERS[2]))
    for months in ("April to June 2027", "October to December 2027"):
        assert any(months in note for note in made.notes)
    assert not any("January" in note for note in made.notes)


def test_a_rate_of_which_a_quarter_does_not_say_the_parts_is_no_data() -> None:
    definition = find_definition("satisfaction_mean")
    assert definition
    known = Figure(state="ok", value=4.5, part=27, whole=6, text="4.50")
    assert periods.add(definition, [known, known]).value == 4.5
    unknown = Figure(state="ok", value=4.5, text="4.50")
    assert periods.add(definition, [known, unknown]).state == "no_data"
