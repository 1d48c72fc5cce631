"""Reads of several items that are not of one moment, as DynamoDB may answer them."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from comhar.aws.conditions import Key
from comhar.aws.dynamodb import Page, Table

Torn = Callable[[], object]


def tear_next_batch(monkeypatch: pytest.MonkeyPatch, write: Torn) -> None:
    """The next batch gets the first item as it is after `write`, the others as they were before."""
    whole = Table.batch_get

    def torn(table: Table, keys: Sequence[Key], *more: str, **others: Sequence[Key]) -> list:
        monkeypatch.setattr(Table, "batch_get", whole)
        before = whole(table, keys, *more, **others)
        write()
        return [*whole(table, keys[:1]), *before[1:]]

    monkeypatch.setattr(Table, "batch_get", torn)


def tear_next_query(
    monkeypatch: pytest.MonkeyPatch, pk: str, late: str, write: Torn, begins: str = ""
) -> None:
    """The next query of `pk` gets the item `late` as it is after `write`, the others as they were before.

    That is, the next one of sort keys that begin so.
    """
    whole = Table.query

    def torn(table: Table, partition: str, first: str = "", **more: Any) -> Page:
        if partition != pk or not first.startswith(begins):
            return whole(table, partition, first, **more)
        monkeypatch.setattr(Table, "query", whole)
        before = whole(table, partition, first, **more)
        write()
        after = whole(table, partition, first, **more)
        items = [item for item in before.items if item["sk"] != late]
        items += [item for item in after.items if item["sk"] == late]
        return Page(sorted(items, key=lambda item: str(item["sk"])), before.next)

    monkeypatch.setattr(Table, "query", torn)
