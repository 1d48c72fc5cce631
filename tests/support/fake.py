"""Makes moto cheap where it wastes time, and leaves what it does as it is.

For every single write of a transaction moto copies the whole table with all its items, to put it back
if a condition fails: with a few hundred items most of a test's time. Here the copy shares the items,
and whatever changes an item changes a copy of it. For every key moto also makes an RSA key, which a
symmetric one has no use for: here all have the same. And clients are kept from one cloud to the next:
making them is most of a cloud's time.
"""

import copy
from collections import defaultdict
from functools import cache
from typing import Any

import pytest
from botocore.config import Config
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.kms import models as kms

from comhar import wiring

_update = DynamoDBBackend.update_item


def make_cheap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Table, "__deepcopy__", _snapshot, raising=False)
    patch.setattr(DynamoDBBackend, "update_item", _update_a_copy)
    patch.setattr(kms, "generate_private_key", _private_key)
    patch.setattr(wiring, "_client", client)


_private_key = cache(kms.generate_private_key)
_clients: dict[tuple[str, bool], Any] = {}


def client(service: str, config: Config | None = None) -> Any:
    """The one client of a service that has a configuration of `wiring`'s, or the one that has none."""
    kind = (service, config is None)
    if kind not in _clients:
        _clients[kind] = wiring._session().client(service, config=config)
    return _clients[kind]


def _snapshot(table: Table, memo: dict[int, Any]) -> Table:
    """The table as it is now, by its own lists of items."""
    found = copy.copy(table)
    found.items = defaultdict(dict, {pk: dict(rows) for pk, rows in table.items.items()})
    if table.stream_shard is not None:
        found.stream_shard = copy.copy(table.stream_shard)
        found.stream_shard.table = found
        found.stream_shard.items = list(table.stream_shard.items)
    return found


def _update_a_copy(
    backend: DynamoDBBackend, table_name: str, key: dict[str, Any], *more: Any, **named: Any
) -> Any:
    """Puts a copy in the item's place, which is the one that will be changed."""
    rows = backend.get_table(table_name).items.get(DynamoType(key["pk"]), {})
    item = rows.get(DynamoType(key["sk"]))
    if item is not None:
        rows[DynamoType(key["sk"])] = copy.deepcopy(item)
    return _update(backend, table_name, key, *more, **named)
