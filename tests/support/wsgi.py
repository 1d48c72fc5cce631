"""The routes as a WSGI application, for tools that speak HTTP to one in the same process."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from tests.support.cloud import Cloud


def application(cloud: Cloud) -> Callable[..., Iterable[bytes]]:
    """Answers each request by the template's routes."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        headers = {
            name[5:].replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") and name != "HTTP_COOKIE"
        }
        if environ.get("CONTENT_TYPE"):
            headers["content-type"] = environ["CONTENT_TYPE"]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else None
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        sent = [c.strip() for c in environ.get("HTTP_COOKIE", "").split(";") if c.strip()]
        given = cloud.send(environ["REQUEST_METHOD"], path, body, headers, sent, query)
        phrase = HTTPStatus(given.status).phrase
        cookies = [("Set-Cookie", each) for each in given.cookies]
        start(f"{given.status} {phrase}", [*given.headers.items(), *cookies])
        return [given.body]

    return answer
