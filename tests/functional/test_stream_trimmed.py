"""The embedded stack's stream hands everything on once, forgets it then, and what comes later still comes."""

import contextlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local.dynamo import Dynamo, client, plain_caller
from local.stream import Stream
from local.template import StreamFeed
from local.worker_pool import Outcome
from tests.support.event_loops import run
from tests.support.stack import ROOT

KEY = [{"AttributeName": "pk", "KeyType": "HASH"}]
TYPES = [{"AttributeName": "pk", "AttributeType": "S"}]
STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}


@pytest.fixture
def dynamo(tmp_path: Path) -> Iterator[Dynamo]:
    running = Dynamo(ROOT, tmp_path / "dynamodb.sqlite", tmp_path / "log")
    running.wait()
    made = {"KeySchema": KEY, "AttributeDefinitions": TYPES, "BillingMode": "PAY_PER_REQUEST"}
    client(running.endpoint).create_table(TableName="people", StreamSpecification=STREAM, **made)
    yield running
    running.stop()


def put(dynamo: Dynamo, *names: str) -> None:
    writer = client(dynamo.endpoint)
    for name in names:
        writer.put_item(TableName="people", Item={"pk": {"S": name}})


def read(dynamo: Dynamo, after: str | None = None) -> list[dict[str, Any]]:
    """The records after that sequence number, or all that there are."""
    arn = client(dynamo.endpoint).describe_table(TableName="people")["Table"]["LatestStreamArn"]
    streams = client(dynamo.endpoint, "dynamodbstreams")
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    where = {"ShardIteratorType": "TRIM_HORIZON"}
    if after:
        where = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}
    request = {"StreamArn": arn, "ShardId": shard["ShardId"], **where}
    found = streams.get_records(
        ShardIterator=streams.get_shard_iterator(**request)["ShardIterator"]
    )
    return [each["dynamodb"] for each in found["Records"]]


def stored_records(dynamo: Dynamo, tmp_path: Path) -> str:
    with contextlib.closing(sqlite3.connect(tmp_path / "dynamodb.sqlite")) as database:
        return str(database.execute("SELECT * FROM _stream_records").fetchall())


class RecordCollector:
    """Stands for the pool: takes every batch, and notes whom its records name."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def invoke(self, function: str, event: dict[str, Any]) -> Outcome:
        self.names += [each["dynamodb"]["NewImage"]["pk"]["S"] for each in event["Records"]]
        return Outcome("answered", b"")


def test_a_stack_that_starts_again_hands_nothing_on_twice(dynamo: Dynamo, tmp_path: Path):
    feed = StreamFeed("mailer", "people", 10, ())
    for names in (["Bríd", "Cian"], ["Dara"], []):
        put(dynamo, *names)
        clients = (client(dynamo.endpoint), client(dynamo.endpoint, "dynamodbstreams"))
        pool, call = RecordCollector(), plain_caller(dynamo.endpoint)
        stream = Stream("people", [feed], *clients, call, pool, tmp_path / "at.json")  # type: ignore[arg-type]
        run(stream.drain())
        assert sorted(pool.names) == names


def test_what_was_handed_on_is_gone_and_the_next_record_follows(dynamo: Dynamo, tmp_path: Path):
    put(dynamo, "Áine", "Bríd")
    last = read(dynamo)[-1]["SequenceNumber"]
    dynamo.trim("people", last)
    assert not any(name in stored_records(dynamo, tmp_path) for name in ("Áine", "Bríd"))
    put(dynamo, "Cian")
    (after,) = read(dynamo, after=last)
    assert after["NewImage"] == {"pk": {"S": "Cian"}}
    assert int(after["SequenceNumber"]) == int(last) + 1


def test_it_can_be_done_while_others_write(dynamo: Dynamo):
    names = [f"n{n}" for n in range(150)]
    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(put, dynamo, *names[start::3]) for start in range(3)]
        seen: list[dict[str, Any]] = []
        while len(seen) < len(names):
            after = seen[-1]["SequenceNumber"] if seen else None
            seen += read(dynamo, after=after)
            if seen:
                dynamo.trim("people", seen[-1]["SequenceNumber"])
        for each in writing:
            each.result()
    assert sorted(each["NewImage"]["pk"]["S"] for each in seen) == sorted(names)
