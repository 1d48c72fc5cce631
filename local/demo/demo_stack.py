"""The stack that the demo fills: the one that runs, or one started for it.

The one that runs on the port, else one started for the while.
"""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import urllib3

from local.engine import Place

_PATIENCE = 60  # seconds a stack may take to start


class NoStack(RuntimeError):
    """There is no stack to fill, and none could be started."""


@contextmanager
def running_stack(here: Place) -> Iterator[bool]:
    """A stack at the place's address while the block runs.

    Yields whether it was started for it.

    Raises NoStack.
    """
    if _runs(here):
        yield False
        return
    here.data.mkdir(parents=True, exist_ok=True)
    log = here.data / "demo.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "local"], cwd=here.root, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + _PATIENCE
        while not _runs(here):
            if process.poll() is not None or time.monotonic() > deadline:
                raise NoStack(log.read_text().strip() or f"No stack started; see {log}.")
            time.sleep(0.1)
        yield True
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)


def _runs(here: Place) -> bool:
    """Whether a stack answers at the address. Raises NoStack when something else does."""
    try:
        answer = urllib3.request("GET", f"{here.address}/_local/clock", retries=False, timeout=10)
    except urllib3.exceptions.HTTPError:
        return False
    try:
        json.loads(answer.data)["now"]
    except (ValueError, KeyError, TypeError):
        raise NoStack(f"Something else runs at {here.address}: set PORT to another.") from None
    return True
