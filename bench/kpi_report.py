"""Makes a quarter's report in a fresh process, from the figures to the item, and measures that.

The order on standard input is JSON. The last line on standard output is JSON: the milliseconds of CPU and of
wall time that it took, and the calls and items that it read. The files and letters that follow are left out.
"""

import importlib
import json
import resource
import sys
import time
from datetime import datetime
from typing import Any


def make(regions: list[dict[str, str]], quarter: str, now: datetime) -> dict[str, Any]:
    """What the report over these regions took."""
    data: Any = importlib.import_module("comhar.data")
    load = data.load
    data.load = lambda name: regions if name == "regions" else load(name)
    names = ("comhar.wiring", "comhar.context", "comhar.dates.quarters", "comhar.reports.service")
    wiring, context, quarters, service = (importlib.import_module(name) for name in names)
    service.repository.freeze = lambda table, report, now: None
    reads: list[int] = []
    ctx = context.Context(None, now, wiring.table(), wiring.settings())
    ctx.table.get(("CALENDAR", "CLOSURES"))  # makes the client, as the export does at first

    def count(parsed: dict[str, Any], **more: Any) -> None:
        batches = parsed.get("Responses", {}).values()
        items = [*parsed.get("Items", []), *(each for batch in batches for each in batch)]
        reads.append(len(items) + ("Item" in parsed))

    ctx.table._client.meta.events.register("after-call", count)
    wall, cpu = time.perf_counter(), cpu_time()
    service.freeze_quarter(quarters.Quarter.parse(quarter), ctx)
    taken = {"cpu": (cpu_time() - cpu) * 1000, "wall": (time.perf_counter() - wall) * 1000}
    return {**taken, "calls": len(reads), "items": sum(reads)}


def cpu_time() -> float:
    """Seconds of CPU since the process began."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    order = json.load(sys.stdin)
    sys.path[:0] = order["path"]
    now = datetime.fromisoformat(order["now"])
    print("\n" + json.dumps(make(order["regions"], order["quarter"], now)))
