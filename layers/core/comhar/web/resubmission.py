"""Recognises a creating request that is sent twice, and answers the second.

A form is recognised by what it holds, for 15 minutes; JSON by its `Idempotency-Key`, for 24 hours.
"""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from comhar import idempotency, wiring
from comhar.aws.conditions import ConditionFailed, Item, Put
from comhar.dates.dublin_time import stamp
from comhar.errors import FieldError, Invalid, Malformed
from comhar.membership.model import Member
from comhar.saved_forms import SavedForms
from comhar.tokens import keyed_digest
from comhar.web import form_decoding, html_responses
from comhar.web.http_responses import HttpResponse, http_response, see_other
from comhar.web.request import Request
from comhar.web.route import Route

HEADER = "Idempotency-Key"
KEY = r"[\x21-\x7e]{1,200}"
AGAIN = "again"  # the hidden field of “Send it again as a new one”: which time it is
_NUMBER = re.compile(r"[1-9]\d?")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def take_again_field(request: Request) -> None:
    """Takes the field of the button “Send it again” out of the form: no route has it."""
    value = request.form.pop(AGAIN, "")
    request.again = value if isinstance(value, str) and _NUMBER.fullmatch(value) else ""


def expect_mark(request: Request, route: Route, user: Member) -> None:
    """Notes on the request where its mark lies.

    Raises:
        Malformed: the key has another shape.
    """
    if request.is_form:
        parts, time, body = (
            ["form", request.again, _text(request.form)],
            idempotency.FORM_TIME,
            None,
        )
    else:
        key = request.header(HEADER.lower())
        if not re.fullmatch(KEY, key):
            raise Malformed(f"{HEADER} takes 1 to 200 visible ASCII characters.")
        parts, time, body = ["key", key], idempotency.KEY_TIME, keyed_digest(_text(request.form))
    digest = keyed_digest(user.id, request.method, route.rule, _text(request.path_args), *parts)
    place = re.sub(r"[?#].*", "", route.then or request.path)
    now = wiring.clock()

    def address(values: Item) -> str:
        return html_responses.fill_address(place, {**request.path_args, **values})

    mark = idempotency.Mark(idempotency.mark_key(user.id, digest), now, now + time, address, body)
    request.once = idempotency.Once(mark)


def require_first_sending(request: Request) -> None:
    """Refuses a request that did its work already, and notes its mark. One read.

    Raises:
        SentBefore: it did.
        Invalid: its key came with something else.
    """
    mark = request.once.mark
    if mark is None:
        return
    item = _find_mark(mark.key)
    if item is None:
        return
    if item.get("body") != mark.body:
        words = "This key was sent before, with something else. Send a new key."
        raise Invalid(FieldError(HEADER, words))
    request.earlier_mark = item
    raise idempotency.SentBefore


def lead_to_first(
    request: Request, mark: Item, route: Route, keeper: Callable[[], SavedForms]
) -> HttpResponse:
    """The response to a second sending: the first one's id as JSON, or its page."""
    if not request.wants_html:
        body = json.dumps({"id": mark["id"]})
        return http_response(200, "application/json", body, Location=mark["location"])
    if not request.is_form:
        return see_other(mark["location"])
    _note_second(request, mark, route, keeper)
    return see_other(f"{mark['location']}?{AGAIN}={mark['sk'].partition('#')[2]}")


def _note_second(
    request: Request, mark: Item, route: Route, keeper: Callable[[], SavedForms]
) -> None:
    """Notes beside the mark that a second one came; and, if repeatable, the form.

    The form as long as the mark holds, and never a file.
    """
    if "number" in mark:
        return
    more: Item = {
        "number": int(request.again or 0) + 1,
        "anew": route.repeatable,
        "action": request.path,
    }
    if route.repeatable and not form_decoding.list_file_fields(request.form):
        more["form"] = keeper().pack(request.form, mark["pk"].partition("#")[2], mark["sk"])
    with suppress(ConditionFailed):  # the mark of a new one stands there by now
        wiring.table().transact(
            [Put({**mark, **more}, condition={"expires_at": mark["expires_at"]})]
        )


def find_notice(request: Request, keeper: Callable[[], SavedForms]) -> dict[str, Any] | None:
    """What the page says of a form that was sent twice, if the address names its mark."""
    digest = request.query.get(AGAIN, "")
    if not (request.user and _DIGEST.fullmatch(digest)):
        return None
    item = _find_mark(idempotency.mark_key(request.user.id, digest))
    if item is None or "number" not in item:
        return None
    notice: dict[str, Any] = {"at": item["at"], "until": item["expires_at"] if item["anew"] else ""}
    form = keeper().unpack(item["form"], request.user.id, item["sk"]) if "form" in item else None
    if form is not None:
        fields = [*form_decoding.list_fields(form), (AGAIN, str(item["number"]))]
        notice |= {"action": item["action"], "fields": fields}
    return notice


def _find_mark(key: idempotency.Key) -> Item | None:
    """The mark, if it holds: what has run out may not be deleted yet. One read."""
    item = wiring.table().get(key)
    return item if item and item["expires_at"] > stamp(wiring.clock()) else None


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
