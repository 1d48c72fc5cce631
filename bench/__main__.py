"""Prints what a cold start, a visit, a report, a page, many replies and a mailing take: `make bench`."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench import cold_visits, kpi_regions, reads, reply_times
from tests.support.stack import Stack
from tests.support.stack_users import OFFICE

ROOT = Path(__file__).parents[1]
STARTS = 5
CALLS = 200
MEMBERS = 60


def milliseconds(what: Callable[[], object], times: int) -> list[float]:
    """How long each of so many calls took, the shortest first."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        what()
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


def cold(code: str, folder: Path = ROOT) -> float:
    """The median milliseconds of a fresh process that runs `code` in `folder`.

    Its files are compiled.
    """
    command = [sys.executable, "-c", code]
    taken = milliseconds(lambda: subprocess.run(command, cwd=folder, check=True), STARTS + 1)
    return statistics.median(taken[:STARTS])


@contextmanager
def running() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "stack")
        stack.start()
        try:
            yield stack
        finally:
            stack.stop()


def starts() -> None:
    alone = cold("pass")
    print(f"\nCold start over Python's own {alone:.0f} ms, median of {STARTS}:")
    for folder in sorted(path.parent for path in ROOT.glob("functions/*/app.py")):
        print(f"  {folder.name:<14}{cold('import app', folder) - alone:7.0f} ms")


def calls(stack: Stack, session: str) -> None:
    print(f"\nWarm calls through the embedded stack, {CALLS} each:      p50     p95")
    for path in ("/", "/sign-in", "/me", "/communities/SW", "/reflections"):
        for html in (False, True):
            call = partial(stack.get, path, html=html, session=session)
            taken = milliseconds(call, CALLS)
            p50, p95 = taken[CALLS // 2], taken[CALLS * 95 // 100]
            print(f"  GET {path:<22}{'page' if html else 'JSON':<12}{p50:15.1f}{p95:8.1f} ms")


def mailing(stack: Stack, office: str) -> str:
    """The path of the meeting to which everybody was invited."""
    meeting = {"kind": "quarterly", "starts_at": "2027-02-18T10:00", "minutes": 90}
    place = {"mode": "online", "link": "https://meet.example/sw"}
    began = time.perf_counter()
    answer = stack.post("/communities/SW/meetings", meeting | place, session=office)
    assert answer.status == 201, answer.text
    stack.settle()
    taken = time.perf_counter() - began
    sent = sum(bool(letter["attachments"]) for letter in stack.mail())
    print(f"\nInvitations with their calendar files: {sent} in {taken:.1f} s")
    assert sent == MEMBERS
    return f"/meetings/{answer.json['id']}"


def replies_at_once(stack: Stack, meeting: str, sessions: Sequence[str]) -> None:
    def reply(session: str) -> float:
        began = time.perf_counter()
        answer = stack.post(f"{meeting}/answer", {"answer": "yes"}, session=session)
        assert answer.status == 200, answer.text
        return (time.perf_counter() - began) * 1000

    with ThreadPoolExecutor(len(sessions)) as pool:
        taken = sorted(pool.map(reply, sessions))
    p50, p99 = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
    print(f"\n{len(taken)} replies at once through the stack: p50 {p50:.0f} ms, p99 {p99:.0f} ms")


def main() -> None:
    starts()
    cold_visits.main()
    kpi_regions.main()
    reads.main()
    reply_times.main()
    with running() as stack:
        members = [stack.join(f"bench.{n}@hse.ie", f"Bríd Ní Bhenc {n}") for n in range(MEMBERS)]
        calls(stack, members[0]["session"])
        meeting = mailing(stack, stack.sign_in(OFFICE))
        replies_at_once(stack, meeting, [member["session"] for member in members])


if __name__ == "__main__":
    main()
