"""Feeds a table's stream to the functions that the template maps it to.

From a checkpoint on.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local import files
from local.template import ACCOUNT, REGION, StreamFeed
from local.worker_pool import Pool

_ABREAST = 3  # batches in hand at once, as with a parallelisation factor
_RECORDS = "DynamoDBStreams_20120810.GetRecords"
_READ = 1000  # records a call, by the service's quotas
_TRIM = 10  # seconds, at least, between two looks at what can be forgotten


class Stream:
    """One table's stream and its checkpoint.

    The checkpoint is the last sequence number handed on, a shard.
    """

    def __init__(
        self,
        name: str,
        feeds: list[StreamFeed],
        dynamodb: Any,
        streams: Any,
        call: Callable[[str, dict[str, Any]], dict[str, Any]],
        pool: Pool,
        at: Path,
        trim: Callable[[str, str], None] | None = None,
    ) -> None:
        """`call` asks in plain JSON; `trim` forgets a table's records up to a sequence number."""
        self._name = name
        self._feeds = feeds
        self._dynamodb = dynamodb
        self._streams = streams
        self._call = call
        self._pool = pool
        self._path = at
        self._checkpoint: dict[str, str] = files.read_json(at) or {}
        self._iterators: dict[str, str] = {}
        self._arn = ""
        self._turn = asyncio.Lock()
        self._trim = trim
        self._trimmed: dict[str, str] = {}
        self._looked = 0.0

    async def drain(self) -> int:
        """Hand on what there is; answers how many records were. One caller at a time."""
        async with self._turn:
            total = 0
            while records := await asyncio.to_thread(self._read):
                for feed in self._feeds:
                    await self._deliver(feed, [one for _, one in records])
                for shard, record in records:
                    self._checkpoint[shard] = record["dynamodb"]["SequenceNumber"]
                files.write_json(self._path, self._checkpoint)
                total += len(records)
                if len(records) < _READ:
                    break
            await asyncio.to_thread(self._forget)
            return total

    def _forget(self) -> None:
        """Lets go of what was handed on, and holds what people wrote: not at every call."""
        if self._trim is None or self._trimmed == self._checkpoint:
            return
        if time.monotonic() - self._looked >= _TRIM:
            self._looked = time.monotonic()
            for sequence in self._checkpoint.values():
                self._trim(self._name, sequence)
            self._trimmed = dict(self._checkpoint)

    def _read(self) -> list[tuple[str, dict[str, Any]]]:
        if not self._iterators:
            self._open()
        found: list[tuple[str, dict[str, Any]]] = []
        for shard, iterator in list(self._iterators.items()):
            try:
                answer = self._call(_RECORDS, {"ShardIterator": iterator, "Limit": _READ})
            except ClientError:  # an iterator lives for minutes only
                self._iterators.clear()
                return []
            found += [(shard, one) for one in answer["Records"]]
            following = answer.get("NextShardIterator")
            if following:
                self._iterators[shard] = following
            else:
                del self._iterators[shard]
        return found

    def _open(self) -> None:
        if not self._arn:
            table = self._dynamodb.describe_table(TableName=self._name)["Table"]
            self._arn = table["LatestStreamArn"]
        described = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]
        for shard in described["Shards"]:
            name = shard["ShardId"]
            where: dict[str, str] = {"ShardIteratorType": "TRIM_HORIZON"}
            if name in self._checkpoint:
                where = {
                    "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                    "SequenceNumber": self._checkpoint[name],
                }
            try:
                answer = self._streams.get_shard_iterator(
                    StreamArn=self._arn, ShardId=name, **where
                )
            except ClientError:  # the checkpoint is older than what the stream keeps
                answer = self._streams.get_shard_iterator(
                    StreamArn=self._arn, ShardId=name, ShardIteratorType="TRIM_HORIZON"
                )
            self._iterators[name] = answer["ShardIterator"]

    async def _deliver(self, feed: StreamFeed, records: list[dict[str, Any]]) -> None:
        """Batches in the order of the stream, a few at once; one retry, then the sweep has them."""
        chosen = [event_record(one, self._arn) for one in records if matches(one, feed.patterns)]
        room = asyncio.Semaphore(_ABREAST)

        async def give(batch: list[dict[str, Any]]) -> None:
            async with room:
                outcome = await self._pool.invoke(feed.function, {"Records": batch})
                if outcome.how != "answered":
                    await self._pool.invoke(feed.function, {"Records": batch})

        size = min(feed.batch, max(1, -(-len(chosen) // _ABREAST)))
        await asyncio.gather(
            *(give(chosen[start : start + size]) for start in range(0, len(chosen), size))
        )


def event_record(record: dict[str, Any], arn: str) -> dict[str, Any]:
    """A GetRecords record as Lambda's stream event carries it."""
    label = arn.split(":table/", 1)[-1]
    return {
        **record,
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
        "eventSourceARN": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{label}",
    }


def matches(record: dict[str, Any], patterns: tuple[dict[str, Any], ...]) -> bool:
    """True if a record passes any of a mapping's filters.

    None at all lets all pass.
    """
    return not patterns or any(_fits(record, pattern) for pattern in patterns)


def _fits(value: Any, pattern: dict[str, Any]) -> bool:
    for name, wanted in pattern.items():
        inner = value.get(name) if isinstance(value, dict) else None
        if isinstance(wanted, dict):
            if not _fits(inner, wanted):
                return False
        elif not any(_accepts(inner, one) for one in wanted):
            return False
    return True


def _accepts(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return bool(value == wanted)
    if "exists" in wanted:
        return (value is not None) == bool(wanted["exists"])
    if "prefix" in wanted:
        return isinstance(value, str) and value.startswith(wanted["prefix"])
    if "anything-but" in wanted:
        return value not in wanted["anything-but"]
    raise ValueError(f"a filter this stack does not know: {wanted}")
