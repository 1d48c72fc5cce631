"""Figures of any dates: refused in clear words, counted as quarters are, and published by nobody."""

from datetime import UTC, datetime
from typing import Any

import pytest

from comhar.reports.date_report import BY_QUARTERS
from tests.support import sample_quarter
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.sample_region import OFFICE

DATES = "/reports/dates"


@pytest.fixture(scope="module")
def office(cloud: Cloud) -> str:
    sample_quarter.write()
    cloud.now = datetime(2027, 4, 1, 9, tzinfo=UTC)
    return cloud.session(OFFICE)


def ask(cloud: Cloud, office: str, first: str, last: str, html: bool = False) -> GatewayResponse:
    query = {"first": first, "last": last}
    return cloud.call("GET", DATES, bearer=office, html=html, query=query)


@pytest.mark.parametrize(
    ("first", "last", "field", "words"),
    [
        ("soon", "2027-02-20", "first", "Enter the first day, like 2027-02-18."),
        ("2027-01-10", "2027-02-30", "last", "Enter the last day, like 2027-02-18."),
        ("2027-01-10", "", "last", "Enter the last day, like 2027-02-18."),
        ("20270110", "2027-02-20", "first", "Enter the first day, like 2027-02-18."),
        ("2027-02-20", "2027-01-10", "last", "Choose a last day that is not before the first day."),
        ("0001-01-01", "2027-01-01", "last", "Choose at most three years."),
        ("2027-04-02", "2027-05-01", "first", "Choose a first day that is not in the future."),
    ],
)
def test_dates_that_cannot_be_counted_are_refused_with_what_was_typed(
    cloud: Cloud, office: str, first: str, last: str, field: str, words: str
) -> None:
    answer = ask(cloud, office, first, last)
    assert answer.status == 422
    assert answer.json["errors"] == [{"field": field, "message": words}]
    page = ask(cloud, office, first, last, html=True)
    assert page.status == 422
    assert words in page.text
    for typed in filter(None, (first, last)):
        assert f'value="{typed}"' in page.text


def test_nobody_but_the_office_counts_dates(cloud: Cloud, office: str) -> None:
    assert ask(cloud, "", "2027-01-10", "soon").status == 401
    member = cloud.session(cloud.member(region="MW"))
    assert ask(cloud, member, "2027-01-10", "soon").status == 403


def test_a_whole_quarter_s_dates_are_counted_as_the_quarter(cloud: Cloud, office: str) -> None:
    def figures(answer: GatewayResponse) -> dict[str, Any]:
        return {row["kpi"]: row["values"]["SW"]["value"] for row in answer.json["rows"]}

    quarter = figures(cloud.call("GET", "/reports/kpi/2027-Q1", bearer=office))
    dates = figures(ask(cloud, office, "2027-01-01", "2027-03-31"))
    for kpi in ("meetings_held", "attendance_rate", "agendas_on_time", "members_joined"):
        assert dates[kpi] == quarter[kpi] is not None
    for kpi in ("members_active", "chairs_in_term"):
        assert dates[kpi] == quarter[kpi] is not None


def test_only_what_lies_between_the_dates_counts(cloud: Cloud, office: str) -> None:
    def value(first: str, last: str, kpi: str) -> Any:
        rows = {row["kpi"]: row for row in ask(cloud, office, first, last).json["rows"]}
        return rows[kpi]["values"]["SW"]["value"]

    assert value("2027-02-18", "2027-02-18", "meetings_held") == 1
    assert value("2027-02-19", "2027-03-31", "meetings_held") == 0
    assert value("2026-11-18", "2027-02-18", "meetings_held") == 2
    assert value("0001-01-01", "0003-12-31", "meetings_held") == 0
    assert value("2024-01-02", "2027-01-01", "members_active") == 0
    assert value("2026-01-01", "2027-01-04", "members_active") == 0
    assert value("2027-01-05", "2027-01-05", "members_joined") == 7


def test_what_is_counted_by_whole_quarters_is_no_data(cloud: Cloud, office: str) -> None:
    answer = ask(cloud, office, "2027-01-01", "2027-03-31").json
    codes = {"quarters_met", "actions_opened", "actions_done", "reflections", "satisfaction_mean"}
    codes |= {"survey_responses", "survey_response_rate", "members_by_role.peer_educator"}
    assert codes <= set(answer["by_quarters"])
    for row in answer["rows"]:
        for each in (*row["values"].values(), row["national"]):
            by_quarters = (each["state"], each["note"]) == ("no_data", BY_QUARTERS)
            assert by_quarters == (row["kpi"] in answer["by_quarters"])


def test_it_says_that_nobody_publishes_the_figures(cloud: Cloud, office: str) -> None:
    assert ask(cloud, office, "2027-01-10", "2027-02-20").json["published"] is False
    page = ask(cloud, office, "2027-01-10", "2027-02-20", html=True)
    assert "Not a published figure" in page.text
    assert 'value="2027-01-10"' in page.text
    assert "71.4%" in page.text


def test_the_form_opens_from_the_list_of_reports(cloud: Cloud, office: str) -> None:
    listed = cloud.call("GET", "/reports/kpi", bearer=office, html=True)
    assert f'href="{DATES}"' in listed.text
    blank = cloud.call("GET", DATES, bearer=office, html=True)
    assert blank.status == 200
    assert "Not a published figure" not in blank.text
