"""The only DynamoDB calls: reads by key, queries, conditional writes.

Every kind of item, its key and how it is read stand in docs/data-model.md.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import batched
from typing import Any

from botocore.exceptions import ClientError
from pydantic import BaseModel

from comhar.aws.conditions import (
    Check,
    Condition,
    ConditionFailed,
    Delete,
    Item,
    Key,
    Put,
    Rule,
    Update,
    Write,
    as_condition_failed,
    is_transient,
    merge_additions,
    named_conflict,
)

TRANSACTION_LIMIT = 100  # actions of one TransactWriteItems, by DynamoDB's quotas
BATCH_LIMIT = 100  # keys of one BatchGetItem
CALLS_AT_ONCE = 10  # of one process that reads side by side
_ATTEMPTS = 12


@dataclass(frozen=True)
class Page:
    """One page of a query; `next` is the sort key to go on after."""

    items: list[Item]
    next: str | None = None


class Table:
    """The three tables behind one client."""

    def __init__(
        self, client: Any, names: dict[str, str], pause: Callable[[float], None] = time.sleep
    ):
        self._client = client
        self._names = names
        self._pause = pause

    def get(self, key: Key, table: str = "core") -> Item | None:
        response = self._client.get_item(
            TableName=self._names[table], Key=raw_key(key), ConsistentRead=True
        )
        return from_raw(response["Item"]) if "Item" in response else None

    def batch_get(self, keys: Sequence[Key], table: str = "core", **others: Sequence[Key]) -> list:
        """Items in the order of `keys`, None where there is none; a call for each hundred.

        `others` names further tables and their keys (`ballots=[…]`); their items follow.
        """
        wanted = [(table, key) for key in keys]
        wanted += [(name, key) for name, more in others.items() for key in more]
        items: dict[tuple[str, Key], Item] = {}
        for chunk in batched(dict.fromkeys(wanted), BATCH_LIMIT, strict=False):
            items |= self._batch(chunk)
        return [items.get((self._names[name], key)) for name, key in wanted]

    def _batch(self, wanted: Iterable[tuple[str, Key]]) -> dict[tuple[str, Key], Item]:
        """The items that there are, by the table's full name and the key."""
        request: dict[str, Any] = {}
        for name, key in wanted:
            request.setdefault(self._names[name], {"Keys": [], "ConsistentRead": True})
            request[self._names[name]]["Keys"].append(raw_key(key))
        items: dict[tuple[str, Key], Item] = {}
        while request:
            response = self._client.batch_get_item(RequestItems=request)
            for full, raw in response["Responses"].items():
                for raw_item in raw:
                    item = from_raw(raw_item)
                    items[full, (item["pk"], item["sk"])] = item
            request = response.get("UnprocessedKeys") or {}
            if request:
                self._pause(random.uniform(0.02, 0.1))
        return items

    def query(
        self,
        pk: str,
        begins: str = "",
        *,
        after: str | None = None,
        until: str | None = None,
        limit: int | None = None,
        newest_first: bool = False,
        attributes: Sequence[str] = (),
        where: Condition | None = None,
        table: str = "core",
    ) -> Page:
        """One partition's items whose sort key starts with `begins`.

        `after` is exclusive and wins over `begins` as the lower bound, `until` is inclusive (add "~"
        to include what begins with it). Without `limit` every page is read; with it one item more is
        asked for, to know whether there is a next page. With `attributes` items have these alone, and `sk`.
        `where` leaves items out only after they were read: a call for each MB of all of them.
        """
        expression, condition = Expression(), Condition(pk=pk)
        if until is not None:
            first = begins or " " if after is None else after + "\x00"
            if first > until:
                return Page([])
            condition["sk"] = Rule("{name} BETWEEN {0} AND {1}", (first, until))
        elif begins:
            condition["sk"] = Rule("begins_with({name}, {0})", (begins,))
        request: dict[str, Any] = {
            "TableName": self._names[table],
            "KeyConditionExpression": expression.condition(condition),
            "ConsistentRead": True,
            "ScanIndexForward": not newest_first,
        }
        if attributes:
            wanted = (expression.name(attribute) for attribute in ("sk", *attributes))
            request["ProjectionExpression"] = ", ".join(wanted)
        if where:
            request["FilterExpression"] = expression.condition(where)
        request["ExpressionAttributeNames"] = expression.names
        request["ExpressionAttributeValues"] = to_raw(expression.values)
        if after is not None and until is None:
            request["ExclusiveStartKey"] = raw_key((pk, after))
        return self._pages(request, limit)

    def due(self, kind: str, until: str, limit: int) -> list[Item]:
        """Keys and `due_at` of what is due, oldest first.

        The index lags: a claim decides.
        """
        response = self._client.query(
            TableName=self._names["core"],
            IndexName="due",
            KeyConditionExpression="#due = :kind AND due_at <= :until",
            ExpressionAttributeNames={"#due": "due"},
            ExpressionAttributeValues=to_raw({":kind": kind, ":until": until}),
            Limit=limit,
        )
        return [from_raw(raw) for raw in response["Items"]]

    def claim(self, key: Key, set: Item, condition: Condition) -> Item:
        """One conditional update; the whole item as it is now. Raises ConditionFailed."""
        request = self._request(Update(key, set=set, condition=condition))
        try:
            response = self._retried(self._client.update_item, ReturnValues="ALL_NEW", **request)
        except ClientError as error:
            raise as_condition_failed(error) from error
        return from_raw(response["Attributes"])

    def transact(self, required: Sequence[Write], optional: Sequence[Write] = ()) -> None:
        """Makes all of the writes or none; at most 100.

        A conflict with a neighbouring transaction is tried again. Of the `optional` writes those are left out
        whose condition does not hold: what was notified already is not notified again.

        Raises:
            ConditionFailed: a required write was refused; or what that write names as `conflict`.
        """
        required = merge_additions(required)
        while True:
            try:
                return self._transact([*required, *optional])
            except ConditionFailed as failure:
                failed = {n - len(required) for n in failure.failed}
                if min(failed) < 0:
                    raise named_conflict(failure, required) from failure
                optional = [write for n, write in enumerate(optional) if n not in failed]

    def write_all(self, writes: Iterable[Write], beside: Sequence[Write] = ()) -> None:
        """Makes any number of writes in order, a hundred in a transaction.

        To be run again if it is cut off. `beside` goes with each one: the claim under which it is made.

        Raises:
            ConditionFailed: a write was refused; or what that write names as `conflict`.
        """
        for chunk in batched(writes, TRANSACTION_LIMIT - len(beside), strict=False):
            self.transact([*beside, *chunk])

    def _transact(self, writes: Sequence[Write]) -> None:
        """Raises ConditionFailed."""
        if not writes:
            return
        try:
            if len(writes) == 1 and _needs_no_transaction(writes[0]):
                verb = getattr(self._client, _VERBS[type(writes[0])][0])
                self._retried(verb, **self._request(writes[0]))
                return
            actions = [{_VERBS[type(write)][1]: self._request(write)} for write in writes]
            self._retried(self._client.transact_write_items, TransactItems=actions)
        except ClientError as error:
            raise as_condition_failed(error) from error

    def _pages(self, request: dict[str, Any], limit: int | None) -> Page:
        items: list[Item] = []
        while True:
            if limit is not None:
                request["Limit"] = limit + 1 - len(items)
            response = self._client.query(**request)
            items += [from_raw(raw) for raw in response["Items"]]
            if limit is not None and len(items) > limit:
                return Page(items[:limit], items[limit - 1]["sk"])
            if "LastEvaluatedKey" not in response:
                return Page(items)
            request["ExclusiveStartKey"] = response["LastEvaluatedKey"]

    def _request(self, write: Write) -> dict[str, Any]:
        expression = Expression()
        request: dict[str, Any] = {"TableName": self._names[write.table]}
        if isinstance(write, Put):
            request["Item"] = to_raw(write.item)
        else:
            request["Key"] = raw_key(write.key)
        if isinstance(write, Update):
            request["UpdateExpression"] = expression.update(write)
        if write.condition:
            request["ConditionExpression"] = expression.condition(write.condition)
        if expression.names:
            request["ExpressionAttributeNames"] = expression.names
        if expression.values:
            request["ExpressionAttributeValues"] = to_raw(expression.values)
        return request

    def _retried(self, call: Callable[..., Any], **request: Any) -> Any:
        """Calls again, a little later, where a write meets a transaction under way."""
        for attempt in range(_ATTEMPTS):
            try:
                return call(**request)
            except ClientError as error:
                if not is_transient(error) or attempt == _ATTEMPTS - 1:
                    raise
            self._pause(random.uniform(0.005, min(0.4, 0.01 * 2**attempt)))
        raise AssertionError("unreachable")


_VERBS: dict[type, tuple[str, str]] = {
    Put: ("put_item", "Put"),
    Update: ("update_item", "Update"),
    Delete: ("delete_item", "Delete"),
    Check: ("", "ConditionCheck"),
}


def _needs_no_transaction(write: Write) -> bool:
    """True if the SDK's retry cannot meet its own first try: no token is needed."""
    return isinstance(write, Update | Delete) or (isinstance(write, Put) and not write.condition)


class Expression:
    """Names and values of one request, numbered as they come."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        """The placeholder of an attribute or of a dotted path (`events.Send`) into a map."""
        return ".".join(
            self._names.setdefault(part, f"#n{len(self._names)}") for part in attribute.split(".")
        )

    def value(self, value: Any) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = value
        return placeholder

    def update(self, write: Update) -> str:
        pairs = [f"{self.name(k)} = {self.value(v)}" for k, v in write.set.items()]
        for k, v in write.default.items():
            pairs.append(f"{self.name(k)} = if_not_exists({self.name(k)}, {self.value(v)})")
        sums = [f"{self.name(k)} {self.value(v)}" for k, v in write.add.items()]
        clauses = {"SET": pairs, "ADD": sums, "REMOVE": [self.name(k) for k in write.remove]}
        return " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts)

    def condition(self, condition: Condition) -> str:
        return " AND ".join(self._rule(attribute, rule) for attribute, rule in condition.items())

    def _rule(self, attribute: str, rule: Any) -> str:
        name = self.name(attribute)
        if not isinstance(rule, Rule):
            return f"{name} = {self.value(rule)}"
        return rule.text.format(*(self.value(v) for v in rule.values), name=name)

    @property
    def names(self) -> dict[str, str]:
        return {placeholder: attribute for attribute, placeholder in self._names.items()}


def load[Model: BaseModel](model: type[Model], item: Item, **converted: Any) -> Model:
    """The model of an item's attributes that are its fields; the rest is default.

    `converted` are fields that are stored otherwise, instants for one.
    """
    fields = {name: item[name] for name in model.model_fields if item.get(name) is not None}
    return model(**fields | converted)


@cache
def _serializer() -> Any:
    """DynamoDB's own; boto3 is imported when it is first needed."""
    from boto3.dynamodb.types import TypeSerializer

    return TypeSerializer()


def raw_key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def to_raw(item: Item) -> dict[str, Any]:
    return {name: _serializer().serialize(v) for name, v in item.items() if v is not None}


def from_raw(raw: dict[str, Any]) -> Item:
    """The item; boto3's own deserializer takes more than twice as long, for Decimals."""
    return {name: _from_value(value) for name, value in raw.items()}


def _from_value(value: dict[str, Any]) -> Any:
    ((kind, inner),) = value.items()
    if kind == "N":
        return _from_number(inner)
    if kind == "M":
        return from_raw(inner)
    if kind == "L":
        return [_from_value(each) for each in inner]
    if kind == "NULL":
        return None
    return set(inner) if kind in ("SS", "BS") else inner


def _from_number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        number = float(text)
        return int(number) if number.is_integer() else number
