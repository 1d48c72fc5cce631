"""Switches the garbage collector off while a cold start imports modules.

It would look for garbage by the dozen of times and find none.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """Switches the collector off inside; what was imported is never looked at again.

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
