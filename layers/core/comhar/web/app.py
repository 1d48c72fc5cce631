"""Owns the way of a request through a route: everything before and after powertools' `resolve`."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from comhar import wiring
from comhar.errors import AppError, NotFound, NotSignedIn
from comhar.idempotency import SentBefore
from comhar.saved_forms import SavedForms
from comhar.web import (
    form_recovery,
    html_responses,
    request,
    responses,
    resubmission,
    validation_messages,
)
from comhar.web.request import Asked
from comhar.web.route import Route, get_guard

Register = Callable[[Callable[..., Any]], Callable[..., Any]]


class App:
    """The routes of one topic, or of that part of it which one function serves."""

    def __init__(
        self,
        tag: str,
        get_saved_forms: Callable[[], SavedForms] | None = None,
        folder: str | None = None,
    ):
        """`capability` is the routes' tag in the API's description, and the folder of their pages unless
        that is another; `keeper` gives what keeps a form when its sender's session has ended."""
        self.capability = tag
        self.folder = folder or tag
        self.keeper = get_saved_forms or (lambda: wiring.saved_forms())
        self.doors: dict[str, Route] = {}
        self.resolver = APIGatewayHttpResolver(
            enable_validation=True, response_validation_error_http_code=500, debug=False
        )
        self.resolver.use([_note_result])
        self.resolver.exception_handler(RequestValidationError)(self._raise_invalid)
        self.resolver.exception_handler(Exception)(self._reraise)
        self.resolver.not_found(self._raise_not_found)

    def get(
        self, rule: str, *, status: int = 200, page: str | None = None, title: str = ""
    ) -> Register:
        """A route that reads. `page` names another template than the function's own."""
        return self._route("GET", rule, status, title, page=page)

    def post(
        self,
        rule: str,
        *,
        status: int = 200,
        then: str | None = None,
        form: str | None = None,
        page: str | None = None,
        upload: bool = False,
        creates: bool = False,
        anew: bool = True,
        title: str = "",
    ) -> Register:
        """A route that changes something; with `page`, one that only shows that page (see Door).

        `then` is where a page's form leads (303), filled from the answer and the path
        (`/meetings/{id}?done=scheduled`). `form` is the page that holds the form, shown again after
        a mistake: without it, that of the same path + `/new`, or of the same path. In an answer,
        `session` becomes the browser's cookie; `None` takes it away; `request` marks the browser that
        asked, `known` the one that signed in.
        `upload` lets files in, and bodies of up to 1 MB. What `creates` something, or mails, takes a
        `Once` and hands it to its use case: sent twice, it leads to the first one's page, which offers
        to make it `anew`, unless there can be no second one of it.
        """
        more: dict[str, Any] = {"page": page, "then": then, "form": form, "upload": upload}
        more |= {"creates": creates, "anew": anew}
        return self._route("POST", rule, status, title, **more)

    def respond(self, asked: Asked, context: Any) -> responses.HttpResponse:
        """What a route of ours answers. Raises what could not be done."""
        asked.form = request.read_body(asked, upload=self._takes_files(asked))
        if asked.typed:
            form_recovery.take_saved_path(asked)
            resubmission.take_again_field(asked)
        try:
            answer = self._resolve_or_save_form(asked, context)
        except SentBefore:
            if asked.sent is None:
                raise
            door = self.doors[asked.name]
            return resubmission.lead_to_first(asked, asked.sent, door, self.keeper)
        if not (asked.html and asked.heard):
            return answer
        door = self.doors[asked.name]
        if not asked.unsafe:
            more: dict[str, Any] = {"form": form_recovery.find_saved_form(asked, self.keeper)}
            more["sent_before"] = resubmission.find_notice(asked, self.keeper)
            return html_responses.html_page(
                door.template, asked, asked.told, answer["statusCode"], **more
            )
        if asked.kept and asked.who:
            form_recovery.delete_saved_form(asked.who, asked, self.keeper())
        if door.shows:
            return html_responses.html_page(door.template, asked, asked.told, form=asked.form)
        return html_responses.redirect_after_post(asked, door.then or asked.path, answer)

    def _takes_files(self, asked: Asked) -> bool:
        return any(
            door.upload and f"{door.method} {door.path}" == asked.route
            for door in self.doors.values()
        )

    def _resolve_or_save_form(self, asked: Asked, context: Any) -> responses.HttpResponse:
        """What the route answers with. A form whose sender has to sign in again is kept."""
        try:
            return self.resolve(asked, context)
        except NotSignedIn:
            if asked.html and asked.typed and asked.form:
                asked.back = form_recovery.save_form(
                    asked, self.form_page_path(asked), self.keeper()
                )
            raise

    def resolve(self, asked: Asked, context: Any) -> responses.HttpResponse:
        """What the route function answers, noted on `asked` where it is JSON."""
        self.resolver.append_context(asked=asked, doors=self.doors)
        return self.resolver.resolve(request.to_resolver_event(asked), context)

    def form_page_path(self, asked: Asked) -> str:
        """The path of the page that holds the form of the route that was met."""
        door = self.doors[asked.name]
        if door.form:
            return html_responses.fill_address(door.form, asked.args)
        read = {other.rule for other in self.doors.values() if other.method == "GET"}
        return f"{asked.path}/new" if f"{door.rule}/new" in read else asked.path

    def _raise_invalid(self, error: RequestValidationError) -> Response:
        """Validation comes before the guards: ask them first, a stranger is told to sign in."""
        asked = _note_route(self.resolver)
        self.doors[asked.name].guard(self.resolver.request)
        errors = error.errors()
        if any(each["loc"][0] == "path" for each in errors):
            raise NotFound()
        raise validation_messages.to_invalid(errors)

    def _reraise(self, error: Exception) -> Response:
        """Everything raised ends in one place, outside: see `refusals`."""
        _note_route(self.resolver)
        raise error

    def _raise_not_found(self, error: Exception) -> Response:
        raise NotFound()

    def _route(
        self,
        method: str,
        rule: str,
        status: int,
        title: str,
        *,
        page: str | None = None,
        then: str | None = None,
        form: str | None = None,
        upload: bool = False,
        creates: bool = False,
        anew: bool = True,
    ) -> Register:
        def register[Function: Callable[..., Any]](function: Function) -> Function:
            name = function.__name__
            template = f"{self.folder}/pages/{page or name}.html.j2"
            shows = method == "POST" and page is not None
            guard = get_guard(function, rule, creates)
            door = Route(method, rule, guard, template, then, form, shows, upload, creates, anew)
            self.doors[name] = door
            words = title or name.replace("_", " ").capitalize()
            return self._add_to_resolver(function, door, words, status)

        return register

    def _add_to_resolver(
        self, function: Callable[..., Any], door: Route, title: str, status: int
    ) -> Any:
        """The function as a route of the resolver, with all that the API's description says of it."""
        if function.__annotations__.get("return") is Response:
            del function.__annotations__["return"]  # a file: there is nothing to validate
        return self.resolver.route(
            door.rule,
            door.method,
            summary=title,
            description=(function.__doc__ or "").strip() or None,
            operation_id=function.__name__,
            tags=[self.capability],
            security=[] if door.open else [{"session": []}, {"bearer": []}],
            status_code=status,
        )(function)


def _note_result(resolver: Any, next_middleware: Callable[..., Response]) -> Response:
    """Middleware outside response validation: notes what a success said, as JSON-able values."""
    asked = _note_route(resolver)
    route, door = resolver.context["_route"], resolver.context["doors"].get(asked.name)
    if door and asked.form and not route.dependant.body_params:
        door.guard(resolver.request)
        raise validation_messages.unknown_fields(asked.form)
    if door and door.creates and (asked.typed or asked.header(resubmission.HEADER.lower())):
        resubmission.expect_mark(asked, door, door.guard(resolver.request).user)
        resubmission.require_first_sending(asked)
    try:
        response = next_middleware(resolver)
    except AppError:
        resubmission.require_first_sending(asked)  # the first one may have done it just now
        raise
    if response.is_json() and not isinstance(response.body, str | bytes):
        asked.heard, asked.told = True, response.body
    return response


def _note_route(resolver: Any) -> Asked:
    """Notes on what was asked which route it met."""
    asked, route = resolver.context["asked"], resolver.context["_route"]
    asked.name = route.func.__name__
    asked.args = route.rule.match(asked.path).groupdict()
    return asked
