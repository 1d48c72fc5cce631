"""Whether what somebody wrote seems to be in Irish."""

import re

from comhar import data

_FEWEST = 4  # different Irish words
_SHARE = 5  # at least one word in so many


def seems_irish(text: str) -> bool:
    """True if enough of its words are Irish, more than those of a greeting.

    The words of data/irish_words.json stand in many Irish sentences, and in no English one.
    """
    known = frozenset(data.load("irish_words"))
    words = re.findall(r"[^\W\d_]+", text.lower())
    irish = [word for word in words if word in known]
    return len({*irish}) >= _FEWEST and len(irish) * _SHARE >= len(words)
