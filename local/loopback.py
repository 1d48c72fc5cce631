"""Keeps other web sites and names away from `/_local`, which has no sign-in."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from local.gateway import refusal

_OWN_PAGES = ("same-origin", "none")


@web.middleware
async def local_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses what a browser sends to `/_local` on behalf of somebody else's page."""
    if request.path.startswith("/_local") and not is_own(request.headers):
        return refusal(403, "Only this machine, and pages of this address, may use /_local.")
    return await handler(request)


def is_own(headers: Mapping[str, str]) -> bool:
    """True if a request names this machine and comes from its own page.

    Or from none.

    A page of another site can reach the loopback address, and by a name that it points there even
    read the answers. Programs send neither Origin nor Sec-Fetch-Site; what is absent passes.
    """
    host = headers.get("Host", "127.0.0.1")
    return (
        _is_loopback(host)
        and headers.get("Origin", f"http://{host}") == f"http://{host}"
        and headers.get("Sec-Fetch-Site", "none") in _OWN_PAGES
    )


def _is_loopback(host: str) -> bool:
    """Whether a Host header names this machine, with or without a port."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
