"""One worker: a forked process that becomes one function's execution environment."""

import gc
import importlib
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any, NoReturn

from local import iam, parent_watch
from local.clock import Clock


def live(wanted: dict[str, Any], parent: int) -> NoReturn:
    """Set the environment up, then take events until the stack ends. Never returns."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        parent_watch.tie(parent)
        _detach(wanted["log"])
        os.environ.clear()
        os.environ.update(wanted["environment"])
        time.tzset()
        sys.path[:0] = wanted["path"]
        os.chdir(wanted["path"][0])
        gc.enable()
        _set_clock(Clock(Path(wanted["clock"])))
        iam.hold(wanted["rights"])
        _serve(wanted["handler"], wanted["runtime"])
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _detach(log: str) -> None:
    """Standard streams: nothing comes in, all goes to the function's log."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for source, target in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    os.close(nothing)
    os.close(out)


def _set_clock(clock: Clock) -> None:
    try:
        wiring: Any = importlib.import_module("comhar.wiring")
    except ModuleNotFoundError as missing:
        if not (missing.name or "").startswith("comhar"):
            raise
    else:
        wiring.clock = clock.now


def _serve(handler: str, runtime: str) -> None:
    """Run AWS's own runtime client; where it has no build, a plain loop of the same shape."""
    try:
        importlib.import_module("runtime_client")
    except ImportError:
        from local import runtime_loop

        runtime_loop.run(handler, runtime)
    else:
        from awslambdaric import bootstrap
        from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

        bootstrap.run(handler, LambdaRuntimeClient(runtime.split("/")[0]))
