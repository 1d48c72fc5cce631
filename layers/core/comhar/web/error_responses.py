"""Responses to errors: problem details for programs, a page for people."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from comhar.errors import AppError, FileTooLarge, Invalid
from comhar.telemetry import log_error
from comhar.tokens import new_code
from comhar.web import form_decoding, guards, html_responses, submitted_text
from comhar.web.http_responses import HttpResponse, http_response, local_path, see_other
from comhar.web.problem_details import problem_response
from comhar.web.request import Request

FORM_AGAIN = (400, 409, 413, 422)
_LONGEST_NEXT = 400  # what the sign-in form takes
Again = Callable[[Request], tuple[str, Request] | None]


class InternalError(AppError):
    """A fault of ours."""

    kind = "broken"
    status = 500
    title = "Something went wrong on our side."
    next = "Try again in a few minutes. If it happens again, tell the National Office."


def error_response(request: Request, error: Exception, again: Again) -> HttpResponse:
    """The response to what was raised, as JSON or as a page.

    `again` finds the page that holds the form, read anew: its template and its data.
    """
    app_error = error if isinstance(error, AppError) else _broken(request, error)
    if not request.wants_html:
        return problem_response(app_error, request)
    try:
        return _page(request, app_error, again)
    except Exception as worse:
        internal = _broken(request, worse)
        return http_response(
            500, "text/plain; charset=utf-8", f"{internal.title} {internal.detail}\n{internal.next}"
        )


def _page(request: Request, error: AppError, again: Again) -> HttpResponse:
    if error.status == 401:
        return see_other(
            "/sign-in?" + urlencode({"next": request.return_to or _back(request)}, quote_via=quote)
        )
    has_form = request.is_unsafe or error.form is not None  # a form may be sent as an address too
    if has_form and error.status in FORM_AGAIN and (form_page := again(request)):
        template, page_request = form_page
        page_request.user = request.user
        form = request.form if error.form is None else error.form
        errors = _errors(error, form_decoding.list_file_fields(request.form))
        more: dict[str, Any] = {"errors": errors, "form": form, "more": error.more}
        return html_responses.html_page(
            template, page_request, page_request.result, error.status, **more
        )
    _greet(request, error)
    body: dict[str, Any] = {
        "title": error.title,
        "detail": error.detail,
        "next": error.next,
        "status": error.status,
    }
    body["written"] = submitted_text.list_texts(request.form) if request.is_form else []
    # Who is signed in may not be told to sign in because nobody looked.
    page = html_responses.html_page(
        "web/pages/error.html.j2", request, body, error.status, unknown=not request.user_looked_up
    )
    page["headers"] |= error.headers
    return page


def _greet(request: Request, error: AppError) -> None:
    """Looks who is signed in, for the page's header, where no guard has looked.

    Never for surveys, which must not know; nor for what was refused before any topic was reached or anyone
    was asked (403: another site, not by way of CloudFront), nor when it is we who are broken.
    """
    nameless = not request.module or request.is_anonymous
    if not (request.user_looked_up or nameless or error.status == 403 or error.status >= 500):
        guards.find_user(request)


def _errors(error: AppError, files: list[str]) -> list[dict[str, str]]:
    """The page's messages; a file that was sent has to be chosen again."""
    if isinstance(error, Invalid) and error.errors:
        messages = [
            {"field": mistake.field, "message": mistake.message} for mistake in error.errors
        ]
    else:
        words = (error.title, error.detail, error.next)
        field = files[0] if isinstance(error, FileTooLarge) and files else ""
        messages = [{"field": field, "message": " ".join(word for word in words if word)}]
    files_to_choose = [
        name for name in files if not any(each["field"] == name for each in messages)
    ]
    return messages + [
        {"field": name, "message": "Choose the file again."} for name in files_to_choose
    ]


def _back(request: Request) -> str:
    """Where to go on after signing in: this page, or the one that held the form."""
    if (
        request.is_unsafe
    ):  # our own Referrer-Policy gives the address of our pages, and of no others
        address = urlsplit(request.header("referer")).path
    else:
        query = request.event.get("rawQueryString") or ""
        address = f"{request.path}?{query}" if query else request.path
    return local_path(address) if len(address) <= _LONGEST_NEXT else "/me"


def _broken(request: Request, error: Exception) -> InternalError:
    """Logs where it broke, under a reference to quote."""
    reference = new_code()
    log_error("broken", error, reference=reference, route=request.route_key)
    return InternalError(f"The reference is {reference}.")
