"""Deletes items whose time to live has passed, as DynamoDB does in the cloud."""

import asyncio
import contextlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.template import Table

_AT_ONCE = 100  # a transaction takes no more
_REST = timedelta(days=7)  # of the stack's time; the cloud takes a few days too


class Sweeper:
    """The tables with an expiry attribute in the template, in seconds since 1970."""

    def __init__(self, tables: Iterable[Table], dynamodb: Any) -> None:
        self._names = {table.name: table.ttl for table in tables if table.ttl}
        self._dynamodb = dynamodb
        self._last: datetime | None = None
        self._running: asyncio.Task[None] | None = None

    def start(self, now: datetime) -> None:
        """Begins to delete what has expired by `now`.

        Not if it did so within the week before, or is still at it: nobody waits for it, as in the
        cloud.
        """
        due = self._last is None or now - self._last >= _REST
        if due and (self._running is None or self._running.done()):
            self._last = now
            self._running = asyncio.create_task(self._sweep(int(now.timestamp())))

    async def end(self) -> None:
        if self._running is not None:
            await self._running

    async def _sweep(self, now: int) -> None:
        for table, attribute in self._names.items():
            with contextlib.suppress(ClientError, BotoCoreError):  # the next time has it
                await asyncio.to_thread(self._look, table, attribute, now)

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
