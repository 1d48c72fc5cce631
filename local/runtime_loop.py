"""A stand-in for the runtime client, for platforms that have no build of it."""

import http.client
import importlib
import json
import os
import time
import traceback
from dataclasses import dataclass
from typing import Any


@dataclass
class Context:
    """The part of Lambda's context that Powertools and our functions read."""

    aws_request_id: str
    invoked_function_arn: str
    deadline: int
    function_name: str = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
    log_group_name: str = ""
    log_stream_name: str = ""

    def get_remaining_time_in_millis(self) -> int:
        return max(self.deadline - int(time.time() * 1000), 0)


def run(handler: str, runtime: str) -> None:
    """Take events from the Runtime API at `host:port/prefix` for ever, one at a time."""
    host, _, prefix = runtime.partition("/")
    connection = http.client.HTTPConnection(host)
    start = f"/{prefix}/2018-06-01/runtime/invocation"
    module, _, name = handler.rpartition(".")
    function: Any = getattr(importlib.import_module(module), name)
    while True:
        connection.request("GET", f"{start}/next")
        answer = connection.getresponse()
        event = json.loads(answer.read())
        request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
        context = Context(
            request,
            answer.headers["Lambda-Runtime-Invoked-Function-Arn"],
            int(answer.headers["Lambda-Runtime-Deadline-Ms"]),
        )
        try:
            end, body = "response", json.dumps(function(event, context))
        except Exception as failure:
            traceback.print_exc()
            end = "error"
            body = json.dumps({"errorMessage": str(failure), "errorType": type(failure).__name__})
        connection.request("POST", f"{start}/{request}/{end}", body.encode())
        connection.getresponse().read()
