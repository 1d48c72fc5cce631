"""What DynamoDB does by itself in the cloud: deletes the items whose time to live has passed."""

import asyncio
import contextlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from botocore.exceptions import ClientError

from local.template import Table

_AT_ONCE = 100  # a transaction takes no more
_REST = timedelta(days=7)  # of the stack's time; the cloud takes a few days too


class Sweeper:
    """The tables for which the template names an attribute of expiry, in seconds since 1970."""

    def __init__(self, tables: Iterable[Table], dynamodb: Any) -> None:
        self._names = {table.name: table.ttl for table in tables if table.ttl}
        self._dynamodb = dynamodb
        self._last: datetime | None = None

    async def sweep(self, now: datetime) -> None:
        """Takes away what has expired by `now`, unless it looked within the week before."""
        if self._last is None or now - self._last >= _REST:
            self._last = now
            for table, attribute in self._names.items():
                await asyncio.to_thread(self._look, table, attribute, int(now.timestamp()))

    def _look(self, table: str, attribute: str, now: int) -> None:
        expired = {
            "ExpressionAttributeNames": {"#expires": attribute},
            "ExpressionAttributeValues": {":now": {"N": str(now)}},
        }
        found = self._dynamodb.get_paginator("scan").paginate(
            TableName=table,
            FilterExpression="#expires <= :now",
            ProjectionExpression="pk, sk",
            **expired,
        )
        deletes = [
            {"TableName": table, "Key": key, "ConditionExpression": "#expires <= :now", **expired}
            for page in found
            for key in page["Items"]
        ]
        for some in batched(deletes, _AT_ONCE, strict=False):
            try:
                self._dynamodb.transact_write_items(TransactItems=[{"Delete": one} for one in some])
            except ClientError:  # one was written anew meanwhile: the others go alone
                for one in some:
                    with contextlib.suppress(ClientError):
                        self._dynamodb.delete_item(**one)
