"""One HTTP request: address, headers and body, read from API Gateway's event."""

import base64
import binascii
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from comhar.aws.conditions import Item
from comhar.errors import AppError, FileTooLarge, Malformed, NotFound, TooLarge, Unsupported
from comhar.idempotency import REPEATABLE, Once
from comhar.membership.model import Member, Session
from comhar.web import form_decoding

FORM = "application/x-www-form-urlencoded"
FILES = "multipart/form-data"
SAFE = ("GET", "HEAD", "OPTIONS")
_ODD = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_LONGEST_SEGMENT = 200  # DynamoDB refuses keys over 1 KB; ids and tokens are far shorter
_LONGEST_QUERY = 4_000
LARGEST = 256 * 1024  # bytes
LARGEST_UPLOAD = 1024 * 1024  # of a route that takes files
DEEPEST = 32
_LARGEST_NUMBER = 2**53 - 1  # RFC 7493: beyond it, programs read different numbers
_TOKENS = re.compile(r'"(?:[^"\\]|\\.?)*+"?|[\[\]{}]', re.DOTALL)  # never fails at a quote: linear


@dataclass
class Request:
    """One request, and what the pipeline learns of it.

    `route_key` is API Gateway's name of the route it met, `GET /meetings/{id}`, and the only name of it
    that is ever logged, `$default` where there is none; `module` is where that route is declared.
    `form` is the body as JSON, whatever came in. `operation_id` and `path_args` say which route
    function it met and what the path gave it; `result` is the JSON which that answered with, once
    `has_result`. `user` is known once a guard has looked (`user_looked_up`), with their `session`.
    `return_to` is where to go on after signing in, `saved_form_path` the page whose saved form this is.
    `once` makes a creating route create once, `again` counts the times that a form was sent again on
    purpose, `earlier_mark` is the mark of the first where this is a second sending. `refused` is why a form
    that could be read is not taken, which who may send it is told.
    """

    event: dict[str, Any]
    method: str
    path: str
    query: dict[str, str]
    wants_html: bool
    route_key: str = "$default"
    module: str = ""
    form: dict[str, Any] = field(default_factory=dict)
    operation_id: str = ""
    path_args: dict[str, str] = field(default_factory=dict)
    has_result: bool = False
    result: Any = None
    user: Member | None = None
    session: Session | None = None
    user_looked_up: bool = False
    return_to: str = ""
    saved_form_path: str = ""
    once: Once = REPEATABLE
    again: str = ""
    refused: AppError | None = None
    earlier_mark: Item | None = None

    @property
    def is_unsafe(self) -> bool:
        return self.method not in SAFE

    @property
    def is_anonymous(self) -> bool:
        """True for a survey's page: nobody may know who sent it, or when."""
        return self.path.startswith("/surveys/")

    @property
    def is_form(self) -> bool:
        """True if the body is a page's form."""
        kind = self.header("content-type").lower().partition(";")[0].strip()
        return self.is_unsafe and kind in (FORM, FILES)

    def header(self, name: str) -> str:
        return (self.event.get("headers") or {}).get(name, "")

    def cookie(self, name: str) -> str:
        for text in self.event.get("cookies") or []:
            cookie_name, _, value = text.partition("=")
            if cookie_name.strip() == name:
                return value.strip()
        return ""

    def for_page(self, path: str) -> "Request":
        """The same user's request for the page at `path`, as JSON.

        Without what a form sent as an address: that is what it was refused for.
        """
        fresh: dict[str, Any] = {"form": {}, "query": {}, "has_result": False, "once": REPEATABLE}
        fresh["refused"] = None
        if not self.is_unsafe:
            fresh["event"] = {**self.event, "queryStringParameters": None}
        return replace(self, method="GET", path=path, wants_html=False, **fresh)


def read_request(event: dict[str, Any]) -> Request:
    """The request without its body, which is read once errors can be shown."""
    http = event.get("requestContext", {}).get("http", {})
    request = Request(
        event=event,
        method=str(http.get("method", "GET")).upper(),
        path=event.get("rawPath") or "/",
        query=event.get("queryStringParameters") or {},
        wants_html=False,
    )
    request.wants_html = _names_html(request.header("accept"))
    return request


def require_sane_address(request: Request) -> None:
    """Refuses an address no page of ours has: control characters, or too long.

    Raises:
        NotFound: the path is such.
        Malformed: the query is such.
    """
    segments = request.path.split("/")
    if _ODD.search(request.path) or any(len(part) > _LONGEST_SEGMENT for part in segments):
        raise NotFound()
    for name, value in request.query.items():
        if _ODD.search(name + value):
            raise Malformed("The address holds characters that cannot be used.")
        if len(name) + len(value) > _LONGEST_QUERY:
            raise Malformed("The address is too long.")


def to_resolver_event(request: Request) -> dict[str, Any]:
    """The event for powertools: a JSON body whatever came in, and GET for HEAD."""
    context = request.event.get("requestContext", {})
    method = "GET" if request.method == "HEAD" else request.method
    headers = {**(request.event.get("headers") or {}), "content-type": "application/json"}
    return {
        **request.event,
        "rawPath": request.path,
        "headers": headers,
        "body": json.dumps(request.form) if request.is_unsafe else None,
        "isBase64Encoded": False,
        "requestContext": {
            **context,
            "stage": "$default",
            "http": {**context.get("http", {}), "method": method, "path": request.path},
        },
    }


def _names_html(accept: str) -> bool:
    for choice in accept.lower().split(","):
        kind, *parameters = (part.strip() for part in choice.split(";"))
        if kind == "text/html":
            return not any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)
    return False


def read_body(request: Request, upload: bool = False) -> dict[str, Any]:
    """The body as a JSON object; none at all is an empty one.

    A form with too large a file is read as well, and noted on the request as refused: what was typed beside
    the file is shown again.

    Raises:
        TooLarge: over 256 KB (1 MB where files may be sent).
        Unsupported: anything but JSON and forms.
        Malformed: it cannot be read.
    """
    if not request.is_unsafe:
        return {}
    kind, charset = _kind(request.header("content-type"))
    try:
        raw = _bytes(request, LARGEST_UPLOAD if upload else LARGEST)
    except FileTooLarge as refused:
        if kind != FILES:
            raise
        request.refused, raw = refused, _bytes(request)
    if not raw.strip():
        return {}
    if charset not in ("", "utf-8", "utf8"):
        raise Unsupported("Send it in UTF-8.")
    if kind == FILES:  # mail programs send one-click posts so, without a file (RFC 8058)
        try:
            body = form_decoding.decode_multipart(raw, request.header("content-type"))
        except Malformed as wrong:
            raise request.refused or wrong from wrong
        files = form_decoding.list_file_fields(body)
        if files and not upload:
            raise Unsupported("No file can be sent here.")
        if request.refused and sum(map(len, _texts({**body, **dict.fromkeys(files)}))) > LARGEST:
            raise TooLarge  # it is the text: a page that holds it could be more than a function may answer
    else:
        body = _read_text(raw, kind)
    _check_texts(body)
    return body


def _read_text(raw: bytes, kind: str) -> dict[str, Any]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as wrong:
        raise Malformed("This is not UTF-8 text.") from wrong
    if kind == FORM:
        return form_decoding.decode_form(text)
    if kind in ("application/json", ""):
        return parse_json(text)
    raise Unsupported()


def parse_json(text: str) -> dict[str, Any]:
    """Strict JSON: an object, no name twice, no NaN, no number that others misread.

    Depth is counted first, so that no amount of brackets recurses.

    Raises:
        Malformed: it is anything else.
    """
    _check_depth(text)
    try:
        body = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except ValueError as wrong:
        raise Malformed("This is not valid JSON.") from wrong
    if not isinstance(body, dict):
        raise Malformed("Send a JSON object: names and values in curly brackets.")
    return body


def _bytes(request: Request, largest: int | None = None) -> bytes:
    """The bytes of the body. Raises TooLarge, before it decodes what must be longer."""
    event = request.event
    body = event.get("body") or ""
    too_large = FileTooLarge if largest == LARGEST_UPLOAD else TooLarge
    if largest and len(body) > largest * 4 // 3 + 4:
        raise too_large
    try:
        raw = (
            base64.b64decode(body, validate=True)
            if event.get("isBase64Encoded")
            else body.encode("utf-8")
        )
    except (binascii.Error, ValueError) as wrong:
        raise Malformed("This is not UTF-8 text.") from wrong
    if largest and len(raw) > largest:
        raise too_large
    return raw


def _kind(content_type: str) -> tuple[str, str]:
    kind, _, rest = content_type.lower().partition(";")
    charset = re.search(r'charset\s*=\s*"?([^\s";]+)', rest)
    return kind.strip(), charset[1] if charset else ""


def _check_depth(text: str) -> None:
    depth = 0
    for token in _TOKENS.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > DEEPEST:
                raise Malformed(f"The JSON is nested more than {DEEPEST} deep.")
        elif token[0] in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) < len(pairs):
        raise Malformed("The same name is given twice.")
    return body


def _refuse_constant(name: str) -> None:
    raise Malformed(f"{name} is not a number in JSON.")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Malformed("A number is too large.")
    return number


def _int(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > _LARGEST_NUMBER:
        raise Malformed("A number is too large.")
    return int(text)


def _check_texts(body: Any) -> None:
    for text in _texts(body):
        if "\x00" in text:
            raise Malformed("The text holds a NUL character, which cannot be kept.")
        if not text.isascii() and re.search(r"[\ud800-\udfff]", text):
            raise Malformed("The text holds half of a character. Type it again.")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
