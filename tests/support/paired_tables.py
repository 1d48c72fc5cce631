"""The tables in memory with dynoxide beside them: every call is made of both, and has to come to the same.

For `TABLES=dynoxide`: what the routes are answered is dynoxide's; a test that looks into the tables sees
those in memory. One cloud at a time.
"""

from collections.abc import Callable
from functools import cache, partial
from itertools import batched
from pathlib import Path
from typing import Any

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from local.dynamo import Dynamo, client
from tests.support.dynamodb_expressions import Asked, Raw, Refused
from tests.support.memory_tables import MemoryTables
from tests.support.table_rows import Rows

_by_http = BaseClient._make_api_call  # which a cloud leads to its own tables
# Whether a last page that is full says so is left to each: who reads on finds no more.
_SAME = ("Item", "Items", "Attributes", "Responses")
_IN_NO_ORDER = ("Scan", "BatchGetItem")


class PairedTables(MemoryTables):
    def _answer(self, operation: str, request: Asked) -> dict[str, Any]:
        """What dynoxide answers. Raises Refused, and AssertionError where memory would say another thing."""
        if operation == "CreateTable":
            _forget(request["TableName"])
        here = _came_of(lambda: super(PairedTables, self)._answer(operation, request))
        there = _came_of(lambda: _real(operation, request))
        normalised = partial(
            _comparable, in_order=operation not in _IN_NO_ORDER, by_index="IndexName" in request
        )
        assert normalised(here) == normalised(there), (operation, request)
        if isinstance(there, ClientError):
            assert isinstance(here, Refused)
            raise here
        return there

    def put_back(self, tables: dict[str, Rows]) -> None:
        """In dynoxide only what differs."""
        for name, rows in self.tables.items():
            now, then = (_by_key(each) for each in (rows, tables[name]))
            puts = [
                {"PutRequest": {"Item": then[key]}} for key in then if now.get(key) != then[key]
            ]
            removed = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in now.keys() - then.keys()]
            requests = [*puts, *({"DeleteRequest": {"Key": key}} for key in removed)]
            for some in batched(requests, 25, strict=False):
                _real("BatchWriteItem", {"RequestItems": {name: [*some]}})
        super().put_back(tables)


@cache
def _dynoxide() -> tuple[Dynamo, Any]:
    """One a process, which ends with it; and a client of it."""
    running = Dynamo(Path(__file__).parents[2], None)
    running.wait()
    return running, client(running.endpoint)


def _real(operation: str, request: Asked) -> dict[str, Any]:
    if operation == "CreateTable":  # nobody reads its stream, which dynoxide counts at every write
        request = {**request, "StreamSpecification": {"StreamEnabled": False}}
    answer: dict[str, Any] = _by_http(_dynoxide()[1], operation, request)
    return answer


def _forget(table: str) -> None:
    if table in _real("ListTables", {})["TableNames"]:
        _real("UpdateTable", {"TableName": table, "DeletionProtectionEnabled": False})
        _real("DeleteTable", {"TableName": table})


def _came_of(call: Callable[[], dict[str, Any]]) -> dict[str, Any] | Refused | ClientError:
    try:
        return call()
    except (Refused, ClientError) as refused:
        return refused


def _comparable(
    came: dict[str, Any] | Refused | ClientError, in_order: bool, by_index: bool
) -> Any:
    """What has to be the same: an answer's items, of an index when they are due, or why it was refused."""
    if not isinstance(came, dict):
        response: Any = came.response() if isinstance(came, Refused) else came.response
        reasons = response.get("CancellationReasons", [])
        return response["Error"]["Code"], [each.get("Code") for each in reasons]
    if by_index:  # the order of those due at one moment is nobody's
        return [item["due_at"] for item in came["Items"]]
    found = {name: came[name] for name in _SAME if came.get(name)}
    if in_order:
        return found
    return {name: _sorted(each) for name, each in found.items()}


def _sorted(found: Any) -> Any:
    if isinstance(found, dict) and "pk" not in found:
        return {table: _sorted(items) for table, items in found.items() if items}
    return sorted(found, key=_key) if isinstance(found, list) else found


def _key(item: Raw) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def _by_key(rows: Rows) -> dict[tuple[str, str], Raw]:
    return {_key(item): item for item in rows.items()}
