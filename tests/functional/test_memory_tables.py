"""The tables in memory end every call as dynoxide does, and change nothing where they refuse."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comhar import wiring
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    ConditionFailed,
    Delete,
    Put,
    Update,
    absent,
    absent_or_at_most,
    at_most,
    conflict_as,
    present,
)
from comhar.aws.dynamodb import Table
from local.dynamo import Dynamo
from tests.support.cloud import Cloud
from tests.support.dynoxide import make_fresh
from tests.support.memory_tables import memory_table
from tests.support.proof_sizes import sized

KEYS = st.tuples(st.sampled_from(["A", "B"]), st.sampled_from(["X", "X#1", "X#2", "Y", "Z#é"]))
VALUES = st.one_of(st.integers(0, 3), st.sampled_from(["a", "b"]), st.lists(st.integers(0, 2)))
ITEMS = st.dictionaries(st.sampled_from(["n", "m"]), st.integers(0, 3)) | st.fixed_dictionaries(
    {"due": st.just("work"), "due_at": st.sampled_from(["1", "2", "3"]), "v": VALUES}
)
RULES = st.one_of(
    st.just(absent), st.just(present), st.integers(0, 3), st.integers(0, 3).map(at_most)
) | st.integers(0, 3).map(absent_or_at_most)
WHENS = st.dictionaries(st.sampled_from(["n", "m", "pk"]), RULES, max_size=2).map(
    lambda condition: {
        name: rule if name != "pk" or rule in (absent, present) else present
        for name, rule in condition.items()
    }
)
NUMBERS = st.dictionaries(st.sampled_from(["n", "m"]), st.integers(0, 3), max_size=1)
WRITES = st.one_of(
    st.builds(
        lambda key, item, condition: Put({"pk": key[0], "sk": key[1], **item}, condition=condition),
        *(KEYS, ITEMS, WHENS),
    ),
    st.builds(lambda key, condition: Delete(key, condition=condition), KEYS, WHENS),
    st.builds(
        lambda key, set, default, condition: Update(
            key, set=set, default={"d": 1, **default} if not set else {}, condition=condition
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
    st.fixed_dictionaries({"begins": st.just("X"), "attributes": st.just(("n", "names", "v"))}),
)
LIMITS = st.sampled_from([None, 1, 2])


@pytest.fixture(scope="module")
def real(emulator: Dynamo) -> Table:
    fresh = make_fresh(emulator)
    return Table(fresh.client, fresh.names, pause=lambda seconds: None)


def done(table: Table, writes: list[Any]) -> Any:
    try:
        table.transact(writes)
    except ConditionFailed as failure:
        return failure.failed
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "written"


def key(write: Any) -> Any:
    return (write.item["pk"], write.item["sk"]) if isinstance(write, Put) else write.key


@settings(max_examples=sized(40, 150), suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(WRITES, min_size=1, max_size=3, unique_by=lambda w: key(w)), max_size=5),
    READS,
    LIMITS,
)
def test_every_write_and_read_ends_as_over_dynoxide(real, rounds, read, limit):
    for pk in ("A", "B"):
        for item in real.query(pk).items:
            real.transact([Delete((pk, item["sk"]))])
    memory = memory_table()
    for writes in rounds:
        assert done(memory, writes) == done(real, writes)
    keys = [(pk, sk) for pk in ("A", "B") for sk in ("X", "X#2", "Q")]
    assert memory.batch_get(keys) == real.batch_get(keys)
    for pk in ("A", "B"):
        assert memory.query(pk).items == real.query(pk).items
        assert memory.query(pk, limit=limit, **read) == real.query(pk, limit=limit, **read)
    for until in ("1", "3"):
        own, theirs = (
            sorted(table.due("work", until, 50), key=lambda item: (item["pk"], item["sk"]))
            for table in (memory, real)
        )
        assert own == theirs


NEW = {"pk": "N", "sk": "1"}
BIG = {"pk": "N", "sk": "1", "text": "x" * (400 * 1024)}
REFUSED = {
    "no partition key": [Put({"sk": "1"})],
    "an empty partition key": [Put({"pk": "", "sk": "1"})],
    "an empty sort key": [Put({"pk": "N", "sk": ""})],
    "an empty key of a delete": [Delete(("", "1"))],
    "an empty key of an index": [Put({**NEW, "due": "", "due_at": "1"})],
    "a number in an index": [Put({**NEW, "due": "work", "due_at": 1})],
    "an item too large": [Put(BIG)],
    "an update that makes it too large": [Update(("N", "1"), set={"text": BIG["text"]})],
    "two actions on one item": [Put(NEW, UNLESS_EXISTS), Delete(("N", "1"))],
    "a transaction of 101": [Put({"pk": "N", "sk": str(n)}) for n in range(101)],
    "a transaction too large": [
        Put({"pk": "N", "sk": str(n), "text": "x" * 390_000}) for n in range(11)
    ],
    "an addition to a text": [Put({**NEW, "n": "a"}), Update(("N", "1"), add={"n": 1})],
    "a path that is not there": [Update(("N", "1"), set={"deep.er": 1})],
    "one of them too large": [Put({"pk": "N", "sk": "2"}), Put(BIG)],
    "an addition to a text, among others": [
        Put({"pk": "N", "sk": "2"}),
        Update(("N", "t"), add={"n": 1}),
    ],
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_dynamodb_refuses_is_refused_alike_and_nothing_is_written(real: Table, kind: str):
    memory = memory_table()
    for table in (memory, real):
        table.transact([Put({"pk": "N", "sk": "t", "n": "a"})])
    for sk in ("1", "2"):  # what the kind before may have left
        real.transact([Delete(("N", sk))])
    own, theirs = done(memory, REFUSED[kind]), done(real, REFUSED[kind])
    assert own == theirs != "written"
    assert memory.query("N").items == real.query("N").items


@pytest.mark.parametrize("number", [100, 101])
def test_a_batch_reads_a_hundred_keys(real: Table, number: int):
    keys = [{"pk": {"S": "N"}, "sk": {"S": str(n)}} for n in range(number)]
    found = [ended(table, keys) for table in (memory_table(), real)]
    assert found[0] == found[1] == ("read" if number == 100 else "ValidationException")


def test_a_batch_of_any_size_is_read_a_hundred_at_a_time_in_the_order_asked(real: Table):
    for table in (memory_table(), real):
        table.write_all(Put({"pk": "N", "sk": str(n)}) for n in range(230))
        found = table.batch_get([("N", str(n)) for n in range(240)])
        assert [each and each["sk"] for each in found] == [*map(str, range(230)), *[None] * 10]


def test_what_was_told_already_is_left_out_and_the_rest_is_written(real: Table):
    for table in (memory_table(), real):
        writes = [Put({"pk": "T", "sk": str(n)}, condition=UNLESS_EXISTS) for n in range(3)]
        table.transact([writes[1], Put({"pk": "T", "sk": "here"})])
        new, here = ({"pk": "T", "sk": each} for each in ("new", "here"))
        with pytest.raises(SampleRefusal):
            table.transact([Put(here, condition=UNLESS_EXISTS, conflict=SampleRefusal)], writes)
        with pytest.raises(ConditionFailed) as failure:
            table.transact([Put(new), Put(here, condition=UNLESS_EXISTS)], writes)
        assert 1 in failure.value.failed
        assert [each["sk"] for each in table.query("T").items] == ["1", "here"]
        table.transact([Put(new)], writes)
        assert [each["sk"] for each in table.query("T").items] == ["0", "1", "2", "here", "new"]


def test_a_condition_that_fails_is_named_by_who_asked(real: Table):
    for table in (memory_table(), real):
        table.transact([Put({"pk": "C", "sk": "1"})])
        with pytest.raises(SampleRefusal), conflict_as(SampleRefusal):
            table.transact([Put({"pk": "C", "sk": "1"}, condition=UNLESS_EXISTS)])


class SampleRefusal(Exception):
    """What a topic would raise."""


def test_what_a_batch_read_left_out_is_asked_for_again(monkeypatch: pytest.MonkeyPatch):
    """As DynamoDB does where it is busy, or the items are many megabytes."""
    table = memory_table()
    table.transact([Put({"pk": "N", "sk": str(n)}) for n in range(5)])
    whole = table._client.batch_get_item

    def two_at_a_time(RequestItems: dict[str, Any]) -> dict[str, Any]:
        ((name, keys),) = RequestItems.items()
        parts = [{name: {**keys, "Keys": keys["Keys"][n]}} for n in (slice(2), slice(2, None))]
        left = parts[1] if parts[1][name]["Keys"] else {}
        return {**whole(RequestItems=parts[0]), "UnprocessedKeys": left}

    monkeypatch.setattr(table._client, "batch_get_item", two_at_a_time)
    found = table.batch_get([("N", str(n)) for n in range(6)])
    assert [item["sk"] if item else None for item in found] == ["0", "1", "2", "3", "4", None]


def ended(table: Table, keys: list[Any]) -> str:
    try:
        table._client.batch_get_item(RequestItems={table._names["core"]: {"Keys": keys}})
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "read"


def test_a_query_comes_in_pages_of_a_megabyte(real: Table):
    pages = []
    for table in (memory_table(), real):
        for number in range(5):
            table.transact([Put({"pk": "P", "sk": str(number), "text": "x" * 300_000})])
        answer = table._client.query(
            TableName=table._names["core"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "P"}},
        )
        pages.append([item["sk"]["S"] for item in answer["Items"]])
        assert answer["LastEvaluatedKey"]["sk"]["S"] == pages[-1][-1]
        assert len(table.query("P").items) == 5
    assert pages[0] == pages[1]


KEY, OTHER, FRESH = ("P", "1"), ("P", "2"), ("P", "3")


def test_a_transaction_that_is_refused_changes_nothing():
    table = memory_table()
    before = {"pk": "P", "n": 1, "deep": {"list": [1]}}
    table.transact([Put(before | {"sk": "1"}), Put(before | {"sk": "2"})])
    with pytest.raises(ConditionFailed) as failure:
        table.transact(
            [
                Update(KEY, set={"deep.list": [2]}, add={"n": 1}),
                Delete(OTHER),
                Put({"pk": "P", "sk": "3"}),
                Check(("P", "4"), {"pk": present}),
            ],
        )
    assert failure.value.failed == [3]
    assert table.get(KEY) == before | {"sk": "1"}
    assert table.get(OTHER) == before | {"sk": "2"}
    assert table.get(FRESH) is None
    table.transact([Update(KEY, add={"n": 1}), Delete(OTHER)])
    assert table.get(KEY) == before | {"sk": "1", "n": 2}
    assert table.get(OTHER) is None


def test_a_function_in_this_process_has_its_own_rights_and_no_others(cloud: Cloud):
    receipts = cloud.template.functions["ReceiptsFunction"]
    with cloud.fake_aws.acting_as(receipts):
        assert wiring.table().get(("TAG#none", "TAG")) is None
        for refused in (
            lambda: wiring.table().query("REGISTER"),
            lambda: wiring.table().transact([Put({"pk": "MEMBER#x", "sk": "MEMBER"})]),
            lambda: wiring.table().get(("SURVEY#x", "SECRET"), "ballots"),
        ):
            with pytest.raises(ClientError, match="AccessDenied"):
                refused()
    assert wiring.table().query("REGISTER").items == []
