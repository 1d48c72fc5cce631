"""Items are read as boto3's own deserializer reads them, but for the type of numbers."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from hypothesis import given
from hypothesis import strategies as st

from comhar.aws.dynamodb import from_raw, to_raw

NUMBERS = st.integers(-(10**20), 10**20) | st.decimals(-1000, 1000, places=3)
PLAIN = st.none() | st.booleans() | st.text() | st.binary(min_size=1) | NUMBERS
VALUES = st.recursive(
    PLAIN | st.sets(st.text(), min_size=1),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def by_boto(value: dict[str, Any]) -> Any:
    return plain(TypeDeserializer().deserialize(value))


def plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | set):
        return type(value)(plain(inner) for inner in value)
    return getattr(value, "value", value)


@given(st.dictionaries(st.text(min_size=1), VALUES))
def test_an_item_is_read_as_boto3_reads_it(item: dict[str, Any]) -> None:
    raw = to_raw(item)
    assert from_raw(raw) == {name: by_boto(value) for name, value in raw.items()}


@pytest.mark.parametrize("text", ["0", "-7", "1E+3", "100", "1.50", "2.0", "1E-2"])
def test_a_number_in_any_notation_is_whole_where_it_can_be(text: str) -> None:
    number = from_raw({"n": {"N": text}})["n"]
    assert number == by_boto({"N": text})
    assert type(number) is type(by_boto({"N": text}))
