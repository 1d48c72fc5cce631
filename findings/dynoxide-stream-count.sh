#!/usr/bin/env bash
# dynoxide: each write to a table with a stream takes longer the more records its stream has.
#
# One would guess: a stream is appended to, so that the thousandth write costs what the first one did; and that
#   a stream which nobody reads costs next to nothing.
# Seen: the processor time of a write grows with the number of records that the stream holds, so that of
#   n writes with n squared; without a stream it stays as it is.
# Versions: @dynoxide/linux-x64 1.2.1, boto3 1.44.5, Python 3.13. Date: 2026-12-01.
# Why it matters to us: tests of races and kills wrote to tables with the product's streams, and two thirds of
#   dynoxide's time went into them. Tests that read no stream declare none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install -q --disable-pip-version-check boto3==1.44.5
npm install --silent --no-save --no-package-lock @dynoxide/linux-x64@1.2.1 >/dev/null
venv/bin/python - "$folder/node_modules/@dynoxide/linux-x64/dynoxide" <<'PYTHON'
import os
import socket
import subprocess
import sys
import time

import boto3
from botocore.exceptions import EndpointConnectionError

WRITES = 1000
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
server = subprocess.Popen(
    [sys.argv[1], "--host", "127.0.0.1", "--port", str(port)],
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
client = boto3.client(
    "dynamodb",
    endpoint_url=f"http://127.0.0.1:{port}",
    region_name="eu-west-1",
    aws_access_key_id="x",
    aws_secret_access_key="x",
)


def seconds():
    """Processor time that the server has taken so far."""
    with open(f"/proc/{server.pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def table(name, stream):
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        **stream,
    )
    took = []
    for batch in range(5):
        before = seconds()
        for number in range(WRITES):
            client.put_item(TableName=name, Item={"pk": {"S": f"{batch}-{number}"}})
        took.append(seconds() - before)
    print(f"{name}: processor seconds of each {WRITES} writes:", [round(one, 2) for one in took])
    return took


try:
    for _ in range(100):
        try:
            client.list_tables()
            break
        except EndpointConnectionError:
            time.sleep(0.1)
    print("dynoxide 1.2.1, boto3", boto3.__version__)
    plain = table("without-a-stream", {})
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    streamed = table("with-a-stream", {"StreamSpecification": stream})
    usual = sum(plain) / len(plain)
    first, last = streamed[0] - usual, streamed[-1] - usual
    print(f"the stream's part of it: {first:.2f} of the first {WRITES}, {last:.2f} of the last")
    assert max(plain) < 2 * min(plain), plain
    assert last > 2 * first, streamed
finally:
    server.terminate()
    server.wait()
print("with a stream each write takes longer than the one before")
PYTHON
