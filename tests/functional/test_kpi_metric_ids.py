"""The office's own ids of figures: filled in once, and part of every later workbook."""

import io

import pytest
from openpyxl import load_workbook

from comhar import wiring
from comhar.dates.quarters import Quarter
from comhar.reports import repository as reports_repository
from comhar.reports.model import KpiReport
from tests.support import sample_quarter
from tests.support.kpi_export import export_last_quarter
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region
from tests.support.sample_reports import sample_report

METRICS = [{"kpi": "meetings_held", "id": "MHER-01"}, {"kpi": "attendance_rate"}]


def freeze(region: Region) -> KpiReport:
    region.at(2027, 4, 1, 8)
    report = export_last_quarter(region.cloud.now)
    assert report
    return report


def ids_in_workbook(quarter: str) -> set[tuple[str, str | None]]:
    """Each figure's code with its id, as the stored file has them."""
    book = load_workbook(io.BytesIO(wiring.export_bucket().get(f"kpi/{quarter}/0001.xlsx") or b""))
    head, *rows = book["Figures"].iter_rows(values_only=True)
    assert head[-1] == "metric_id"
    return {(str(row[head.index("kpi")]), row[-1]) for row in rows}


def test_only_the_office_sees_and_changes_them(region: Region) -> None:
    form = {"revision": 0, "metrics": METRICS}
    for who, status in ((None, 401), (region.ann, 403), (region.chair, 403)):
        assert region.ask(who, "GET", "/reports/metrics").status == status
        assert region.ask(who, "POST", "/reports/metrics", form).status == status
    assert region.ask(OFFICE, "GET", "/reports/metrics").json["revision"] == 0


@pytest.mark.parametrize(
    "metrics",
    [
        [{"kpi": "not_a_figure", "id": "X"}],
        [{"kpi": "meetings_held", "id": "X"}, {"kpi": "attendance_rate", "id": "X"}],
        [{"kpi": "meetings_held", "id": "x" * 41}],
        [{"kpi": "meetings_held", "id": "two\nlines"}],
    ],
)
def test_what_is_no_id_of_one_figure_is_refused(region: Region, metrics: list) -> None:
    form = {"revision": 0, "metrics": metrics}
    assert region.ask(OFFICE, "POST", "/reports/metrics", form).status == 422
    assert wiring.table().get(reports_repository.METRIC_IDS) is None


def test_of_two_who_change_them_at_once_the_second_is_told(region: Region) -> None:
    region.done(OFFICE, "/reports/metrics", {"revision": 0, "metrics": METRICS})
    late = region.ask(OFFICE, "POST", "/reports/metrics", {"revision": 0, "metrics": []})
    assert late.status == 409
    first = region.ask(OFFICE, "GET", "/reports/metrics").json
    assert (first["revision"], first["metrics"][0]["id"]) == (1, "MHER-01")


def test_the_page_offers_every_figure_and_shows_what_it_has(region: Region) -> None:
    region.done(OFFICE, "/reports/metrics", {"revision": 0, "metrics": METRICS})
    bearer = region.cloud.session(OFFICE)
    answer = region.cloud.call("GET", "/reports/metrics", bearer=bearer, html=True)
    assert Page(answer.text).faults() == []
    assert 'value="MHER-01"' in answer.text
    assert "Terms of reference approved" in answer.text


def test_a_version_has_the_ids_of_the_day_it_was_made(region: Region) -> None:
    sample_quarter.write()
    region.done(OFFICE, "/reports/metrics", {"revision": 0, "metrics": METRICS})
    report = freeze(region)
    changed = [{"kpi": "meetings_held", "id": "MHER-99"}]
    region.done(OFFICE, "/reports/metrics", {"revision": 1, "metrics": changed})
    assert report.metric_ids == {"meetings_held": "MHER-01"}
    ids = ids_in_workbook("2027-Q1")
    assert ("meetings_held", "MHER-01") in ids and ("attendance_rate", None) in ids


def test_a_published_version_has_the_ids_and_the_quarter_before_to_compare_with(
    region: Region,
) -> None:
    sample_quarter.write()
    before = sample_report(Quarter(2026, 4))
    reports_repository.freeze(wiring.table(), before, before.made_at)
    freeze(region)
    region.done(OFFICE, "/reports/metrics", {"revision": 0, "metrics": METRICS})
    region.done(OFFICE, "/reports/kpi/2027-Q1/publish", {})
    final = reports_repository.find_version(wiring.table(), "2027-Q1", 2)
    assert final and final.status == "final"
    assert final.metric_ids == {"meetings_held": "MHER-01"}
    assert final.earlier == {"2026-Q4": 1}
