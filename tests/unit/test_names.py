"""Tests of what is told of a name by its letters: whose something is, in short."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from comhar.names import shortened

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
