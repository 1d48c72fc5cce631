"""Turns pydantic errors into plain sentences."""

from collections.abc import Iterable
from typing import Any

from comhar import data
from comhar.errors import FieldError, Invalid

_WORDS = {
    "extra_forbidden": "There is no field called {field}.",
    "string_too_long": "Use {max_length} characters or fewer.",
    "too_long": "Give {max_length} or fewer.",
    "too_short": "Give at least {min_length}.",
    "string_type": "Enter text.",
    "string_pattern_mismatch": "Enter this in the form that the hint shows.",
    "enum": "Choose one of the answers offered.",
    "literal_error": "Choose one of the answers offered.",
    "union_tag_invalid": "Choose one of the answers offered.",
    "bool_parsing": "Choose yes or no.",
    "bool_type": "Choose yes or no.",
    "list_type": "Give a list.",
    "tuple_type": "Give a list.",
    "set_type": "Give a list.",
    "dict_type": "Give names and values.",
    "model_type": "Give names and values.",
    "model_attributes_type": "Give names and values.",
    "greater_than_equal": "Enter {ge} or more.",
    "greater_than": "Enter more than {gt}.",
    "less_than_equal": "Enter {le} or less.",
    "less_than": "Enter less than {lt}.",
    "url_parsing": "Enter a web address, like https://example.com.",
    "url_scheme": "Enter a web address that starts with https://.",
    "timezone_naive": "Give the time with its offset, like 2027-02-18T10:00:00+00:00.",
    "timezone_aware": "Give the time as on the clock in Ireland, like 2027-02-18T10:00.",
}
_KINDS = {
    "int": "Enter a whole number.",
    "float": "Enter a number.",
    "finite_number": "Enter a number.",
    "decimal": "Enter a number.",
    "datetime": "Enter a date and time, like 2027-02-18T10:00.",
    "date": "Enter a date, like 2027-02-18.",
    "time": "Enter a time, like 10:00.",
}


def to_invalid(errors: Iterable[dict[str, Any]]) -> Invalid:
    """The error that pydantic's errors make: one plain sentence a field."""
    named: dict[str, FieldError] = {}
    for error in errors:
        field = _path(error)
        named.setdefault(field, FieldError(field, _sentence(error, field)))
    return Invalid(*named.values())


def unknown_fields(names: Iterable[str]) -> Invalid:
    """The error for fields that were sent to a route that takes none."""
    fields = [name[:200] for name in names]
    return Invalid(*(FieldError(name, f"There is no field called {name}.") for name in fields))


def _path(error: dict[str, Any]) -> str:
    _, *parts = error["loc"]  # the first says body, query or path
    return ".".join(str(part) for part in parts)[:200]


def _sentence(error: dict[str, Any], field: str) -> str:
    kind, context = error["type"], error.get("ctx") or {}
    last = field.rpartition(".")[2]
    if kind in ("missing", "string_too_short"):
        return (
            data.load("required_messages").get(last) or f"Enter {last.replace('_', ' ') or 'this'}."
        )
    if kind == "value_error":  # raised by our own types, in plain words
        return str(error["msg"]).removeprefix("Value error, ")
    if kind in _WORDS:
        return _WORDS[kind].format(field=last or "this", **context)
    for start, sentence in _KINDS.items():
        if kind.startswith(start):
            return sentence
    return "Check what you entered here."
