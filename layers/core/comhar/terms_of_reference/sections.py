"""The sections of the terms: their sample, and changes of several people at once."""

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from comhar import data
from comhar.errors import FieldError, Invalid
from comhar.terms_of_reference.model import Frozen, TermsChanged
from comhar.text_merge import merge_fields

MOST_CHANGES = 40  # of a section, of which a digest is kept to merge a form of an older revision


class Text(Frozen):
    """The sections' text.

    `history` has, by section, the revisions at which it changed with a digest of what it was from then on.
    `revision` is the head's; None where the text was stored before it was noted.
    """

    sections: dict[str, str]
    history: dict[str, list[list[Any]]] = {}
    revision: int | None = None

    def last_change(self, key: str) -> int:
        return int(self.history[key][-1][0]) if self.history.get(key) else 0

    def as_at(self, key: str, written: str, revision: int) -> str:
        """The section at that revision, as far as a merge needs to know it.

        The present text where it was that, or `written` where the form left it so; else an empty one, for
        nothing is stored of a text that was replaced but its digest.
        """
        if self.last_change(key) <= revision:
            return self.sections[key]
        before = [digest for at, digest in self.history[key] if at <= revision][-1:]
        return next(
            (each for each in (self.sections[key], written) if before == [_digest(each)]), ""
        )


@cache
def outline() -> tuple[dict[str, str], ...]:
    """Each section's key, title and help, in order."""
    return tuple(
        {name: each[name] for name in ("key", "title", "help")}
        for each in data.load("terms_of_reference")
    )


@cache
def _sample() -> dict[str, str]:
    return {each["key"]: each["text"] for each in data.load("terms_of_reference")}


def sample() -> dict[str, str]:
    return dict(_sample())


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()


def _digest(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def merge_sections(
    text: Text, revision: int, written: Mapping[str, str], revision_now: int
) -> dict[str, str]:
    """Which sections a form changes; those that only others changed stay as they are.

    `revision` is the one the form was made of, `revision_now` that of `text`. Spaces count as no change.

    Raises:
        Invalid: there is no such section.
        TermsChanged: others changed a section meanwhile, and the form does too.
    """
    for key in written:
        if key not in _sample():
            raise Invalid(FieldError(f"sections.{key}", "There is no such section."))
    saved = text.sections
    own = {key: saved[key] if _same(words, saved[key]) else words for key, words in written.items()}
    base = {key: text.as_at(key, words, revision) for key, words in own.items()}
    merge = merge_fields(base, own, {key: saved[key] for key in own})
    if merge.conflicts:
        clashes = {
            each.field: {"theirs": each.other, "yours": each.own} for each in merge.conflicts
        }
        error = TermsChanged()
        error.more = {"revision": revision_now, "sections": clashes}
        error.form = {
            "sections": {**saved, **merge.fields},
            "theirs": dict.fromkeys(clashes, "no"),
            "revision": revision_now,
        }
        raise error
    return {key: own[key] for key in merge.changed}


def change_text(text: Text, changes: Mapping[str, str], revision: int) -> Text:
    """The text with these sections changed at that revision."""
    history = dict(text.history)
    for key, words in changes.items():
        before = history.get(key) or [[0, _digest(text.sections[key])]]
        history[key] = [*before, [revision, _digest(words)]][-MOST_CHANGES:]
    return Text(sections={**text.sections, **changes}, history=history, revision=revision)
