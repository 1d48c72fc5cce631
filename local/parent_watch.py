"""Ends a process together with its parent, also when that one is killed."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_prctl = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None


def tie(parent: int | None = None) -> None:
    """Asks the kernel for SIGKILL at the parent's death.

    Exits at once if it is dead already.

    Elsewhere than on Linux the workers notice by their closed connections instead.
    """
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        os._exit(0)
