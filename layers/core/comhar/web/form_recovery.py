"""Saves a form whose sender's session ended, and fills it in after signing in."""

from collections.abc import Callable
from typing import Any

from comhar import wiring
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from comhar.saved_forms import SavedForms
from comhar.telemetry import log_error
from comhar.web import form_decoding, guards
from comhar.web.request import Request

MARK = "_kept"  # the hidden field by which a form says what it was filled from
_LONGEST = 300  # of a page's path: it becomes part of a key, and of the address to sign in at


def save_form(request: Request, page: str, keeper: SavedForms) -> str:
    """Saves the form for the member who has to sign in again; the path to go on to.

    Nothing is saved for a stranger, nor for a session that was signed out; and never a file.
    """
    if not _can_be_key(page):
        return ""
    value, now = guards.get_session(request), wiring.clock()
    member = None
    if value:
        table, settings = wiring.table(), wiring.settings()
        member = membership_repository.find_by_ended_session(table, settings, value, now)
    form = {
        name: request.form[name]
        for name in request.form.keys() - form_decoding.list_file_fields(request.form)
    }
    if member is None or not keeper.save(member.id, page, form, now):
        return page
    return f"{page}?done=kept"


def find_saved_form(request: Request, keeper: Callable[[], SavedForms]) -> dict[str, Any]:
    """The form saved for this page, if the address says that there is one.

    Else no client is made, so that most pages need none.
    """
    if request.query.get("done") != "kept":
        return {}
    form = keeper().find(request.user.id, request.path, wiring.clock()) if request.user else None
    if form is None:
        request.query = {**request.query, "done": ""}  # an old address: nothing is kept any more
        return {}
    request.saved_form_path = request.path
    return form


def take_saved_path(request: Request) -> None:
    """Takes the mark out of the form that was sent: it is ours, no field of any route."""
    page = request.form.pop(MARK, "")
    request.saved_form_path = page if isinstance(page, str) and _can_be_key(page) else ""


def delete_saved_form(who: Member, request: Request, keeper: SavedForms) -> None:
    """Deletes the saved form that was now sent.

    If that fails, what was done is done all the same.
    """
    try:
        keeper.delete(who.id, request.saved_form_path)
    except Exception as error:
        log_error("not_forgotten", error, route=request.route_key)


def _can_be_key(page: str) -> bool:
    return page.startswith("/") and page.isascii() and len(page) <= _LONGEST
