"""Makes a quarter's report in a fresh process, from the figures to the item, and measures that.

The order on standard input is JSON. The last line on standard output is JSON: the report, the milliseconds
of CPU and of wall time that it took, and the most memory, in megabytes, before and at the end. What comes
after, the files and the letter, is left out.
"""

import importlib
import json
import resource
import sys
import time
from datetime import datetime
from typing import Any

from cold import most_memory


def make(regions: list[dict[str, str]], quarter: str, now: datetime) -> dict[str, Any]:
    """The report over these regions, and what it took."""
    data: Any = importlib.import_module("comhar.data")
    load = data.load
    data.load = lambda name: regions if name == "regions" else load(name)
    names = ("comhar.wiring", "comhar.context", "comhar.dates.quarters", "comhar.reports.service")
    wiring, context, quarters, service = (importlib.import_module(name) for name in names)
    reports: list[Any] = []
    service.repository.freeze = lambda table, report: reports.append(report)
    ctx = context.Context(None, now, wiring.table(), wiring.settings())
    ctx.table.get(("CALENDAR", "CLOSURES"))  # makes the client, as the export does at first
    memory, wall, cpu = most_memory(), time.perf_counter(), cpu_time()
    service._frozen(quarters.Quarter.parse(quarter), ctx)
    taken = {"cpu": (cpu_time() - cpu) * 1000, "wall": (time.perf_counter() - wall) * 1000}
    report = reports[0].model_dump(mode="json")
    return {**taken, "memory": [memory, most_memory()], "report": report, "from": wiring.__file__}


def cpu_time() -> float:
    """Seconds of CPU since the process began."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    order = json.load(sys.stdin)
    sys.path[:0] = order["path"]
    now = datetime.fromisoformat(order["now"])
    print("\n" + json.dumps(make(order["regions"], order["quarter"], now)))
