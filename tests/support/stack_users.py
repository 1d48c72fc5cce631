"""What people do who use a stack, wherever it runs: they get letters, sign up, sign in and lead."""

import re
import time
from abc import ABC, abstractmethod
from typing import Any

from tests.support.http_client import HttpClient

OFFICE = "office@example.com"


class StackUsers(HttpClient, ABC):
    """`mail` tells the letters so far, oldest first, as `GET /_local/mail.json` does."""

    @abstractmethod
    def mail(self, to: str | None = None, subject: str = "") -> list[dict[str, Any]]: ...

    def letter(
        self, to: str, subject: str = "", after: int = 0, seconds: float = 15
    ) -> dict[str, Any]:
        """The newest letter to somebody, once there are more than `after` of that subject."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.mail(to, subject)
            if len(found) > after:
                return found[-1]
            time.sleep(0.03)
        raise AssertionError(f"no letter “{subject}” to {to}; there are {self.mail(to)}")

    def link(self, letter: dict[str, Any], part: str = "") -> str:
        """The path of a letter's first link that has `part` in it."""
        found = [
            one.removeprefix(self.url)
            for one in re.findall(r"https?://[^\s<>\"')]+", letter["text"])
            if one.startswith(self.url) and part in one
        ]
        assert found, f"no link {part} in {letter['text']}"
        return found[0]

    # People

    def join(
        self, email: str, name: str, region: str = "SW", role: str = "peer_support_worker"
    ) -> dict[str, Any]:
        """Ask to join, follow the letter's link, sign up: the answer, `session` in it."""
        before = len(self.mail(email, "link to join"))
        assert self.post("/join", {"email": email}).status == 202
        path = self.link(self.letter(email, "link to join", after=before), "/sign-up/")
        form = {"name": name, "region": region, "role": role}
        answer = self.post(path, form)
        assert answer.status == 201, answer.text
        return answer.json

    def sign_in(self, email: str) -> str:
        """A new session by the emailed link."""
        before = len(self.mail(email, "link to sign in"))
        assert self.post("/sign-in", {"email": email}).status == 202
        path = self.link(self.letter(email, "link to sign in", after=before), "/sign-in/")
        answer = self.post(path)
        assert answer.status == 200, answer.text
        return answer.json["session"]

    def co_chairs(self, *names: str) -> list[dict[str, Any]]:
        """Two people of these first names who join the South West and are named its co-chairs: their
        answers, as `join` gives them."""
        made = [self.join(f"{each}@hse.ie", f"{each} Ní Dhomhnaill") for each in names]
        named = {"members": [each["id"] for each in made]}
        answer = self.post("/communities/SW/chairs", named, session=self.sign_in(OFFICE))
        assert answer.status == 200, answer.text
        return made
