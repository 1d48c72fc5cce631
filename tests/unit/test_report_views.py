"""What the page of a report says beside its figures: changes, and lines over eight quarters."""

import pytest

from comhar.reports import report_views
from comhar.reports.model import NATION, Figure, KpiReport
from tests.support.sample_reports import Q1, earlier_reports, hide_protected, sample_report


def set_figure(report: KpiReport, kpi: str, region: str, value: float | None) -> KpiReport:
    """The report with another value in one place; None is hidden."""
    state = "hidden" if value is None else "ok"
    figure = Figure(state=state, value=value, text=str(value))
    rows = [
        row.model_copy(update={"values": row.values | {region: figure}}) if row.kpi == kpi else row
        for row in report.rows
    ]
    return report.model_copy(update={"rows": rows})


@pytest.mark.parametrize(
    ("kpi", "then", "now", "words"),
    [
        ("members_active", 10, 12, "up 2"),
        ("members_active", 12, 10, "down 2"),
        ("members_active", 12, 12, "same"),
        ("attendance_rate", 60.1, 55.0, "down 5.1 points"),
        ("satisfaction_mean", 3.5, 3.75, "up 0.25"),
        ("terms_approved", 0, 1, "was no"),
        ("terms_approved", 1, 0, "was yes"),
        ("reflections", None, 7, None),
        ("reflections", 7, None, None),
    ],
)
def test_a_change_is_said_where_both_quarters_show_the_figure(kpi, then, now, words):
    before = set_figure(earlier_reports(1)[0], kpi, "SW", then)
    report = set_figure(sample_report(), kpi, "SW", now)
    page = report_views.shown_report(report, [before])
    assert page.changes_in_words[kpi].get("SW") == words
    details = report_views.region_details(report, "SW", [before])
    assert next(each.change for each in details.rows if each.kpi == kpi) == words


def test_a_quarter_without_one_before_is_compared_with_none():
    two_before = [sample_report(Q1.previous().previous())]
    for earlier in ([], two_before):
        page = report_views.shown_report(sample_report(), earlier)
        assert page.before is None
        assert not any(page.changes_in_words.values())


def test_the_report_itself_is_in_the_answer_unchanged():
    report = sample_report()
    answer = report_views.shown_report(report, earlier_reports()).model_dump(mode="json")
    assert report.model_dump(mode="json").items() <= answer.items()


def test_eight_quarters_make_a_line_the_newest_last():
    course = report_views.shown_report(sample_report(), earlier_reports()).courses["members_active"]
    assert course.quarters[0] == "2025-Q2" and course.quarters[-1] == "2027-Q1"
    assert len(course.values) == len(course.points.split()) == 8
    assert course.text.startswith("2025-Q2: ")


def test_a_hidden_quarter_is_a_gap_and_one_alone_draws_nothing():
    hidden = hide_protected(sample_report())
    earlier = earlier_reports(2)
    row = hidden.row("reflections")
    course = report_views.make_course(row, "SW", hidden, earlier)
    assert course.values[-1] is None and course.text.endswith("hidden")
    assert len(course.points.split()) == 2
    assert report_views.make_course(row, "SW", hidden, earlier[1:]).points == ""


def test_the_line_stays_within_its_room_whatever_the_values():
    reports = [
        set_figure(sample_report(Q1), "members_active", "SW", value) for value in (0, 1e6, 5e5)
    ]
    row = reports[-1].row("members_active")
    course = report_views.make_course(row, "SW", reports[-1], reports[:-1])
    places = [tuple(map(float, each.split(","))) for each in course.points.split()]
    assert all(0 <= x <= 96 and 0 <= y <= 24 for x, y in places)
    assert places[1][1] < places[2][1] < places[0][1]


def test_a_region_s_roles_stand_by_themselves_with_their_records():
    details = report_views.region_details(sample_report(), "SW", [])
    assert {each.kpi.partition(".")[0] for each in details.roles} == {"members_by_role"}
    assert not any(each.kpi.startswith("members_by_role") for each in details.rows)
    assert details.rows[0].records == "/reports/kpi/2027-Q1/regions/SW/meetings_held"
    assert report_views.region_details(sample_report(), NATION, []).name == "Ireland"
