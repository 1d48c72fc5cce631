"""Tests of what is told of a name by its characters: in short, whether it is seen, and which look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from comhar.fields import visible
from comhar.names import folded, shortened

SHORT = {
    "Una Kelly": "Una K.",
    "Una Ní Dhomhnaill": "Una Ní D.",
    "Seán Ó Súilleabháin": "Seán Ó S.",
    "Áine Mac Giolla Phádraig": "Áine Mac G.",
    "Síle Uí Bhriain": "Síle Uí B.",
    "Pat O’Brien": "Pat O’B.",
    "Tom McCarthy": "Tom McC.",
    "Tom MacNamara": "Tom MacN.",
    "Tom Mackey": "Tom M.",
    "Mary Kate Byrne": "Mary B.",
    "Jo Ó Sé-Ryan": "Jo Ó S.",
    "Eve Van der Berg": "Eve Van der B.",
    "E\u0301abha E\u0301lie": "E\u0301abha É.",
    "Ann": "Ann",
    "王小明": "王小明",
}


@pytest.mark.parametrize(("name", "short"), SHORT.items())
def test_a_name_in_short_is_the_first_and_the_surname_s_initial(name: str, short: str) -> None:
    assert shortened(name, name) == short


def test_who_is_called_otherwise_is_called_so() -> None:
    assert shortened("Nell", "Eleanor Kelly") == "Nell K."
    assert shortened("Nell Kelly", "Eleanor Kelly") == "Nell K."


@given(some.text(min_size=1).map(str.strip).filter(bool))
def test_any_name_has_something_in_short(name: str) -> None:
    assert shortened(name, name)


@pytest.mark.parametrize("text", ["Ann", "Ó", "😔", "漢", "?", "3", "\u200bx", "e\u0301"])
def test_what_is_seen(text: str) -> None:
    assert visible(text)


@pytest.mark.parametrize(
    "text", ["", " ", "\u00a0", "\u200b", "\u0301", "\u2800", "\u3164", "\U000e0041"]
)
def test_what_is_not_seen(text: str) -> None:
    assert not visible(text)


def test_names_that_look_alike_are_the_same_and_others_are_not() -> None:
    kelly = [
        "Una Kelly",
        "ÚNA KELLY",
        " una\u00a0kelly ",
        "U\u200bna Kelly",
        "Un\u0430 \u041aelly",
        "Una-Ke11y",
    ]
    assert {folded(each) for each in kelly} == {"unakelly"}
    assert (
        len({folded(each) for each in ("Una Kelly", "Una Kenny", "Unna Kelly", "Uná Kellys")}) == 4
    )
    assert folded("Straße") == folded("STRASSE") and folded("Łukasz") == folded("Lukasz")
    assert folded("王小明") and folded("Олег") == folded("ОЛЕГ")


@given(some.text(), some.text())
def test_what_is_folded_stays_folded_and_case_does_not_matter(one: str, other: str) -> None:
    assert folded(folded(one)) == folded(one)
