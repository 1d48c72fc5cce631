"""The tables in memory do what the real ones do."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comhar import wiring
from comhar.table import Lost, Table
from comhar.writes import Check, Delete, Put, Update, absent, absent_or_at_most, at_most, present
from tests.support.cloud import Cloud
from tests.support.memory import MemoryTable

KEYS = st.tuples(st.sampled_from(["A", "B"]), st.sampled_from(["X", "X#1", "X#2", "Y", "Z#é"]))
VALUES = st.one_of(st.integers(0, 3), st.sampled_from(["a", "b"]), st.lists(st.integers(0, 2)))
ITEMS = st.dictionaries(st.sampled_from(["n", "m"]), st.integers(0, 3)) | st.fixed_dictionaries(
    {"due": st.just("work"), "due_at": st.sampled_from(["1", "2", "3"]), "v": VALUES}
)
RULES = st.one_of(
    st.just(absent), st.just(present), st.integers(0, 3), st.integers(0, 3).map(at_most)
) | st.integers(0, 3).map(absent_or_at_most)
WHENS = st.dictionaries(st.sampled_from(["n", "m", "pk"]), RULES, max_size=2).map(
    lambda when: {
        name: rule if name != "pk" or rule in (absent, present) else present
        for name, rule in when.items()
    }
)
NUMBERS = st.dictionaries(st.sampled_from(["n", "m"]), st.integers(0, 3), max_size=1)
WRITES = st.one_of(
    st.builds(
        lambda key, item, when: Put({"pk": key[0], "sk": key[1], **item}, when=when),
        *(KEYS, ITEMS, WHENS),
    ),
    st.builds(lambda key, when: Delete(key, when=when), KEYS, WHENS),
    st.builds(
        lambda key, set, default, when: Update(
            key, set=set, default={"d": 1, **default} if not set else {}, when=when
        ),
        *(KEYS, NUMBERS, st.just({}), WHENS),
    ),
    st.builds(lambda key, add: Update(key, add={"count": add}), KEYS, st.integers(1, 3)),
    st.builds(
        lambda key, some: Update(key, add={"names": some}),
        *(KEYS, st.sets(st.sampled_from(["a", "b"]), min_size=1)),
    ),
    st.builds(lambda key: Update(key, remove=["n"], add={"count": 1}), KEYS),
    st.builds(Check, KEYS, WHENS.filter(bool)),
)
READS = st.one_of(
    st.fixed_dictionaries({"begins": st.sampled_from(["", "X", "X#"])}),
    st.fixed_dictionaries({"after": st.sampled_from(["X", "X#1"]), "until": st.just("Z#~")}),
    st.fixed_dictionaries({"begins": st.just("X#"), "until": st.just("X#2")}),
    st.fixed_dictionaries({"newest_first": st.just(True), "begins": st.sampled_from(["", "X#"])}),
)
LIMITS = st.sampled_from([None, 1, 2])


@pytest.fixture(scope="module")
def real(cloud: Cloud) -> Table:
    return wiring.table()


def done(table: Table, writes: list[Any]) -> Any:
    try:
        table.transact(*writes)
    except Lost as lost:
        return lost.failed
    return "written"


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(WRITES, min_size=1, max_size=3, unique_by=lambda w: key(w)), max_size=5),
    READS,
    LIMITS,
)
def test_every_write_and_read_ends_as_over_the_real_one(real, rounds, read, limit):
    for pk in ("A", "B"):
        for item in real.query(pk).items:
            real.transact(Delete((pk, item["sk"])))
    memory = MemoryTable()
    for writes in rounds:
        assert done(memory, writes) == done(real, writes)
    for pk in ("A", "B"):
        assert memory.query(pk).items == real.query(pk).items
        assert memory.query(pk, limit=limit, **read) == real.query(pk, limit=limit, **read)
    for until in ("1", "3"):
        mine, theirs = memory.due("work", until, 50), real.due("work", until, 50)
        assert sorted(map(str, mine)) == sorted(map(str, theirs))


def key(write: Any) -> Any:
    return (write.item["pk"], write.item["sk"]) if isinstance(write, Put) else write.key
