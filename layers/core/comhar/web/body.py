"""Owns reading a body: size, kind and strict JSON, before anything else looks at it."""

import base64
import binascii
import json
import math
import re
from collections.abc import Iterator
from typing import Any

from comhar.errors import Malformed, TooLarge, Unsupported
from comhar.web import form_decoding
from comhar.web.request import FILES, FORM, Asked

LARGEST = 256 * 1024  # bytes
LARGEST_UPLOAD = 1024 * 1024  # of a route that takes files
DEEPEST = 32
_LARGEST_NUMBER = 2**53 - 1  # RFC 7493: beyond it, programs read different numbers
_TOKENS = re.compile(r'"(?:[^"\\]|\\.?)*+"?|[\[\]{}]', re.DOTALL)  # never fails at a quote: linear


def read(asked: Asked, upload: bool = False) -> dict[str, Any]:
    """The body as a JSON object; none at all is an empty one.

    Raises TooLarge over 256 KB (1 MB where files may be sent), Unsupported for anything but JSON and
    forms, Malformed.
    """
    if not asked.unsafe:
        return {}
    raw = _bytes(asked, LARGEST_UPLOAD if upload else LARGEST)
    if not raw.strip():
        return {}
    kind, charset = _kind(asked.header("content-type"))
    if charset not in ("", "utf-8", "utf8"):
        raise Unsupported("Send it in UTF-8.")
    if kind == FILES:  # mail programs send one-click posts so, without a file (RFC 8058)
        body = form_decoding.read_parts(raw, asked.header("content-type"))
        if form_decoding.files(body) and not upload:
            raise Unsupported("No file can be sent here.")
    else:
        body = _read_text(raw, kind)
    _check_texts(body)
    return body


def _read_text(raw: bytes, kind: str) -> dict[str, Any]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise Malformed("This is not UTF-8 text.") from wrong
    if kind == FORM:
        return form_decoding.read(text)
    if kind in ("application/json", ""):
        return parse(text)
    raise Unsupported()


def parse(text: str) -> dict[str, Any]:
    """Strict JSON: an object, no name twice, no NaN, no number that others would read otherwise.

    Raises Malformed. Depth is counted first, so that no amount of brackets recurses.
    """
    _check_depth(text)
    try:
        body = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except ValueError as wrong:
        raise Malformed("This is not valid JSON.") from wrong
    if not isinstance(body, dict):
        raise Malformed("Send a JSON object: names and values in curly brackets.")
    return body


def check_size(asked: Asked, largest: int) -> None:
    """Raises TooLarge for a body longer than so many bytes can be, however it was sent."""
    if len(asked.event.get("body") or "") > largest * 4 // 3 + 4:
        raise _too_large(largest)


def _too_large(largest: int) -> TooLarge:
    return TooLarge(next=f"Shorten it and send it again. The limit is {largest // 1024:,} KB.")


def _bytes(asked: Asked, largest: int) -> bytes:
    check_size(asked, largest)
    event = asked.event
    body = event.get("body") or ""
    try:
        raw = (
            base64.b64decode(body, validate=True)
            if event.get("isBase64Encoded")
            else body.encode("utf-8")
        )
    except (binascii.Error, ValueError) as wrong:
        raise Malformed("This is not UTF-8 text.") from wrong
    if len(raw) > largest:
        raise _too_large(largest)
    return raw


def _kind(content_type: str) -> tuple[str, str]:
    kind, _, rest = content_type.lower().partition(";")
    charset = re.search(r'charset\s*=\s*"?([^\s";]+)', rest)
    return kind.strip(), charset[1] if charset else ""


def _check_depth(text: str) -> None:
    depth = 0
    for token in _TOKENS.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > DEEPEST:
                raise Malformed(f"The JSON is nested more than {DEEPEST} deep.")
        elif token[0] in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        raise Malformed("The same name is given twice.")
    return body


def _refuse_constant(name: str) -> None:
    raise Malformed(f"{name} is not a number in JSON.")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Malformed("A number is too large.")
    return number


def _int(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > _LARGEST_NUMBER:
        raise Malformed("A number is too large.")
    return int(text)


def _check_texts(body: Any) -> None:
    for text in _texts(body):
        if "\x00" in text:
            raise Malformed("The text holds a NUL character, which cannot be kept.")
        if not text.isascii() and re.search(r"[\ud800-\udfff]", text):
            raise Malformed("The text holds half of a character. Type it again.")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
