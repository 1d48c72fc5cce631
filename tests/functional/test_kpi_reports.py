"""Tests of the reports' routes: who may read and download them, and what they are shown."""

import json
from datetime import UTC, datetime

import pytest

from comhar import wiring
from comhar.membership import repository as membership_repository
from comhar.membership import sessions
from comhar.reports import tidy_table
from comhar.spreadsheets import CONTENT_TYPES
from tests.support import sample_quarter
from tests.support.kpi_export import export_last_quarter

DUE = datetime(2027, 4, 1, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def office(cloud):
    """The session of a person of the National Office."""
    email = "office@example.com"
    session, opened = sessions.new_session(membership_repository.office_id(email), wiring.clock())
    wiring.table().transact([membership_repository.office_person_write(email), opened])
    return session


@pytest.fixture(scope="module")
def report(cloud):
    sample_quarter.write()
    return export_last_quarter(DUE)


def test_the_office_reads_the_list_and_the_report(cloud, office, report):
    listed = cloud.call("GET", "/reports/kpi", bearer=office).json["reports"]
    assert [(each["quarter"], each["version"], each["status"]) for each in listed] == [
        ("2027-Q1", 1, "provisional")
    ]
    result = cloud.call("GET", "/reports/kpi/2027-Q1", bearer=office)
    assert result.status == 200
    assert report.model_dump(mode="json").items() <= result.json.items()


def test_the_page_tells_the_three_states_apart_in_words(cloud, office, report):
    page = cloud.call("GET", "/reports/kpi/2027-Q1", bearer=office, html=True)
    assert page.status == 200
    assert "71.4%" in page.text
    assert "hidden" in page.text
    assert "no data" in page.text
    assert "Provisional" in page.text
    listed = cloud.call("GET", "/reports/kpi", bearer=office, html=True)
    assert 'href="/reports/kpi/2027-Q1"' in listed.text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("html", [True, False])
def test_the_office_downloads_the_file_as_it_lies_and_that_is_noted(
    cloud, office, report, kind, html
):
    answer = cloud.call("GET", f"/reports/kpi/2027-Q1.{kind}", bearer=office, html=html)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == CONTENT_TYPES[kind]
    disposition = answer.headers["Content-Disposition"]
    assert disposition == f'attachment; filename="COP-KPI-2027-Q1-provisional-v1.{kind}"'
    assert answer.text.encode("latin-1") == wiring.export_bucket().get(f"kpi/2027-Q1/0001.{kind}")
    lines = wiring.table().query("SUBJECT#report-2027-Q1-0001", table="audit").items
    who = membership_repository.office_id("office@example.com")
    assert (who, f"download_{kind}") in {(line["who"], line["what"]) for line in lines}


@pytest.mark.parametrize(
    "path", ["2026-Q4", "2027-Q5", "2027-Q1.pdf", "2027-Q2.csv", "nothing", "2027-Q1.csv.csv", "."]
)
def test_what_is_no_report_is_not_found(cloud, office, report, path):
    answer = cloud.call("GET", f"/reports/kpi/{path}", bearer=office)
    assert answer.status == 404
    assert answer.json["title"]


@pytest.mark.parametrize("path", ["", "/2027-Q1", "/2027-Q1.csv", "/2027-Q1.xlsx"])
def test_nobody_but_the_office_sees_a_figure(cloud, report, path):
    assert cloud.call("GET", f"/reports/kpi{path}").status == 401
    email = "sinead@hse.ie"
    session, opened = sessions.new_session(membership_repository.office_id(email), wiring.clock())
    wiring.table().transact([membership_repository.office_person_write(email), opened])
    assert cloud.call("GET", f"/reports/kpi{path}", bearer=session).status == 403


def test_the_columns_of_the_csv_are_described_beside_it(cloud, office, report):
    for html in (True, False):
        path = "/reports/kpi/2027-Q1.schema.json"
        answer = cloud.call("GET", path, bearer=office, html=html)
        assert answer.headers["Content-Type"] == "application/json"
        assert 'filename="COP-KPI.schema.json"' in answer.headers["Content-Disposition"]
        names = [field["name"] for field in json.loads(answer.text)["fields"]]
        assert names == list(tidy_table.COLUMNS)


def test_a_file_that_is_not_made_yet_is_made_of_the_same_bytes(cloud, office, report, monkeypatch):
    paths = [f"/reports/kpi/2027-Q1.{kind}" for kind in ("csv", "xlsx")]
    stored = [cloud.call("GET", path, bearer=office).text for path in paths]
    monkeypatch.setattr(wiring.export_bucket(), "get", lambda key: None)
    assert [cloud.call("GET", path, bearer=office).text for path in paths] == stored
