"""Makes moto cheap where it wastes time, and leaves what it does as it is.

For every single write of a transaction moto copies the whole table with all its items, to put it back
if a condition fails: with a few hundred items most of a test's time. Here only what the transaction
writes to is kept. For every query of an index it sorts the whole table, asking each key for its type at
each comparison: here keys are the text that they are. For every key moto also makes an RSA key, which a
symmetric one has no use for: here all have the same; for every value of an answer it asks for each of
the ten types that there are: here for the one that it has; for every call it lists all that the service
can do: here once. And clients are kept from one cloud to the next: making them is most of a cloud's
time. Half of what a call of DynamoDB takes goes into HTTP: signing, headers, routing, text made of
answers and read again. Here what botocore would send is handed to moto's own handler, and its answer
back.
"""

import copy
import json
from base64 import b64decode
from functools import cache
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.endpoint import Endpoint
from botocore.model import OperationModel
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.core import responses
from moto.core.exceptions import JsonRESTError
from moto.core.serialize import ResponseSerializer
from moto.core.utils import camelcase_to_underscores
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Item, Table
from moto.dynamodb.responses import DynamoHandler
from moto.kms import models as kms

from comhar import wiring
from local.template import REGION

_cast = DynamoType.cast_value.fget
_private_key = cache(kms.generate_private_key)
_serialize_all = ResponseSerializer._serialize_type_structure
_names = cache(responses.method_names_from_class)
_by_http = Endpoint.make_request
_transact = DynamoDBBackend.transact_write_items
_clients: dict[tuple[str, bool], Any] = {}


def make_cheap(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Table, "__deepcopy__", lambda table, memo: table, raising=False)
    patch.setattr(Table, "all_items", _all_items)
    patch.setattr(DynamoType, "cast_value", property(_cast_value))
    patch.setattr(DynamoDBBackend, "transact_write_items", _transact_or_undo)
    patch.setattr(ResponseSerializer, "_serialize_type_structure", _serialize)
    patch.setattr(responses, "method_names_from_class", _names)
    patch.setattr(kms, "generate_private_key", _private_key)
    patch.setattr(wiring, "_client", client)
    patch.setattr(Endpoint, "make_request", _handed_over)


def client(service: str, config: Config | None = None) -> Any:
    """The one client of a service that has a configuration of `wiring`'s, or the one that has none."""
    kind = (service, config is None)
    if kind not in _clients:
        _clients[kind] = wiring._session().client(service, config=config)
    return _clients[kind]


def tables() -> dict[str, Table]:
    """Moto's own tables, by name."""
    return dynamodb_backends[ACCOUNT][REGION].tables


class _Handler(DynamoHandler):
    """Moto's own, without a request over HTTP."""

    current_account = ACCOUNT
    region = REGION


def _handed_over(endpoint: Endpoint, operation: OperationModel, asked: dict[str, Any]) -> Any:
    """What `Endpoint.make_request` gives: the answer's status, and the answer as botocore reads it."""
    if operation.service_model.service_name != "dynamodb":
        return _by_http(endpoint, operation, asked)
    handler = _Handler()
    handler.body = handler.params = json.loads(asked["body"], object_hook=_with_bytes)
    status = 200
    try:
        answer = dict(getattr(handler, camelcase_to_underscores(operation.name))().result)
    except JsonRESTError as refused:
        status, answer = 400, json.loads(refused.description, object_hook=_with_bytes)
        code = answer.pop("__type").rpartition("#")[2]
        answer["Error"] = {"Code": code, "Message": answer.pop("message", "")}
    answer["ResponseMetadata"] = {"HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0}
    return AWSResponse("", status, {}, None), answer


def _with_bytes(found: dict[str, Any]) -> dict[str, Any]:
    if found.keys() != {"B"} or not isinstance(found["B"], str):  # a map may have a key called B
        return found
    return {"B": b64decode(found["B"])}


def _transact_or_undo(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    before = [_row(backend, action) for each in transact_items for action in each.values()]
    kept = [(rows, sk, copy.deepcopy(rows.get(sk))) for rows, sk in before]
    lengths = [(table.stream_shard, _length(table)) for table in backend.tables.values()]
    try:
        _transact(backend, transact_items)
    except Exception:
        for rows, sk, item in kept:
            rows.pop(sk, None)
            if item is not None:
                rows[sk] = item
        for shard, length in lengths:
            if shard is not None:
                del shard.items[length:]
        raise


def _all_items(table: Table) -> list[Item]:
    items = [item for rows in table.items.values() for item in rows.values()]
    return sorted(items, key=lambda item: (item.hash_key.value, item.range_key.value))


def _cast_value(value: DynamoType) -> Any:
    return value.value if value.type == "S" else _cast(value)


def _serialize(
    serializer: ResponseSerializer, into: dict[str, Any], value: Any, shape: Any, key: str
) -> None:
    if shape.name != "AttributeValue" or not (key and isinstance(value, dict)):
        _serialize_all(serializer, into, value, shape, key)
        return
    found: dict[str, Any] = {}
    for kind in value:
        serializer._serialize_structure_member(found, value, shape.members[kind], kind)
    serializer._default_serialize(into, found, shape, key)


def _length(table: Table) -> int:
    return len(table.stream_shard.items) if table.stream_shard else 0


def _row(backend: DynamoDBBackend, action: dict[str, Any]) -> tuple[dict[Any, Any], DynamoType]:
    """The partition that an action writes to, and the sort key."""
    key = action.get("Key") or action["Item"]
    partition = backend.get_table(action["TableName"]).items[DynamoType(key["pk"])]
    return partition, DynamoType(key["sk"])
