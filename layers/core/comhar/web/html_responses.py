"""HTML responses: each template renders its route's JSON."""

import re
from typing import Any
from urllib.parse import quote

from comhar import templates
from comhar.web.http_responses import (
    SESSION_SECONDS,
    HttpResponse,
    http_response,
    known_cookie,
    local_path,
    see_other,
    session_cookie,
    sign_in_request_cookie,
)
from comhar.web.request import Request


def html_page(
    template: str, request: Request, body: Any, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a template over the body: its keys by name, and all of it as `it`.

    The layout also gets `who`, `unknown` (nobody looked who it is), `path`, `done` (a notice's code), and
    after a mistake `errors` (each with `field` and `message`) and `form` (all that was typed); and forms get
    `kept`, the page for which what they are filled with was saved; `sent_before` tells of a form sent twice.
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
        "errors": [],
        "form": {},
        **more,
    }
    text = templates.page_environment().get_template(template).render(context)
    return http_response(status, "text/html; charset=utf-8", text)


def redirect_after_post(request: Request, then: str, response: HttpResponse) -> HttpResponse:
    """303 to the next page, the session in a cookie rather than in the page."""
    result = request.result if isinstance(request.result, dict) else {}
    location = (response.get("headers") or {}).get("Location")
    redirect = see_other(location or fill_address(then, {**request.path_args, **result}))
    redirect["cookies"] = list(response.get("cookies") or [])
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
