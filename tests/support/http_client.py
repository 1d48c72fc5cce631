"""A plain HTTP client for the stack: JSON and pages, bearer and cookie, without following anything."""

import json as jsons
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import urllib3


@dataclass(frozen=True)
class HttpResponse:
    status: int
    headers: urllib3.HTTPHeaderDict
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return jsons.loads(self.body)

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def cookies(self) -> dict[str, str]:
        """What Set-Cookie headers give, name to value."""
        found: dict[str, str] = {}
        for line in self.headers.getlist("Set-Cookie"):
            found |= {name: one.value for name, one in SimpleCookie(line).items()}
        return found


class HttpClient:
    """Calls one address. `session` goes as a bearer token, `cookies` as they are given."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool = urllib3.PoolManager(maxsize=70, retries=False)

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        form: Mapping[str, Any] | list[tuple[str, str]] | None = None,
        body: bytes | None = None,
        html: bool = False,
        session: str | None = None,
        cookies: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 60,
    ) -> HttpResponse:
        """One request. `path` may be a whole address, as a letter's link is."""
        sent = {"Accept": "text/html" if html else "application/json"}
        if json is not None:
            body, sent["Content-Type"] = jsons.dumps(json).encode(), "application/json"
        if form is not None:
            body = urlencode(form, doseq=True).encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if session:
            sent["Authorization"] = f"Bearer {session}"
        if cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        address = path if path.startswith("http") else self.url + path
        return self._send(method, address, body, sent | dict(headers or {}), timeout)

    def _send(
        self, method: str, address: str, body: bytes | None, headers: dict[str, str], timeout: float
    ) -> HttpResponse:
        answer = self._pool.request(
            method, address, body=body, headers=headers, redirect=False, timeout=timeout
        )
        return HttpResponse(answer.status, answer.headers, answer.data)

    def get(self, path: str, **more: Any) -> HttpResponse:
        return self.ask("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> HttpResponse:
        if json is None and not {"form", "body"} & set(more):
            json = {}
        return self.ask("POST", path, json=json, **more)
