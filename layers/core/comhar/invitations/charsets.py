"""The charset of a text file that names none, by what its letters would be."""

import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from comhar.fields import tidy_text

# What Excel calls CSV, CSV (Macintosh) and CSV (MS-DOS), the likeliest first.
_CHARSETS = ("cp1252", "mac_roman", "cp850")
_FADAS = frozenset("áéíóúÁÉÍÓÚ")
_LETTERS = frozenset("àâäãåæçèêëìîïñòôöõøœùûüýÿßšžÀÂÄÃÅÆÇÈÊËÌÎÏÑÒÔÖÕØŒÙÛÜÝŠŽ") | _FADAS
_SIGNS = frozenset("\xa0’‘“”–—…€£")
_OTHER = re.compile(r"[^\x00-\x7f]")
_CLEAR = 2  # by how much the best must be ahead
_MOST = 5_000  # letters that are looked at
_LONGEST = 60  # characters
_PARTED = re.compile(r"[\s,;\"<>]")


@dataclass(frozen=True)
class Guess:
    """The text in its likeliest charset.

    `doubt` is a cell to ask about where another fits as well.
    """

    text: str
    doubt: str = ""


def guess(content: bytes) -> Guess:
    """The text of bytes that are no Unicode."""
    scores: dict[str, int] = {}
    for charset in _CHARSETS:
        with suppress(UnicodeDecodeError):
            text = content.decode(charset)
            scores.setdefault(text, _score(text))
    best, *others = sorted(scores, key=lambda text: -scores[text])
    clear = scores[best] > 0 and all(scores[best] - scores[other] >= _CLEAR for other in others)
    return Guess(best, "" if clear else _first_odd_cell(best))


def _score(text: str) -> int:
    """How well the letters outside ASCII fit where they stand."""
    found = islice(_OTHER.finditer(text), _MOST)
    return sum(_fit(text, each.start(), each[0]) for each in found)


def _fit(text: str, at: int, sign: str) -> int:
    before, after = text[max(at - 2, 0) : at], text[at + 1 : at + 2]
    if sign in _SIGNS:
        return _fit_sign(before[-1:], sign, after)
    if sign not in _LETTERS or _is_in_address(text, at):
        return -3
    value = 3 if sign in _FADAS else 1
    capitals = text[at + 2 : at + 4].isupper() and text[at + 2 : at + 4].isalpha()  # NÍ BHRIAIN
    if sign.islower():  # few names begin so
        odd = after.isupper() or (capitals and before[-1:].isupper())
        return -2 if odd else value * before[-1:].isalpha()
    if not before[-1:].isalpha() or (before[-1] in "hnt" and not before[:-1].isalpha()):
        return value  # as in Ó hÉanaí
    if before[-1].islower() or after.islower():
        return -2
    return value if after.isupper() or (before.isalpha() and before.isupper()) or capitals else 0


def _fit_sign(before: str, sign: str, after: str) -> int:
    if sign == "’" and before.isalpha() and after.isalpha():
        return 5 if before in "OD" else 3 if after == "s" else 1
    fits = {
        "‘“": not before.isalnum() and after.isalnum(),
        "’”…": before.isalnum() and not after.isalnum(),
        "–—": before.isspace() and after.isspace(),
        "€£": after.isdigit(),
        "\xa0": after.isupper() or not (before.isalpha() and after.isalpha()),
    }
    return 2 if any(fits[signs] for signs in fits if sign in signs) else -3


def _is_in_address(text: str, at: int) -> bool:
    around = (text[max(at - _LONGEST, 0) : at], text[at + 1 : at + _LONGEST])
    return "@" in _PARTED.split(around[0])[-1] + _PARTED.split(around[1])[0]


def _first_odd_cell(text: str) -> str:
    [cell] = re.findall(r"[^,;\t\r\n\"]*[^\x00-\x7f][^,;\t\r\n\"]*", text)[:1] or [""]
    return tidy_text(cell)[:_LONGEST]
