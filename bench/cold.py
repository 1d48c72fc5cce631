"""Answers the events on standard input in a fresh process, and measures each.

The last line on standard output is JSON: for each event the status, and the milliseconds of CPU since the
process began; and the most memory that it had, in megabytes.
"""

import importlib
import json
import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import Any


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 20_000


def answer(events: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    handler = importlib.import_module("app").handler
    wiring: Any = importlib.import_module("comhar.wiring")
    wiring.clock = lambda: now
    answers = []
    for event in events:
        given = handler(event, Context())
        spent = resource.getrusage(resource.RUSAGE_SELF)
        cpu = (spent.ru_utime + spent.ru_stime) * 1000
        answers.append({"status": given["statusCode"], "cpu": cpu, "body": given.get("body", "")})
    return {"answers": answers, "memory": most_memory(), "from": wiring.__file__}


def most_memory() -> float:
    """The most memory this process had, in megabytes.

    Linux has ru_maxrss begin with what it was forked from.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    order = json.load(sys.stdin)
    sys.path[:0] = order["path"]
    print("\n" + json.dumps(answer(order["events"], datetime.fromisoformat(order["now"]))))
