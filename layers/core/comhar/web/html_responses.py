"""HTML responses: each template renders its route's JSON."""

import re
from typing import Any
from urllib.parse import quote

from comhar import templates
from comhar.web.guards import WAITING_COOKIE
from comhar.web.http_responses import (
    SESSION_SECONDS,
    HttpResponse,
    http_response,
    known_cookie,
    local_path,
    see_other,
    session_cookie,
    sign_in_request_cookie,
    waiting_cookie,
)
from comhar.web.menu import list_entries
from comhar.web.request import Request

_COUNT = re.compile(r'<span class="comhar-count">.*?</span></span>', re.DOTALL)


def html_page(
    template: str, request: Request, body: Any, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a template over the body: its keys by name, and all of it as `it`.

    The layout also gets `who`, `unknown` (nobody looked who it is), `menu`, `path`, `done` (a notice's code),
    and after a mistake `errors` (each with `field` and `message`) and `form` (all that was typed); and forms
    get `kept`, the page for which what they are filled with was saved; `sent_before` tells of a form sent
    twice. `things_waiting` is how many things wait for who is signed in, as of their last look at their own
    page; it does not stand on a page on which somebody writes.
    """
    context = {
        **(body if isinstance(body, dict) else {}),
        "it": body,
        "who": request.user,
        "unknown": False,
        "path": request.path,
        "done": request.query.get("done", "") if not request.is_unsafe else "",
        "kept": request.saved_form_path,
        "sent_before": None,
        "things_waiting": _read_count(request),
        "errors": [],
        "form": {},
        **more,
    }
    context["menu"] = list_entries(context["who"], request.path, not context["unknown"])
    text = templates.page_environment().get_template(template).render(context)
    if "<textarea" in text:
        text = _COUNT.sub("", text)
    return http_response(status, "text/html; charset=utf-8", text)


def counting_page(page: HttpResponse, count: int) -> HttpResponse:
    """The page, with how many things wait kept for the menu of the next ones."""
    return {**page, "cookies": [*page["cookies"], waiting_cookie(count)]}


def _read_count(request: Request) -> int | None:
    value = request.cookie(WAITING_COOKIE)
    return int(value) if request.user and re.fullmatch("[0-9]{1,4}", value) else None


def redirect_after_post(request: Request, then: str, response: HttpResponse) -> HttpResponse:
    """303 to the next page, the session in a cookie rather than in the page."""
    result = request.result if isinstance(request.result, dict) else {}
    location = (response.get("headers") or {}).get("Location")
    redirect = see_other(location or fill_address(then, {**request.path_args, **result}))
    redirect["cookies"] = list(response.get("cookies") or [])
    if request.cookie(WAITING_COOKIE):  # it may be done now
        redirect["cookies"].append(waiting_cookie(None))
    if "session" in result:
        seconds = result.get("expires_in", SESSION_SECONDS)
        redirect["cookies"].append(session_cookie(result["session"], seconds))
    if "known" in result:
        redirect["cookies"].append(known_cookie(result["known"]))
    if "request" in result:
        redirect["cookies"].append(sign_in_request_cookie(result["request"]))
    return redirect


def fill_address(address: str, values: dict[str, Any]) -> str:
    """`/meetings/{id}` with the values it names, each quoted.

    An address that is one name only (`{next}`) is given whole, if it leads to a page of ours.
    """
    if whole := re.fullmatch(r"\{(\w+)\}", address):
        return local_path(str(values.get(whole[1]) or ""))
    return re.sub(r"\{(\w+)\}", lambda name: quote(str(values[name[1]]), safe=""), address)
