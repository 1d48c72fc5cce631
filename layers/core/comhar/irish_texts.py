"""Irish words in automatic emails: the office fills them in.

Until there are any for an email, a line in both languages stands in its place.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from comhar import data
from comhar.aws.conditions import Item, Key

_LINE = "irish_line"
_TEXTS = "TEXTS"  # see `communities.repository`


def keys(purpose: str, facts: Mapping[str, Any]) -> list[Key]:
    """What `split` reads for an email to who wrote in Irish, else nothing."""
    return [(_TEXTS, f"irish_{purpose}"), (_TEXTS, _LINE)] if facts.get("irish") else []


def split(
    items: Sequence[Item | None], facts: Mapping[str, Any]
) -> tuple[Sequence[Item | None], list[dict[str, str]]]:
    """The items without those at `keys`, the last; and the Irish lines.

    Each line has its language.
    """
    if not facts.get("irish"):
        return items, []
    *others, own, line = items
    if words := (own or {}).get("words"):
        return others, [{"lang": "ga", "words": each} for each in _lines(words)]
    both = (line or {}).get("words") or data.load("texts")[_LINE]["text"]
    first, *rest = _lines(both)
    english = [{"lang": "en", "words": each} for each in rest]
    return others, [{"lang": "ga", "words": first}, *english]


def _lines(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]
