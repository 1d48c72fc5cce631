"""Runs a coroutine to its end where another loop may be running: Playwright's, of a browser that is open."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor


def run[T](work: Coroutine[None, None, T]) -> T:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
