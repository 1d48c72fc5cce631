"""Counts kept in the writes that change them."""

from comhar.sharded_counts import SHARDS, count_write, sum_counts
from tests.faults.faulty_system import FaultySystem


def test_many_who_are_counted_lie_on_all_shards_and_each_always_on_its_own() -> None:
    keys = {count_write("MEETING#1", "COUNT#", f"person-{n}", {"yes": 1}).key for n in range(250)}
    assert len(keys) == SHARDS
    again = count_write("MEETING#1", "COUNT#", "person-7", {"no": 1}).key
    assert again == count_write("MEETING#1", "COUNT#", "person-7", {"yes": 1}).key
    assert again[1] in {f"COUNT#{n:02d}" for n in range(SHARDS)}


def test_a_count_is_the_sum_of_its_shards_whatever_was_taken_back(system: FaultySystem) -> None:
    table = system.table
    for n in range(40):
        table.transact([count_write("M", "COUNT#", str(n), {"yes": 1, "no": 0})])
    table.transact([count_write("M", "COUNT#", "3", {"yes": -1, "no": 1})])
    counts = sum_counts(table.query("M", "COUNT#").items)
    assert (counts["yes"], counts["no"], counts["maybe"]) == (39, 1, 0)


def test_what_several_change_in_one_shard_is_added_up_and_nothing_is_left_out(
    system: FaultySystem,
) -> None:
    table = system.table
    counted = [count_write("M", "COUNT#", str(n), {"yes": 1}, shards=1) for n in range(3)]
    back = count_write("M", "COUNT#", "0", {"yes": -1, "maybe": 1}, shards=1)
    table.transact([*counted, back, count_write("M", "COUNT#", "4", {"no": 0}, shards=1)])
    assert table.get(("M", "COUNT#00")) == {"pk": "M", "sk": "COUNT#00", "yes": 2, "maybe": 1}


def test_counts_that_change_nothing_are_no_write(system: FaultySystem) -> None:
    system.table.transact([count_write("M", "COUNT#", "4", {"no": 0})])
    assert system.table.query("M").items == []
