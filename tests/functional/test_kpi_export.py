"""Tests of the quarter's export: one byte-identical file a version, however often it is made."""

import csv
import hashlib
import io
import os
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook

from comhar import regions, wiring
from comhar.aws.conditions import Update
from comhar.context import Context
from comhar.dates.quarters import Quarter
from comhar.reports import files as reports_files
from comhar.reports import repository as reports_repository
from comhar.reports import service as reports_service
from local import openapi
from tests.support import fake_aws, sample_quarter
from tests.support.cloud import Cloud
from tests.support.kpi_export import export_last_quarter

Q1 = Quarter(2027, 1)
DUE = datetime(
    2027, 4, 1, 8, tzinfo=UTC
)  # 09:00 in Dublin, the first working day after the quarter


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


def export(now=DUE):
    return export_last_quarter(now)


def files():
    """Digest and number of versions of each object in the export bucket."""
    s3, bucket = fake_aws.client("s3"), os.environ["EXPORT_BUCKET"]
    listed = s3.list_object_versions(Bucket=bucket).get("Versions", [])
    found = {}
    for each in listed:
        body = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
        assert each["Key"] not in found, "written twice"
        found[each["Key"]] = hashlib.sha256(body).hexdigest()
    return found


def lines(body):
    return {
        (line["region_code"], line["kpi"]): line
        for line in csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    }


def letters():
    return wiring.table().query("LETTER#kpi_ready#2027-Q1#0001").items


def test_nothing_is_made_before_nine_on_the_first_working_day(cloud):
    sample_quarter.write()
    assert export(datetime(2027, 4, 1, 7, 59, tzinfo=UTC)) is None
    assert not files()
    assert export(DUE).quarter == "2027-Q1"
    assert set(files()) == {"kpi/2027-Q1/0001.csv", "kpi/2027-Q1/0001.xlsx"}


def test_a_quarter_before_anybody_joined_makes_no_report(cloud):
    assert export() is None
    assert not files()


def test_the_worker_makes_the_report_when_it_is_due_and_not_before(cloud, monkeypatch):
    sample_quarter.write()
    assert reports_repository.list_reports(wiring.table()) == []
    worker = openapi.load("kpi_export").handler
    monkeypatch.setattr(wiring, "clock", lambda: DUE - timedelta(seconds=1))
    assert worker({}, None) == {"quarter": None}
    monkeypatch.setattr(wiring, "clock", lambda: DUE)
    assert worker({}, None) == {"quarter": "2027-Q1"}
    assert worker({}, None) == {"quarter": "2027-Q1"}


def test_run_five_times_there_is_one_file_of_each_kind_and_one_letter(cloud):
    sample_quarter.write()
    export()
    first = files()
    sample_quarter.put(
        sample_quarter.SW, "QUARTER#2027-Q1#OPENED#SW-b"
    )  # what comes later changes nothing
    for hour in range(9, 13):
        export(DUE.replace(hour=hour))
    assert files() == first
    assert len(letters()) == 1
    assert letters()[0]["facts"] == {"email": "office@example.com"}


def test_the_same_report_makes_the_same_bytes(cloud):
    sample_quarter.write()
    report = export()
    stored = files()
    for kind, rendered in reports_files.FILES.items():
        again = reports_repository.find_version(wiring.table(), "2027-Q1", 1)
        assert hashlib.sha256(rendered(again)).hexdigest() == stored[f"kpi/2027-Q1/0001.{kind}"]
        assert rendered(report) == rendered(again)


def test_a_crash_between_the_steps_is_made_good_the_next_morning(cloud, monkeypatch):
    sample_quarter.write()
    with monkeypatch.context() as patch:
        patch.setattr(wiring.export_bucket(), "put_once", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            export()
    assert not letters()
    export(datetime(2027, 4, 2, 8, tzinfo=UTC))
    assert len(files()) == 2
    assert len(letters()) == 1
    assert reports_repository.find_version(wiring.table(), "2027-Q1", 1).made_at == DUE


def test_a_report_of_six_hundred_regions_is_stored_and_read_back(cloud, monkeypatch):
    names = {"SW": "South West"} | {f"R{n}": f"Region {n}" for n in range(599)}
    monkeypatch.setattr(regions, "names", lambda: names)
    monkeypatch.setattr(regions, "codes", lambda: tuple(names))
    sample_quarter.write()
    report = reports_service.freeze_quarter(Q1, Context(None, DUE, wiring.table(), None))
    assert report.regions == [*names]
    assert reports_repository.find_version(wiring.table(), "2027-Q1", 1) == report


def test_a_report_that_an_earlier_version_stored_as_plain_text_is_read(cloud):
    sample_quarter.write()
    report = export()
    key = reports_repository.key("2027-Q1", 1)
    plain = {"content": report.model_dump_json()}
    wiring.table().transact([Update(key, set=plain)])
    assert reports_repository.find_version(wiring.table(), "2027-Q1", 1) == report
    assert reports_repository.find_newest(wiring.table(), Q1) == report


def test_the_csv_reads_back_with_every_state_told_apart(cloud):
    sample_quarter.write()
    export()
    body = wiring.export_bucket().get("kpi/2027-Q1/0001.csv")
    assert body.startswith(b"\xef\xbb\xbf")
    found = lines(body)
    expected = {
        "meetings_held": "1.0",
        "quarters_met": "1.0",
        "attendance_rate": "71.4",
        "members_active": "7.0",
        "members_joined": "7.0",
        "members_by_role.peer_educator": "7.0",
        "agendas_on_time": "100.0",
        "reflections": "7.0",
        "actions_opened": "1.0",
        "actions_done": "1.0",
        "survey_responses": "6.0",
        "survey_response_rate": "60.0",
        "satisfaction_mean": "4.5",
        "chairs_in_term": "2.0",
    }
    for code, value in expected.items():
        assert found["SW", code]["value"] == value, code
        assert found["SW", code]["state"] == "ok"
    assert found["MW", "satisfaction_mean"]["state"] == "hidden"
    assert found["MW", "satisfaction_mean"]["value"] == ""
    assert found["ALL", "survey_responses"]["state"] == "hidden"
    assert found["MW", "attendance_rate"]["state"] == "no_data"
    assert found["MW", "meetings_held"]["value"] == "0.0"
    assert found["ALL", "meetings_held"]["region"] == "Ireland"
    assert found["SW", "meetings_held"]["target_met"] == "yes"
    assert (found["ALL", "meetings_held"]["target"], found["SW", "reflections"]["target"]) == (
        "6",
        "",
    )


def test_the_workbook_reads_back_with_numbers_as_numbers(cloud):
    sample_quarter.write()
    export()
    book = load_workbook(io.BytesIO(wiring.export_bucket().get("kpi/2027-Q1/0001.xlsx")))
    overview, all_figures = book["Summary"], book["Figures"]
    rows = [*overview.iter_rows()]
    first = next(number for number, row in enumerate(rows) if row[0].value == "Figure")
    head = [cell.value for cell in rows[first]]
    result = {row[0].value: dict(zip(head, row, strict=True)) for row in rows[first + 1 :]}
    assert result["Attendance"]["South West"].value == 71.4
    assert result["Meetings held"]["Mid West"].value == 0
    assert (
        result["Satisfaction"]["Mid West"].value is result["Attendance"]["Mid West"].value is None
    )
    assert "Mid West" in result["Satisfaction"]["Hidden in"].value
    assert result["Attendance"]["Hidden in"].value is None
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    table = lines(wiring.export_bucket().get("kpi/2027-Q1/0001.csv"))
    columns = [cell.value for cell in all_figures[1]]
    for row in all_figures.iter_rows(2, values_only=True):
        line = dict(zip(columns, row, strict=True))
        same = table[line["region_code"], line["kpi"]]
        value = line["value"]
        assert value is None or isinstance(value, int | float)
        assert (float(same["value"]) if same["value"] else None) == value
