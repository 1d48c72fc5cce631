"""Owns the way from a page's form to JSON: names say where a value goes.

`ratings.vision=4` nests, `roles[]=` repeats, `actions.0.what` indexes; a blank value is absent.
"""

from typing import Any
from urllib.parse import parse_qsl

from comhar.errors import Malformed

MOST_FIELDS = 1_000
MOST_ROWS = 100
DEEPEST = 8


def read(text: str) -> dict[str, Any]:
    """The JSON object that a urlencoded form stands for. Rows are kept in order, gaps closed.

    Line breaks become `\\n`, as the person typed them. Raises Malformed for names that clash.
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
    root: dict[str, Any] = {}
    for name, value in pairs:
        if value.strip():
            _place(root, name, value.replace("\r\n", "\n"))
    return {name: _rows(inner) for name, inner in root.items()}


def _place(root: dict[str, Any], name: str, value: str) -> None:
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
