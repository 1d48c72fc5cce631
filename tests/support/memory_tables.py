"""DynamoDB in memory: the calls that `comhar.aws.dynamodb.Table` makes, by DynamoDB's rules.

`test_memory_tables.py` holds it to dynoxide. Items are as the wire has them (`{"S": "…"}`), and never
changed in place: a copy of a table is a copy of its rows.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError
from sortedcontainers import SortedDict

from comhar.aws.dynamodb import Table
from tests.support.dynamodb_expressions import (
    Asked,
    Raw,
    Refused,
    Used,
    condition,
    invalid,
    parsed,
    partition_of,
    steps_of,
)
from tests.support.table_rows import Rows

_ACTIONS = 100  # of one transaction; keys of one batch
_ITEM = 400 * 1024  # bytes
_TRANSACTION = 4 * 1024 * 1024
_PAGE = 1024 * 1024
_NAMES = {"core": "core", "ballots": "ballots", "audit": "audit"}


class MemoryTables:
    """The tables, by name. A call of one thread is done before that of another begins."""

    def __init__(self) -> None:
        self.tables: dict[str, Rows] = {}
        self._call_lock = Lock()
        self.on_read: Callable[[Raw], object] = id  # is handed each item a read evaluates

    def call(self, operation: str, request: Asked) -> dict[str, Any]:
        """What a client's call answers. Raises Refused."""
        with self._call_lock:
            return self._answer(operation, request)

    def _answer(self, operation: str, request: Asked) -> dict[str, Any]:
        answer: dict[str, Any] = _CALLS[operation](self, request)
        return answer | {"ResponseMetadata": {"HTTPStatusCode": 200, "RetryAttempts": 0}}

    def copy(self) -> dict[str, Rows]:
        return {name: rows.copy() for name, rows in self.tables.items()}

    def put_back(self, tables: dict[str, Rows]) -> None:
        """All as it was when it was copied."""
        self.tables = {name: rows.copy() for name, rows in tables.items()}

    def rows(self, name: str) -> Rows:
        if name not in self.tables:
            raise Refused("ResourceNotFoundException")
        return self.tables[name]

    def create_table(self, request: Asked) -> dict[str, Any]:
        name = request["TableName"]
        if name in self.tables:
            raise Refused("ResourceInUseException")
        index = None
        for each in request.get("GlobalSecondaryIndexes", []):
            keys = {one["KeyType"]: one["AttributeName"] for one in each["KeySchema"]}
            index = keys["HASH"], keys["RANGE"]
        self.tables[name] = Rows(index)
        return {}

    def list_tables(self, request: Asked) -> dict[str, Any]:
        return {"TableNames": sorted(self.tables)}

    def update_time_to_live(self, request: Asked) -> dict[str, Any]:
        return {}

    # Reading

    def get_item(self, request: Asked) -> dict[str, Any]:
        found = self.rows(request["TableName"]).find(*_key(request["Key"]))
        if found is None:
            return {}
        self.on_read(found)
        return {"Item": found}

    def batch_get_item(self, request: Asked) -> dict[str, Any]:
        answers: dict[str, list[Raw]] = {}
        keys = [
            (name, *_key(key))
            for name, each in request["RequestItems"].items()
            for key in reversed(each["Keys"])  # the answers come in no order
        ]
        if not 0 < len(keys) <= _ACTIONS:
            raise invalid("Too many items requested for the BatchGetItem call")
        if len({*keys}) < len(keys):
            raise invalid("Provided list of item keys contains duplicates")
        for name, pk, sk in keys:
            found = self.rows(name).find(pk, sk)
            answers.setdefault(name, []).extend([] if found is None else [found])
            if found is not None:
                self.on_read(found)
        return {"Responses": answers, "UnprocessedKeys": {}}

    def scan(self, request: Asked) -> dict[str, Any]:
        return {"Items": self.rows(request["TableName"]).items()}

    def query(self, request: Asked) -> dict[str, Any]:
        """One partition's items in order, up to `Limit`, or a page of them."""
        values, table = request["ExpressionAttributeValues"], self.rows(request["TableName"])
        used = Used(request)
        test = parsed(request["KeyConditionExpression"])(used)
        attributes = [used.name(each) for each in _attributes(request)]
        wanted = (
            parsed(request["FilterExpression"])(used) if "FilterExpression" in request else None
        )
        used.require_all()
        pk = partition_of(request["KeyConditionExpression"], values)
        backwards = not request.get("ScanIndexForward", True)
        if "IndexName" in request:
            assert table.index and not backwards
            rows: Iterable[Raw] = _by_index(table, *table.index, pk)
        else:
            partition = table.partitions.get(pk, SortedDict())
            start = request.get("ExclusiveStartKey", {}).get("sk", {}).get("S")
            first, last = (None, start) if backwards else (start, None)
            inclusive = (start is None or backwards, start is None or not backwards)
            keys = partition.irange(first, last, inclusive, reverse=backwards)
            rows = (partition[sk] for sk in keys)
        found: list[Raw] = []
        size, limit = 0, request.get("Limit")
        answer: dict[str, Any] = {}
        for item in filter(test, rows):
            size += item_size(item)
            if len(found) == limit or (found and size > _PAGE):
                answer["LastEvaluatedKey"] = {name: found[-1][name] for name in ("pk", "sk")}
                break
            found.append(item)
            self.on_read(item)
        return {"Items": _only(attributes, [*filter(wanted, found)]), **answer}

    # Writing

    def put_item(self, request: Asked) -> dict[str, Any]:
        return self._alone(request, _put)

    def delete_item(self, request: Asked) -> dict[str, Any]:
        return self._alone(request, _delete)

    def update_item(self, request: Asked) -> dict[str, Any]:
        self._alone(request, _update)
        wanted = request.get("ReturnValues") == "ALL_NEW"
        return {"Attributes": self.get_item(request)["Item"]} if wanted else {}

    def _alone(self, request: Asked, prepare: "Prepare") -> dict[str, Any]:
        prepared = prepare(request, self.rows(request["TableName"]))
        if not prepared.holds:
            raise Refused("ConditionalCheckFailedException", "The conditional request failed")
        prepared.do()
        return {}

    def transact_write_items(self, request: Asked) -> dict[str, Any]:
        """All of the actions or none, each on an item of its own."""
        actions = [
            (_PREPARED[verb], what)
            for one in request["TransactItems"]
            for verb, what in one.items()
        ]
        if not 0 < len(actions) <= _ACTIONS:
            raise invalid(f"Member must have length less than or equal to {_ACTIONS}")
        keys = [(what["TableName"], *_key(what.get("Key") or what["Item"])) for _, what in actions]
        if len({*keys}) < len(keys):
            raise invalid("Transaction request cannot include multiple operations on one item")
        prepared, reasons, size = [], [], 0
        for prepare, what in actions:
            try:
                made = prepare(what, self.rows(what["TableName"]))
            except Refused as refused:
                if prepare is not _update:
                    raise
                reasons.append({"Code": "ValidationError", "Message": str(refused)})
                continue
            prepared.append(made)
            size += made.size
            reasons.append({"Code": "None" if made.holds else "ConditionalCheckFailed"})
        if any(one["Code"] != "None" for one in reasons):
            raise Refused("TransactionCanceledException", "Transaction cancelled", reasons)
        if size > _TRANSACTION:
            raise invalid("Transaction request size exceeds the maximum allowed size")
        for one in prepared:
            one.do()
        return {}


_CALLS: dict[str, Callable[[MemoryTables, Asked], dict[str, Any]]] = {
    "CreateTable": MemoryTables.create_table,
    "ListTables": MemoryTables.list_tables,
    "UpdateTimeToLive": MemoryTables.update_time_to_live,
    "GetItem": MemoryTables.get_item,
    "BatchGetItem": MemoryTables.batch_get_item,
    "Scan": MemoryTables.scan,
    "Query": MemoryTables.query,
    "PutItem": MemoryTables.put_item,
    "DeleteItem": MemoryTables.delete_item,
    "UpdateItem": MemoryTables.update_item,
    "TransactWriteItems": MemoryTables.transact_write_items,
}


@dataclass
class Prepared:
    """A write that may be done: whether its condition holds, and how."""

    holds: bool
    do: Callable[[], None]
    size: int = 0


type Prepare = Callable[[Asked, Rows], Prepared]


def _put(request: Asked, rows: Rows) -> Prepared:
    item = request["Item"]
    there = rows.find(*_key(item))
    holds = condition(request, there)
    size = _require_storable(item, rows)
    return Prepared(holds, lambda: rows.put(item), size)


def _delete(request: Asked, rows: Rows) -> Prepared:
    key = _key(request["Key"])
    return Prepared(condition(request, rows.find(*key)), lambda: rows.delete(*key))


def _check(request: Asked, rows: Rows) -> Prepared:
    return Prepared(condition(request, rows.find(*_key(request["Key"]))), lambda: None)


def _update(request: Asked, rows: Rows) -> Prepared:
    """What the update says is worked out only where its condition holds, as DynamoDB does."""
    used, there = Used(request), rows.find(*_key(request["Key"]))
    test = (
        parsed(request["ConditionExpression"])(used) if "ConditionExpression" in request else None
    )
    steps = steps_of(request["UpdateExpression"], used)
    used.require_all()
    if test is not None and not test(there or {}):
        return Prepared(False, lambda: None)
    item = dict(there or request["Key"])
    for step in steps:
        step(item, there or {})
    size = _require_storable(item, rows)
    return Prepared(True, lambda: rows.put(item), size)


_PREPARED: dict[str, Prepare] = {
    "Put": _put,
    "Update": _update,
    "Delete": _delete,
    "ConditionCheck": _check,
}


def _attributes(request: Asked) -> list[str]:
    """The placeholders of the attributes that are wanted; none if all are."""
    text = request.get("ProjectionExpression", "")
    return text.split(", ") if text else []


def _only(attributes: list[str], items: list[Raw]) -> list[Raw]:
    if not attributes:
        return items
    return [{name: item[name] for name in attributes if name in item} for item in items]


def _key(given: Raw) -> tuple[str, str]:
    pk, sk = given.get("pk", {}).get("S"), given.get("sk", {}).get("S")
    if not pk or not sk:
        raise invalid("One or more parameter values are not valid: a key is missing or empty")
    return pk, sk


def _require_storable(item: Raw, rows: Rows) -> int:
    """The item's size. Raises Refused where DynamoDB would not keep it."""
    for name, value in item.items():
        ((kind, inner),) = value.items()
        if kind in ("SS", "NS", "BS") and (not inner or len({*inner}) < len(inner)):
            raise invalid("A set may not be empty, nor hold anything twice")
        if rows.index and name in rows.index and not (kind == "S" and inner):
            raise invalid("A key of an index is a text that is not empty")
    if (size := item_size(item)) > _ITEM:
        raise invalid("Item size has exceeded the maximum allowed size")
    return size


def item_size(item: Raw) -> int:
    return sum(len(name.encode()) + _length(value) for name, value in item.items())


def _length(value: Raw) -> int:
    ((kind, inner),) = value.items()
    if kind == "S":
        return len(inner.encode())
    if kind == "M":
        return 3 + len(inner) + item_size(inner)
    if kind == "L":
        return 3 + sum(1 + _length(one) for one in inner)
    if kind in ("SS", "NS", "BS"):
        return sum(len(one) for one in inner)
    return len(inner) if kind in ("B", "N") else 1


def _by_index(table: Rows, hash_key: str, range_key: str, value: str) -> Iterator[Raw]:
    """An index holds the keys alone."""
    found = [
        item for item in table.items() if item.get(hash_key) == {"S": value} and range_key in item
    ]
    found.sort(key=lambda item: item[range_key]["S"])
    for item in found:
        yield {name: item[name] for name in ("pk", "sk", hash_key, range_key)}


# Without botocore


class MemoryClient:
    """A client of the memory's tables, with the methods that `Table` calls."""

    def __init__(self, memory: MemoryTables) -> None:
        self.memory = memory

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        operation = "".join(part.title() for part in name.split("_"))

        def call(**request: Any) -> dict[str, Any]:
            try:
                return self.memory.call(operation, request)
            except Refused as refused:
                raise ClientError(refused.response(), operation) from None  # type: ignore[arg-type]

        return call


def memory_table() -> Table:
    """The product's table over tables of its own in memory, for tests of very many steps."""
    memory = MemoryTables()
    for name in _NAMES:
        memory.tables[name] = Rows(("due", "due_at") if name == "core" else None)
    return Table(MemoryClient(memory), _NAMES, pause=lambda seconds: None)
