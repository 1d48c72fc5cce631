"""Owns what was asked: one API Gateway event as the rest of `web` sees it."""

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

from comhar.aws.conditions import Item
from comhar.errors import Malformed, NotFound
from comhar.membership.model import Member
from comhar.once import REPEATABLE, Once

FORM = "application/x-www-form-urlencoded"
FILES = "multipart/form-data"
SAFE = ("GET", "HEAD", "OPTIONS")
_ODD = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_LONGEST_SEGMENT = 200  # DynamoDB refuses keys over 1 KB; ids and tokens are far shorter
_LONGEST_QUERY = 4_000


@dataclass
class Asked:
    """One request. `route` names the route it met, `GET /meetings/{id}`, and is the only name of it that is
    ever logged, `$default` where there is none; `module` is where that is declared.

    `form` is the body as JSON, whatever came in. `name` and `args` say which route function it met
    and what the path gave it; `told` is what that answered with, once `heard`. `who` is known once
    a guard has `looked`. `back` is where to go on after signing in, `kept` the page whose kept form
    this is. `once` makes a creating route create once, `again` counts the times that a form was sent
    again on purpose, `sent` is the mark of the first where this is a second sending.
    """

    event: dict[str, Any]
    method: str
    path: str
    query: dict[str, str]
    html: bool
    route: str = "$default"
    module: str = ""
    form: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    args: dict[str, str] = field(default_factory=dict)
    heard: bool = False
    told: Any = None
    who: Member | None = None
    looked: bool = False
    back: str = ""
    kept: str = ""
    once: Once = REPEATABLE
    again: str = ""
    sent: Item | None = None

    @property
    def unsafe(self) -> bool:
        return self.method not in SAFE

    @property
    def anonymous(self) -> bool:
        """Whether it is for a survey: nobody may know who sent it, or when."""
        return self.path.startswith("/surveys/")

    @property
    def typed(self) -> bool:
        """Whether the body is a page's form."""
        kind = self.header("content-type").lower().partition(";")[0].strip()
        return self.unsafe and kind in (FORM, FILES)

    def header(self, name: str) -> str:
        return (self.event.get("headers") or {}).get(name, "")

    def cookie(self, name: str) -> str:
        for text in self.event.get("cookies") or []:
            found, _, value = text.partition("=")
            if found.strip() == name:
                return value.strip()
        return ""

    def at(self, path: str) -> "Asked":
        """The same person asking for a page at `path`, as JSON."""
        fresh: dict[str, Any] = {"form": {}, "query": {}, "heard": False, "once": REPEATABLE}
        return replace(self, method="GET", path=path, html=False, **fresh)


def read(event: dict[str, Any]) -> Asked:
    """The event's outside; its body and origin are looked at later, once errors can be shown."""
    http = event.get("requestContext", {}).get("http", {})
    asked = Asked(
        event=event,
        method=str(http.get("method", "GET")).upper(),
        path=event.get("rawPath") or "/",
        query=event.get("queryStringParameters") or {},
        html=False,
    )
    asked.html = _names_html(asked.header("accept"))
    return asked


def check_address(asked: Asked) -> None:
    """Refuses an address no page of ours has: control characters, or longer than any key.

    Raises NotFound for the path, Malformed for the query.
    """
    segments = asked.path.split("/")
    if _ODD.search(asked.path) or any(len(part) > _LONGEST_SEGMENT for part in segments):
        raise NotFound()
    for name, value in asked.query.items():
        if _ODD.search(name + value):
            raise Malformed("The address holds characters that cannot be used.")
        if len(name) + len(value) > _LONGEST_QUERY:
            raise Malformed("The address is too long.")


def resolvable(asked: Asked) -> dict[str, Any]:
    """The event to hand to powertools: a JSON body whatever came in, and GET for HEAD."""
    context = asked.event.get("requestContext", {})
    method = "GET" if asked.method == "HEAD" else asked.method
    headers = {**(asked.event.get("headers") or {}), "content-type": "application/json"}
    return {
        **asked.event,
        "rawPath": asked.path,
        "headers": headers,
        "body": json.dumps(asked.form) if asked.unsafe else None,
        "isBase64Encoded": False,
        "requestContext": {
            **context,
            "stage": "$default",
            "http": {**context.get("http", {}), "method": method, "path": asked.path},
        },
    }


def _names_html(accept: str) -> bool:
    for choice in accept.lower().split(","):
        kind, *parameters = (part.strip() for part in choice.split(";"))
        if kind == "text/html":
            return not any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)
    return False
