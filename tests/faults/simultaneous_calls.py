"""Calls made at the same time, each from a thread of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from comhar.errors import AppError


def run_at_once(calls: Sequence[Callable[[], object]]) -> list[int]:
    """How each ended: 200, or the status of what stood in its way."""

    def status(call: Callable[[], object]) -> int:
        try:
            call()
        except AppError as error:
            return error.status
        return 200

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(status, calls))
