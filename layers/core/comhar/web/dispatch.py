"""Finds a request's route, and imports only the topic that serves it.

What comes from another site, or not by way of CloudFront, goes no further than this.
"""

import hmac
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from comhar import data, wiring
from comhar.cold_start import importing
from comhar.errors import AppError, NotFound, NotYours
from comhar.telemetry import count_event, logger
from comhar.web import error_responses, http_responses
from comhar.web.app import App
from comhar.web.request import Request, read_request, require_sane_address

ALWAYS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with no-referrer our own forms would send Origin: null
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Strict-Transport-Security": "max-age=63072000",
    "Vary": "Accept, Cookie",
}
ORIGIN_HEADER = "x-comhar-origin"


class CrossSite(NotYours):
    """The browser says that another site made it send this."""

    title = "This was sent from another site, so we did not act on it."


class NotThroughCloudFront(NotYours):
    """The call did not come through CloudFront, where the firewall is."""

    kind = "wrong-door"
    title = "Calls are taken at the public address only."


class MethodNotAllowed(AppError):
    """The address is one of ours, and takes other methods."""

    kind = "wrong-method"
    status = 405
    title = "This address cannot be used in that way."
    next = "Start from the first page."


@dataclass(frozen=True)
class RouteEntry:
    """One row of data/routes.json.

    `path` is as API Gateway writes it, `/meetings/{id}`; `module` is where the route is declared.
    """

    method: str
    path: str
    module: str


class RouteTable:
    """The routes of a function by path; a fixed segment wins over a parameter."""

    def __init__(self, routes: Iterable[RouteEntry]) -> None:
        self._by_length: dict[int, list[tuple[list[str], RouteEntry]]] = {}
        for route in sorted(routes, key=lambda each: _rank(each.path)):
            parts = route.path.split("/")
            self._by_length.setdefault(len(parts), []).append((parts, route))

    def at(self, path: str) -> dict[str, RouteEntry]:
        """The routes of an address, by method; none where there is no such address."""
        segments = path.split("/")
        found: dict[str, RouteEntry] = {}
        for parts, route in self._by_length.get(len(segments), ()):
            if all(map(_fits, parts, segments)):
                found.setdefault(route.method, route)
        return found


def _rank(path: str) -> list[bool]:
    return [part.startswith("{") for part in path.split("/")]


def _fits(part: str, segment: str) -> bool:
    return bool(segment) if part.startswith("{") else part == segment


class Dispatcher:
    """The handler of one HTTP function.

    In order: CloudFront's secret, the address (404) and its method (405) are looked at before any topic is
    imported or client made, and the site that a browser sent it for; then the topic asks for the body and
    the guard. Whatever comes in, a response with our headers goes out.
    """

    def __init__(
        self,
        routes: Iterable[RouteEntry],
        load: Callable[[str], App],
        modules: tuple[str, ...] = (),
    ) -> None:
        self.routes, self.modules = RouteTable(routes), modules
        self._load = load

    def __call__(self, event: dict[str, Any], context: Any) -> http_responses.HttpResponse:
        begun = time.perf_counter()
        request = read_request(event)
        try:
            answer = self._answer(request, context)
        except Exception as error:
            answer = error_responses.error_response(
                request, error, lambda it: self._form_again(it, context)
            )
        if (
            answer["statusCode"] == 410
            and "token" in request.path_args
            and not request.is_anonymous
        ):
            count_event("LinksRefused")
        ms = round((time.perf_counter() - begun) * 1000, 1)
        logger.info("answered", route=request.route_key, status=answer["statusCode"], ms=ms)
        return with_headers(answer, head=request.method == "HEAD")

    def _answer(self, request: Request, context: Any) -> http_responses.HttpResponse:
        require_cloudfront(request, wiring.settings().origin_secret)
        require_sane_address(request)
        routes = self.routes.at(request.path)
        if not routes:
            raise NotFound()
        allow = ", ".join(sorted({*routes, "OPTIONS", *(["HEAD"] if "GET" in routes else [])}))
        if request.method == "OPTIONS":
            return http_responses.http_response(204, "text/plain; charset=utf-8", "", Allow=allow)
        route = routes.get("GET" if request.method == "HEAD" else request.method)
        if route is None:
            refused = MethodNotAllowed()
            refused.headers["Allow"] = allow
            raise refused
        request.route_key, request.module = f"{route.method} {route.path}", route.module
        require_same_site(request, wiring.settings().public_url)
        return self._load(route.module).respond(request, context)

    def _form_again(self, request: Request, context: Any) -> tuple[str, Request] | None:
        """The template of the page that holds the form, and its data, read as JSON.

        It may be of another topic.
        """
        if not request.operation_id:
            return None
        page_request = request.for_page(self._load(request.module).form_page_path(request))
        route = self.routes.at(page_request.path).get("GET")
        if route is None:
            return None
        app = self._load(route.module)
        try:
            app.resolve(page_request, context)
        except AppError:
            return None
        return (
            (app.routes[page_request.operation_id].template, page_request)
            if page_request.has_result
            else None
        )


def serve(*modules: str) -> Dispatcher:
    """The handler of the function that serves these modules (`meetings.routes`)."""
    rows = [RouteEntry(method, path, module) for method, path, _, module in data.load("routes")]
    return Dispatcher([each for each in rows if each.module in modules], load, modules)


@cache
def load(module: str) -> App:
    """The routes of one module of the product."""
    with importing():
        app: App = import_module(f"comhar.{module}").app
    return app


def require_same_site(request: Request, public_url: str) -> None:
    """Refuses an unsafe method that a browser sends for another site.

    With neither header it is no browser. Cookies play no part: posting a sign-in form into
    somebody's browser is an attack too (login CSRF).

    Raises:
        CrossSite: it is for another site.
    """
    if not request.is_unsafe:
        return
    site, origin = request.header("sec-fetch-site"), request.header("origin")
    if (site and site != "same-origin") or (origin and origin.lower() != public_url.lower()):
        raise CrossSite(next=f"Open {public_url} and send the form from there.")


def require_cloudfront(request: Request, secret: str) -> None:
    """Refuses a call without the header that only CloudFront can add.

    An empty `secret` means that nothing stands in front: the embedded stack, and tests.

    Raises:
        NotThroughCloudFront: the header is not there, or wrong.
    """
    if secret and not hmac.compare_digest(request.header(ORIGIN_HEADER).encode(), secret.encode()):
        raise NotThroughCloudFront()


def with_headers(response: http_responses.HttpResponse, head: bool) -> http_responses.HttpResponse:
    """The response with the headers that all have; without a body for HEAD.

    A route's own go before them.
    """
    response["headers"] = {**ALWAYS, **(response.get("headers") or {})}
    if head:
        response |= {"body": "", "isBase64Encoded": False}
    return response
