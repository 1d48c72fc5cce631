"""A client of dynoxide that sends and takes JSON as it is: making it ready takes boto3 most of a call."""

import base64
import json
import threading
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

from botocore.exceptions import ClientError

# dynoxide wants to see that a request is signed, and does not ask by whom.
SIGNED = "AWS4-HMAC-SHA256 Credential=local/20270101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, "
HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": f"{SIGNED}Signature=0",
    "X-Amz-Date": "20270101T000000Z",
}


class DynoxideClient:
    """Has boto3's methods: `put_item(TableName=…)`. Raises ClientError."""

    def __init__(self, endpoint: str) -> None:
        self._address = endpoint.removeprefix("http://")
        self._of_thread = threading.local()

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        operation = "".join(part.title() for part in name.split("_"))
        headers = {**HEADERS, "X-Amz-Target": f"DynamoDB_20120810.{operation}"}

        def call(**request: Any) -> dict[str, Any]:
            connection = self._connection()
            connection.request("POST", "/", json.dumps(request, default=_encoded), headers)
            response = connection.getresponse()
            data = response.read()
            hook = _decoded if b'"B":' in data else None
            answer: dict[str, Any] = json.loads(data, object_hook=hook)
            if response.status == 200:
                return answer
            code = answer.pop("__type", "").rpartition("#")[2]
            words = answer.pop("message", answer.pop("Message", ""))
            raise ClientError({**answer, "Error": {"Code": code, "Message": words}}, operation)

        return call

    def _connection(self) -> HTTPConnection:
        """One a thread."""
        of_thread = self._of_thread
        if not hasattr(of_thread, "connection"):
            of_thread.connection = HTTPConnection(self._address)
        connection: HTTPConnection = of_thread.connection
        return connection


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _decoded(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64decode(value["B"])} if [*value] == ["B"] else value
