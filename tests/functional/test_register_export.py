"""Taking the register out: only the office, only with a fresh code, once; and a file that does no harm."""

import csv
import io
import os
import re
import resource
import time
from datetime import datetime, timedelta

import openpyxl
import pytest

from comhar import wiring
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.register import export_files
from comhar.settings import Settings
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.sample_community import letters

OFFICE = "office@example.com"
NAME = "Sinéad Ní Dhomhnaill"
pytestmark = pytest.mark.xdist_group("register_export")


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


def code(cloud: Cloud) -> str:
    """The code in the newest letter that has one."""
    found = [re.search(r"^\s*(\d{6})\s*$", each, re.M) for each in letters(cloud)]
    return [each[1] for each in found if each][-1]


def ask_for_code(cloud: Cloud) -> tuple[str, str]:
    """The browser's request and its code."""
    answer = cloud.call("POST", "/members/export/code", bearer=cloud.session(OFFICE))
    assert answer.status == 202
    return answer.json["request"], code(cloud)


def export(cloud: Cloud, request: str, code: str, **more: str) -> GatewayResponse:
    body = {"code": code, "request": request, **more}
    return cloud.call("POST", "/members/export", body, bearer=cloud.session(OFFICE))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def rows(answer: GatewayResponse) -> list[list[str]]:
    assert answer.status == 200, answer.text
    body = (
        answer.text if answer.text.startswith("\ufeff") else answer.text.encode("latin-1").decode()
    )
    assert body.startswith("\ufeff")
    return list(csv.reader(io.StringIO(body[1:])))


def test_only_the_office_takes_the_register_out_and_only_with_a_code(cloud: Cloud):
    chair = cloud.session(cloud.member(chair_of=("SW",)))
    for path in ("/members/export", "/members/export/code"):
        assert cloud.call("POST", path, {"code": "123456"}, bearer=chair).status in (403, 422)
    assert cloud.call("POST", "/members/export", {}, bearer=cloud.session(OFFICE)).status == 422
    assert export(cloud, "nobody-asked", "123456").status == 410


def test_a_code_is_good_for_five_tries_half_an_hour_and_one_file(cloud: Cloud):
    request, right = ask_for_code(cloud)
    assert [export(cloud, request, wrong(right)).status for _ in range(6)] == [422] * 5 + [410]
    assert export(cloud, request, right).status == 410
    request, right = ask_for_code(cloud)
    cloud.now += timedelta(minutes=31)
    assert export(cloud, request, right).status == 410
    request, right = ask_for_code(cloud)
    assert export(cloud, request, right).status == 200
    again = export(cloud, request, right)
    assert again.status == 410 and again.json["next"] == "Ask for a new code; it takes a minute."


def test_neither_another_persons_code_nor_one_for_signing_in_opens_the_register(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
):
    request = cloud.call("POST", "/sign-in", {"email": OFFICE}).json["request"]
    assert export(cloud, request, code(cloud)).status == 410
    request, right = ask_for_code(cloud)
    assert cloud.call("POST", "/sign-in/code", {"code": right, "request": request}).status == 410
    both = Settings(os.environ | {"OFFICE_EMAILS": f"{OFFICE},two@example.com"})
    monkeypatch.setattr(wiring, "settings", lambda: both)
    body = {"code": right, "request": request}
    other = cloud.session("two@example.com")
    assert cloud.call("POST", "/members/export", body, bearer=other).status == 422
    assert export(cloud, request, right).status == 200


def test_each_browser_that_asks_is_sent_its_code(cloud: Cloud):
    sent = [ask_for_code(cloud) for _ in range(6)]
    for request, right in reversed(sent):
        assert export(cloud, request, right).status == 200


def test_the_page_takes_the_code_of_the_browser_that_asked(cloud: Cloud):
    cloud.member(name=NAME)
    session = f"__Host-session={cloud.session(OFFICE)}"
    sent = cloud.call("POST", "/members/export/code", form={}, cookies=[session], html=True)
    assert sent.headers["Location"] == "/members/export?done=code_sent"
    mark = next(each.partition(";")[0] for each in sent.cookies)
    right = code(cloud)
    for typed, status in ((wrong(right), 422), (right, 200)):
        form = {"code": typed, "format": "csv"}
        answer = cloud.call(
            "POST", "/members/export", form=form, cookies=[session, mark], html=True
        )
        assert answer.status == status
    assert (
        answer.headers["Content-Disposition"]
        == 'attachment; filename="comhar-members-2027-01-11.csv"'
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_columns_are_described_beside_the_file_for_the_office_alone(cloud: Cloud):
    path = "/members/export.schema.json"
    assert cloud.call("GET", path).status == 401
    assert cloud.call("GET", path, bearer=cloud.session(cloud.member())).status == 403
    answer = cloud.call("GET", path, bearer=cloud.session(OFFICE))
    assert [field["name"] for field in answer.json["fields"]] == [*export_files.COLUMNS]
    page = cloud.call("GET", "/members/export", bearer=cloud.session(OFFICE), html=True)
    assert f'href="{path}"' in page.text


def test_an_export_is_noted_with_its_kind_and_count(cloud: Cloud):
    cloud.member(region="SW"), cloud.member(region="MW"), cloud.member(region="MW", status="left")
    request, right = ask_for_code(cloud)
    assert len(rows(export(cloud, request, right, format="csv", region="MW", status="active"))) == 2
    lines = wiring.table().query("SUBJECT#REGISTER", table="audit").items
    (line,) = (each for each in lines if each["what"] == "export_register")
    assert (line["format"], line["rows"], line["region"]) == ("csv", 1, "MW")
    assert line["who"] == membership_repository.office_id(OFFICE)


def test_csv_and_excel_hold_the_same_and_no_formula(cloud: Cloud):
    cloud.member(
        name=NAME, preferred_name="@Nell", workplace="=1+1", role="other", role_other="-Poet"
    )
    cloud.member(name="Ó Sé", status="erasing")
    request, right = ask_for_code(cloud)
    heads, line = rows(export(cloud, request, right, format="csv"))
    assert heads == list(export_files.COLUMNS)
    assert (line[0], line[1], line[6], line[7]) == (NAME, "'@Nell", "'-Poet", "'=1+1")
    request, right = ask_for_code(cloud)
    answer = export(cloud, request, right)
    book = openpyxl.load_workbook(io.BytesIO(answer.text.encode("latin-1")))
    (sheet,) = book.worksheets
    assert sheet.freeze_panes == "B2"
    since = heads.index("Member since")
    first, second = ([cell.value or "" for cell in row] for row in sheet.iter_rows())
    assert isinstance(second[since], datetime)
    second[since] = second[since].date().isoformat()
    assert [first, second] == [heads, line]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_ten_thousand_members_are_a_file_in_seconds_and_little_memory(kind: str):
    people = (
        Member(id=f"p{n}", name=f"{NAME} {n}", email=f"p{n}@hse.ie", region="SW", role="ips_worker")
        for n in range(10_000)
    )
    before, begun = _most_memory(), time.process_time()
    count, made = export_files.FILES[kind](people)
    assert count == 10_000
    assert len(made) < 4_500_000  # a function may answer with 6 MB, and a file is sent as base64
    assert time.process_time() - begun < 15
    assert _most_memory() - before < 200


def _most_memory() -> int:
    """The most memory that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
