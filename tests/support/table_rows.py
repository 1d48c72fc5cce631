"""One table of DynamoDB in memory: its items in order, and copies of it that cost little."""

from dataclasses import dataclass, field
from typing import Any

from sortedcontainers import SortedDict

from tests.support.dynamodb_expressions import Raw


@dataclass
class Rows:
    """One table: its items by partition and sort key, its index, and every change that was made.

    `own` are the partitions that no copy has: another is copied before it is changed.
    """

    index: tuple[str, str] | None = None  # hash and range attribute of `due`
    partitions: dict[str, SortedDict] = field(default_factory=dict)
    changes: list[tuple[str, Raw]] = field(default_factory=list)
    own: set[str] = field(default_factory=set)

    def items(self) -> list[Raw]:
        return [item for rows in self.partitions.values() for item in rows.values()]

    def count(self) -> int:
        return sum(map(len, self.partitions.values()))

    def find(self, pk: str, sk: str) -> Raw | None:
        rows = self.partitions.get(pk)
        return rows.get(sk) if rows is not None else None

    def put(self, item: Raw) -> None:
        item = _in_no_order(item)
        pk, sk = item["pk"]["S"], item["sk"]["S"]
        there = self.find(pk, sk)
        if there != item:
            self.changes.append(("MODIFY" if there else "INSERT", item))
        self._owned(pk)[sk] = item

    def delete(self, pk: str, sk: str) -> None:
        if self.find(pk, sk) is not None:
            self.changes.append(("REMOVE", self._owned(pk).pop(sk)))

    def copy(self) -> "Rows":
        self.own.clear()
        return Rows(self.index, dict(self.partitions), [*self.changes])

    def _owned(self, pk: str) -> SortedDict:
        if pk not in self.own:
            self.partitions[pk] = SortedDict(self.partitions.get(pk, {}))
            self.own.add(pk)
        return self.partitions[pk]


def _in_no_order(names: dict[str, Any]) -> dict[str, Any]:
    """A map as DynamoDB keeps it, which is in no order: in one that nobody means."""
    return {
        name: _value_in_no_order(value)
        for name, value in sorted(names.items(), key=lambda entry: entry[0][::-1])
    }


def _value_in_no_order(value: Any) -> Any:
    if "M" in value:
        return {"M": _in_no_order(value["M"])}
    return {"L": [*map(_value_in_no_order, value["L"])]} if "L" in value else value
