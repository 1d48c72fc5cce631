"""The routes of a year and of a year to date: page, JSON, files."""

from datetime import UTC, datetime

import pytest

from comhar import wiring
from tests.support import sample_quarter
from tests.support.cloud import Cloud
from tests.support.kpi_export import export_last_quarter
from tests.support.sample_region import OFFICE


@pytest.fixture(scope="module")
def office(cloud: Cloud) -> str:
    """The office's session; the first two quarters of 2027 have their reports."""
    sample_quarter.write()
    for month in (4, 7):
        export_last_quarter(datetime(2027, month, 1, 8, tzinfo=UTC))
    return cloud.session(OFFICE)


@pytest.mark.parametrize(
    "period", ["2026", "0000", "2027-Q3-ytd", "2027-Q5-ytd", "2027-ytd", "2026.csv", "2027/publish"]
)
def test_a_period_without_reports_is_not_found(cloud: Cloud, office: str, period: str) -> None:
    assert cloud.call("GET", f"/reports/kpi/{period}", bearer=office).status == 404


def test_nobody_but_the_office_sees_a_year(cloud: Cloud, office: str) -> None:
    assert cloud.call("GET", "/reports/kpi/2027").status == 401
    member = cloud.session(cloud.member(region="SW"))
    assert cloud.call("GET", "/reports/kpi/2027.csv", bearer=member).status == 403


def test_the_year_to_date_adds_up_what_the_quarters_publish(cloud: Cloud, office: str) -> None:
    def opened(period: str) -> int:
        answer = cloud.call("GET", f"/reports/kpi/{period}", bearer=office)
        assert answer.status == 200
        rows = {row["kpi"]: row for row in answer.json["rows"]}
        return int(rows["actions_opened"]["national"]["value"])

    first, second = opened("2027-Q1"), opened("2027-Q2")
    assert opened("2027-Q1-ytd") == first
    assert opened("2027-Q2-ytd") == opened("2027") == first + second == 2


def test_the_page_says_what_it_is_made_of_and_offers_no_publishing(
    cloud: Cloud, office: str
) -> None:
    page = cloud.call("GET", "/reports/kpi/2027", bearer=office, html=True).text
    assert "From the reports of the quarters" in page
    assert "July to September 2027" in page
    assert "/reports/kpi/2027/publish" not in page
    assert "/reports/kpi/2027/reasons" not in page
    listed = cloud.call("GET", "/reports/kpi", bearer=office, html=True).text
    assert 'href="/reports/kpi/2027"' in listed
    assert 'href="/reports/kpi/2027-Q2-ytd">January to June 2027</a>' in " ".join(listed.split())
    assert "2027-Q1-ytd" not in listed  # the same as the quarter's
    for period in ("2027-Q2-ytd", "2027/print", "2027/regions/SW"):
        path = f"/reports/kpi/{period}"
        assert cloud.call("GET", path, bearer=office, html=True).status == 200


def test_a_region_of_a_year_has_no_columns_that_are_always_empty(cloud: Cloud, office: str) -> None:
    year, quarter = (
        cloud.call("GET", f"/reports/kpi/{period}/regions/SW", bearer=office, html=True).text
        for period in ("2027", "2027-Q2")
    )
    for heading in ("Over time", "Records"):
        assert f'<th scope="col">{heading}</th>' in quarter
        assert heading not in year


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("period", ["2027", "2027-Q2-ytd"])
def test_its_files_are_of_the_same_bytes_and_stored_nowhere(
    cloud: Cloud, office: str, period: str, kind: str
) -> None:
    answers = [cloud.call("GET", f"/reports/kpi/{period}.{kind}", bearer=office) for _ in range(2)]
    assert answers[0].text == answers[1].text
    name = f"COP-KPI-{period}-provisional-2027-07-01.{kind}"
    assert f'filename="{name}"' in answers[0].headers["Content-Disposition"]
    assert wiring.export_bucket().get(f"kpi/{period}/0000.{kind}") is None
    lines = wiring.table().query(f"SUBJECT#report-{period}-0000", table="audit").items
    assert f"download_{kind}" in {line["what"] for line in lines}
