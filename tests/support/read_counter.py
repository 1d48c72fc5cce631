"""Counts what a request reads: calls to DynamoDB, the items these evaluate and their bytes, calls of KMS."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from comhar import wiring
from tests.support.cloud import Cloud
from tests.support.dynamodb_expressions import Raw
from tests.support.memory_tables import item_size

READS = ("GetItem", "BatchGetItem", "Query")


@dataclass
class Reads:
    """Calls that read, without the session's batch; items before any filter; calls of KMS."""

    calls: int = 0
    items: int = 0
    size: int = 0  # bytes of the items
    kms: int = 0

    @property
    def kilobytes(self) -> float:
        return self.size / 1024


@contextmanager
def count_reads(cloud: Cloud) -> Iterator[Reads]:
    """What is read meanwhile."""
    reads, read, evaluated = Reads(), list[str](), list[Raw]()  # lists: some read side by side
    memory = cloud.fake_aws.memory
    call, on_read = memory.call, memory.on_read

    def counted_call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        if _is_session_batch(request):
            memory.on_read = on_read
            answer = call(operation, request)
            memory.on_read = evaluated.append
            return answer
        read.append(operation)
        return call(operation, request)

    def count_kms(**about: Any) -> None:
        reads.kms += 1

    events = wiring.encryption()._client.meta.events
    events.register("before-call.kms", count_kms)
    memory.call, memory.on_read = counted_call, evaluated.append  # type: ignore[method-assign]
    try:
        yield reads
    finally:
        memory.call, memory.on_read = call, on_read  # type: ignore[method-assign]
        events.unregister("before-call.kms", count_kms)
        reads.calls = sum(operation in READS for operation in read)
        reads.items, reads.size = len(evaluated), sum(map(item_size, evaluated))


def _is_session_batch(request: dict[str, Any]) -> bool:
    return any(
        key["sk"]["S"].startswith("SESSION#")
        for wanted in request.get("RequestItems", {}).values()
        for key in wanted["Keys"]
    )
