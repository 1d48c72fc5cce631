"""The HTTP API: turns requests into API Gateway 2.0 events, and answers back.

By the template's routes.
"""

import base64
import json
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web
from multidict import CIMultiDict

from local.template import ACCOUNT, Route
from local.worker_pool import Outcome, Pool

LARGEST = 10 * 1024 * 1024  # bytes of a request, by API Gateway's quotas
_EVENT = 6 * 1024 * 1024  # bytes of an event, by Lambda's quotas
_PATIENCE = 30  # seconds, the longest an HTTP API waits for its function
_TEXT = re.compile(r"text/|application/(json|javascript|xml)\b|application/[\w.-]+\+(json|xml)\b")


@dataclass(frozen=True)
class Match:
    route: Route
    parameters: dict[str, str]


class Routes:
    """The template's routes.

    Fixed segments win over parameters, both win over `$default`.
    """

    def __init__(self, routes: list[Route]) -> None:
        self._default = next((one for one in routes if one.path == "$default"), None)
        named = [one for one in routes if one.path != "$default"]
        self._routes = sorted(named, key=_rank)

    def match(self, method: str, path: str) -> Match | None:
        """The route for a path as it was sent, parameters decoded as the service does."""
        segments = path.split("/")[1:]
        for route in self._routes:
            if route.method in ("ANY", method):
                parameters = _fit(route.path.split("/")[1:], segments)
                if parameters is not None:
                    return Match(route, parameters)
        return Match(self._default, {}) if self._default else None


def _rank(route: Route) -> tuple[list[int], bool]:
    weights = [
        2 if one.endswith("+}") else 1 if one.startswith("{") else 0
        for one in route.path.split("/")[1:]
    ]
    return weights, route.method == "ANY"


def _fit(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    parameters: dict[str, str] = {}
    for index, part in enumerate(pattern):
        if part.endswith("+}"):
            rest = "/".join(segments[index:])
            return parameters | {part[1:-2]: unquote(rest)} if rest else None
        if index >= len(segments):
            return None
        if part.startswith("{"):
            if not segments[index]:
                return None
            parameters[part[1:-1]] = unquote(segments[index])
        elif part != unquote(segments[index]):
            return None
    return parameters if len(pattern) == len(segments) else None


def event_of(
    request: web.BaseRequest, body: bytes, match: Match, now: datetime, edge: Mapping[str, str]
) -> dict[str, Any]:
    """The event as an HTTP API sends it (payload format 2.0).

    `edge` is what CloudFront adds.

    The path is decoded, as the service does it for HTTP APIs; the query string is not. A form is
    base64: only text, JSON and XML bodies travel as they are.
    """
    path, query = unquote(request.rel_url.raw_path), request.rel_url.raw_query_string
    headers: dict[str, str] = {}
    for name in request.headers:
        if name.lower() != "cookie":
            headers[name.lower()] = ",".join(request.headers.getall(name))
    source = request.remote or "127.0.0.1"
    headers |= {"x-forwarded-for": source, "cloudfront-viewer-address": f"{source}:0", **edge}
    cookies = [
        one.strip()
        for line in request.headers.getall("Cookie", [])
        for one in line.split(";")
        if one.strip()
    ]
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": match.route.key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": _context(request, path, source, match, now),
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if query:
        event["queryStringParameters"] = _joined(query)
    if match.parameters:
        event["pathParameters"] = match.parameters
    if body:
        event |= _body(body, headers.get("content-type", ""))
    return event


def _context(
    request: web.BaseRequest, path: str, source: str, match: Match, now: datetime
) -> dict[str, Any]:
    host = request.headers.get("Host", "")
    return {
        "accountId": ACCOUNT,
        "apiId": "local",
        "domainName": host,
        "domainPrefix": host.split(".")[0],
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": source,
            "userAgent": request.headers.get("User-Agent", ""),
        },
        "requestId": uuid.uuid4().hex[:16],
        "routeKey": match.route.key,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }


def _joined(query: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return parameters


def _body(body: bytes, kind: str) -> dict[str, Any]:
    if _TEXT.match(kind.lower()):
        try:
            return {"body": body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def response_of(outcome: Outcome) -> web.Response:
    """What an HTTP API makes of a function's answer, or of its failure."""
    if outcome.how != "answered":
        return refusal(500, "Internal Server Error")
    answer = outcome.answer
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return web.Response(text=json.dumps(answer), content_type="application/json")
    headers: CIMultiDict[str] = CIMultiDict()
    for name, value in (answer.get("headers") or {}).items():
        headers[name] = str(value)
    for cookie in answer.get("cookies") or []:
        headers.add("Set-Cookie", cookie)
    text = answer.get("body") or ""
    body = base64.b64decode(text) if answer.get("isBase64Encoded") else text.encode()
    headers.setdefault("Content-Type", "text/plain;charset=utf-8")
    return web.Response(status=int(answer["statusCode"]), headers=headers, body=body)


def refusal(status: int, message: str) -> web.Response:
    """The service's own answers, which no function saw."""
    return web.json_response({"message": message}, status=status)


class Gateway:
    def __init__(
        self, routes: list[Route], pool: Pool, clock: Any, edge: Mapping[str, str]
    ) -> None:
        self._routes = Routes(routes)
        self._pool = pool
        self._clock = clock
        self._edge = edge

    async def answer(self, request: web.Request) -> web.Response:
        match = self._routes.match(request.method, request.rel_url.raw_path)
        if match is None:
            return refusal(404, "Not Found")
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return refusal(413, "Request Entity Too Large")
        event = json.dumps(event_of(request, body, match, self._clock.now(), self._edge)).encode()
        if len(event) > _EVENT:
            return refusal(413, "Request Entity Too Large")
        began = time.monotonic()
        outcome = await self._pool.invoke(match.route.function, event)
        if outcome.how == "timeout" and time.monotonic() - began >= _PATIENCE:
            return refusal(503, "Service Unavailable")
        response = response_of(outcome)
        if request.method == "HEAD":
            response.headers["Content-Length"] = str(len(response.body or b""))  # type: ignore[arg-type]
        return response
