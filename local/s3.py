"""The S3 stand-in: objects in files, only the calls we make, S3's own errors."""

import base64
import hashlib
import zlib
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web

from local import files

_KEPT = ("Content-Type", "Content-Disposition", "Content-Encoding", "Cache-Control")


class S3:
    """Path-style buckets under one folder.

    The template's buckets exist, no other does.
    """

    def __init__(self, folder: Path, buckets: list[str], clock: Any) -> None:
        self._folder = folder
        self._buckets = buckets
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        path = "/s3/{bucket}/{key:.+}"
        return [
            web.put(path, self._put),
            web.get(path, self._get),
            web.delete(path, self._delete),
        ]

    async def _put(self, request: web.Request) -> web.Response:
        body = _unchunked(await request.read(), request.headers)
        if refusal := self._refusal(request):
            return refusal
        known = self._known(request)
        if request.headers.get("If-None-Match") == "*" and known.with_suffix(".json").exists():
            words = "At least one of the pre-conditions you specified did not hold"
            return _error(412, "PreconditionFailed", words, Condition="If-None-Match")
        sent = request.headers.get("x-amz-checksum-crc32")
        if sent not in (None, _checksum(body)):
            return _error(400, "BadDigest", "The CRC32 you specified did not match the content.")
        headers = {name: request.headers[name] for name in _KEPT if name in request.headers}
        headers |= {
            name.lower(): value
            for name, value in request.headers.items()
            if name.lower().startswith("x-amz-meta-")
        }
        headers |= self._about(body)
        files.write(known.with_suffix(".bin"), body)
        files.write_json(known.with_suffix(".json"), headers)
        answered_headers = ("ETag", "x-amz-checksum-crc32", "x-amz-checksum-type")
        return web.Response(headers={name: headers[name] for name in answered_headers})

    def store(self, bucket: str, key: str, body: bytes) -> None:
        """Stores an object as an AWS service would, which needs none of our rights."""
        known = self._folder / bucket / files.name_for(key)
        files.write(known.with_suffix(".bin"), body)
        files.write_json(known.with_suffix(".json"), self._about(body))

    async def _get(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        known = self._known(request)
        headers = files.read_json(known.with_suffix(".json"))
        if headers is None:
            words = "The specified key does not exist."
            return _error(404, "NoSuchKey", words, Key=request.match_info["key"])
        if request.headers.get("x-amz-checksum-mode", "").upper() != "ENABLED":
            headers = {name: one for name, one in headers.items() if "checksum" not in name}
        return web.Response(headers=headers, body=known.with_suffix(".bin").read_bytes())

    async def _delete(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        known = self._known(request)
        known.with_suffix(".json").unlink(missing_ok=True)
        known.with_suffix(".bin").unlink(missing_ok=True)
        return web.Response(status=204)

    def _about(self, body: bytes) -> dict[str, str]:
        """The headers that S3 itself gives an object."""
        return {
            "ETag": f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"',
            "Last-Modified": format_datetime(self._clock.now(), usegmt=True),
            "x-amz-checksum-crc32": _checksum(body),
            "x-amz-checksum-type": "FULL_OBJECT",
        }

    def _known(self, request: web.Request) -> Path:
        return (
            self._folder / request.match_info["bucket"] / files.name_for(request.match_info["key"])
        )

    def _refusal(self, request: web.Request) -> web.Response | None:
        bucket = request.match_info["bucket"]
        if bucket in self._buckets:
            return None
        return _error(404, "NoSuchBucket", "The specified bucket does not exist", BucketName=bucket)


def _error(status: int, code: str, words: str, **more: str) -> web.Response:
    fields = {"Code": code, "Message": words, **more, "RequestId": "LOCAL", "HostId": "local"}
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'
    return web.Response(status=status, text=text, content_type="application/xml")


def _checksum(body: bytes) -> str:
    return base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()


def _unchunked(body: bytes, headers: Any) -> bytes:
    """The content of an `aws-chunked` upload: `<hex length>[;…]CRLF<bytes>CRLF` … trailer."""
    if "aws-chunked" not in headers.get("Content-Encoding", ""):
        return body
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.index(b"\r\n", at)
        length = int(body[at:end].split(b";")[0], 16)
        if not length:
            return b"".join(parts)
        parts.append(body[end + 2 : end + 2 + length])
        at = end + 2 + length + 2
