"""Whatever bytes arrive as a body: an object of plain values comes out, or a fact with words."""

import base64
import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comhar.errors import AppError
from comhar.web import form_decoding, request

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e9, 1e9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def read(raw: bytes, kind: str) -> Any:
    event = {
        "headers": {"content-type": kind},
        "body": base64.b64encode(raw).decode(),
        "isBase64Encoded": True,
        "requestContext": {"http": {"method": "POST"}},
    }
    return request.read_body(request.read_request(event))


@given(
    st.binary(max_size=200),
    st.sampled_from(["application/json", forms_kind := "application/x-www-form-urlencoded"]),
)
@example(b"{" * 1000, "application/json")
@example(b"a.0.0.0=1&a.0.0.1=2&a.0.1=3", forms_kind)
def test_any_bytes_end_in_an_object_or_a_fact(raw: bytes, kind: str) -> None:
    try:
        assert isinstance(read(raw, kind), dict)
    except AppError as fact:
        assert fact.status in (400, 415)
        assert fact.title and fact.next


@given(st.dictionaries(TEXTS, VALUES | TEXTS, max_size=4))
def test_json_is_read_as_it_was_meant(sent: dict[str, Any]) -> None:
    assert read(json.dumps(sent).encode(), "application/json") == sent
    assert (
        read(json.dumps(sent, ensure_ascii=False).encode(), "application/json; charset=UTF-8")
        == sent
    )


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), TEXTS, max_size=6))
def test_a_flat_form_is_read_as_it_was_typed(sent: dict[str, str]) -> None:
    meant = {name: text.replace("\r\n", "\n") for name, text in sent.items() if text.strip()}
    assert form_decoding.decode_form(urlencode(sent)) == meant if sent else True


NAMES = [
    "a",
    "b[]",
    "c.d",
    "c.e[]",
    "f.0.g",
    "f.2.g",
    "f.2.h[]",
    "i.0[]",
    "i.1[]",
    "j.0",
    "j.1",
    "ó.é",
]


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(TEXTS, min_size=1, max_size=3)))
def test_hidden_fields_bring_back_the_form_that_they_were_made_of(
    sent: dict[str, list[str]],
) -> None:
    pairs = [
        (name, text)
        for name, texts in sent.items()
        for text in (texts if name.endswith("[]") else texts[:1])
    ]
    form = form_decoding.decode_form(urlencode(pairs)) if pairs else {}
    again = urlencode(list(form_decoding.list_fields(form)))
    assert (form_decoding.decode_form(again) if again else {}) == form


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' + '"\\"' * 80_000,
        "[" * 250_000,
        '{"a": "' + "\\" * 250_000,
        "{" + '"a":1,' * 40_000,
        '"' * 250_000,
    ],
)
def test_reading_never_takes_long(text: str) -> None:
    begun = time.process_time()
    with pytest.raises(AppError):
        request.parse_json(text)
    assert time.process_time() - begun < 1


def test_a_form_of_a_thousand_deep_names_never_takes_long() -> None:
    begun = time.process_time()
    with pytest.raises(AppError):
        form_decoding.decode_form("&".join(f"{'a.' * 7}{n}=1" for n in range(1000)))
    assert time.process_time() - begun < 1
