"""Orders workers from the fork server and receives the news of their ends."""

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.template import REGION, Function


class WorkerLauncher:
    """Starts and kills workers through the fork server.

    `on_forked(id, pid)` and `on_ended(id, status)` are called as news of workers comes in.
    """

    def __init__(self, root: Path, folder: Path, layers: list[Path]) -> None:
        self._root = root
        self._folder = folder
        self._layers = [str(layer) for layer in layers]
        self._shared: dict[str, str] = {}
        self._address = ""
        self._process: asyncio.subprocess.Process | None = None
        self._news: asyncio.Task[None] | None = None
        self.on_forked: Callable[[str, int], None] = lambda id, pid: None
        self.on_ended: Callable[[str, int], None] = lambda id, status: None

    async def start(self, address: str, shared: dict[str, str]) -> None:
        """`address` is the Runtime API's; `shared` is what all workers' environments have."""
        self._address, self._shared = address, shared
        (self._folder / "logs").mkdir(exist_ok=True)
        path = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(self._root)}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "local.fork_server",
            str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**path, **shared},
            start_new_session=True,
        )
        self._news = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """The fork server ends its workers when it hears no more."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 3)
        except TimeoutError:
            self._process.kill()
        if self._news:
            self._news.cancel()

    def fork(self, id: str, function: Function) -> None:
        runtime = f"{self._address}/runtime/{id}"
        wanted = {
            "id": id,
            "log": str(self._folder / "logs" / f"{function.name}.log"),
            "path": [str(function.folder), *self._layers],
            "clock": str(self._folder / "clock"),
            "handler": function.handler,
            "runtime": runtime,
            "environment": self._environment(function, runtime),
            "rights": function.rights,
        }
        self._order({"fork": wanted})

    def kill(self, pid: int | None) -> None:
        if pid is not None:
            self._order({"kill": pid})

    def _environment(self, function: Function, runtime: str) -> dict[str, str]:
        """What Lambda sets, where the stand-ins are, and what the template says."""
        return {
            "PATH": os.environ.get("PATH", ""),
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "AWS_LAMBDA_RUNTIME_API": runtime,
            "AWS_LAMBDA_FUNCTION_NAME": function.arn.rsplit(":", 1)[1],
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "LAMBDA_TASK_ROOT": str(function.folder),
            "_HANDLER": function.handler,
            "AWS_REGION": REGION,
            **self._shared,
            **function.environment,
        }

    def _order(self, order: dict[str, Any]) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")

    async def _listen(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        async for line in self._process.stdout:
            news = json.loads(line)
            if "forked" in news:
                self.on_forked(news["forked"], news["pid"])
            elif "ended" in news:
                self.on_ended(news["ended"], news["status"])
