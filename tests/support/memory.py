"""The tables in memory: what `comhar.table.Table` does, for tests of very many steps.

`test_memory.py` holds it to the real one over moto.
"""

import copy
from collections.abc import Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from sortedcontainers import SortedDict

from comhar.table import Lost, Page, Table, refused
from comhar.writes import Delete, Item, Key, Put, Rule, Update, When, Write, absent, present


class MemoryTable(Table):
    """One dictionary a partition, sorted by sort key."""

    def __init__(self) -> None:
        super().__init__(None, {}, pause=lambda seconds: None)
        self.partitions: dict[tuple[str, str], SortedDict] = {}

    def _rows(self, table: str, pk: str) -> SortedDict:
        return self.partitions.setdefault((table, pk), SortedDict())

    def get(self, key: Key, table: str = "core") -> Item | None:
        return copy.deepcopy(self._rows(table, key[0]).get(key[1]))

    def batch_get(self, keys: Sequence[Key], table: str = "core", **others: Sequence[Key]) -> list:
        wanted = [(table, key) for key in keys]
        wanted += [(name, key) for name, more in others.items() for key in more]
        return [self.get(key, name) for name, key in wanted]

    def query(
        self,
        pk: str,
        begins: str = "",
        *,
        after: str | None = None,
        until: str | None = None,
        limit: int | None = None,
        newest_first: bool = False,
        table: str = "core",
    ) -> Page:
        rows = self._rows(table, pk)
        wanted = (
            sk
            for sk in rows.irange(reverse=newest_first)
            if (sk <= until if until is not None else sk.startswith(begins))
            and (until is None or after is not None or sk >= (begins or " "))
            and (after is None or (sk < after if newest_first and until is None else sk > after))
        )
        one_more = None if limit is None else limit + 1
        found = [copy.deepcopy(rows[sk]) for sk in islice(wanted, one_more)]
        if limit is not None and len(found) > limit:
            return Page(found[:limit], found[limit - 1]["sk"])
        return Page(found)

    def due(self, kind: str, until: str, limit: int) -> list[Item]:
        found = [
            {name: item[name] for name in ("pk", "sk", "due", "due_at")}
            for (table, _), rows in self.partitions.items()
            if table == "core"
            for item in rows.values()
            if item.get("due") == kind and item["due_at"] <= until
        ]
        return sorted(found, key=lambda item: item["due_at"])[:limit]

    def claim(self, key: Key, set: Item, when: When) -> Item:
        self.transact(Update(key, set=set, when=when))
        return self.get(key) or {}

    def transact(self, *writes: Write) -> None:
        assert len(writes) <= 100
        failed = [n for n, write in enumerate(writes) if not self._holds(write)]
        if failed:
            raise refused(Lost(failed), writes)
        for write in writes:
            self._write(write)

    def _holds(self, write: Write) -> bool:
        pk, sk = _key(write)
        item = self._rows(write.table, pk).get(sk, {})
        return all(_true(item, name, rule) for name, rule in write.when.items())

    def _write(self, write: Write) -> None:
        pk, sk = _key(write)
        rows = self._rows(write.table, pk)
        if isinstance(write, Put):
            rows[sk] = _clean(write.item)
        elif isinstance(write, Delete):
            rows.pop(sk, None)
        elif isinstance(write, Update):
            item = rows.setdefault(sk, {"pk": pk, "sk": sk})
            for name, value in _clean(write.default).items():
                item.setdefault(name, value)
            item.update(_clean(write.set))
            for name, value in write.add.items():
                before = item.get(name, set() if isinstance(value, set) else 0)
                item[name] = before | value if isinstance(value, set) else before + value
            for name in write.remove:
                item.pop(name, None)


def _key(write: Write) -> Key:
    return (write.item["pk"], write.item["sk"]) if isinstance(write, Put) else write.key


def _true(item: Item, name: str, rule: Any) -> bool:
    if not isinstance(rule, Rule):
        return name in item and item[name] == rule
    if rule is absent:
        return name not in item
    if rule is present:
        return name in item
    there = name in item and item[name] <= rule.values[0]
    return there or ("not_exists" in rule.text and name not in item)


def _clean(item: Item) -> Item:
    """As DynamoDB gives it back: nothing that is None, lists for tuples, whole numbers as int."""
    return {name: _plain(value) for name, value in item.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
