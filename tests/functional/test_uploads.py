"""Lists that cannot be read, and who may send any: refused in words that help, nothing stored."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from urllib3.filepost import encode_multipart_formdata

from tests.support import exported_lists, invitation_list
from tests.support.cloud import Cloud
from tests.support.invitation_office import Office
from tests.support.page import Page
from tests.support.proof_sizes import sized

pytestmark = pytest.mark.xdist_group("uploads")


@pytest.fixture(scope="module")
def office(cloud: Cloud) -> Office:
    return Office(cloud)


def count_items(office: Office) -> dict[str, int]:
    """How many items there are; that the page was looked at, which lists open invitations, is noted."""
    return {name: n for name, n in office.cloud.stored().items() if "Audit" not in name}


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "empty.csv", "This file is empty."),
        (b"MZ\x90\x00" + bytes(90), "list.exe", "not a list that we can read"),
        (
            invitation_list.workbook([("Una", "una@hse.ie")])[:-200],
            "cut.xlsx",
            "This workbook is damaged",
        ),
        (b"\xd0\xcf\x11\xe0" + bytes(90), "old.xls", "old Excel file"),
        (b"Name\nUna\nBen\n", "names.csv", "There is no email address in this file."),
    ],
)
def test_a_file_that_is_no_list_is_refused_and_the_page_keeps_the_text(
    content: bytes, name: str, words: str, office: Office
) -> None:
    before = count_items(office)
    page = office.upload(content, name, text="una@hse.ie, typed", html=True)
    assert page.status == 422
    assert words in page.text and "una@hse.ie, typed" in page.text
    assert Page(page.text).faults() == []
    assert count_items(office) == before


def test_names_of_sheets_and_columns_are_kept_however_odd_they_are(office: Office) -> None:
    """Excel allows 31 characters; a program may write any, and escapes that are no characters."""
    tables = {name: [["Email", "x"], [f"{name}@hse.ie", 1]] for name in ("one", "two")}
    odd = "n" * 5_000 + "_xD800_"
    content = exported_lists.renamed_sheet(exported_lists.sheets(tables), "one", odd)
    answer = office.upload(content, "odd.xlsx")
    assert answer.status == 201, answer
    assert [len(sheet["name"]) for sheet in answer.json["sheets"]] == [60, 3]
    hidden = exported_lists.workbook(
        ["Email", "_xD800_\x0bPhone"], ["una@hse.ie", "1"], hidden_column="B:B"
    )
    answer = office.upload(hidden, "hidden.xlsx")
    assert answer.status == 201, answer
    assert "Hidden column: " in answer.json["notes"][0]


def test_where_the_text_is_wrong_the_page_says_that_the_file_has_gone(office: Office) -> None:
    page = office.upload(b"una@hse.ie\n", text="nobody", html=True)
    assert page.status == 422
    assert "There is no email address in this text." in page.text
    assert "Choose the file again." in page.text


@pytest.mark.parametrize("size", [1024 * 1024, 2_000_000, 4_000_000])
def test_of_too_large_a_file_the_page_speaks_and_keeps_what_was_typed(
    size: int, office: Office
) -> None:
    before = count_items(office)
    page = office.upload(b"x" * size, text="una@hse.ie, typed", html=True)
    assert page.status == 413
    assert "This file is too large. Choose one that is smaller than 1 MB" in page.text
    assert "una@hse.ie, typed" in page.text
    assert "request" not in Page(page.text).text
    assert Page(page.text).faults() == []
    assert ("POST", "/invitations/lists") in Page(page.text).forms
    assert count_items(office) == before


def test_a_program_is_told_of_too_large_a_file(office: Office) -> None:
    answer = office.upload(b"x" * 2_000_000)
    assert (answer.status, answer.json["type"]) == (413, "urn:comhar:file-too-large")
    assert "smaller than 1 MB" in answer.json["next"]
    assert office.post("/invitations/lists", {"text": "x" * 1_100_000}).status == 413
    assert office.upload(b"una@hse.ie\n" * 5_001).status == 422


@pytest.mark.parametrize("name", ["", "list.csv"])
def test_where_the_text_is_too_long_nothing_is_said_of_a_file(name: str, office: Office) -> None:
    page = office.upload(b"", name, text="<" * 4_000_000, html=True)
    assert page.status == 413
    assert "What was sent is too large" in page.text and "file is too" not in page.text
    assert len(page.text) < 100_000


def test_who_may_not_send_a_file_is_not_told_of_its_size(office: Office) -> None:
    body, kind = encode_multipart_formdata({"file": ("list.csv", b"x" * 2_000_000)})
    member = office.cloud.session(office.cloud.member())
    for more, status in (({}, 401), ({"bearer": member}, 403)):
        answer = office.cloud.call(
            "POST", "/invitations/lists", body, headers={"content-type": kind}, **more
        )
        assert answer.status == status


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": "nobody"}, "text"),
        ({"text": "x" * 200_001}, "text"),
        ({"list": "una@hse.ie"}, "list"),
        ({"file": {"filename": "x.csv"}}, "file.base64"),
        ({"file": {"filename": "x.csv", "base64": "%%%"}}, "file.base64"),
        ({"file": "una@hse.ie"}, "file"),
    ],
)
def test_wrong_fields_are_named(body: Any, field: str, office: Office) -> None:
    answer = office.post("/invitations/lists", body)
    assert answer.status == 422
    assert field in {error["field"] for error in answer.json["errors"]}


def test_only_the_office_invites(office: Office) -> None:
    member = office.cloud.session(office.cloud.member(chair_of=("SW",)))
    for method, path in (
        ("GET", "/invitations"), ("POST", "/invitations"), ("POST", "/invitations/lists"),
        ("GET", "/invitations/lists/x"), ("POST", "/invitations/lists/x/send"),
        ("POST", "/invitations/lists/x/discard"), ("POST", "/invitations/x/again"),
        ("GET", "/invitations/x/withdraw"), ("POST", "/invitations/x/withdraw"),
    ):  # fmt: skip
        assert office.cloud.call(method, path, {}, bearer=member).status == 403
        assert office.cloud.call(method, path, {}).status == 401


@settings(max_examples=sized(8, 25), database=None, suppress_health_check=list(HealthCheck))
@given(
    raw=st.binary(max_size=200),
    kind=st.sampled_from(
        ["multipart/form-data", "multipart/form-data; boundary=x", "application/json"]
    ),
    start=st.sampled_from([b"", b"--x\r\nContent-Disposition: form-data; name=", b"PK\x03\x04"]),
)
def test_whatever_is_uploaded_is_no_fault_of_ours(
    raw: bytes, kind: str, start: bytes, office: Office
) -> None:
    body, whole = encode_multipart_formdata({"file": ("list.xlsx", start + raw)})
    for sent, expected in ((start + raw, kind), (body, whole)):
        answer = office.post("/invitations/lists", sent, headers={"content-type": expected})
        assert answer.status in (201, 400, 415, 422), answer
