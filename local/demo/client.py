"""The demo's HTTP client: routes, the clock, letters, and people's sessions."""

import json
import re
import socket
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import urllib3

_ABREAST = 4
_NEAR = 64  # people whose connections stay open
_SESSION = timedelta(hours=11)  # less than the 12 after which an unused one has to be renewed


class Unexpected(RuntimeError):
    """The stack answered what nobody in the demo can make sense of."""


@dataclass(frozen=True)
class Received:
    """A letter in somebody's mailbox; `at` is the stack's time, UTC."""

    to: str
    subject: str
    text: str
    at: datetime

    def link(self, part: str) -> str | None:
        """The path of its link that begins with `/part/`."""
        found = re.search(rf"https?://[^/\s]+(/{part}/[\w.-]+)", self.text)
        return found[1] if found else None


class Client:
    """Makes all calls of the demo, a few at once."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.letters: dict[str, list[Received]] = defaultdict(list)
        self.posted = 0
        self._last = ""
        self._sessions: dict[str, tuple[str, datetime]] = {}
        self._http = urllib3.PoolManager(_NEAR, maxsize=_ABREAST, retries=False, timeout=600)
        self._homes: dict[str, str] = {}
        self._have_homes = _may_call_from(_home(0))
        self._pool = ThreadPoolExecutor(_ABREAST)

    # Calls

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        who: str | None = None,
        by: str | None = None,
    ) -> Any:
        """One call, signed in as `who`, or by somebody who is not.

        Raises Unexpected for all but success.
        """
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if who:
            headers["Authorization"] = f"Bearer {self._sessions[who][0]}"
        sent = None if method == "GET" else json.dumps({} if body is None else body).encode()
        answer = self._from(who or by).request(method, path, body=sent, headers=headers)
        if answer.status >= 300:
            raise Unexpected(f"{method} {path}: {answer.status} {answer.data.decode()[:500]}")
        return json.loads(answer.data)

    def post(
        self, path: str, body: Any = None, who: str | None = None, by: str | None = None
    ) -> Any:
        return self.request("POST", path, body, who, by)

    def _from(self, person: str | None) -> urllib3.HTTPConnectionPool:
        """Connections that come from the person's own address, as they would from all over the country."""
        if person is None or not self._have_homes:
            return self._http.connection_from_url(self.address)
        home = self._homes.setdefault(person, _home(len(self._homes)))
        return self._http.connection_from_url(self.address, {"source_address": (home, 0)})

    def map[One, Made](self, do: Callable[[One], Made], many: Iterable[One]) -> list[Made]:
        """Do this for each, a few at once; what came of it, in order."""
        return list(self._pool.map(do, many))

    # Time

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self.request("GET", "/_local/clock")["now"])

    def until(self, at: datetime) -> list[Received]:
        """Live on until an instant, if it is to come; the letters of that time."""
        ahead = at - self.now > timedelta(minutes=1)
        return self._live({"now": at.astimezone(UTC).isoformat()} if ahead else {"advance": "PT1S"})

    def settle(self) -> list[Received]:
        """Wait for all that is under way; the letters that came of it."""
        return self._live({"advance": "PT1S"})

    def _live(self, on: dict[str, str]) -> list[Received]:
        lived = self.post("/_local/clock", on)
        if lived["stuck"]:
            raise Unexpected(f"stayed undone: {lived['stuck']}")
        return self._collect()

    # Letters

    def _collect(self) -> list[Received]:
        found = self.request("GET", f"/_local/mail.json?after={self._last}")
        fresh = [_received(one) for one in found]
        for letter in fresh:
            self.letters[letter.to].append(letter)
        if found:
            self._last = found[-1]["id"]
        self.posted += len(fresh)
        return fresh

    def link(self, email: str, part: str, about: str = "") -> str:
        """The path `/part/…` in the newest letter to somebody that has one.

        Its subject or text names `about`.
        """
        for letter in reversed(self.letters[email]):
            path = letter.link(part)
            if path and (about in letter.text or about in letter.subject):
                return path
        raise Unexpected(f"no letter with /{part}/ came to {email}")

    # Sessions

    def keep_session(self, email: str, session: str) -> None:
        self._sessions[email] = (session, self.now + _SESSION)

    def sign_in(self, emails: Sequence[str]) -> list[Received]:
        """Sign these people in by the links of their letters, and let all letters arrive."""
        now = self.now
        out = [
            one
            for one in dict.fromkeys(emails)
            if one not in self._sessions or self._sessions[one][1] <= now
        ]
        self.map(lambda email: self.post("/sign-in", {"email": email}, by=email), out)
        came = self.settle()
        for email, session in zip(out, self.map(self._follow, out), strict=True):
            self._sessions[email] = (session, now + _SESSION)
        return came

    def _follow(self, email: str) -> str:
        return str(self.post(self.link(email, "sign-in"), by=email)["session"])


def _home(number: int) -> str:
    """An address of the loopback network for each person."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def _may_call_from(home: str) -> bool:
    """Whether this machine has the whole loopback network: Linux does, macOS one address of it."""
    with socket.socket() as tried:
        try:
            tried.bind((home, 0))
        except OSError:
            return False
        return True


def _received(one: dict[str, Any]) -> Received:
    return Received(one["to"], one["subject"], one["text"], datetime.fromisoformat(one["at"]))
