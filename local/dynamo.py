"""DynamoDB on one machine: starts the stand-in, makes its tables and its client.

Starts dynoxide (or ministack), and makes the template's tables.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.httpsession import URLLib3Session

from local import parent_watch
from local.template import REGION, Table

CREDENTIALS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}


def free_port() -> int:
    """A port that nobody listens on.

    It lies below those the system gives to outgoing connections, so that none takes it meanwhile.
    """
    while True:
        port = 10_000 + secrets.randbelow(22_768)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def client(endpoint: str | None, service: str = "dynamodb") -> Any:
    """A client for the emulator.

    Its stream shard ids are shorter than botocore's rule wants.
    """
    config = Config(
        parameter_validation=service == "dynamodb",
        connect_timeout=2,
        read_timeout=20,
        max_pool_connections=16,
        retries={"mode": "standard", "total_max_attempts": 4},
    )
    known = CREDENTIALS if endpoint else {}
    return boto3.client(service, endpoint_url=endpoint, region_name=REGION, config=config, **known)


def plain_caller(endpoint: str) -> Callable[[str, dict[str, Any]], dict[str, Any]]:
    """Calls the emulator in plain JSON, `DynamoDB_20120810.Query` say.

    A client would take what the stack reads all the time apart value by value, a tenth of a year's
    time. Raises ClientError.
    """
    session = URLLib3Session(socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)])
    signer = SigV4Auth(Credentials("local", "local"), "dynamodb", REGION)

    def call(target: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"}
        request = AWSRequest("POST", endpoint, data=json.dumps(body).encode(), headers=headers)
        signer.add_auth(request)
        answer = session.send(request.prepare())
        found: dict[str, Any] = json.loads(answer.content)
        if answer.status_code != 200:
            raise ClientError({"Error": {"Code": found.get("__type", "")}}, target)
        return found

    return call


class Dynamo:
    """One emulator process.

    `path` is its database file; without one it is in memory.
    """

    def __init__(self, root: Path, path: Path | None, log: Path | None = None) -> None:
        port = free_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        command, environment = _command(root, path, port)
        self._process = subprocess.Popen(
            command,
            env=os.environ | environment,
            stdout=log.open("ab") if log else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if log else subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=parent_watch.tie,
        )
        self._port = port
        self._path = path
        self._journalled = command[0].endswith("dynoxide")

    def wait(self, seconds: float = 20) -> None:
        """Return once it answers; raises RuntimeError when it ended or never does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"DynamoDB's stand-in ended with {self._process.returncode}")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port)):
                break
            time.sleep(0.01)
        else:
            raise RuntimeError("DynamoDB's stand-in does not answer")
        if self._path and self._journalled:
            _index_stream(self._path)

    def stop(self) -> None:
        """Ends the emulator.

        Its journal is safe at any moment; ministack needs a while to save its tables.
        """
        self._process.terminate()
        try:
            self._process.wait(0.2 if self._journalled else 10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def trim(self, table: str, until: str) -> None:
        """Deletes a table's stream up to this record, which was handed on.

        DynamoDB keeps a day, dynoxide all.

        The record itself stays without what it held, so that the next gets the next number. Short writes of
        another process are safe beside dynoxide, whose journal both share; one that comes at a bad moment is
        left to the next time. ministack keeps its streams in memory.
        """
        if self._path and self._journalled:
            _trim_stream(self._path, table, int(until))


def _trim_stream(path: Path, table: str, until: int) -> None:
    where = "WHERE table_name = ? AND CAST(sequence_number AS INTEGER)"
    blank = f"UPDATE _stream_records SET keys_json = '{{}}', new_image = NULL, old_image = NULL {where} = ?"
    database = sqlite3.connect(path, timeout=0.2, autocommit=True)
    with contextlib.closing(database), contextlib.suppress(sqlite3.OperationalError):
        database.execute("PRAGMA secure_delete = ON")
        while database.execute(
            f"DELETE FROM _stream_records WHERE id IN (SELECT id FROM _stream_records {where} < ? LIMIT 500)",
            (table, until),
        ).rowcount:
            pass
        database.execute(blank, (table, until))


def _index_stream(path: Path) -> None:
    """dynoxide 1.2 reads a table's whole stream at every write to number the new record, and at every
    look for new ones: 10 ms a write after a demo's year. With this index it stays at 0.1 ms."""
    columns = "(table_name, CAST(sequence_number AS INTEGER))"
    database = sqlite3.connect(path, timeout=10, autocommit=True)
    with contextlib.closing(database), contextlib.suppress(sqlite3.OperationalError):
        database.execute(f"CREATE INDEX IF NOT EXISTS in_order ON _stream_records {columns}")


def _command(root: Path, path: Path | None, port: int) -> tuple[list[str], dict[str, str]]:
    """dynoxide where npm has a binary for this platform, else ministack.

    ministack keeps its tables only on an orderly stop.
    """
    for binary in sorted(root.glob("node_modules/@dynoxide/*/dynoxide")):
        where = ["--db-path", str(path)] if path else []
        return [str(binary), "--host", "127.0.0.1", "--port", str(port), *where], {}
    ministack = root / ".ministack-venv/bin/ministack"
    found = str(ministack) if ministack.exists() else shutil.which("ministack")
    if found is None:
        raise RuntimeError("neither dynoxide (npm) nor ministack (PyPI) is installed")
    variables = {"PERSIST_STATE": "1", "STATE_DIR": f"{path}.state"} if path else {}
    bound = {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "IOT_MTLS_ENABLED": "0"}
    return [found], bound | {"MINISTACK_REGION": REGION} | variables


def make_tables(dynamodb: Any, tables: Iterable[Table], prefix: str = "") -> dict[str, str]:
    """Create the tables that are absent; answers logical id → physical name."""
    names: dict[str, str] = {}
    for table in tables:
        name = names[table.logical] = prefix + table.name
        try:
            dynamodb.create_table(**table.create | {"TableName": name})
        except ClientError as refused:
            if refused.response["Error"]["Code"] != "ResourceInUseException":
                raise
            continue
        if table.ttl:
            specification = {"Enabled": True, "AttributeName": table.ttl}
            with contextlib.suppress(ClientError, BotoCoreError):  # expiry is checked on read too
                dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
    return names
