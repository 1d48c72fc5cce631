"""That moto, made cheap, still undoes a transaction of which one condition fails."""

import pytest

from comhar import wiring
from comhar.table import Lost
from comhar.writes import Check, Delete, Put, Update, present
from tests.support.cloud import Cloud

KEY, OTHER, NEW = ("P", "1"), ("P", "2"), ("P", "3")


def test_a_transaction_that_is_refused_changes_nothing(cloud: Cloud):
    table = wiring.table()
    before = {"pk": "P", "n": 1, "deep": {"list": [1]}}
    table.transact(Put(before | {"sk": "1"}), Put(before | {"sk": "2"}))
    with pytest.raises(Lost) as lost:
        table.transact(
            Update(KEY, set={"deep.list": [2]}, add={"n": 1}),
            Delete(OTHER),
            Put({"pk": "P", "sk": "3"}),
            Check(("P", "4"), {"pk": present}),
        )
    assert lost.value.failed == [3]
    assert table.get(KEY) == before | {"sk": "1"}
    assert table.get(OTHER) == before | {"sk": "2"}
    assert table.get(NEW) is None
    table.transact(Update(KEY, add={"n": 1}), Delete(OTHER))
    assert table.get(KEY) == before | {"sk": "1", "n": 2}
    assert table.get(OTHER) is None
