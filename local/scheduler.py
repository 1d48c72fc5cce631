"""Moves time: visits each due moment and each schedule in order.

It also keeps up by itself.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.clock import Clock
from local.cron import Cron
from local.due_index import DueIndex, Thing
from local.ses_events import SesEvents
from local.stream import Stream
from local.template import ACCOUNT, REGION, STACK, Schedule
from local.ttl import Sweeper
from local.worker_pool import Pool

_STUCK = 4  # sweeps in a row that leave the same things due: they will not get done
_TRIES = 3  # an asynchronous invocation is tried three times
_TICK = 1.0  # seconds between looks at what is due
_POLL = 0.25
_GLANCE = 0.02  # seconds between looks at the stream while a sweep runs


class ClockSetBack(ValueError):
    """Somebody wanted the clock set back."""


class Scheduler:
    """The stack's time: `advance` moves it on, `tick` keeps up with it."""

    def __init__(
        self,
        clock: Clock,
        schedules: Iterable[Schedule],
        due: DueIndex,
        streams: list[Stream],
        receipts: SesEvents,
        pool: Pool,
        sweeper: Sweeper,
    ) -> None:
        every = list(schedules)
        self._clock = clock
        self._rates = [one for one in every if one.is_rate]
        self._crons = [
            (one, Cron.parse(one.expression, one.zone)) for one in every if not one.is_rate
        ]
        self._due = due
        self._streams = streams
        self._receipts = receipts
        self._pool = pool
        self._sweeper = sweeper
        self._turn = asyncio.Lock()
        self._awake = asyncio.Event()
        self._stuck: set[Thing] = set()

    def wake(self) -> None:
        """Something may have been written: look at the stream soon."""
        self._awake.set()

    async def advance(self, wanted: Callable[[datetime], datetime]) -> dict[str, Any]:
        """Move the clock on, through every moment on the way. Raises Backwards.

        `wanted` tells the instant, given the present: what was under way may have taken a while.
        Answers what was visited, and what stayed due however often it was swept.
        """
        async with self._turn:
            until = wanted(self._clock.now())
            if until < self._clock.now():
                raise ClockSetBack(
                    f"The clock stands at {self._clock.now().isoformat()} and only moves forward."
                )
            visited = await self._live_through(until, self._clock.now())
            self._clock.run(until)
            self._clock.beat(until)
        stuck = sorted(self._stuck)
        return {"now": until.isoformat(), "visited": visited, "stuck": [" ".join(s) for s in stuck]}

    async def catch_up(self) -> None:
        """Visit what fell due while the stack was off."""
        async with self._turn:
            since, present = self._clock.seen, self._clock.now()
            if self._clock.standing:  # killed on the way: time goes on from there
                self._clock.run(present)
            if since is not None and since < present:
                await self._live_through(present, since)
                self._clock.run()
            self._clock.beat(present)

    async def keep_up(self) -> None:
        """For ever: feed streams and receipts, and sweep every second when something is due."""
        loop = asyncio.get_running_loop()
        swept = 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._awake.wait(), _POLL)
            self._awake.clear()
            async with self._turn:
                with contextlib.suppress(ClientError, BotoCoreError):
                    await self._feed()
                    if loop.time() - swept >= _TICK:
                        swept = loop.time()
                        await self._tick(self._clock.now())

    async def _tick(self, now: datetime) -> None:
        due, _ = await self._due.look(now)
        if due:
            await self._sweep(now)
        await self._fire(self._clock.seen or now, now)
        self._sweeper.start(now)
        self._clock.beat(now)

    async def _live_through(self, until: datetime, since: datetime) -> int:
        """Stand at each moment later than `since` up to `until`, in order."""
        self._stuck.clear()
        visited, at = 0, since
        self._clock.stand(at)
        moment = self._nearest(at, await self._settle(at))
        while moment is not None and moment <= until:
            visited, since, at = visited + 1, at, moment
            self._clock.stand(at)
            await self._fire(since, at)
            moment = self._nearest(at, await self._settle(at))
        self._clock.stand(until)
        await self._sweep(until)
        await self._settle(until)
        self._sweeper.start(until)
        return visited

    def _nearest(self, at: datetime, due: datetime | None) -> datetime | None:
        """The nearest moment later than `at`: a schedule's, or when the next thing falls due."""
        moments = [due, *(cron.after(at) for _, cron in self._crons)]
        return min((one for one in moments if one is not None), default=None)

    async def _settle(self, at: datetime) -> datetime | None:
        """At one moment: feed and sweep until nothing is due and nothing moves any more.

        Answers when the next thing falls due.
        """
        before: list[Thing] = []
        same = 0
        while True:
            moved, (found, later) = await asyncio.gather(self._feed(), self._due.look(at))
            if moved:
                continue
            due = [one for one in found if one not in self._stuck]
            if not due:
                return later
            same = same + 1 if due == before else 0
            if same >= _STUCK:
                self._stuck.update(due)
                continue
            before = due
            await self._sweep(at)

    async def _feed(self) -> int:
        """Hand on what streams and receipts hold, side by side; answers how many that were."""
        drained = asyncio.gather(*(stream.drain() for stream in self._streams))
        delivered = 0
        while not drained.done():
            delivered += await self._receipts.deliver()
            await asyncio.wait([drained], timeout=_GLANCE)
        return sum(await drained) + delivered + await self._receipts.deliver()

    async def _sweep(self, at: datetime) -> None:
        """Sweep, and hand on meanwhile: a mailing's first letters go while the rest is written."""
        sweeps = asyncio.gather(
            *(self._pool.invoke(one.function, scheduled(one, at)) for one in self._rates)
        )
        while not sweeps.done():
            await self._feed()
            await asyncio.wait([sweeps], timeout=_GLANCE)
        await sweeps

    async def _fire(self, since: datetime, until: datetime) -> None:
        """Each cron schedule's firings later than `since` up to `until`, oldest first."""
        for schedule, cron in self._crons:
            at = cron.after(since)
            while at is not None and at <= until:
                for _ in range(_TRIES):
                    outcome = await self._pool.invoke(schedule.function, scheduled(schedule, at))
                    if outcome.how == "answered":
                        break
                at = cron.after(at)


def scheduled(schedule: Schedule, at: datetime) -> Any:
    """The event of EventBridge Scheduler.

    The schedule's own input, or the usual envelope.
    """
    time = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{STACK}-{schedule.name}"
    if schedule.input is not None:
        text = schedule.input.replace("<aws.scheduler.scheduled-time>", time)
        return text.replace("<aws.scheduler.schedule-arn>", arn).encode()
    return {
        "version": "0",
        "id": f"{schedule.name}-{time}",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": ACCOUNT,
        "time": time,
        "region": REGION,
        "resources": [arn],
        "detail": "{}",
    }
