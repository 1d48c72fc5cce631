"""Tests of the quarter's export: one byte-identical file a version, however often it is made."""

import csv
import hashlib
import io
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import boto3
import pytest
from openpyxl import load_workbook

from comhar import wiring
from comhar.calendar import Quarter
from comhar.reports import service, sheets
from comhar.reports.records import Reports
from comhar.table import Put
from comhar.tokens import new_id
from tests.support import cloud as clouds

Q1 = Quarter(2027, 1)
DUE = datetime(
    2027, 4, 1, 8, tzinfo=UTC
)  # 09:00 in Dublin, the first working day after the quarter


@pytest.fixture
def cloud():
    with clouds.opened() as opened:
        yield opened


def put(pk, sk, **attributes):
    wiring.table().transact(Put({"pk": pk, "sk": sk, **attributes}))


def a_quarter():
    """Seven members of the South West, one meeting, a survey of six answers and one of four."""
    for n in range(7):
        period = {"from": "2027-01-05", "until": None}
        role = {"id": f"m{n}", "role": "peer_educator", "status": "active"}
        put("REGISTER", f"SW#m{n}", **role, periods=[period])
    sw = "REGION#SW"
    put(
        sw,
        "MEETING#2027-02-18T10:00#SW-1",
        kind="quarterly",
        starts_at="2027-02-18T10:00",
        state="held",
        attended=[f"m{n}" for n in range(5)],
        agenda_issued_at="2027-02-11T09:00:00.000Z",
        agenda_late=False,
    )
    put(sw, "MEETING#2026-11-18T10:00#SW-0", kind="quarterly", state="held")
    for n in range(6):
        written = new_id(datetime(2027, 1 + n % 3, 15, tzinfo=UTC), "SW")
        put(sw, f"REFLECTION#{written}", quarter="2027-Q1", first_of_quarter=n < 5)
    put(sw, "COUNTED#2027-Q1#x", first_of_quarter=False)
    put(sw, "COUNTED#2026-Q4#y", first_of_quarter=True)
    late = new_id(datetime(2027, 4, 2, tzinfo=UTC), "SW")
    put(sw, f"REFLECTION#{late}", quarter="2027-Q2", first_of_quarter=True)
    put(sw, "ACTION#SW-a", opened_on="2027-02-18", done_on="2027-03-01")
    rated = {"satisfaction_count": 6, "satisfaction_sum": 27}
    put(sw, "SURVEY#2027-03-04#SW-s", closed_on="2027-03-04", invited=10, responses=6, **rated)
    few = {"satisfaction_count": 4, "satisfaction_sum": 8}
    put(
        "REGION#MW", "SURVEY#2027-03-31#MW-s", closed_on="2027-03-31", invited=9, responses=4, **few
    )
    terms = [
        {"member": f"m{n}", "from": "2027-01-10", "until": "2028-01-10", "ended_on": None}
        for n in range(2)
    ]
    put(sw, "COMMUNITY", terms=terms)


def export(now=DUE):
    return service.export_last_quarter(
        now, Reports(wiring.table()), wiring.exports(), wiring.settings()
    )


def files():
    """Digest and number of versions of each object in the export bucket."""
    s3, bucket = boto3.client("s3"), os.environ["EXPORT_BUCKET"]
    listed = s3.list_object_versions(Bucket=bucket).get("Versions", [])
    found = {}
    for each in listed:
        body = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
        assert each["Key"] not in found, "written twice"
        found[each["Key"]] = hashlib.sha256(body).hexdigest()
    return found


def lines(body):
    return {
        (line["region"], line["code"]): line
        for line in csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    }


def letters():
    return wiring.table().query("LETTER#kpi_ready#2027-Q1#0001").items


def test_nothing_is_made_before_nine_on_the_first_working_day(cloud):
    a_quarter()
    assert export(datetime(2027, 4, 1, 7, 59, tzinfo=UTC)) is None
    assert not files()
    assert export(DUE).quarter == "2027-Q1"
    assert set(files()) == {"kpi/2027-Q1/0001.csv", "kpi/2027-Q1/0001.xlsx"}


def test_a_quarter_before_anybody_joined_makes_no_report(cloud):
    assert export() is None
    assert not files()


def test_run_five_times_there_is_one_file_of_each_kind_and_one_letter(cloud):
    a_quarter()
    export()
    first = files()
    put("REGION#SW", "ACTION#SW-b", opened_on="2027-03-01")  # what comes later changes nothing
    for hour in range(9, 13):
        export(DUE.replace(hour=hour))
    assert files() == first
    assert len(letters()) == 1
    assert letters()[0]["facts"] == {"email": "office@example.com"}


def test_run_twice_at_once_both_end_with_the_same_bytes(cloud):
    a_quarter()
    wiring.table(), wiring.exports(), wiring.settings()
    gate = threading.Barrier(2)

    def run(minute):
        gate.wait()
        return export(DUE.replace(minute=minute))

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(run, (1, 2))
    assert one == other
    assert len(files()) == 2
    assert len(letters()) == 1


def test_the_same_report_makes_the_same_bytes(cloud):
    a_quarter()
    report = export()
    stored = files()
    for kind, rendered in sheets.FILES.items():
        again = Reports(wiring.table()).version(Q1, 1)
        assert hashlib.sha256(rendered(again)).hexdigest() == stored[f"kpi/2027-Q1/0001.{kind}"]
        assert rendered(report) == rendered(again)


def test_a_crash_between_the_steps_is_made_good_the_next_morning(cloud, monkeypatch):
    a_quarter()
    with monkeypatch.context() as patch:
        patch.setattr(wiring.exports(), "put_once", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            export()
    assert not letters()
    export(datetime(2027, 4, 2, 8, tzinfo=UTC))
    assert len(files()) == 2
    assert len(letters()) == 1
    assert Reports(wiring.table()).version(Q1, 1).made_at == DUE


def test_the_csv_reads_back_with_every_state_told_apart(cloud):
    a_quarter()
    export()
    body = wiring.exports().get("kpi/2027-Q1/0001.csv")
    assert body.startswith(b"\xef\xbb\xbf")
    found = lines(body)
    expected = {
        "meetings_held": "1",
        "quarters_met": "1",
        "attendance_rate": "71.4",
        "members_active": "7",
        "members_joined": "7",
        "members_by_role.peer_educator": "7",
        "agendas_on_time": "100.0",
        "reflections": "7",
        "actions_opened": "1",
        "actions_done": "1",
        "survey_responses": "6",
        "survey_response_rate": "60.0",
        "satisfaction_mean": "4.5",
        "chairs_in_term": "2",
    }
    for code, value in expected.items():
        assert found["SW", code]["value"] == value, code
        assert found["SW", code]["state"] == "value"
    assert found["MW", "satisfaction_mean"]["state"] == "suppressed"
    assert found["MW", "satisfaction_mean"]["value"] == ""
    assert found["ALL", "survey_responses"]["state"] == "suppressed"
    assert found["MW", "attendance_rate"]["state"] == "no_data"
    assert found["MW", "meetings_held"]["value"] == "0"
    assert {line["status"] for line in found.values()} == {"provisional"}


def test_the_workbook_reads_back_with_numbers_as_numbers(cloud):
    a_quarter()
    export()
    book = load_workbook(io.BytesIO(wiring.exports().get("kpi/2027-Q1/0001.xlsx")))
    overview, all_figures = book.worksheets
    head = [cell.value for cell in overview[4]]
    shown = {row[0].value: dict(zip(head, row, strict=True)) for row in overview.iter_rows(5)}
    assert shown["Attendance"]["South West"].value == 71.4
    assert shown["Meetings held"]["Mid West"].value == 0
    assert shown["Satisfaction"]["Mid West"].value == "hidden"
    assert shown["Attendance"]["Mid West"].value is None
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    table = lines(wiring.exports().get("kpi/2027-Q1/0001.csv"))
    columns = [cell.value for cell in all_figures[1]]
    for row in all_figures.iter_rows(2, values_only=True):
        line = dict(zip(columns, row, strict=True))
        same = table[line["region"], line["code"]]
        value = line["value"]
        assert value is None or isinstance(value, int | float)
        assert (float(same["value"]) if same["value"] else None) == value


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_text_that_looks_like_a_formula_is_defused(text):
    assert sheets.defused(text) == f"'{text}"
    assert sheets.defused(-1) == -1
    assert sheets.defused("Sinéad Ní Dhomhnaill") == "Sinéad Ní Dhomhnaill"
