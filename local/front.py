"""What CloudFront does before the API: files, and a page for what is too large."""

import gzip
import json
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiohttp import web

from local.gateway import Gateway

_COMPRESSED = {".css", ".js", ".svg", ".txt"}
AT_THE_ROOT = ("favicon.ico", "robots.txt")
_CACHED = {"Cache-Control": "public, max-age=86400"}
_BACK = re.compile(r"https?://([^/]+)(/(?!/)[A-Za-z0-9/._-]*)(?:[?#]|$)")


@dataclass(frozen=True)
class TooLarge:
    """What the template's function answers to bodies of more than `largest` bytes."""

    largest: float = float("inf")
    page: str = ""
    problem: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self, headers: Mapping[str, str]) -> web.Response | None:
        """The refusal of a request with these headers, or None."""
        length = headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) <= self.largest:
            return None
        if "text/html" in headers.get("Accept", "").lower():
            text, kind = self.page.replace("{back}", _back(headers)), "text/html; charset=utf-8"
        else:
            text, kind = json.dumps(self.problem), "application/problem+json"
        more = {**self.headers, "Content-Type": kind}
        return web.Response(status=413, body=text.encode(), headers=more)


def read_too_large(code: str) -> TooLarge:
    """What a function's code says in its ANSWER, which is JSON; without, it takes all."""
    if not code:
        return TooLarge()
    found = re.search(r"ANSWER = (\{.*?\n\});", code, re.DOTALL)
    if found is None:
        raise ValueError("the function has no ANSWER")
    answer = json.loads(found[1])
    return TooLarge(**{**answer, "page": "\n".join(answer["page"])})


def _back(headers: Mapping[str, str]) -> str:
    """The page of ours that the form stood on."""
    at = _BACK.match(headers.get("Referer", ""))
    return at[2] if at and at[1] == headers.get("Host") else "/me"


class Front:
    """Answers with the files of a folder, and hands on to the API what it takes."""

    def __init__(self, folder: Path, gateway: Gateway, too_large: TooLarge) -> None:
        self._folder = folder.resolve()
        self._gateway = gateway
        self._too_large = too_large

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            *(web.get(f"/{{path:{re.escape(name)}}}", self._file) for name in AT_THE_ROOT),
            web.get("/static/{path:.+}", self._file),
            web.route("*", "/{path:.*}", self._api),
        ]

    async def _api(self, request: web.Request) -> web.Response:
        return self._too_large.answer(request.headers) or await self._gateway.answer(request)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        wanted = (self._folder / request.match_info["path"]).resolve()
        if not wanted.is_file() or not wanted.is_relative_to(self._folder):
            return await self._gateway.answer(request)
        if wanted.suffix in _COMPRESSED:
            return _compressed(wanted, request)
        more = {".woff2": "font/woff2", ".ico": "image/x-icon"}  # unknown to aiohttp
        kind = {"Content-Type": more[wanted.suffix]} if wanted.suffix in more else {}
        return web.FileResponse(wanted, headers={**_CACHED, **kind})


def _compressed(path: Path, request: web.Request) -> web.Response:
    """The file, with gzip for who takes it, under an ETag of its own; 304 where they have it."""
    stat = path.stat()
    zipped = _takes_gzip(request.headers.get("Accept-Encoding", ""))
    tag = f"{stat.st_mtime_ns:x}-{stat.st_size:x}{'-gzip' if zipped else ''}"
    headers = {**_CACHED, "Vary": "Accept-Encoding", "ETag": f'"{tag}"'}
    if any(each.value in (tag, "*") for each in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    kind = mimetypes.guess_type(path.name)[0]
    if zipped:
        headers["Content-Encoding"] = "gzip"
    body = _gzip(path, stat.st_mtime_ns) if zipped else path.read_bytes()
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)


@lru_cache(32)
def _gzip(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)


def _takes_gzip(accepted: str) -> bool:
    for each in accepted.lower().split(","):
        name, _, quality = (part.strip() for part in each.partition(";"))
        if name in ("gzip", "*"):
            return not re.fullmatch(r"q\s*=\s*0(\.0*)?", quality)
    return False
