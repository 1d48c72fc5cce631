"""Items, the writes that change them, and the conditions under which: what DynamoDB is told, and tells."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel

Item = dict[str, Any]
Key = tuple[str, str]
Condition = dict[str, Any]
Lost = Exception | type[Exception] | None


@dataclass(frozen=True)
class Rule:
    """A condition on one attribute, beyond being equal to a value."""

    text: str
    values: tuple[Any, ...] = ()


absent = Rule("attribute_not_exists({name})")
present = Rule("attribute_exists({name})")


def absent_or_at_most(value: Any) -> Rule:
    return Rule("(attribute_not_exists({name}) OR {name} <= {0})", (value,))


def at_most(value: Any) -> Rule:
    return Rule("{name} <= {0}", (value,))


@dataclass(frozen=True)
class Put:
    """`lost`, here and below, is raised in place of ConditionFailed where the write's condition failed."""

    item: Item
    when: Condition = field(default_factory=dict)
    table: str = "core"
    lost: Lost = None


@dataclass(frozen=True)
class Update:
    key: Key
    set: Item = field(default_factory=dict)
    add: Item = field(default_factory=dict)
    remove: Sequence[str] = ()
    default: Item = field(default_factory=dict)  # set where there is none yet
    when: Condition = field(default_factory=dict)
    table: str = "core"
    lost: Lost = None


@dataclass(frozen=True)
class Delete:
    key: Key
    when: Condition = field(default_factory=dict)
    table: str = "core"
    lost: Lost = None


@dataclass(frozen=True)
class Check:
    key: Key
    when: Condition
    table: str = "core"
    lost: Lost = None


Write = Put | Update | Delete | Check
UNLESS_EXISTS: Condition = {"pk": absent}


class Expression:
    """Names and values of one request, numbered as they come."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def name(self, attribute: str) -> str:
        """The placeholder of an attribute or of a dotted path (`events.Send`) into a map."""
        return ".".join(
            self._names.setdefault(part, f"#n{len(self._names)}") for part in attribute.split(".")
        )

    def value(self, value: Any) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = value
        return placeholder

    def update(self, write: Update) -> str:
        clauses = []
        pairs = [f"{self.name(k)} = {self.value(v)}" for k, v in write.set.items()]
        for k, v in write.default.items():
            pairs.append(f"{self.name(k)} = if_not_exists({self.name(k)}, {self.value(v)})")
        if pairs:
            clauses.append("SET " + ", ".join(pairs))
        if write.add:
            added = (f"{self.name(k)} {self.value(v)}" for k, v in write.add.items())
            clauses.append("ADD " + ", ".join(added))
        if write.remove:
            clauses.append("REMOVE " + ", ".join(self.name(k) for k in write.remove))
        return " ".join(clauses)

    def condition(self, when: Condition) -> str:
        return " AND ".join(self._one(attribute, rule) for attribute, rule in when.items())

    def _one(self, attribute: str, rule: Any) -> str:
        name = self.name(attribute)
        if not isinstance(rule, Rule):
            return f"{name} = {self.value(rule)}"
        return rule.text.format(*(self.value(v) for v in rule.values), name=name)

    @property
    def names(self) -> dict[str, str]:
        return {placeholder: attribute for attribute, placeholder in self._names.items()}

    @property
    def values(self) -> dict[str, Any]:
        return self._values


class ConditionFailed(Exception):
    """A condition failed: somebody was first. `failed` holds the positions of the writes refused."""

    def __init__(self, failed: Sequence[int]):
        super().__init__(f"conditions failed at {list(failed)}")
        self.failed = list(failed)


@contextmanager
def conflict_as(error: Exception | type[Exception]) -> Iterator[None]:
    """Raises `error` where a condition fails inside: the topic's own word for it."""
    try:
        yield
    except ConditionFailed as lost:
        raise error from lost


def refused(error: ConditionFailed, writes: Sequence[Write]) -> Exception:
    """What to raise where these writes failed so: what the first of them names that names anything."""
    failed = (writes[n] for n in error.failed if n < len(writes))
    named = (each.lost for each in failed if each.lost)
    return next((each() if isinstance(each, type) else each for each in named), error)


def load[Model: BaseModel](model: type[Model], item: Item, **converted: Any) -> Model:
    """The model of an item's attributes that are its fields; one that is absent takes its default.

    `converted` are fields that are stored otherwise, instants for one.
    """
    fields = {name: item[name] for name in model.model_fields if item.get(name) is not None}
    return model(**fields | converted)


@cache
def _types() -> tuple[Any, Any]:
    """Writes and reads DynamoDB's own types. A request that asks for nothing there imports no boto3."""
    from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

    return TypeSerializer(), TypeDeserializer()


def raw_key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key[0]}, "sk": {"S": key[1]}}


def to_raw(item: Item) -> dict[str, Any]:
    return {name: _types()[0].serialize(value) for name, value in item.items() if value is not None}


def from_raw(raw: dict[str, Any]) -> Item:
    return {name: _plain(_types()[1].deserialize(value)) for name, value in raw.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if hasattr(value, "value") and isinstance(value.value, bytes):
        return bytes(value)
    return value
