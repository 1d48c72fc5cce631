"""DynamoDB as many meet it at the same moment: calls take time, and transactions on one item conflict.

Time is virtual, drawn from a seed: every run comes to the same, and takes no longer than its computing.
"""

import heapq
import itertools
import random
from collections.abc import Callable, Sequence
from threading import Event, Semaphore, Thread
from typing import Any

from botocore.exceptions import ClientError

from comhar.aws.dynamodb import Table
from tests.support.memory_tables import MemoryClient

READING = (0.002, 0.006)  # seconds that a call takes, from and to
WRITING = (0.006, 0.018)
WRITES = ("put_item", "update_item", "delete_item")


class VirtualTime:
    """Threads of which one runs at a time; time passes while all of them wait."""

    def __init__(self) -> None:
        self.now = 0.0
        self._waiting: list[tuple[float, int, Event]] = []  # when each goes on, in order
        self._numbers = itertools.count()
        self._paused = Semaphore(0)

    def sleep(self, seconds: float) -> None:
        """Lets the others run meanwhile."""
        wake = Event()
        heapq.heappush(self._waiting, (self.now + seconds, next(self._numbers), wake))
        self._paused.release()
        wake.wait()

    def run(self, calls: Sequence[Callable[[], object]]) -> list[float | Exception]:
        """Begins all calls at one moment; the seconds each took, or what it raised."""
        ended: list[float | Exception] = [0.0] * len(calls)

        def work(number: int, call: Callable[[], object]) -> None:
            self.sleep(0)
            try:
                call()
                ended[number] = self.now
            except Exception as error:
                ended[number] = error
            self._paused.release()

        for number, call in enumerate(calls):
            Thread(target=work, args=(number, call), daemon=True).start()
            self._paused.acquire()
        while self._waiting:
            self.now, _, wake = heapq.heappop(self._waiting)
            wake.set()
            self._paused.acquire()
        return ended


class BusyClient:
    """A client of tables in memory whose calls take their time.

    A write that meets a transaction under way on one of its items is refused, as DynamoDB does.
    """

    def __init__(self, client: MemoryClient, time: VirtualTime, seed: int) -> None:
        self._client, self._time, self._random = client, time, random.Random(seed)
        self._under_way: set[tuple[str, str, str]] = set()
        self.conflicts = 0

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        call = getattr(self._client, name)

        def slow(**request: Any) -> dict[str, Any]:
            keys = _written(name, request)
            seconds = self._random.uniform(*(WRITING if keys else READING))
            met = [key in self._under_way for key in keys]
            if any(met):
                self.conflicts += 1
                self._time.sleep(seconds)
                raise _conflict(name, met)
            taken = {*keys} if name == "transact_write_items" else set()
            self._under_way |= taken
            self._time.sleep(seconds)
            try:
                answer: dict[str, Any] = call(**request)
                return answer
            finally:
                self._under_way -= taken

        return slow


def _written(name: str, request: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The items that a call writes or checks, by table and key."""
    actions = [request] if name in WRITES else []
    for action in request.get("TransactItems", []):
        actions += action.values()
    keys = [(action["TableName"], action.get("Key") or action["Item"]) for action in actions]
    return [(table, key["pk"]["S"], key["sk"]["S"]) for table, key in keys]


def _conflict(name: str, met: Sequence[bool]) -> ClientError:
    if name != "transact_write_items":
        return ClientError({"Error": {"Code": "TransactionConflictException"}}, name)
    reasons = [{"Code": "TransactionConflict" if one else "None"} for one in met]
    error: Any = {"Error": {"Code": "TransactionCanceledException"}}
    return ClientError(error | {"CancellationReasons": reasons}, name)


def busy_table(table: Table, seed: int = 0) -> tuple[Table, VirtualTime]:
    """The same tables, for many at the same moment."""
    time = VirtualTime()
    client = BusyClient(table._client, time, seed)
    return Table(client, table._names, pause=time.sleep), time
