"""Guards: who may pass. A route's Context names exactly one.

A guard reads the session once, at most, and the path: ids tell their region (`SW-…`), so no guard
needs to read what the id stands for. What depends on more than that is the use case's to refuse.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from aws_lambda_powertools.event_handler.request import Request as ResolverRequest

from comhar import regions, wiring
from comhar.context import Context
from comhar.errors import NotFound, NotSignedIn, NotYours
from comhar.idempotency import Once
from comhar.membership import repository as membership_repository
from comhar.membership.devices import Browser
from comhar.membership.model import ChairsOnly, Member, OfficeOnly
from comhar.rate_limits import client_network, count_ask
from comhar.regions import NATIONAL
from comhar.telemetry import log_error
from comhar.web.device_names import name_device
from comhar.web.request import Request

SESSION_COOKIE = "__Host-session"
SIGN_IN_REQUEST_COOKIE = "__Host-asked-by"
KNOWN_COOKIE = "__Host-known"
WAITING_COOKIE = "__Host-waiting"
_MARK = re.compile(r"[A-Za-z0-9_-]{20,64}")
_BROWSER = re.compile(r"[A-Za-z0-9_-]{43}\.[0-9a-f]{64}")
_SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{20,64}")
guards: set[Callable[..., Any]] = set()
open_guards: set[Callable[..., Any]] = set()


class SignInAgain(NotSignedIn):
    """Signed in on a device that nobody used for 12 hours, at a sensitive route."""

    title = "You need to sign in again to see this."
    next = "Sign in with your email address. We will send you a link."

    def __init__(self) -> None:
        super().__init__("Comhar was not used on this device for 12 hours.")


class StillPending(NotYours):
    """Signed up, and not yet admitted."""

    title = "The National Office has not approved your request yet."
    next = "We will email you as soon as they have."


class OtherRegion(NotYours):
    """A member, of another community."""

    title = "This belongs to another region’s community."


def guard[Guard: Callable[..., Any]](function: Guard) -> Guard:
    """Marks a dependency as one that decides who passes."""
    guards.add(function)
    return function


def _get_request(resolver_request: ResolverRequest) -> Request:
    request: Request = resolver_request.context["request"]
    return request


def get_session(request: Request) -> str | None:
    """The session that was sent: a program's bearer token, else the browser's cookie."""
    kind, _, value = request.header("authorization").partition(" ")
    value = value.strip() if kind.lower() == "bearer" else request.cookie(SESSION_COOKIE)
    return value if _SESSION.fullmatch(value) else None


def find_user(request: Request) -> Member | None:
    """The user, read once in a request: one BatchGetItem of session and member.

    That the session is in use is noted once an hour.
    """
    if not request.user_looked_up:
        request.user_looked_up = True
        value = get_session(request)
        if value:
            table, now = wiring.table(), wiring.clock()
            if match := membership_repository.find_by_session(table, wiring.settings(), value, now):
                request.user, request.session = match
                _note_use(request, now)
    return request.user


def _note_use(request: Request, now: datetime) -> None:
    """Notes that the session is in use; if that fails, the page is shown all the same."""
    if request.session is not None:
        try:
            membership_repository.note_use(wiring.table(), request.session, now)
        except Exception as error:
            log_error("use_not_noted", error, route=request.route_key)


def _context[User: Member | None](user: User, request: Request) -> Context[User]:
    session = request.session
    return wiring.context(user, stale=bool(session and session.is_stale_at(wiring.clock())))


@guard
def anonymous(resolver_request: ResolverRequest) -> Context[None]:
    """Anyone, and no session is read: surveys must not know who answers."""
    return wiring.context(None)


@guard
def public(resolver_request: ResolverRequest) -> Context[Member | None]:
    """Anyone; who is signed in is known, to greet them."""
    request = _get_request(resolver_request)
    return _context(find_user(request), request)


@guard
def signed_in(resolver_request: ResolverRequest) -> Context:
    """Raises NotSignedIn."""
    return _context(_user(resolver_request), _get_request(resolver_request))


@guard
def office(resolver_request: ResolverRequest) -> Context:
    """The National Office.

    Raises:
        NotSignedIn: nobody is signed in.
        OfficeOnly: the user is not of the office.
    """
    user = _user(resolver_request)
    if not user.office:
        raise OfficeOnly()
    return _context(user, _get_request(resolver_request))


@guard
def member_of(resolver_request: ResolverRequest) -> Context:
    """An active member of the path's region, where the path names one; or the office.

    Raises:
        NotSignedIn: nobody is signed in.
        NotFound: there is no such region.
        StillPending: the user is not admitted yet.
        NotYours: the user is not a member any more.
        OtherRegion: the path's region is another.
    """
    user, where = _user(resolver_request), region(resolver_request)
    if user.office:
        return _context(user, _get_request(resolver_request))
    if not user.active:
        raise StillPending() if user.status == "pending" else NotYours()
    if where not in (None, NATIONAL, user.region, *user.chair_of):
        raise OtherRegion()
    return _context(user, _get_request(resolver_request))


@guard
def chair(resolver_request: ResolverRequest) -> Context:
    """A co-chair of the path's region, or the office.

    Raises:
        NotSignedIn: nobody is signed in.
        NotFound: there is no such region.
        ChairsOnly: the user is neither.
    """
    user, where = _user(resolver_request), region(resolver_request)
    if not (user.office or user.may_chair(where or "")):
        raise ChairsOnly()
    return _context(user, _get_request(resolver_request))


def _user(resolver_request: ResolverRequest) -> Member:
    """Who is signed in.

    Raises:
        NotSignedIn: nobody is.
        SignInAgain: the route is sensitive, and this device was not used for 12 hours.
    """
    request = _get_request(resolver_request)
    user, session = find_user(request), request.session
    if user is None:
        raise NotSignedIn()
    is_sensitive = resolver_request.context["routes"][request.operation_id].sensitive
    if is_sensitive and session and session.is_stale_at(wiring.clock()):
        raise SignInAgain()
    return user


def delayed_until(resolver_request: ResolverRequest) -> datetime | None:
    """Counts an ask for a link; until when its letter waits if there are too many.

    The client's address is CloudFront's word; without its secret header no call comes this far. Where
    nothing stands in front there is none, and no limit. Only letters to strangers wait.
    """
    viewer = client_network(_get_request(resolver_request).header("cloudfront-viewer-address"))
    if not viewer:
        return None
    return count_ask(wiring.table(), wiring.settings(), viewer, wiring.clock())


def sign_in_request(resolver_request: ResolverRequest) -> str:
    """The browser's sign-in request, to which a typed code belongs; "" for none."""
    request = _get_request(resolver_request)
    value = request.cookie(SIGN_IN_REQUEST_COOKIE)
    return value if _MARK.fullmatch(value) else ""


def known_browser(resolver_request: ResolverRequest) -> str:
    """The mark of a browser in which somebody signed in; "" for none.

    Who it was is to be proved.
    """
    request = _get_request(resolver_request)
    value = request.cookie(KNOWN_COOKIE)
    return value if _BROWSER.fullmatch(value) else ""


def sent_once(resolver_request: ResolverRequest) -> Once:
    """The Once that makes the use case of a creating route create once."""
    request = _get_request(resolver_request)
    return request.once


def this_browser(resolver_request: ResolverRequest) -> Browser:
    """What asks, and who is signed in there."""
    request = _get_request(resolver_request)
    find_user(request)
    return Browser(name_device(request.header("user-agent")), request.session)


def own_session(resolver_request: ResolverRequest) -> str | None:
    """The session that was sent, to end it."""
    return get_session(_get_request(resolver_request))


open_guards.update((anonymous, public))


def region(resolver_request: ResolverRequest) -> str | None:
    """The region that the path names, itself or by an id that begins with it.

    Raises NotFound for one that there is not, whoever asks.
    """
    path = resolver_request.path_parameters
    if not {"region", "id"} & path.keys():
        return None
    named = str(path.get("region") or path["id"].partition("-")[0])
    if named == NATIONAL and "region" not in path:
        return NATIONAL
    if named not in regions.codes():
        raise NotFound()
    return named
