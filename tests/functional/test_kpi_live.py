"""The running quarter, as of today: what is not over is no gap, and protected figures wait for its end."""

from datetime import UTC, datetime
from typing import Any

import pytest

from comhar import wiring
from comhar.reports import figures as reports_figures
from tests.support.cloud import Cloud
from tests.support.kpi_export import export_last_quarter
from tests.support.sample_region import OFFICE, Region

Q1 = "/reports/kpi/2027-Q1"


def report(region: Region, path: str = Q1) -> Any:
    answer = region.ask(OFFICE, "GET", path)
    assert answer.status == 200, answer.text
    return answer.json


def figure(region: Region, kpi: str, path: str = Q1) -> Any:
    rows = {row["kpi"]: row for row in report(region, path)["rows"]}
    return rows[kpi]["values"][region.code]


@pytest.mark.parametrize("quarter", ["2027-Q2", "2026-Q3", "2028-Q1.csv", "2027-Q2/print"])
def test_a_quarter_to_come_and_one_before_anybody_joined_have_no_figures(
    region: Region, quarter: str
) -> None:
    answer = region.ask(OFFICE, "GET", f"/reports/kpi/{quarter}")
    assert (answer.status, answer.json["title"]) == (404, "There is no report for this quarter.")


def test_there_are_no_figures_before_anybody_joined(emptied: Cloud) -> None:
    emptied.now = datetime(2027, 2, 1, 9, tzinfo=UTC)
    answer = emptied.call("GET", Q1, bearer=emptied.session(OFFICE))
    assert answer.status == 404


def test_nobody_but_the_office_sees_the_figures_so_far(region: Region) -> None:
    for path in (Q1, f"{Q1}.csv"):
        assert region.ask(None, "GET", path).status == 401
        assert region.ask(region.chair, "GET", path).status == 403


def test_the_running_quarter_is_counted_as_of_today(region: Region) -> None:
    first = report(region)
    assert (first["status"], first["version"]) == ("running", 0)
    assert figure(region, "members_active")["value"] == 5
    assert figure(region, "chairs_in_term")["value"] == 2
    region.done(OFFICE, f"/members/{region.ann.id}/deactivate", {"reason": "left"})
    assert figure(region, "members_active")["value"] == 4
    assert figure(region, "members_left")["value"] == 1


def test_a_meeting_to_come_is_no_gap_and_no_target_is_missed_before_the_end(region: Region) -> None:
    region.meeting()
    assert figure(region, "meetings_unconfirmed")["value"] == 0
    meetings = figure(region, "meetings_held")
    assert (meetings["value"], meetings["target"], meetings["target_met"]) == (0, 1, None)
    region.at(2027, 2, 19, 9)
    assert figure(region, "meetings_unconfirmed")["value"] == 1
    region.at(2027, 4, 1, 7)
    assert figure(region, "meetings_held")["target_met"] is False


def test_protected_figures_wait_for_the_end_of_the_quarter(region: Region) -> None:
    protected = {each.code for each in reports_figures.definitions() if each.protected}
    for row in report(region)["rows"]:
        for each in (*row["values"].values(), row["national"]):
            waits = (each["state"], each["note"]) == ("no_data", reports_figures.COUNTED_AT_THE_END)
            assert waits == (row["kpi"] in protected)


def test_the_day_after_shows_figures_so_far_until_the_report_is_made(region: Region) -> None:
    region.at(2027, 4, 1, 7)
    assert report(region)["status"] == "running"
    assert report(region, "/reports/kpi/2027-Q2")["status"] == "running"
    export_last_quarter(datetime(2027, 4, 1, 8, tzinfo=UTC))
    assert report(region)["status"] == "provisional"


def test_files_of_figures_so_far_say_so_and_are_stored_nowhere(region: Region) -> None:
    for kind in ("csv", "xlsx"):
        answer = region.ask(OFFICE, "GET", f"{Q1}.{kind}")
        assert answer.status == 200
        name = f"COP-KPI-2027-Q1-so-far-2027-01-11.{kind}"
        assert f'filename="{name}"' in answer.headers["Content-Disposition"]
        assert wiring.export_bucket().get(f"kpi/2027-Q1/0000.{kind}") is None
    lines = wiring.table().query("SUBJECT#report-2027-Q1-0000", table="audit").items
    assert {line["what"] for line in lines} == {"download_csv", "download_xlsx"}


def test_the_page_of_the_running_quarter_opens_from_the_list(region: Region) -> None:
    bearer = region.cloud.session(OFFICE)
    listed = region.cloud.call("GET", "/reports/kpi", bearer=bearer, html=True)
    assert "January to March 2027 so far" in listed.text
    assert f'href="{Q1}"' in listed.text
    assert "Not yet" in region.cloud.call("GET", Q1, bearer=bearer, html=True).text
    for path in (f"{Q1}/print", f"{Q1}/regions/{region.code}"):
        assert region.cloud.call("GET", path, bearer=bearer, html=True).status == 200
