"""What the route tests run over: DynamoDB in memory, and moto for the rest, made cheap where it wastes time.

For every key moto makes an RSA key, which a symmetric one has no use for: here all have the same; for every
call it lists all that the service can do: here once. A letter is handed to it without HTTP, which takes as
long as making the letter. And clients are kept from one cloud to the next: making them is most of a cloud's
time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.core import responses
from moto.kms import models as kms
from moto.ses.models import ses_backends

from comhar import wiring
from local.iam import Right, require
from local.template import REGION, Function
from tests.support.dynamodb_expressions import Refused
from tests.support.memory_tables import MemoryTables
from tests.support.paired_tables import PairedTables
from tests.support.proof_sizes import OVER_DYNOXIDE

_private_key = cache(kms.generate_private_key)
_names = cache(responses.method_names_from_class)
_clients: dict[tuple[str, bool], Any] = {}
_made_by_wiring = wiring._client


class FakeAws:
    """AWS as the routes meet it. While `rights` is set, a call that they do not cover is refused."""

    def __init__(self) -> None:
        self.memory = PairedTables() if OVER_DYNOXIDE else MemoryTables()
        self.rights: tuple[Right, ...] | None = None
        self.sent: list[dict[str, Any]] = []  # what SES was asked, and the `MessageId` it gave

    @contextmanager
    def acting_as(self, function: Function | None) -> Iterator[None]:
        """Within, every call is held to this function's rights; to none where nobody of ours acts."""
        before, self.rights = self.rights, function.rights if function else None
        try:
            yield
        finally:
            self.rights = before

    def install(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(responses, "method_names_from_class", _names)
        patch.setattr(kms, "generate_private_key", _private_key)
        patch.setattr(wiring, "_client", client)
        by_http = BaseClient._make_api_call

        def call(caller: Any, operation: str, request: dict[str, Any]) -> Any:
            service = caller.meta.service_model.service_name
            if self.rights is not None:
                require(self.rights, service, operation, request)
            if service != "dynamodb" and operation != "SendEmail":
                return by_http(caller, operation, request)
            model = caller.meta.service_model.operation_model(operation)
            event = f"before-call.{service}.{operation}"
            caller.meta.events.emit(event, model=model, params=request)
            if operation == "SendEmail":
                return self._send(request)
            try:
                return self.memory.call(operation, request)
            except Refused as refused:
                raised = caller.exceptions.from_code(refused.code)
                raise raised(refused.response(), operation) from None

        patch.setattr(BaseClient, "_make_api_call", call)

    def _send(self, request: dict[str, Any]) -> dict[str, Any]:
        to, raw = request["Destination"]["ToAddresses"], request["Content"]["Raw"]["Data"]
        letter = ses_backends[ACCOUNT][REGION].send_raw_email(None, [*to], raw.decode())
        answer = {"MessageId": letter.id}
        self.sent.append(request | answer)
        return answer


def client(service: str, **settings: Any) -> Any:
    """The one client of a service that has settings of `wiring`'s, or the one that has none."""
    kind = (service, bool(settings))
    if kind not in _clients:
        made = _made_by_wiring(service, **settings) if settings else None
        _clients[kind] = made or boto3.client(service)
    return _clients[kind]
