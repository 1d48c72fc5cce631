"""The local control routes: `/_local/clock`, `/_local/invoke`, `/_local/faults`."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from local.clock import Clock
from local.faults import Faults
from local.gateway import refusal
from local.scheduler import ClockSetBack, Scheduler
from local.template import Template
from local.worker_pool import Pool

_DURATION = TypeAdapter(timedelta)


class Control:
    def __init__(
        self, template: Template, clock: Clock, visits: Scheduler, pool: Pool, faults: Faults
    ) -> None:
        self._template = template
        self._clock = clock
        self._visits = visits
        self._pool = pool
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_local/clock", self._time),
            web.post("/_local/clock", self._advance),
            web.post("/_local/invoke/{function}", self._invoke),
            web.post("/_local/faults", self._trouble),
        ]

    async def _time(self, request: web.Request) -> web.Response:
        return web.json_response({"now": self._clock.now().isoformat()})

    async def _advance(self, request: web.Request) -> web.Response:
        try:
            order = await _json(request)
            lived = await self._visits.advance(lambda present: wanted(order, present))
            return web.json_response(lived)
        except ClockSetBack as wrong:
            return refusal(409, str(wrong))
        except (ValueError, OverflowError) as wrong:
            return refusal(400, str(wrong))

    async def _invoke(self, request: web.Request) -> web.Response:
        name = request.match_info["function"]
        function = self._template.function(name)
        if function is None:
            known = ", ".join(sorted(one.name for one in self._template.functions.values()))
            return refusal(404, f"There is no function {name}. There are: {known}.")
        try:
            event = await _json(request)
        except ValueError as wrong:
            return refusal(400, str(wrong))
        outcome = await self._pool.invoke(function.logical, event)
        headers = {} if outcome.how == "answered" else {"X-Amz-Function-Error": "Unhandled"}
        return web.Response(body=outcome.payload, content_type="application/json", headers=headers)

    async def _trouble(self, request: web.Request) -> web.Response:
        try:
            self._faults.set(await _json(request))
        except ValueError as wrong:
            return refusal(400, str(wrong))
        return web.json_response({"set": True})


def wanted(order: Any, now: datetime) -> datetime:
    """The instant that a request names.

    By `now` (ISO 8601 with offset) or `advance` (a duration).

    Raises ValueError in words.
    """
    if isinstance(order, dict) and set(order) == {"now"}:
        instant = datetime.fromisoformat(str(order["now"]))
        if instant.tzinfo is None:
            raise ValueError("give the instant with its offset, as in 2027-02-11T09:00:00+00:00")
        return instant.astimezone(UTC)
    if isinstance(order, dict) and set(order) == {"advance"}:
        return now + duration(str(order["advance"]))
    raise ValueError('post {"now": "2027-02-11T09:00:00+00:00"} or {"advance": "P7D"}')


def duration(text: str) -> timedelta:
    """An ISO 8601 duration, such as P7D, PT90M or P2W.

    Raises:
        ValueError: it is none, goes back, or counts in years or months, which have no fixed length.
    """
    days, _, _ = text.partition("T")
    if text.startswith("P") and not {*days} & {"Y", "M"}:
        with suppress(ValidationError):
            return _DURATION.validate_python(text)
    raise ValueError("a duration looks like P7D, PT90M or P1DT12H")


async def _json(request: web.Request) -> Any:
    try:
        return json.loads(await request.read() or b"{}")
    except ValueError as wrong:
        raise ValueError("the body is not JSON") from wrong
