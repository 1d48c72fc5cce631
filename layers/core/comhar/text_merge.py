"""Merge of texts that several people edit at once, and word differences."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Conflict:
    """A field that both changed, each to another text; None where it was taken away."""

    field: str
    own: str | None
    other: str | None


@dataclass(frozen=True)
class Merge:
    """The fields with both people's changes.

    `changed` names what the later save changes, `taken` what only the other person had changed. Where there
    are `conflicts`, `fields` has the later save's own text.
    """

    fields: dict[str, str]
    changed: tuple[str, ...]
    taken: tuple[str, ...]
    conflicts: tuple[Conflict, ...]


def merge_fields(
    base: Mapping[str, str], own: Mapping[str, str], other: Mapping[str, str]
) -> Merge:
    """Puts a form made from `base` together with what others saved meanwhile.

    A field that is not there was taken away, or never written. Line ends do not count as a change.
    """
    fields: dict[str, str] = {}
    changed, taken, conflicts = [], [], []
    for name in dict.fromkeys([*other, *own, *base]):
        before, written, saved = base.get(name), own.get(name), other.get(name)
        if _is_same(written, saved) or _is_same(written, before):
            text = saved
            if not _is_same(saved, before) and not _is_same(written, saved):
                taken.append(name)
        else:
            text = written
            if _is_same(saved, before):
                changed.append(name)
            else:
                conflicts.append(Conflict(name, own=written, other=saved))
        if text is not None:
            fields[name] = text
    return Merge(fields, tuple(changed), tuple(taken), tuple(conflicts))


@dataclass(frozen=True)
class Piece:
    """A run of words; joined, those that are not `deleted` are the later text."""

    kind: Literal["same", "added", "deleted"]
    text: str


def word_differences(before: str, after: str) -> list[Piece]:
    """What became of a text, word by word; the order is that in which it is read."""
    old, new = _WORDS.findall(_unix(before)), _WORDS.findall(_unix(after))
    pieces: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(new[k:m])))
            continue
        if i < j:
            pieces.append(Piece("deleted", "".join(old[i:j])))
        if k < m:
            pieces.append(Piece("added", "".join(new[k:m])))
    return pieces


def _is_same(one: str | None, two: str | None) -> bool:
    return (one is None) == (two is None) and _unix(one or "") == _unix(two or "")


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
