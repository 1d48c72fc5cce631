"""The Runtime API and the worker processes behind it: one event at a time each, as in Lambda."""

import asyncio
import json
import os
import sys
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from local.template import REGION, Function

_EACH = 8  # workers of one function
_ALL = 16  # workers of all functions
_PATIENCE = 0.05  # seconds an event waits for a busy worker before another is started


@dataclass(frozen=True)
class Outcome:
    """What an invocation came to. `how`: `answered`, `error`, `timeout` or `crash`."""

    how: str
    payload: bytes

    @property
    def answer(self) -> Any:
        return json.loads(self.payload or b"null")


@dataclass
class _Call:
    event: bytes
    outcome: asyncio.Future[Outcome]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    since: float = field(default_factory=time.monotonic)


@dataclass
class _Worker:
    id: str
    crew: "_Crew"
    pid: int | None = None
    waiting: asyncio.Future[_Call] | None = None
    call: _Call | None = None
    started: bool = False
    used: float = 0.0
    alarm: asyncio.TimerHandle | None = None


@dataclass
class _Crew:
    function: Function
    queue: deque[_Call] = field(default_factory=deque)
    workers: dict[str, _Worker] = field(default_factory=dict)

    @property
    def starting(self) -> int:
        return sum(not one.started for one in self.workers.values())


def _failure(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()


class Pool:
    """All workers of the stack. `address` is the host and port of the engine's inner side."""

    def __init__(
        self, functions: dict[str, Function], folder: Path, layers: list[Path], tools: Path
    ) -> None:
        self._crews = {name: _Crew(function) for name, function in functions.items()}
        self._workers: dict[str, _Worker] = {}
        self._folder = folder
        self._layers = [str(layer) for layer in layers]
        self._tools = str(tools)
        self._shared: dict[str, str] = {}
        self._address = ""
        self._zygote: asyncio.subprocess.Process | None = None
        self._news: asyncio.Task[None] | None = None
        self.on_done: Callable[[Function, bytes], None] = lambda function, event: None

    async def start(self, address: str, shared: dict[str, str]) -> None:
        """Start the zygote; `shared` is the environment that all workers have in common."""
        self._address, self._shared = address, shared
        (self._folder / "logs").mkdir(exist_ok=True)
        environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": self._tools, **shared}
        self._zygote = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "local.zygote",
            str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        self._news = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        if self._zygote is None or self._zygote.stdin is None:
            return
        self._zygote.stdin.close()
        try:
            await asyncio.wait_for(self._zygote.wait(), 3)
        except TimeoutError:
            self._zygote.kill()
        if self._news:
            self._news.cancel()

    def warm(self, logical: str) -> None:
        """Start a worker ahead of the first event."""
        crew = self._crews[logical]
        if not crew.workers:
            self._fork(crew)

    async def invoke(self, logical: str, event: Any) -> Outcome:
        """Call a function and wait for what it comes to; never raises for what the function does."""
        crew = self._crews[logical]
        payload = event if isinstance(event, bytes) else json.dumps(event).encode()
        call = _Call(payload, asyncio.get_running_loop().create_future())
        idle = next((one for one in crew.workers.values() if one.waiting is not None), None)
        if idle is not None:
            self._hand(idle, call)
        else:
            crew.queue.append(call)
            self._grow(crew)
        outcome = await call.outcome
        self.on_done(crew.function, payload)
        return outcome

    # Starting and ending workers

    def _grow(self, crew: _Crew) -> None:
        """Start a worker when events wait: the first at once, more when the wait is long."""
        if not crew.queue or len(crew.workers) >= _EACH or crew.starting >= 2:
            return
        waited = time.monotonic() - crew.queue[0].since
        if crew.workers and waited < _PATIENCE:
            asyncio.get_running_loop().call_later(_PATIENCE - waited + 0.001, self._grow, crew)
            return
        if len(self._workers) >= _ALL and not self._dismiss(crew):
            asyncio.get_running_loop().call_later(_PATIENCE, self._grow, crew)
            return
        self._fork(crew)
        asyncio.get_running_loop().call_later(_PATIENCE, self._grow, crew)

    def _dismiss(self, crew: _Crew) -> bool:
        """Make room: end the idle worker of another function that was used longest ago."""
        idle = [one for one in self._workers.values() if one.waiting and one.crew is not crew]
        if not idle:
            return False
        oldest = min(idle, key=lambda one: one.used)
        oldest.waiting = None
        del oldest.crew.workers[oldest.id]
        self._order({"kill": oldest.pid})
        return True

    def _fork(self, crew: _Crew) -> None:
        function = crew.function
        worker = _Worker(f"{function.name}-{uuid.uuid4().hex[:8]}", crew)
        crew.workers[worker.id] = worker
        self._workers[worker.id] = worker
        runtime = f"{self._address}/runtime/{worker.id}"
        log = self._folder / "logs" / f"{function.name}.log"
        wanted = {
            "id": worker.id,
            "log": str(log),
            "path": [str(function.folder), *self._layers],
            "clock": str(self._folder / "clock"),
            "handler": function.handler,
            "runtime": runtime,
            "environment": self._environment(function, runtime),
        }
        self._order({"fork": wanted})

    def _environment(self, function: Function, runtime: str) -> dict[str, str]:
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
        if self._zygote is not None and self._zygote.stdin is not None:
            self._zygote.stdin.write(json.dumps(order).encode() + b"\n")

    async def _listen(self) -> None:
        assert self._zygote is not None and self._zygote.stdout is not None
        async for line in self._zygote.stdout:
            news = json.loads(line)
            if "forked" in news and news["forked"] in self._workers:
                self._workers[news["forked"]].pid = news["pid"]
            elif "ended" in news:
                self._ended(news["ended"], news["status"])

    def _ended(self, id: str, status: int) -> None:
        worker = self._workers.pop(id)
        crew = worker.crew
        crew.workers.pop(id, None)
        words = f"Runtime exited with error: exit status {status}"
        if worker.call is not None:
            self._finish(worker, Outcome("crash", _failure("Runtime.ExitError", words)))
        elif not worker.started and crew.queue and not crew.workers:
            # It could not even start: more of its kind would not either.
            while crew.queue:
                call = crew.queue.popleft()
                _settle(call, Outcome("crash", _failure("Runtime.InitError", words)))
        self._grow(crew)

    # One event

    def _hand(self, worker: _Worker, call: _Call) -> None:
        assert worker.waiting is not None
        loop = asyncio.get_running_loop()
        worker.call, waiting, worker.waiting = call, worker.waiting, None
        worker.used = time.monotonic()
        worker.alarm = loop.call_later(worker.crew.function.timeout, self._overrun, worker, call)
        waiting.set_result(call)

    def _overrun(self, worker: _Worker, call: _Call) -> None:
        if worker.call is not call:
            return
        seconds = worker.crew.function.timeout
        words = f"{call.id} Task timed out after {seconds}.00 seconds"
        worker.crew.workers.pop(worker.id, None)
        self._finish(worker, Outcome("timeout", _failure("Sandbox.Timedout", words)))
        self._order({"kill": worker.pid})
        self._grow(worker.crew)

    def _finish(self, worker: _Worker, outcome: Outcome) -> None:
        call, worker.call = worker.call, None
        if worker.alarm is not None:
            worker.alarm.cancel()
        if call is not None:
            _settle(call, outcome)

    # The Runtime API

    def routes(self) -> list[web.RouteDef]:
        start = "/runtime/{worker}/2018-06-01/runtime"
        return [
            web.get(start + "/invocation/next", self._next),
            web.post(start + "/invocation/{id}/response", self._answered),
            web.post(start + "/invocation/{id}/error", self._failed),
            web.post("/2018-06-01/runtime/init/error", _noted),
        ]

    async def _next(self, request: web.Request) -> web.Response:
        worker = self._workers.get(request.match_info["worker"])
        if worker is None or worker.id not in worker.crew.workers:
            return web.Response(status=410)
        crew, loop = worker.crew, asyncio.get_running_loop()
        worker.started = True
        worker.used = time.monotonic()
        worker.waiting = loop.create_future()
        waiting = worker.waiting
        while crew.queue and worker.waiting is not None:
            call = crew.queue.popleft()
            if not call.outcome.done():
                self._hand(worker, call)
        call = await waiting
        deadline = int((time.time() + crew.function.timeout) * 1000)
        headers = {
            "Lambda-Runtime-Aws-Request-Id": call.id,
            "Lambda-Runtime-Deadline-Ms": str(deadline),
            "Lambda-Runtime-Invoked-Function-Arn": crew.function.arn,
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{call.id.replace('-', '')[:24]}",
        }
        return web.Response(body=call.event, headers=headers, content_type="application/json")

    async def _answered(self, request: web.Request) -> web.Response:
        return await self._end(request, "answered")

    async def _failed(self, request: web.Request) -> web.Response:
        return await self._end(request, "error")

    async def _end(self, request: web.Request, how: str) -> web.Response:
        payload = await request.read()
        worker = self._workers.get(request.match_info["worker"])
        if worker is None or worker.call is None or worker.call.id != request.match_info["id"]:
            return web.json_response({"errorType": "InvalidRequestID"}, status=400)
        self._finish(worker, Outcome(how, payload))
        return web.json_response({"status": "OK"}, status=202)


async def _noted(request: web.Request) -> web.Response:
    """The error is in the function's log; the end of the process is what counts."""
    return web.json_response({"status": "OK"}, status=202)


def _settle(call: _Call, outcome: Outcome) -> None:
    if not call.outcome.done():
        call.outcome.set_result(outcome)
