"""Lists the texts that were typed, for an error page without the form."""

import re
from collections.abc import Iterator
from typing import Any

_SECRET = {"code", "token", "password", "secret"}
_CARRIED = {"revision", "whole", "was", "draft", "go", "move", "out", "back", "next", "id"}
_ID = re.compile(r"([A-Z]{2,3}-)?[0-9a-z]{20}")  # see tokens.new_id


def list_texts(form: dict[str, Any]) -> list[dict[str, str]]:
    """Each text that was typed: its field's `name`, a `label` made of it, and `text`.

    Nothing that is secret, no file, and nothing that the form itself brought along or that was ticked.
    """
    return [
        {"name": ".".join(path), "label": _label(path), "text": text}
        for path, text in _texts((), form)
        if not (_SECRET | _CARRIED) & set(path) and not _ID.fullmatch(text)
    ]


def _texts(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict) and "base64" not in value:
        for name, inner in value.items():
            yield from _texts((*path, name), inner)
    elif isinstance(value, list) and not all(isinstance(each, str) for each in value):
        for number, inner in enumerate(value):
            yield from _texts((*path, str(number)), inner)


def _label(path: tuple[str, ...]) -> str:
    """`actions.0.what` is said as “Actions, 1, what”."""
    words = [str(int(part) + 1) if part.isdecimal() else part for part in path]
    label = ", ".join(words).replace("_", " ")
    return label[:1].upper() + label[1:]
