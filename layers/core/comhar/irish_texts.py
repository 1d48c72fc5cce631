"""Irish words in automatic emails: the office fills them in.

They stand before the English ones, for who prefers Irish, or wrote to the office in Irish. Until there are
any, who wrote in Irish gets a line in both languages.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from comhar import data
from comhar.aws.conditions import Item, Key

KEY: Key = ("TEXTS", "irish")  # see `communities.repository`
LINE_KEY: Key = ("TEXTS", "irish_line")
Lines = list[dict[str, str]]  # each with its language


def keys(facts: Mapping[str, Any]) -> list[Key]:
    """What `split` reads for an email to who wrote in Irish, else nothing."""
    return [KEY, LINE_KEY] if facts.get("irish") else []


def split(
    purpose: str, items: Sequence[Item | None], facts: Mapping[str, Any]
) -> tuple[Sequence[Item | None], Lines]:
    """The items without those at `keys`, the last; and the Irish lines."""
    if not facts.get("irish"):
        return items, []
    *others, own, line = items
    if lines := read(purpose, own):
        return others, lines
    both = (line or {}).get("words") or data.load("texts")["irish_line"]["text"]
    first, *rest = _lines(both)
    english = [{"lang": "en", "words": each} for each in rest]
    return others, [{"lang": "ga", "words": first}, *english]


def read(purpose: str, item: Item | None) -> Lines:
    """The office's Irish lines for an email of this purpose, from the item at `KEY`."""
    words = ((item or {}).get("words") or {}).get(purpose, "")
    return [{"lang": "ga", "words": each} for each in _lines(words)]


def _lines(words: str) -> list[str]:
    return [line.strip() for line in words.splitlines() if line.strip()]
