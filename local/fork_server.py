"""Imports the heavy libraries once, and forks a worker on request.

Orders come on standard input and news goes to standard output, one JSON object a line:
`{"fork": {...}}` is answered by `{"forked": id, "pid": n}`, `{"kill": n}` by the news of the end,
which comes for every worker: `{"ended": id, "status": n}`.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
from typing import Any

from local import parent_watch, worker

# What every function needs, dearest first. Their own code is imported after the fork, as a cold
# start does it.
_HEAVY = (
    "boto3",
    "pydantic",
    "jinja2",
    "email_validator",
    "nhsuk_frontend_jinja",
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.event_handler.openapi.params",
    "aws_lambda_powertools.event_handler.middlewares.openapi_validation",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.utilities.batch",
    "http.client",
)


def main() -> None:
    parent_watch.tie(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wakeup, alarm = os.pipe()
    os.set_blocking(wakeup, False)
    os.set_blocking(alarm, False)
    signal.set_wakeup_fd(alarm)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    _warm()
    _tell({"ready": True})
    children: dict[int, str] = {}
    pending = b""
    while True:
        readable, _, _ = select.select([0, wakeup], [], [])
        if wakeup in readable:
            with contextlib.suppress(BlockingIOError):
                os.read(wakeup, 4096)
            _bury(children)
        if 0 in readable:
            received = os.read(0, 65536)
            if not received:
                break
            *orders, pending = (pending + received).split(b"\n")
            for order in orders:
                _obey(json.loads(order), children)
    for pid in children:
        os.kill(pid, signal.SIGTERM)


def _warm() -> None:
    for name in _HEAVY:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    import boto3

    boto3.client("dynamodb")  # reads the service model into the default session's cache
    gc.collect()
    gc.freeze()


def _obey(order: dict[str, Any], children: dict[int, str]) -> None:
    if "kill" in order:
        if order["kill"] in children:
            os.kill(order["kill"], signal.SIGKILL)
        return
    wanted = order["fork"]
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        worker.live(wanted, parent)
    children[pid] = wanted["id"]
    _tell({"forked": wanted["id"], "pid": pid})


def _bury(children: dict[int, str]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        ended = os.waitstatus_to_exitcode(status)
        _tell({"ended": children.pop(pid), "status": ended})


def _tell(news: dict[str, Any]) -> None:
    os.write(1, json.dumps(news).encode() + b"\n")


if __name__ == "__main__":
    main()
