"""Tests of what is told of a name by its characters: in short, whether it is seen, and which look alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from comhar.fields import is_visible
from comhar.person_names import fold_look_alikes, short_name, spell_surname

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
    assert short_name(name, name) == short


def test_who_is_called_otherwise_is_called_so() -> None:
    assert short_name("Nell", "Eleanor Kelly") == "Nell K."
    assert short_name("Nell Kelly", "Eleanor Kelly") == "Nell K."


@given(some.text(min_size=1).map(str.strip).filter(bool))
def test_any_name_has_something_in_short(name: str) -> None:
    assert short_name(name, name)


@pytest.mark.parametrize("text", ["Ann", "Ó", "😔", "漢", "?", "3", "\u200bx", "e\u0301"])
def test_what_is_seen(text: str) -> None:
    assert is_visible(text)


@pytest.mark.parametrize(
    "text", ["", " ", "\u00a0", "\u200b", "\u0301", "\u2800", "\u3164", "\U000e0041"]
)
def test_what_is_not_seen(text: str) -> None:
    assert not is_visible(text)


def test_names_that_look_alike_are_the_same_and_others_are_not() -> None:
    kelly = [
        "Una Kelly",
        "ÚNA KELLY",
        " una\u00a0kelly ",
        "U\u200bna Kelly",
        "Un\u0430 \u041aelly",
        "Una-Ke11y",
    ]
    assert {fold_look_alikes(each) for each in kelly} == {"unakelly"}
    assert (
        len(
            {
                fold_look_alikes(each)
                for each in ("Una Kelly", "Una Kenny", "Unna Kelly", "Uná Kellys")
            }
        )
        == 4
    )
    assert fold_look_alikes("Straße") == fold_look_alikes("STRASSE") and fold_look_alikes(
        "Łukasz"
    ) == fold_look_alikes("Lukasz")
    assert fold_look_alikes("王小明") and fold_look_alikes("Олег") == fold_look_alikes("ОЛЕГ")


@given(some.text(), some.text())
def test_what_is_folded_stays_folded_and_case_does_not_matter(one: str, other: str) -> None:
    assert fold_look_alikes(fold_look_alikes(one)) == fold_look_alikes(one)


@pytest.mark.parametrize(("name", "apart", "joined"), [
    ("Anne McCarthy", "Anne Mc Carthy", "Anne McCarthy"),
    ("Anne Mc Carthy", "Anne Mc Carthy", "Anne McCarthy"),
    ("Mac Giolla Phádraig", "Mac Giolla Phádraig", "MacGiolla Phádraig"),
    ("Maccabee Stone", "Maccabee Stone", "Maccabee Stone"),
    ("", "", ""),
])  # fmt: skip
def test_what_stands_before_a_surname_is_spelt_apart_and_joined(name, apart, joined):
    assert spell_surname(name) == (apart.split(), joined.split())
