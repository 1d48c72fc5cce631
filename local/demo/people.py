"""The people of the demo: names, regions, roles, and how and when each will join."""

import random
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from comhar import data
from local.demo.names import names

Way = Literal["joins", "invited", "outside"]
# How 240 members spread over the regions.
SHARES = {"DNE": 48, "DML": 44, "DSE": 42, "SW": 40, "WNW": 36, "MW": 30}
# Who asks from an address that tells nothing, and what the office makes of it; None: not yet.
_OTHERS = (("SW", None), ("WNW", None), ("DNE", False), ("DML", None), ("DSE", False))


@dataclass(frozen=True)
class Person:
    """A person of the demo.

    `way` is how they come in: by themselves, asked by the office, or from an address that the office
    has to look at. `comes` is the quarter of the year they come in, 0 for the founders.
    """

    name: str
    email: str
    region: str
    role: str
    way: Way = "joins"
    comes: int = 0
    admitted: bool | None = True  # None: left waiting


@dataclass(frozen=True)
class People:
    """Everybody. `others` wait, are declined, or are invited and never come."""

    members: dict[str, list[Person]]
    others: list[Person]
    silent: str

    @property
    def first(self) -> str:
        """The address by which a stack that was filled before is known."""
        return next(iter(self.members.values()))[0].email


def make_people(members: int, quarters: int, dice: random.Random) -> People:
    """So many members in the six regions, each a name of their own."""
    them = names(dice)
    taken: set[str] = set()
    shares = _shares(members)
    found = {
        code: [_person(next(them), code, n, size, quarters, dice, taken) for n in range(size)]
        for code, size in shares.items()
    }
    others = [
        Person(
            name, _address(name, "mindhow.example", taken), code, "other", "outside", 0, admitted
        )
        for code, admitted in _OTHERS
        for name in [next(them)]
    ]
    return People(found, others, _address(next(them), "hse.ie", taken))


def _shares(members: int) -> dict[str, int]:
    """Unequal for the whole 240, else as near to that as whole people allow; at least four each."""
    return {code: max(4, round(members * share / 240)) for code, share in SHARES.items()}


def _person(
    name: str,
    region: str,
    place: int,
    size: int,
    quarters: int,
    dice: random.Random,
    taken: set[str],
) -> Person:
    """The first of a region are its founders; the last sixth come later in the year."""
    roles = [each["key"] for each in data.load("roles")]
    late = place - (size - max(1, size // 6))
    comes = late % quarters + 1 if late >= 0 else 0
    outside = place % 19 == 16
    way: Way = "outside" if outside else "joins" if place % 3 else "invited"
    return Person(
        name,
        _address(name, "peerlink.example" if outside else "hse.ie", taken),
        region,
        dice.choices(roles, weights=(30, 12, 14, 10, 6, 8, 4, 6, 8, 2))[0],
        way,
        comes,
    )


def _address(name: str, domain: str, taken: set[str]) -> str:
    """As mail systems write names: no accents, no apostrophes; a number where it is taken."""
    plain = unicodedata.normalize("NFKD", name.replace("Ł", "L").replace("ł", "l"))
    letters = re.sub(r"[^a-z -]", "", plain.lower().encode("ascii", "ignore").decode())
    first, *rest = letters.split()
    wanted = f"{first}.{''.join(rest)}"[:48]
    number = 1
    while (found := f"{wanted}{number if number > 1 else ''}@{domain}") in taken:
        number += 1
    taken.add(found)
    return found
