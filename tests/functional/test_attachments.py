"""The file that goes with an item: which are taken, who may read it, and that it goes when it should."""

import base64
import io
import os
import zipfile
from datetime import timedelta

import pytest
from urllib3.filepost import encode_multipart_formdata

from comhar import wiring
from comhar.context import Context
from comhar.erasure import jobs as erasure_jobs
from comhar.erasure.model import person_from_item
from tests.support import fake_aws
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region
from tests.support.snapshots import built_once

PDF = b"%PDF-1.7\nhello"


@pytest.fixture
@built_once
def item(region: Region) -> str:
    """The path of Ann's item."""
    meeting = region.meeting()
    made = region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})
    return f"{meeting}/items/{made['id']}"


def sent(name: str = "Plean.pdf", body: bytes = PDF) -> dict:
    return {"file": {"filename": name, "base64": base64.b64encode(body).decode()}}


def zipped(*names: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return archive.getvalue()


def stored() -> list[str]:
    """The keys of all files there are."""
    found = fake_aws.client("s3").list_objects_v2(Bucket=os.environ["PAPERS_BUCKET"])
    return [each["Key"] for each in found.get("Contents", [])]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.exe", b"MZ"), ("a", PDF), ("a.svg", b"<svg/>"), ("a.html", b"<p>"), ("a.pdf", b""),
        ("a.pdf", b"MZ%PDF-"), ("a.png", PDF), ("a.docx", zipped("evil.txt")), ("a.docx", b"PK\x03\x04"),
        ("a.odt", zipped("word/document.xml")), ("a.txt", b"\xff\xfe"), ("a.txt", b"a\x00b"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_may_be_added_is_refused(
    region: Region, item: str, name: str, body: bytes
):
    answer = region.ask(region.ann, "POST", f"{item}/file", sent(name, body))
    assert answer.status == 422, answer.text
    assert [each["field"] for each in answer.json["errors"]] == ["file"]
    assert stored() == []


@pytest.mark.parametrize("name", ["C:\\Users\\Ann\\Plean.pdf", "/home/ann/Plean.pdf", "Plean.pdf"])
def test_of_a_name_only_its_last_part_is_kept(region: Region, item: str, name: str):
    region.done(region.ann, f"{item}/file", sent(name))
    disposition = region.ask(region.ann, "GET", f"{item}/file").headers["Content-Disposition"]
    assert disposition == "attachment; filename=\"Plean.pdf\"; filename*=UTF-8''Plean.pdf"


def test_of_too_large_a_file_the_form_is_shown_again_with_words_about_it(region: Region, item: str):
    body, kind = encode_multipart_formdata({"file": ("Plean.pdf", PDF + b"x" * 1_100_000)})
    page = region.cloud.call(
        "POST",
        f"{item}/file",
        body,
        headers={"content-type": kind},
        bearer=region.cloud.session(region.ann),
        html=True,
    )
    assert page.status == 413
    assert "This file is too large. Choose one that is smaller than 1 MB" in page.text
    assert ("POST", f"{item}/file") in Page(page.text).forms
    assert stored() == []


def test_a_file_that_is_too_large_or_broken_or_none_is_refused(region: Region, item: str):
    large = sent(body=PDF + b"x" * 1_100_000)
    assert region.ask(region.ann, "POST", f"{item}/file", large).status == 413
    broken = {"file": {"filename": "a.pdf", "base64": "&"}}
    assert region.ask(region.ann, "POST", f"{item}/file", broken).status == 422
    assert region.ask(region.ann, "POST", f"{item}/file", {}).status == 422
    assert stored() == []


@pytest.mark.parametrize(
    ("name", "body", "type"),
    [
        ("Plean.PDF", PDF, "application/pdf"),
        ("a.docx", zipped("word/document.xml"), "application/vnd.openxmlformats"),
        ("a.odt", zipped("mimetype", "content.xml"), "application/vnd.oasis"),
        ("a.txt", "Fáilte".encode(), "text/plain"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
    ],
)
def test_a_file_is_kept_as_it_came_and_handed_out_to_be_saved(
    region: Region, item: str, name: str, body: bytes, type: str
):
    region.done(region.ann, f"{item}/file", sent(name, body))
    got = region.ask(region.ann, "GET", f"{item}/file")
    assert got.text.encode("latin-1") == body
    assert got.headers["Content-Type"].startswith(type)
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"


def test_only_who_proposed_the_item_adds_or_takes_away_its_file(region: Region, item: str):
    for who, status in (
        (None, 401),
        (region.ben, 404),
        (region.chair, 404),
        (region.stranger, 403),
    ):
        assert region.ask(who, "POST", f"{item}/file", sent()).status == status
        assert region.ask(who, "GET", f"{item}/file/new").status == status
        assert region.ask(who, "POST", f"{item}/file/remove").status == status
    assert region.ask(region.ann, "POST", f"{item}/file/remove").status == 409
    region.done(region.chair, f"{item}/accept")
    assert region.ask(region.ann, "POST", f"{item}/file", sent()).status == 409


def test_until_it_is_accepted_who_leads_reads_it_and_then_every_member(region: Region, item: str):
    assert region.ask(region.chair, "GET", f"{item}/file").status == 404
    region.done(region.ann, f"{item}/file", sent("Plean don bhliain.pdf"))
    for who, status in ((region.chair, 200), (OFFICE, 200), (region.ben, 404)):
        assert region.ask(who, "GET", f"{item}/file").status == status
    region.done(region.chair, f"{item}/accept")
    for who, status in ((region.ben, 200), (region.stranger, 403), (None, 401)):
        assert region.ask(who, "GET", f"{item}/file").status == status
    meeting = item.partition("/items/")[0]
    region.at(2027, 2, 11, 9)
    bearer = region.cloud.session(region.ben)
    page = region.cloud.call("GET", meeting, bearer=bearer, html=True)
    assert f"{item}/file" in page.text
    assert "PDF, 1 KB" in page.text
    assert "Plean" not in page.text


def test_a_form_with_a_file_comes_through_as_a_browser_sends_it(region: Region, item: str):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + PDF + b"\r\n--x--\r\n"
    )
    bearer = region.cloud.session(region.ann)
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = region.cloud.call("POST", f"{item}/file", body, bearer=bearer, html=True, headers=kind)
    assert answer.status == 303, answer.text
    assert region.ask(region.ann, "GET", f"{item}/file").text.encode() == PDF
    again = region.cloud.call(
        "POST", f"{item}/file", b"--x--\r\n", bearer=bearer, html=True, headers=kind
    )
    assert again.status == 422
    assert "Choose a file." in again.text


def test_one_file_takes_the_place_of_another_which_is_deleted(region: Region, item: str):
    region.done(region.ann, f"{item}/file", sent())
    region.done(region.ann, f"{item}/file", sent("b.txt", b"b"))
    assert len(stored()) == 2
    region.cloud.post_letters()
    assert len(stored()) == 1
    assert region.ask(region.ann, "GET", f"{item}/file").text == "b"
    region.done(region.ann, f"{item}/file/remove")
    region.cloud.post_letters()
    assert stored() == []


def test_an_item_taken_back_takes_its_file_along(region: Region, item: str):
    region.done(region.ann, f"{item}/file", sent())
    region.done(region.ann, f"{item}/withdraw")
    region.cloud.post_letters()
    assert stored() == []


def test_a_file_that_no_item_names_is_deleted_within_the_hour(
    region: Region, item: str, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr("comhar.meetings.agenda.items.save_own_item", lambda *_: 1 / 0)
        assert region.ask(region.ann, "POST", f"{item}/file", sent()).status == 500
    assert len(stored()) == 1
    region.cloud.now += timedelta(hours=1)
    region.cloud.post_letters()
    assert stored() == []


def test_it_is_deleted_twelve_months_after_the_meeting_wherever_that_was_moved(
    region: Region, item: str
):
    region.done(region.ann, f"{item}/file", sent())
    region.done(region.chair, f"{item}/accept")
    meeting = item.partition("/items/")[0]
    region.at(2027, 1, 11, 11)
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-03-18T10:00"})
    for moment in ((2028, 2, 18, 10), (2028, 3, 17, 8, 59)):
        region.at(*moment)
        assert len(stored()) == 1
    region.at(2028, 3, 17, 9)
    assert stored() == []
    assert region.ask(region.ben, "GET", f"{item}/file").status == 404


def test_with_who_added_it_the_file_goes_for_good(region: Region, item: str):
    region.done(region.ann, f"{item}/file", sent("Ann.pdf"))
    region.done(region.chair, f"{item}/accept")
    member = wiring.table().get(("MEMBER#" + region.ann.id, "MEMBER"))
    person = person_from_item(member | {"region": "SW"}, "nobody")
    clock = Context(None, region.cloud.now, wiring.table(), wiring.settings())
    erasure_jobs.erase_from_region("SW", person, clock)
    region.cloud.post_letters()
    assert stored() == []
    (seen,) = region.ask(region.chair, "GET", item.partition("/items/")[0]).json["items"]
    assert seen["file"] is None
