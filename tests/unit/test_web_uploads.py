"""Forms with files: read like any other form, within limits, and only where a route asks for them."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comhar.errors import AppError
from comhar.membership.model import Member
from comhar.web import error_responses, form_decoding, form_recovery, guards, request
from comhar.web.http_responses import SESSION_COOKIE
from tests.unit.sample_capability import app, handler_of

MARK = "----formular7MA4"
KIND = f"multipart/form-data; boundary={MARK}"


def part(name: str, content: str | bytes, filename: str | None = None) -> bytes:
    named = f'form-data; name="{name}"' + ("" if filename is None else f'; filename="{filename}"')
    raw = content.encode() if isinstance(content, str) else content
    return f"--{MARK}\r\nContent-Disposition: {named}\r\n\r\n".encode() + raw + b"\r\n"


def whole(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{MARK}--\r\n".encode()


def event(path: str, raw: bytes, kind: str = KIND, **headers: str) -> dict[str, Any]:
    return {
        "headers": {"content-type": kind, "accept": "application/json", **headers},
        "rawPath": path,
        "body": base64.b64encode(raw).decode(),
        "isBase64Encoded": True,
        "requestContext": {"http": {"method": "POST", "path": path}},
    }


def read(raw: bytes, kind: str = KIND) -> Any:
    return request.read_body(request.read_request(event("/things/1/files", raw, kind)), upload=True)


@pytest.fixture
def me(monkeypatch: pytest.MonkeyPatch) -> Member:
    """Somebody who is signed in, whatever is asked."""
    found = Member(id="m1", name="Niamh Ní Bhriain", email="niamh@hse.ie", region="SW")
    monkeypatch.setattr(guards, "find_user", lambda request: found)
    monkeypatch.setattr("comhar.wiring.settings", lambda: Settings())
    return found


class Settings:
    public_url, origin_secret = "https://comhar.example", ""


def call(path: str, raw: bytes, kind: str = KIND) -> dict[str, Any]:
    given_back = handler_of(app)(event(path, raw, kind), None)
    return {"status": given_back["statusCode"], **json.loads(given_back["body"])}


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense",
        whole(part("text", "one"))[:-10],
        whole(part("text", "one"), part("text", "two")),
        whole(part("text", "one"), part("text.file", b"x", "x.csv")),
        whole(part("file", b"x", "x.csv"), part("file", b"y", "y.csv")),
        whole(part("", "one")),
        whole(part("text", b"\xff")),
        whole(part("text", "\x00")),
        whole(*(part(f"text{n}", "x") for n in range(101))),
        f"--{MARK}\r\nContent-Disposition: attachment\r\n\r\nx\r\n--{MARK}--\r\n".encode(),
        f"--{MARK}\r\n{'X-Long: ' + 'x' * 5000}\r\n\r\nx\r\n--{MARK}--\r\n".encode(),
    ],
)
def test_a_form_with_files_that_cannot_be_read_is_malformed(raw: bytes) -> None:
    with pytest.raises(AppError) as found:
        read(raw)
    assert found.value.status == 400


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=é",
        "multipart/mixed; boundary=x",
    ],
)
def test_a_form_without_its_boundary_is_no_fault(kind: str) -> None:
    with pytest.raises(AppError) as found:
        read(whole(part("text", "one")), kind)
    assert found.value.status in (400, 415)


def test_files_go_nowhere_but_to_a_route_that_takes_them(me: Member) -> None:
    answer = call("/things", whole(part("name", "x"), part("text", "x", "list.csv")))
    assert (answer["status"], answer["detail"]) == (415, "No file can be sent here.")
    assert call("/things", whole(part("name", "x")))["status"] == 201


@pytest.mark.parametrize("kind", [KIND, "application/json"])
def test_a_route_that_takes_files_takes_a_megabyte_and_others_a_quarter(
    kind: str, me: Member
) -> None:
    over = call("/things/1/files", b"x" * (1024 * 1024 + 1), kind)
    assert (over["status"], "smaller than 1 MB" in over["next"]) == (413, True)
    assert call("/things/1/files", b"x" * 1024 * 1024, kind)["status"] == 400
    over = call("/things", b"x" * (256 * 1024 + 1), kind)
    assert (over["status"], "256 KB" in over["next"]) == (413, True)


def test_fields_are_named_as_in_any_form_and_a_file_is_what_a_program_sends(me: Member) -> None:
    sent = whole(
        part("text", "  Áine\r\n"[:-2]),
        part("roles[]", "a"),
        part("roles[]", "b"),
        part("file", b"\x00\xff,", "Liosta \u00f3.csv"),
    )
    file = {"filename": "Liosta ó.csv", "base64": base64.b64encode(b"\x00\xff,").decode()}
    assert read(sent) == {"text": "  Áine", "roles": ["a", "b"], "file": file}
    answer = call("/things/1/files", sent)
    assert answer == call("/things/1/files", json.dumps(read(sent)).encode(), "application/json")
    assert (answer["status"], answer["file"]) == (200, file)


def test_blank_fields_and_a_file_that_was_not_chosen_are_absent() -> None:
    assert read(whole(part("text", "   "), part("file", b"", ""))) == {}


def test_a_file_without_a_byte_is_a_file() -> None:
    assert read(whole(part("file", b"", "empty.csv")))["file"]["base64"] == ""


def test_a_page_that_comes_back_says_that_the_file_has_gone() -> None:
    class Taken(AppError):
        status = 409

    errors = error_responses._errors(Taken(), ["file"])
    assert errors[-1] == {"field": "file", "message": "Choose the file again."}


def test_of_a_form_whose_sender_must_sign_in_the_text_is_kept_and_no_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stored: dict[str, Any] = {}

    class Keeper:
        def save(self, member_id: str, path: str, form: dict[str, Any], now: Any) -> bool:
            stored.update(form)
            return True

    def find(*args: Any) -> Member:
        return Member(id="m1", name="Niamh", email="niamh@hse.ie")

    monkeypatch.setattr("comhar.membership.repository.find_by_ended_session", find)
    monkeypatch.setattr("comhar.wiring.settings", lambda: None)
    sent = event("/things/1/files", b"", cookie="")
    it = request.read_request({**sent, "cookies": [f"{SESSION_COOKIE}=m1.{'s' * 43}"]})
    it.form = {"text": "Áine", "file": {"filename": "x.csv", "base64": "eA=="}}
    assert form_recovery.save_form(it, "/things/new", Keeper()) == "/things/new?done=kept"  # type: ignore[arg-type]
    assert stored == {"text": "Áine"}


@given(
    st.lists(
        st.sampled_from(
            [
                f"--{MARK}",
                "\r\n",
                "\n",
                "--",
                "Content-Disposition: form-data; name=",
                '"text"',
                "; filename=",
                '"a.csv"',
                "Content-Length: 3",
                "\x00",
                "á",
                "x",
                ":",
                ";",
                "[]",
                ".0",
            ]
        ).map(str.encode)
        | st.binary(max_size=8),
        max_size=30,
    ),
    st.sampled_from(
        [
            KIND,
            KIND + "; charset=utf-8",
            f'multipart/form-data; boundary="{MARK}"',
            "multipart/form-data; boundary=-",
            "multipart/form-data; boundary=\u20ac",
        ]
    ),
)
def test_any_bytes_end_in_an_object_or_a_fact(pieces: list[bytes], kind: str) -> None:
    for raw in (b"".join(pieces), f"--{MARK}\r\n".encode() + b"".join(pieces) + whole()):
        try:
            assert isinstance(read(raw, kind), dict)
        except AppError as fact:
            assert fact.status in (400, 415)


def test_names_of_files_are_told_apart_from_other_groups() -> None:
    assert form_decoding.list_file_fields(
        {"a": "x", "b": {"c": "d"}, "f": {"filename": "", "base64": ""}}
    ) == ["f"]
