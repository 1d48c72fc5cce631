"""A thin proxy before the DynamoDB stand-in, which loses some races, as AWS would."""

import json
from collections.abc import Mapping

from aiohttp import ClientSession, web

from local.faults import Faults

_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
_KIND = "application/x-amz-json-1.0"


class Proxy:
    """A proxy before the emulator that makes writes conflict.

    Only there when the stack was started with COMHAR_FAULTS=1: normal runs pay nothing.
    """

    def __init__(self, endpoint: str, faults: Faults) -> None:
        self._endpoint = endpoint
        self._faults = faults
        self._session: ClientSession | None = None

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/dynamodb", self._pass), web.post("/dynamodb/", self._pass)]

    async def _pass(self, request: web.Request) -> web.Response:
        name = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
        body = await request.read()
        writes = name in _WRITES or name == "TransactWriteItems"
        if writes and self._faults.strikes(self._faults.dynamodb):
            return _conflict(name, body)
        if self._session is None:
            self._session = ClientSession()
        headers = {
            header: request.headers[header]
            for header in ("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")
            if header in request.headers
        }
        async with self._session.post(self._endpoint, data=body, headers=headers) as answer:
            answered = {
                name: value
                for name, value in answer.headers.items()
                if name.lower().startswith("x-amz") or name.lower() == "content-type"
            }
            return web.Response(status=answer.status, body=await answer.read(), headers=answered)

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()


def _conflict(name: str, body: bytes) -> web.Response:
    """The errors of a real conflict: a transaction names it among its reasons."""
    words = "Transaction is ongoing for the item"
    if name != "TransactWriteItems":
        error = {"__type": "com.amazonaws.dynamodb.v20120810#TransactionConflictException"}
        return _error(error | {"message": words})
    reasons: list[dict[str, str]] = [{"Code": "None"} for _ in json.loads(body)["TransactItems"]]
    reasons[0] = {"Code": "TransactionConflict", "Message": words}
    codes = ", ".join(one["Code"] for one in reasons)
    return _error(
        {
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": "Transaction cancelled, please refer cancellation reasons for specific "
            f"reasons [{codes}]",
            "CancellationReasons": reasons,
        }
    )


def _error(body: Mapping[str, object]) -> web.Response:
    return web.Response(status=400, text=json.dumps(body), content_type=_KIND)
