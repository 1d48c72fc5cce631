"""Names of the demo's people, as one meets them in Ireland."""

import json
import random
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

_KNOWN = json.loads(Path(__file__).with_name("names.json").read_text("utf-8"))


def names(dice: random.Random) -> Iterator[str]:
    """Names without end, none twice.

    The rare ones one in thirty, as long as there are any.
    """
    seen: set[str] = set()
    rare = iter(_KNOWN["rare"])
    for number in cycle(range(30)):
        name = next(rare, None) if number == 4 else None
        name = name or _common(dice)
        if name not in seen:
            seen.add(name)
            yield name


def _common(dice: random.Random) -> str:
    woman = dice.random() < 0.6
    first = dice.choice(_KNOWN["women" if woman else "men"])
    if dice.random() < 0.35:
        return f"{first} {dice.choice(_KNOWN['brothers_and_sisters'])[woman]}"
    return f"{first} {dice.choice(_KNOWN['surnames'])}"
