"""The request pipeline around Powertools' `resolve`: routes and their responses."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any, get_args, get_origin
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from comhar import wiring
from comhar.errors import AppError, NotFound, NotSignedIn
from comhar.idempotency import SentBefore
from comhar.saved_forms import SavedForms
from comhar.web import (
    form_recovery,
    html_responses,
    http_responses,
    resubmission,
    validation_messages,
)
from comhar.web.request import Request, read_body, to_resolver_event
from comhar.web.route import Route, get_guard

Register = Callable[[Callable[..., Any]], Callable[..., Any]]


class App:
    """The routes of one topic, or of that part of it which one function serves."""

    def __init__(
        self,
        folder: str,
        get_saved_forms: Callable[[], SavedForms] | None = None,
        sensitive: bool = False,
    ):
        """`folder` holds the pages.

        `get_saved_forms` gives what saves a form when its sender's session has ended. All routes of what is
        `sensitive` ask for the link again on a device that was not used for 12 hours.
        """
        self.folder = folder
        self.sensitive = sensitive
        self.get_saved_forms = get_saved_forms or (lambda: wiring.saved_forms())
        self.routes: dict[str, Route] = {}
        self.resolver = APIGatewayHttpResolver(
            enable_validation=True, response_validation_error_http_code=500, debug=False
        )
        self.resolver.use([_note_result])
        self.resolver.exception_handler(RequestValidationError)(self._raise_invalid)
        self.resolver.exception_handler(Exception)(self._reraise)
        self.resolver.not_found(self._raise_not_found)

    def get(
        self,
        rule: str,
        *,
        status: int = 200,
        page: str | None = None,
        sensitive: bool = False,
        for_visitors: bool = False,
        counts_waiting: bool = False,
        files: Iterable[str] = (),
        title: str = "",
    ) -> Register:
        """A route that reads. `page` names another template than the function's own.

        With `for_visitors` who is signed in gets no HTML, but is led (303) to their own page. With
        `counts_waiting` its `count` stands in the menu of its page and the next ones. What answers with a
        Response names the content types of its `files`.
        """
        more: dict[str, Any] = {"page": page, "sensitive": sensitive, "for_visitors": for_visitors}
        more |= {"counts_waiting": counts_waiting, "files": files}
        return self._route("GET", rule, status, title, **more)

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
        repeatable: bool = True,
        sensitive: bool = False,
        files: Iterable[str] = (),
        title: str = "",
    ) -> Register:
        """A route that changes something; with `page`, one that only shows that page.

        `then` is where a page's form leads (303), filled from the response and the path
        (`/meetings/{id}?done=scheduled`). `form` is the page that holds the form, shown again after
        a mistake: without it, that of the same path + `/new`, or of the same path. In a response,
        `session` becomes the browser's cookie; `None` takes it away; `request` marks the browser that
        asked, `known` the one that signed in.
        `upload` lets files in, and bodies of up to 1 MB. What `creates` something, or mails, takes a
        `Once` and hands it to its use case: sent twice, it leads to the first one's page, which offers
        to make a second one, unless it is not `repeatable`.
        """
        more: dict[str, Any] = {"page": page, "then": then, "form": form, "upload": upload}
        more |= {"creates": creates, "repeatable": repeatable, "sensitive": sensitive}
        more["files"] = files
        return self._route("POST", rule, status, title, **more)

    def respond(self, request: Request, context: Any) -> http_responses.HttpResponse:
        """The response of the route that serves the request.

        Raises:
            AppError: it could not be done.
        """
        request.form = read_body(request, upload=self._takes_files(request))
        if request.is_form:
            form_recovery.take_saved_path(request)
            resubmission.take_again_field(request)
        try:
            response = self._resolve_or_save_form(request, context)
        except SentBefore:
            if request.earlier_mark is None:
                raise
            route = self.routes[request.operation_id]
            return resubmission.lead_to_first(
                request, request.earlier_mark, route, self.get_saved_forms
            )
        if not (request.wants_html and request.has_result):
            return response
        route = self.routes[request.operation_id]
        if route.for_visitors and request.user and not _may_sign_in_again(request):
            return http_responses.see_other(_own_page(request))
        if not request.is_unsafe:
            more: dict[str, Any] = {
                "form": form_recovery.find_saved_form(request, self.get_saved_forms)
            }
            more["sent_before"] = resubmission.find_notice(request, self.get_saved_forms)
            count = request.result["count"] if route.counts_waiting else None
            if count is not None:
                more["things_waiting"] = count
            page = html_responses.html_page(
                route.template, request, request.result, response["statusCode"], **more
            )
            return page if count is None else html_responses.counting_page(page, count)
        if request.saved_form_path and request.user:
            form_recovery.delete_saved_form(request.user, request, self.get_saved_forms())
        if route.shows_page:
            return html_responses.html_page(
                route.template, request, request.result, form=request.form
            )
        return html_responses.redirect_after_post(request, route.then or request.path, response)

    def _takes_files(self, request: Request) -> bool:
        return any(
            route.upload and f"{route.method} {route.path}" == request.route_key
            for route in self.routes.values()
        )

    def _resolve_or_save_form(self, request: Request, context: Any) -> http_responses.HttpResponse:
        """Resolves the request; saves the form of a sender who has to sign in again."""
        try:
            return self.resolve(request, context)
        except NotSignedIn:
            if request.wants_html and request.is_form and request.form:
                request.return_to = form_recovery.save_form(
                    request, self.form_page_path(request), self.get_saved_forms()
                )
            raise

    def resolve(self, request: Request, context: Any) -> http_responses.HttpResponse:
        """The route function's response, noted on the request where it is JSON."""
        self.resolver.append_context(request=request, routes=self.routes)
        return self.resolver.resolve(to_resolver_event(request), context)

    def form_page_path(self, request: Request) -> str:
        """The path of the page that holds the form of the request's route."""
        route = self.routes[request.operation_id]
        if route.form:
            return html_responses.fill_address(route.form, request.path_args)
        read = {other.rule for other in self.routes.values() if other.method == "GET"}
        return f"{request.path}/new" if f"{route.rule}/new" in read else request.path

    def _raise_invalid(self, error: RequestValidationError) -> Response:
        """Asks the guard before it tells of mistakes: validation runs before guards."""
        request = _note_route(self.resolver)
        self.routes[request.operation_id].guard(self.resolver.request)
        if request.refused:
            raise request.refused
        errors = error.errors()
        if any(each["loc"][0] == "path" for each in errors):
            raise NotFound()
        raise validation_messages.to_invalid(errors)

    def _reraise(self, error: Exception) -> Response:
        """Everything raised ends in one place, outside: see `error_responses`."""
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
        repeatable: bool = True,
        sensitive: bool = False,
        for_visitors: bool = False,
        counts_waiting: bool = False,
        files: Iterable[str] = (),
    ) -> Register:
        def register[Function: Callable[..., Any]](function: Function) -> Function:
            name = function.__name__
            template = f"{self.folder}/pages/{page or name}.html.j2"
            shows = method == "POST" and page is not None
            route = Route(
                method,
                rule,
                get_guard(function, rule, creates),
                template,
                then,
                form,
                shows_page=shows,
                upload=upload,
                creates=creates,
                repeatable=repeatable,
                sensitive=sensitive or self.sensitive,
                for_visitors=for_visitors,
                counts_waiting=counts_waiting,
                files=tuple(each.partition(";")[0] for each in files),
            )
            self.routes[name] = route
            words = title or name.replace("_", " ").capitalize()
            return self._add_to_resolver(function, route, words, status)

        return register

    def _add_to_resolver(
        self, function: Callable[..., Any], route: Route, title: str, status: int
    ) -> Any:
        """Declares the function to the resolver, with its part of the API's description."""
        hint = function.__annotations__.get("return")
        responses = None
        if (get_origin(hint) or hint) is Response:
            del function.__annotations__[
                "return"
            ]  # it made its answer: there is nothing to validate
            responses = {status: _describe_files(function.__name__, route.files, get_args(hint))}
        return self.resolver.route(
            route.rule,
            route.method,
            summary=title,
            description=_describe(function, route),
            operation_id=function.__name__,
            responses=responses,
            security=[] if route.is_open else [{"session": []}, {"bearer": []}],
            status_code=status,
        )(function)


def _may_sign_in_again(request: Request) -> bool:
    """Whether the page asks who is signed in to sign in once more."""
    return bool(isinstance(request.result, dict) and request.result.get("again"))


def _own_page(request: Request) -> str:
    """Where who is signed in goes from a page for visitors: what they came for, else their own.

    The code of a notice goes with them to their own.
    """
    query = request.query
    notice = f"?{urlencode({'done': query['done']})}" if query.get("done") else ""
    return http_responses.local_path(query.get("next") or f"/me{notice}")


def _describe(function: Callable[..., Any], route: Route) -> str | None:
    again = "Answers 401 when the session was not used for 12 hours." if route.sensitive else ""
    return "\n\n".join(filter(None, ((function.__doc__ or "").strip(), again))) or None


def _describe_files(name: str, files: tuple[str, ...], models: tuple[Any, ...]) -> Any:
    """What a route of files answers with, and the JSON that it may answer with in their place.

    Raises:
        TypeError: it does not name the files' content types.
    """
    if not files:
        raise TypeError(
            f"{name} answers with a Response, so it must name the content types of its files"
        )
    content: dict[str, Any] = {each: {"schema": {}} for each in files}
    if models:
        json = [each for each in get_args(models[0]) if each not in (bytes, str)]
        content["application/json"] = {"model": reduce(or_, json)}
    return {"description": "The file.", "content": content}


def _note_result(resolver: Any, next_middleware: Callable[..., Response]) -> Response:
    """Middleware outside response validation: notes a success's JSON on the request."""
    request = _note_route(resolver)
    matched = resolver.context["_route"]
    route = resolver.context["routes"].get(request.operation_id)
    if route and request.refused:
        route.guard(resolver.request)
        raise request.refused
    if route and request.form and not matched.dependant.body_params:
        route.guard(resolver.request)
        raise validation_messages.unknown_fields(request.form)
    if route and route.creates and (request.is_form or request.header(resubmission.HEADER.lower())):
        resubmission.expect_mark(request, route, route.guard(resolver.request).user)
        resubmission.require_first_sending(request)
    try:
        response = next_middleware(resolver)
    except AppError:
        resubmission.require_first_sending(request)  # the first one may have done it just now
        raise
    if response.is_json() and not isinstance(response.body, str | bytes):
        request.has_result, request.result = True, response.body
    return response


def _note_route(resolver: Any) -> Request:
    """Notes on the request which route it met."""
    request, matched = resolver.context["request"], resolver.context["_route"]
    request.operation_id = matched.func.__name__
    request.path_args = matched.rule.match(request.path).groupdict()
    return request
