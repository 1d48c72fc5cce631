"""The engine: one process that starts everything, serves it, and ends everything."""

import asyncio
import fcntl
import os
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aiohttp import web

from local import dynamo, files, template
from local.clock import Clock
from local.control import Control
from local.due_index import DueIndex
from local.dynamo import Dynamo, client, make_tables
from local.faults import Faults
from local.front import Front, read_too_large
from local.gateway import LARGEST, Gateway
from local.inbound_mail import Inbound
from local.kms import Kms
from local.loopback import local_only
from local.mail_store import MailStore
from local.mailbox import Mailbox
from local.proxy import Proxy
from local.runtime import Runtime
from local.s3 import S3
from local.scheduler import Scheduler
from local.ses import Ses
from local.ses_events import SesEvents
from local.stream import Stream
from local.template import REGION, Function, Template
from local.ttl import Sweeper
from local.worker_launcher import WorkerLauncher
from local.worker_pool import Pool

_WARM = ("MembersFunction", "MailerFunction")


class InUse(RuntimeError):
    """Another stack works in the same folder."""


@dataclass(frozen=True)
class Place:
    """Where a stack lives: the project, its data, its port, and what its settings are."""

    root: Path
    data: Path
    port: int
    parameters: dict[str, str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class Engine:
    """Everything of one stack. `start` returns when the gateway listens."""

    def __init__(self, place: Place, template_path: Path, troubled: bool = False) -> None:
        self._place = place
        self._troubled = troubled
        place.data.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(place.data / "lock")
        parameters = {"OriginSecret": _secret(place.data / "origin"), **place.parameters}
        digest_secret = {"DigestSecret": _secret(place.data / "digest")}
        self.template: Template = template.read(template_path, parameters, digest_secret)
        self._faults = Faults()
        self._clock = Clock(place.data / "clock")
        self._launcher = WorkerLauncher(place.root, place.data, self.template.layers)
        self._pool = Pool(self.template.functions, self._launcher)
        self._runners: list[web.AppRunner] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._proxy: Proxy | None = None
        self._dynamo: Dynamo | None = None
        self._sweeper: Sweeper | None = None

    async def start(self) -> None:
        data = self._place.data
        inner_port = dynamo.free_port()
        inner = f"127.0.0.1:{inner_port}"
        endpoint = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
        if endpoint is None:
            log = data / "dynamodb.log"
            self._dynamo = Dynamo(self._place.root, data / "dynamodb.sqlite", log)
            endpoint = self._dynamo.endpoint
        files.write(data / "dynamodb.endpoint", endpoint.encode())
        await self._launcher.start(inner, self._shared(inner, endpoint))
        if self._dynamo:
            await asyncio.to_thread(self._dynamo.wait)
        dynamodb, streams = client(endpoint), client(endpoint, "dynamodbstreams")
        await asyncio.to_thread(make_tables, dynamodb, self.template.tables.values())
        plain = dynamo.plain_caller(endpoint)
        mail = MailStore(data / "mail")
        receipts = SesEvents(data / "receipts", self.template.receipts, self._pool, self._faults)
        fed = sorted({feed.table for feed in self.template.feeds})
        flows = [
            Stream(
                table,
                [feed for feed in self.template.feeds if feed.table == table],
                dynamodb,
                streams,
                plain,
                self._pool,
                data / f"stream-{table}.json",
                self._dynamo.trim if self._dynamo else None,
            )
            for table in fed
        ]
        self._sweeper = Sweeper(self.template.tables.values(), dynamodb)
        visits = Scheduler(
            self._clock,
            self.template.schedules,
            DueIndex(self.template.tables["CoreTable"].name, plain),
            flows,
            receipts,
            self._pool,
            self._sweeper,
        )
        self._pool.on_done = _waker(self.template, visits)
        self._proxy = Proxy(endpoint, self._faults)
        s3 = S3(data / "s3", self.template.buckets, self._clock)
        stand_ins = [
            *Ses(mail, receipts, self._faults, self._clock).routes(),
            *s3.routes(),
            *Kms(data / "kms", self.template.keys).routes(),
            *(self._proxy.routes() if self._troubled else []),
        ]
        await self._serve([*Runtime(self._pool).routes(), *stand_ins], inner_port, hang_up=True)
        control = Control(self.template, self._clock, visits, self._pool, self._faults)
        inbound = Inbound(self.template, s3, self._pool, self._clock)
        await self._serve(
            [*control.routes(), *inbound.routes(), *Mailbox(mail).routes(), *self._front()],
            self._place.port,
        )
        for logical in _WARM:
            if logical in self.template.functions:
                self._pool.warm(logical)
        self._tasks.append(asyncio.create_task(_live(visits)))

    async def stop(self) -> None:
        """Orderly: no new requests, what runs comes to its end, then the processes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._runners:
            await self._runners[-1].cleanup()
        await self._launcher.stop()
        for runner in self._runners[:-1]:
            await runner.cleanup()
        if self._proxy:
            await self._proxy.stop()
        if self._sweeper:
            await self._sweeper.end()
        if self._dynamo:
            await asyncio.to_thread(self._dynamo.stop)
        self._lock.close()

    async def _serve(
        self, routes: Sequence[web.AbstractRouteDef], port: int, hang_up: bool = False
    ) -> None:
        """`hang_up`: who waits for a client that has gone stops waiting."""
        app = web.Application(client_max_size=LARGEST * 2, middlewares=[local_only])
        app.add_routes(routes)
        runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=3, handler_cancellation=hang_up
        )
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, backlog=512).start()
        self._runners.append(runner)

    def _front(self) -> list[web.AbstractRouteDef]:
        gateway = Gateway(self.template.routes, self._pool, self._clock, self.template.edge_headers)
        too_large = read_too_large(self.template.edge_function)
        return Front(self._place.root / "static", gateway, too_large).routes()

    def _shared(self, inner: str, endpoint: str) -> dict[str, str]:
        """What every worker's environment has: where the stand-ins are, and credentials."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://{inner}/dynamodb" if self._troubled else endpoint,
            "AWS_ENDPOINT_URL_SESV2": f"http://{inner}/ses",
            "AWS_ENDPOINT_URL_S3": f"http://{inner}/s3",
            "AWS_ENDPOINT_URL_KMS": f"http://{inner}/kms",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": os.environ.get("AWS_ACCESS_KEY_ID", "local"),
            "AWS_SECRET_ACCESS_KEY": os.environ.get("AWS_SECRET_ACCESS_KEY", "local"),
            "AWS_EC2_METADATA_DISABLED": "true",
        }


def _waker(template: Template, visits: Scheduler) -> Callable[[Function, bytes], None]:
    """After a call that may have written something, the stream is looked at at once."""
    routed = {route.function for route in template.routes}

    def done(function: Function, event: bytes) -> None:
        if function.logical in routed and b'"method": "GET"' not in event:
            visits.wake()

    return done


async def _live(visits: Scheduler) -> None:
    await visits.catch_up()
    await visits.keep_up()


def _locked(path: Path, seconds: float = 3) -> IO[bytes]:
    """Hold the folder. One that was just killed may take a moment to let go."""
    lock = path.open("ab")
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise InUse(f"Another stack works in {path.parent}.") from None
            time.sleep(0.05)


def _secret(path: Path) -> str:
    """A secret of this stack, made once and kept."""
    if not path.exists():
        files.write(path, secrets.token_urlsafe(32).encode())
    return path.read_text()
