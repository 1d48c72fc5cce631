"""What is due and what falls due next, read from the core table's index `due`."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

_PARTITIONS = ("letter", "work")
_INDEX = "due"
_LOOK = 25  # things looked at in each partition at once

type Thing = tuple[str, str, str]  # due_at, pk, sk


class DueIndex:
    def __init__(self, table: str, call: Callable[[str, dict[str, Any]], dict[str, Any]]) -> None:
        self._table = table
        self._call = call

    async def look(self, at: datetime) -> tuple[list[Thing], datetime | None]:
        """What is due at `at`, the oldest of it, and when the next thing falls due after it."""
        ordered = await asyncio.to_thread(self._read, stamp(at))
        due = [one for one in ordered if one[0] <= stamp(at)]
        later = ordered[len(due) :]
        return due, datetime.fromisoformat(later[0][0]) if later else None

    def _read(self, now: str) -> list[Thing]:
        return sorted(one for name in _PARTITIONS for one in self._oldest(name, now))

    def _oldest(self, partition: str, now: str) -> list[Thing]:
        """The first of one partition; if all of it is due, the first that is not as well."""
        found = self._ask(partition, "0", _LOOK)
        if len(found) == _LOOK and found[-1][0] <= now:
            found += self._ask(partition, now, 1)
        return found

    def _ask(self, partition: str, after: str, limit: int) -> list[Thing]:
        query = {
            "TableName": self._table,
            "IndexName": _INDEX,
            "KeyConditionExpression": "due = :due AND due_at > :after",
            "ExpressionAttributeValues": {":due": {"S": partition}, ":after": {"S": after}},
            "Limit": limit,
        }
        items = self._call("DynamoDB_20120810.Query", query)["Items"]
        return [(item["due_at"]["S"], item["pk"]["S"], item["sk"]["S"]) for item in items]


def stamp(at: datetime) -> str:
    """The fixed-width form of `due_at`, which sorts as time does."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
