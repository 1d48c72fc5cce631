"""The tables in memory of another process, so that this one's memory is the worker's own."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from tests.support.dynamodb_expressions import Asked, Refused
from tests.support.memory_tables import MemoryTables
from tests.support.table_rows import Rows


class TablesElsewhere(MemoryTables):
    """Hands each call to the process that has the tables."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def _answer(self, operation: str, request: Asked) -> dict[str, Any]:
        """What the other process answers. Raises Refused."""
        self._connection.send((operation, request))
        answer: dict[str, Any] | Refused = self._connection.recv()
        if isinstance(answer, Refused):
            raise answer
        return answer


@contextmanager
def moved_elsewhere(tables: dict[str, Rows]) -> Iterator[TablesElsewhere]:
    """These tables in a process of their own, which ends with the block."""
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(there, tables), daemon=True)
    process.start()
    try:
        yield TablesElsewhere(here)
    finally:
        here.send(None)
        process.join()


def _serve(connection: Connection, tables: dict[str, Rows]) -> None:
    memory = MemoryTables()
    memory.tables = tables
    while request := connection.recv():
        for rows in memory.tables.values():
            rows.changes.clear()  # that nobody reads
        try:
            connection.send(memory.call(*request))
        except Refused as refused:
            connection.send(refused)
