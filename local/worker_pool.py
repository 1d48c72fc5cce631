"""The pool of workers: one takes one event at a time, and is replaced if it dies.

Which event goes to whom, when another is started, when one took too long.
"""

import asyncio
import json
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.template import Function
from local.worker_launcher import WorkerLauncher

_EACH = 8  # workers of one function
_ALL = 32  # workers of all functions: with less, they would end each other to make room
_PATIENCE = 0.05  # seconds an event waits for each busy worker before another is started


@dataclass(frozen=True)
class Outcome:
    """What an invocation came to. `how`: `answered`, `error`, `timeout` or `crash`."""

    how: str
    payload: bytes

    @property
    def answer(self) -> Any:
        return json.loads(self.payload or b"null")


@dataclass
class Call:
    """One event on its way; `id` is the request id, `since` monotonic seconds."""

    event: bytes
    outcome: asyncio.Future[Outcome]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    since: float = field(default_factory=time.monotonic)

    def settle(self, outcome: Outcome) -> None:
        if not self.outcome.done():
            self.outcome.set_result(outcome)


@dataclass
class Worker:
    """One process.

    `waiting` is set while it asks for an event, `call` while it has one.
    """

    id: str
    crew: "Crew"
    pid: int | None = None
    waiting: asyncio.Future[Call] | None = None
    call: Call | None = None
    started: bool = False
    used: float = 0.0
    alarm: asyncio.TimerHandle | None = None

    def finish(self, outcome: Outcome) -> None:
        """The event in hand has come to this."""
        call, self.call = self.call, None
        if self.alarm is not None:
            self.alarm.cancel()
        if call is not None:
            call.settle(outcome)


@dataclass
class Crew:
    """The workers of one function, and the events that wait for them."""

    function: Function
    queue: deque[Call] = field(default_factory=deque)
    workers: dict[str, Worker] = field(default_factory=dict)

    @property
    def starting(self) -> int:
        return sum(not one.started for one in self.workers.values())

    def idle(self) -> Worker | None:
        return next((one for one in self.workers.values() if one.waiting), None)


class Pool:
    """All workers of the stack, one event at a time each, as in Lambda."""

    def __init__(self, functions: dict[str, Function], launcher: WorkerLauncher) -> None:
        self._crews = {name: Crew(function) for name, function in functions.items()}
        self._workers: dict[str, Worker] = {}
        self._launcher = launcher
        launcher.on_forked = self._forked
        launcher.on_ended = self._ended
        self.on_done: Callable[[Function, bytes], None] = lambda function, event: None

    def worker(self, id: str) -> Worker | None:
        """The worker of that id, unless it has been dismissed."""
        worker = self._workers.get(id)
        return worker if worker is not None and id in worker.crew.workers else None

    def warm(self, logical: str) -> None:
        """Start a worker ahead of the first event."""
        crew = self._crews[logical]
        if not crew.workers:
            self._fork(crew)

    async def invoke(self, logical: str, event: Any) -> Outcome:
        """Call a function and wait for what it comes to; never raises for what it does."""
        crew = self._crews[logical]
        payload = event if isinstance(event, bytes) else json.dumps(event).encode()
        call = Call(payload, asyncio.get_running_loop().create_future())
        idle = crew.idle()
        if idle is not None:
            self._hand(idle, call)
        else:
            crew.queue.append(call)
            self._grow(crew)
        outcome = await call.outcome
        self.on_done(crew.function, payload)
        return outcome

    def ready(self, worker: Worker) -> asyncio.Future[Call]:
        """A worker asks for its next event: it gets the one that waited longest, or waits."""
        worker.started = True
        worker.used = time.monotonic()
        worker.waiting = waiting = asyncio.get_running_loop().create_future()
        queue = worker.crew.queue
        while queue and worker.waiting is not None:
            call = queue.popleft()
            if not call.outcome.done():
                self._hand(worker, call)
        return waiting

    def _hand(self, worker: Worker, call: Call) -> None:
        assert worker.waiting is not None
        worker.call, waiting, worker.waiting = call, worker.waiting, None
        worker.used = time.monotonic()
        seconds = worker.crew.function.timeout
        loop = asyncio.get_running_loop()
        worker.alarm = loop.call_later(seconds, self._overrun, worker, call)
        waiting.set_result(call)

    def _overrun(self, worker: Worker, call: Call) -> None:
        if worker.call is not call:
            return
        words = f"{call.id} Task timed out after {worker.crew.function.timeout}.00 seconds"
        worker.crew.workers.pop(worker.id, None)
        worker.finish(_failure("timeout", "Sandbox.Timedout", words))
        self._launcher.kill(worker.pid)
        self._grow(worker.crew)

    def _grow(self, crew: Crew) -> None:
        """Start a worker when events wait: the first at once, each further one for a longer wait,
        because its start costs as much as some twenty calls."""
        if not crew.queue or len(crew.workers) >= _EACH or crew.starting >= 2:
            return
        later = asyncio.get_running_loop().call_later
        waited = time.monotonic() - crew.queue[0].since
        patience = _PATIENCE * len(crew.workers)
        if waited < patience:
            later(patience - waited + 0.001, self._grow, crew)
            return
        if len(self._workers) < _ALL or self._dismiss(crew):
            self._fork(crew)
        later(_PATIENCE, self._grow, crew)

    def _dismiss(self, crew: Crew) -> bool:
        """Make room: end the idle worker of another function that was used longest ago."""
        idle = [one for one in self._workers.values() if one.waiting and one.crew is not crew]
        if not idle:
            return False
        oldest = min(idle, key=lambda one: one.used)
        oldest.waiting = None
        oldest.crew.workers.pop(oldest.id, None)
        self._launcher.kill(oldest.pid)
        return True

    def _fork(self, crew: Crew) -> None:
        worker = Worker(f"{crew.function.name}-{uuid.uuid4().hex[:8]}", crew)
        crew.workers[worker.id] = self._workers[worker.id] = worker
        self._launcher.fork(worker.id, crew.function)

    def _forked(self, id: str, pid: int) -> None:
        if id in self._workers:
            self._workers[id].pid = pid

    def _ended(self, id: str, status: int) -> None:
        worker = self._workers.pop(id)
        crew = worker.crew
        crew.workers.pop(id, None)
        words = f"Runtime exited with error: exit status {status}"
        worker.finish(_failure("crash", "Runtime.ExitError", words))
        if not worker.started and not crew.workers:
            # It could not even start: more of its kind would not either.
            while crew.queue:
                crew.queue.popleft().settle(_failure("crash", "Runtime.InitError", words))
        self._grow(crew)


def _failure(how: str, kind: str, words: str) -> Outcome:
    return Outcome(how, json.dumps({"errorType": kind, "errorMessage": words}).encode())
