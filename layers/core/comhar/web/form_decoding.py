"""Translates between forms and JSON: fields, nested names, files, hidden inputs.

`ratings.vision=4` nests, `roles[]=` repeats, `actions.0.what` indexes; a blank value is absent. A file
becomes `{"filename": …, "base64": …}`, which a program sends the same.
"""

import base64
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from comhar.errors import Malformed

MOST_FIELDS = 1_000
MOST_ROWS = 100
MOST_PARTS = 100  # of a form with files
DEEPEST = 8


def decode_form(text: str) -> dict[str, Any]:
    """The JSON object of a urlencoded form; rows keep their order, gaps are closed.

    Line breaks become `\\n`, as the person typed them.

    Raises:
        Malformed: names clash.
    """
    try:
        pairs = parse_qsl(
            text,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as wrong:
        raise Malformed("The form could not be read.") from wrong
    return _nest(pairs)


def decode_multipart(raw: bytes, content_type: str) -> dict[str, Any]:
    """The JSON object of a form that may hold files (RFC 7578).

    A file field that was left empty is absent.

    Raises:
        Malformed: it cannot be read, or names clash.
    """
    from multipart import MultipartError, MultipartParser, parse_options_header  # used seldom

    try:
        _, options = parse_options_header(content_type)
        parser = MultipartParser(
            BytesIO(raw),
            options["boundary"],
            content_length=len(raw),
            strict=True,
            buffer_size=len(raw),
            part_limit=MOST_PARTS,
            spool_limit=len(raw),
            memory_limit=len(raw),
        )
        return _nest(_parts(parser))
    except (MultipartError, KeyError, ValueError) as wrong:
        raise Malformed("The form could not be read.") from wrong


def _parts(parser: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Each field and its value. A file without name and bytes: a browser says none."""
    for part in parser:
        if part.filename is None:
            yield part.name, part.raw.decode("utf-8")
        elif part.filename or part.size:
            file = base64.b64encode(part.raw).decode()
            yield part.name, {"filename": part.filename, "base64": file}


def _nest(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name, value in pairs:
        if not isinstance(value, str):
            _place(root, name, value)
        elif value.strip():
            _place(root, name, value.replace("\r\n", "\n"))
    return {name: _rows(inner) for name, inner in root.items()}


def list_file_fields(form: dict[str, Any]) -> list[str]:
    """The names of the fields that hold a file: no page can fill them in again."""
    return [name for name, value in form.items() if isinstance(value, dict) and "base64" in value]


def list_fields(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The fields of a decoded form: names and values, for hidden inputs."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from list_fields(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and all(isinstance(each, str) for each in value):
        for each in value:
            yield f"{name}[]", each
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from list_fields(inner, f"{name}.{number}")
    else:
        yield name, value


def _place(root: dict[str, Any], name: str, value: Any) -> None:
    *parents, last = name.removesuffix("[]").split(".")
    if len(parents) >= DEEPEST or not all((*parents, last)):
        raise Malformed("A field of the form has a name that cannot be used.")
    place = root
    for parent in parents:
        place = place.setdefault(parent, {})
        if not isinstance(place, dict):
            raise Malformed("Two fields of the form clash.")
    if name.endswith("[]"):
        values = place.setdefault(last, [])
        if not isinstance(values, list):
            raise Malformed("Two fields of the form clash.")
        values.append(value)
    elif last in place:
        raise Malformed("A field of the form is given twice.")
    else:
        place[last] = value


def _rows(value: Any) -> Any:
    """Turns `{"0": …, "2": …}` into a list, at every depth."""
    if not isinstance(value, dict):
        return value
    inner = {name: _rows(each) for name, each in value.items()}
    numbered = [name for name in inner if name.isdecimal() and name.isascii()]
    if not numbered:
        return inner
    if len(numbered) < len(inner) or any(len(name) > 3 or int(name) >= MOST_ROWS for name in inner):
        raise Malformed("The rows of the form could not be read.")
    if len({int(name) for name in inner}) < len(inner):
        raise Malformed("A row of the form is given twice.")
    return [inner[name] for name in sorted(inner, key=int)]
