"""The Runtime API, by which workers take events and give answers.

Each worker has an address of its own.
"""

import time

from aiohttp import web

from local.worker_pool import Outcome, Pool

_START = "/runtime/{worker}/2018-06-01/runtime"


class Runtime:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(_START + "/invocation/next", self._next),
            web.post(_START + "/invocation/{id}/response", self._answered),
            web.post(_START + "/invocation/{id}/error", self._failed),
            web.post("/2018-06-01/runtime/init/error", self._noted),
        ]

    async def _next(self, request: web.Request) -> web.Response:
        worker = self._pool.worker(request.match_info["worker"])
        if worker is None:
            return web.Response(status=410)
        waiting = self._pool.ready(worker)
        try:
            call = await waiting
        finally:
            if worker.waiting is waiting:  # it has hung up: no event may go to it
                worker.waiting = None
        function = worker.crew.function
        trace = f"Root=1-{int(time.time()):08x}-{call.id.replace('-', '')[:24]}"
        headers = {
            "Lambda-Runtime-Aws-Request-Id": call.id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + function.timeout) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": function.arn,
            "Lambda-Runtime-Trace-Id": trace,
        }
        return web.Response(body=call.event, headers=headers, content_type="application/json")

    async def _answered(self, request: web.Request) -> web.Response:
        return await self._end(request, "answered")

    async def _failed(self, request: web.Request) -> web.Response:
        return await self._end(request, "error")

    async def _end(self, request: web.Request, how: str) -> web.Response:
        payload = await request.read()
        worker = self._pool.worker(request.match_info["worker"])
        if worker is None or worker.call is None or worker.call.id != request.match_info["id"]:
            return web.json_response({"errorType": "InvalidRequestID"}, status=400)
        worker.finish(Outcome(how, payload))
        return web.json_response({"status": "OK"}, status=202)

    async def _noted(self, request: web.Request) -> web.Response:
        """The error is in the function's log; the end of the process is what counts."""
        return web.json_response({"status": "OK"}, status=202)
