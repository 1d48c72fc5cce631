"""Owns what a write is: put, update, delete or check, each with the condition it holds under."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

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
