"""Owns the way of a request through a door: everything before and after powertools' `resolve`."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from comhar import wiring
from comhar.errors import Fact, NotFound
from comhar.telemetry import logger
from comhar.web import asked as asking
from comhar.web import body, faces, guards, headers, mistakes, origin, refusals
from comhar.web.asked import Asked

Register = Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True)
class Door:
    """One route: its guard, its template, where an HTML post goes and which page holds its form."""

    method: str
    rule: str
    guard: Callable[..., Any]
    template: str
    then: str | None
    form: str | None


class App:
    """The doors of one capability."""

    def __init__(self, capability: str):
        self.capability = capability
        self.doors: dict[str, Door] = {}
        self.resolver = APIGatewayHttpResolver(
            enable_validation=True, response_validation_error_http_code=500, debug=False
        )
        self.resolver.use([_hear])
        self.resolver.exception_handler(RequestValidationError)(self._mistaken)
        self.resolver.exception_handler(Exception)(self._pass_on)
        self.resolver.not_found(self._not_found)

    def get(
        self, rule: str, *, status: int = 200, page: str | None = None, title: str = ""
    ) -> Register:
        """A route that reads. `page` names another template than the function's own."""
        return self._route("GET", rule, status, title, page, None, None)

    def post(
        self,
        rule: str,
        *,
        status: int = 200,
        then: str | None = None,
        form: str | None = None,
        title: str = "",
    ) -> Register:
        """A route that changes something.

        `then` is where a page's form leads (303), filled from the answer and the path
        (`/meetings/{id}?done=scheduled`). `form` is the page that holds the form, shown again after
        a mistake: without it, that of the same path + `/new`, or of the same path. In an answer,
        `session` becomes the browser's cookie; `None` takes it away.
        """
        return self._route("POST", rule, status, title, None, then, form)

    def handler(self, event: dict[str, Any], context: Any) -> headers.Answer:
        """The Lambda handler: whatever comes in, an answer with our headers goes out."""
        begun = time.perf_counter()
        asked = asking.read(event)
        try:
            answer = self._answer(asked, context)
        except Exception as error:
            answer = refusals.refuse(asked, error, lambda it: self._form_again(it, context))
        ms = round((time.perf_counter() - begun) * 1000, 1)
        logger.info("answered", route=asked.route, status=answer["statusCode"], ms=ms)
        return headers.dress(answer, head=asked.method == "HEAD")

    def _answer(self, asked: Asked, context: Any) -> headers.Answer:
        settings = wiring.settings()
        origin.check_door(asked, settings.origin_secret)
        asking.check_address(asked)
        origin.check_site(asked, settings.public_url)
        asked.form = body.read(asked)
        answer = self._resolve(asked, context)
        if not (asked.html and asked.heard):
            return answer
        door = self.doors[asked.name]
        if not asked.unsafe:
            return faces.page(door.template, asked, asked.told, answer["statusCode"])
        return _go_on(asked, door, answer)

    def _resolve(self, asked: Asked, context: Any) -> headers.Answer:
        self.resolver.append_context(asked=asked, doors=self.doors)
        return self.resolver.resolve(asking.resolvable(asked), context)

    def _form_again(self, asked: Asked, context: Any) -> tuple[str, Asked] | None:
        """The page that holds the form, asked for as JSON: its template and what it is told."""
        door = self.doors.get(asked.name)
        if door is None:
            return None
        read = {other.rule for other in self.doors.values() if other.method == "GET"}
        path = faces.fill(door.form, asked.args) if door.form else asked.path
        if not door.form and f"{door.rule}/new" in read:
            path += "/new"
        shown = asked.at(path)
        try:
            self._resolve(shown, context)
        except Fact:
            return None
        return (self.doors[shown.name].template, shown) if shown.heard else None

    def _mistaken(self, error: RequestValidationError) -> Response:
        """Validation comes before the guards: ask them first, a stranger is told to sign in."""
        asked = _note(self.resolver)
        self.doors[asked.name].guard(self.resolver.request)
        errors = error.errors()
        if any(each["loc"][0] == "path" for each in errors):
            raise NotFound()
        raise mistakes.invalid(errors)

    def _pass_on(self, error: Exception) -> Response:
        """Everything raised ends in one place, outside: see `refusals`."""
        _note(self.resolver)
        raise error

    def _not_found(self, error: Exception) -> Response:
        raise NotFound()

    def _route(
        self,
        method: str,
        rule: str,
        status: int,
        title: str,
        page: str | None,
        then: str | None,
        form: str | None,
    ) -> Register:
        def register[Function: Callable[..., Any]](function: Function) -> Function:
            guard, name = _guard(function, rule), page or function.__name__
            if function.__annotations__.get("return") is Response:
                del function.__annotations__["return"]  # a file: there is nothing to validate
            template = f"{self.capability}/pages/{name}.html.j2"
            self.doors[function.__name__] = Door(method, rule, guard, template, then, form)
            open_to_all = guard in guards.open_guards
            return self.resolver.route(
                rule,
                method,
                summary=title or function.__name__.replace("_", " ").capitalize(),
                description=(function.__doc__ or "").strip() or None,
                operation_id=function.__name__,
                tags=[self.capability],
                security=[] if open_to_all else [{"session": []}, {"bearer": []}],
                status_code=status,
            )(function)

        return register


def _hear(resolver: Any, next_middleware: Callable[..., Response]) -> Response:
    """Middleware outside response validation: notes what a success said, as JSON-able values."""
    asked = _note(resolver)
    route, door = resolver.context["_route"], resolver.context["doors"].get(asked.name)
    if door and asked.form and not route.dependant.body_params:
        door.guard(resolver.request)
        raise mistakes.unknown(asked.form)
    response = next_middleware(resolver)
    if response.is_json() and not isinstance(response.body, str | bytes):
        asked.heard, asked.told = True, response.body
    return response


def _note(resolver: Any) -> Asked:
    """Notes on what was asked which route it met."""
    asked, route = resolver.context["asked"], resolver.context["_route"]
    asked.name = route.func.__name__
    asked.args = route.rule.match(asked.path).groupdict()
    return asked


def _guard(function: Callable[..., Any], rule: str) -> Callable[..., Any]:
    """The route's one guard. Raises TypeError where there is none: nothing is open by mistake."""
    hints = get_type_hints(function, include_extras=True)
    marks = [mark for hint in hints.values() for mark in getattr(hint, "__metadata__", ())]
    found = [mark.dependency for mark in marks if isinstance(mark, Depends)]
    found = [each for each in found if each in guards.guards]
    if len(found) != 1:
        raise TypeError(f"{function.__name__} needs exactly one guard, has {len(found)}")
    if missing := set(re.findall(r"<(\w+)>", rule)) - set(hints):
        raise TypeError(f"{function.__name__} must take the path's {sorted(missing)}")
    return found[0]


def _go_on(asked: Asked, door: Door, given: headers.Answer) -> headers.Answer:
    """303 to the next page, the session in a cookie rather than in the page."""
    told = asked.told if isinstance(asked.told, dict) else {}
    location = (given.get("headers") or {}).get("Location")
    answer = headers.see_other(
        location or faces.fill(door.then or asked.path, {**asked.args, **told})
    )
    answer["cookies"] = list(given.get("cookies") or [])
    if "session" in told:
        answer["cookies"].append(headers.session_cookie(told["session"]))
    return answer
