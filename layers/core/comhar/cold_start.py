"""Imports without searches for garbage, which a cold start would make by the dozen and find nothing."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """While modules are imported the collector is off; what they made is never looked at again.

    Where it is off already (the embedded stack's first process, the tests), it stays off.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.freeze()
            gc.enable()
