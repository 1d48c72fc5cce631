"""Prints the CPU of visits where every function is cold, beside commit 4eaaf99.

A member's and the office's: `python -m bench.cold_visits`.

Both trees answer over copies of what that commit had saved: once JSON to nobody, once pages to a co-chair and
to the office. Each function that a visit meets is a fresh process, which opens its paths in their order.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from aiohttp import web

from local import template
from local.dynamo import Dynamo, client, make_tables
from local.gateway import Routes
from local.kms import Kms
from tests.support.cloud import PARAMETERS

ROOT = Path(__file__).parents[1]
SAVED = ROOT / "tests/data/saved-by-4eaaf99.tar.xz"
BEFORE = "4eaaf99"
TIMES = 9
VISITS = {
    "member": (
        "/sign-in {sign_in} /me /meetings/{meeting} /meetings/{meeting}/agenda"
        " /meetings/{meeting}/items/new /polls/{poll} /reflections /communities/SW/surveys"
    ),
    "office": "/members /members/{member} /invitations /inbox /reports/kpi /closures",
}


@dataclass
class Visit:
    """What the cold starts of one visit took: milliseconds of CPU, and megabytes."""

    cpu: float
    first: float
    memory: float
    functions: int


class Tree:
    """One version of the product over data of its own."""

    def __init__(self, root: Path, data: Path) -> None:
        self.root, self.data = root, data
        saved = json.loads((data / "saved.json").read_text())
        self.now = saved["saved_at"]
        secrets = {"OriginSecret": (data / "origin").read_text()}
        self.template = template.read(
            root / "template.yaml", PARAMETERS | secrets, {"DigestSecret": "d" * 43}
        )
        self.routes = Routes(self.template.routes)
        self.endpoints: dict[str, str] = {}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Its tables and keys answer while the block runs."""
        dynamo = Dynamo(ROOT, self.data / "dynamodb.sqlite")
        try:
            dynamo.wait()
            make_tables(client(dynamo.endpoint), self.template.tables.values())
            with served(Kms(self.data / "kms", self.template.keys).routes()) as keys:
                self.endpoints = {
                    "AWS_ENDPOINT_URL_DYNAMODB": dynamo.endpoint,
                    "AWS_ENDPOINT_URL_KMS": f"{keys}/kms",
                }
                yield
        finally:
            dynamo.stop()

    def event(
        self, method: str, path: str, session: str = "", body: Any = None
    ) -> tuple[str, dict[str, Any]]:
        """The function that API Gateway hands a request to, and the event it sends."""
        match = self.routes.match(method, path)
        assert match, path
        headers = {"accept": "application/json" if body or not session else "text/html"}
        event = {
            "version": "2.0",
            "routeKey": match.route.key,
            "rawPath": path,
            "rawQueryString": "",
            "headers": headers | self.template.edge_headers | {"content-type": "application/json"},
            "cookies": [f"__Host-session={session}"] if session else [],
            "pathParameters": match.parameters,
            "requestContext": {"stage": "$default", "http": {"method": method, "path": path}},
            "body": json.dumps(body) if body else None,
            "isBase64Encoded": False,
        }
        return match.route.function, event

    def cold(self, function: str, events: list[dict[str, Any]]) -> dict[str, Any]:
        """What a fresh process of the function makes of these events."""
        here = self.template.functions[function]
        path = [str(here.folder), *map(str, self.template.layers)]
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_REGION": template.REGION,
            "AWS_DEFAULT_REGION": template.REGION,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_EC2_METADATA_DISABLED": "true",
            **self.endpoints,
            **here.environment,
        }
        done = subprocess.run(
            [sys.executable, "-P", str(ROOT / "bench/cold.py")],
            input=json.dumps({"path": path, "events": events, "now": self.now}),
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        assert Path(result["from"]).is_relative_to(self.root), result["from"]
        return result

    def visit(self, paths: list[str], session: str) -> Visit:
        """Opens the paths, each function in a process of its own."""
        events = [self.event("GET", path, session) for path in paths]
        met = list(dict.fromkeys(function for function, _ in events))
        met_by = [self.cold(name, [one for its, one in events if its == name]) for name in met]
        for answer in (answer for process in met_by for answer in process["answers"]):
            assert answer["status"] == 200 or (not session and answer["status"] < 500), answer
        return Visit(
            cpu=sum(process["answers"][-1]["cpu"] for process in met_by),
            first=met_by[0]["answers"][0]["cpu"],
            memory=max(process["memory"] for process in met_by),
            functions=len(met),
        )


@contextmanager
def served(routes: list[web.RouteDef]) -> Iterator[str]:
    """The address at which these routes answer, in a thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.add_routes(routes)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = asyncio.run_coroutine_threadsafe(start(), loop).result()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


@contextmanager
def trees() -> Iterator[tuple[dict[str, Tree], dict[str, str]]]:
    """The tree of then and that of today, and what the visits' paths are filled with."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        old, data = Path(folder) / "tree", Path(folder) / "data"
        archive = subprocess.run(
            ["git", "archive", BEFORE, "functions", "layers", "template.yaml"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
        ).stdout
        for content, target in ((archive, old), (SAVED.read_bytes(), data)):
            with tarfile.open(fileobj=BytesIO(content)) as packed:
                packed.extractall(target, filter="data")
        saved = json.loads((data / "saved.json").read_text())
        ids = {
            "sign_in": saved["links"]["sign_in"],
            "meeting": saved["meeting_coming"],
            "member": saved["members"]["Cian"]["id"],
            "poll": opened_poll(Tree(old, data), saved["sessions"]["Aoife"]),
        }
        copy = shutil.copytree(data, Path(folder) / "copy")
        found = {BEFORE: Tree(old, data), "today": Tree(ROOT, copy)}
        for tree in found.values():
            stack.enter_context(tree.running())
        sessions = {"member": saved["sessions"]["Aoife"], "office": saved["sessions"]["office"]}
        yield found, ids | {f"session of {who}": session for who, session in sessions.items()}


def opened_poll(tree: Tree, session: str) -> str:
    """A poll of the community whose co-chair's session was saved: that had none."""
    wanted = {
        "kind": "additional",
        "mode": "online",
        "options": ["2027-05-13T10:00", "2027-05-20T10:00"],
    }
    with tree.running():
        function, event = tree.event("POST", "/communities/SW/polls", session, wanted)
        (answer,) = tree.cold(function, [event])["answers"]
    assert answer["status"] == 201, answer
    return str(json.loads(answer["body"])["id"])


def main() -> None:
    with trees() as (both, ids):
        print(f"\nVisits where every function is cold, CPU, medians of {TIMES}, beside {BEFORE}:")
        print(f"{'':26}functions      CPU   first request   most memory   ratio")
        for signed in (False, True):
            for who, pattern in VISITS.items():
                session = ids[f"session of {who}"] if signed else ""
                paths = pattern.format_map(ids).split()
                taken: dict[str, list[Visit]] = {name: [] for name in both}
                for time in range(TIMES + 1):
                    for name, tree in both.items():
                        visit = tree.visit(paths, session)
                        if time:  # the first one compiles modules and templates
                            taken[name].append(visit)
                show(f"{who}, {'pages' if signed else 'unsigned'}", taken)


def show(what: str, taken: dict[str, list[Visit]]) -> None:
    medians = {name: statistics.median(each.cpu for each in some) for name, some in taken.items()}
    for name, visits in taken.items():
        first = statistics.median(each.first for each in visits)
        memory = statistics.median(each.memory for each in visits)
        print(
            f"  {what:<17}{name:<9}{visits[0].functions:7}{medians[name]:9.0f} ms"
            f"{first:7.0f} ms {first / medians[name]:4.0%}{memory:11.0f} MB"
            f"{medians[name] / medians[BEFORE]:8.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
