"""A person at a browser without scripts, who reads pages, fills in forms and opens letters."""

import re
from typing import Literal
from urllib.parse import quote, urlsplit

from playwright.sync_api import Page, TimeoutError

from comhar.web.guards import COOKIE
from tests.browser.inspector import WIDE, Inspector
from tests.support.stack import Stack

IDS = re.compile(r"/[0-9A-Za-z_.-]{18,}|/(?:DNE|DML|DSE|SW|MW|WNW)\b")


class Visitor:
    """Every page that a step leads to is looked at by the inspector."""

    def __init__(self, page: Page, email: str, stack: Stack, inspector: Inspector) -> None:
        self.page = page
        page.set_default_timeout(20_000)
        self.email = email
        self.stack = stack
        self.inspector = inspector

    # Pages

    def open(self, path: str) -> "Visitor":
        self.page.goto(path)
        return self.look()

    def follow(self, words: str) -> "Visitor":
        """Follows the first link of these words on the page."""
        return self._click("link", words)

    def press(self, words: str) -> "Visitor":
        """Presses the first button of these words on the page."""
        return self._click("button", words)

    def _click(self, role: Literal["button", "link"], words: str) -> "Visitor":
        found = self.page.get_by_role(role, name=words).first
        try:
            with self.page.expect_navigation():
                found.click()
        except TimeoutError as error:
            raise AssertionError(f"no {role} “{words}” on {self.path}: {self._words()}") from error
        return self.look()

    def fill(self, label: str, text: str) -> "Visitor":
        self.page.get_by_label(label, exact=False).first.fill(text)
        return self

    def choose(self, group: str, label: str) -> "Visitor":
        """Ticks or picks an answer in the fieldset of this legend."""
        found = self.page.get_by_role("group", name=group).get_by_label(label, exact=True)
        found.first.check()
        return self

    def select(self, label: str, option: str) -> "Visitor":
        self.page.get_by_label(label).first.select_option(label=option)
        return self

    def reads(self, words: str) -> "Visitor":
        text = self._words()
        assert words in text, f"“{words}” is not on {self.page.url}: {text}"
        return self

    def _words(self) -> str:
        return " ".join(self.page.locator("body").inner_text().split())

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def _width(self) -> int:
        size = self.page.viewport_size
        return size["width"] if size else WIDE

    def look(self) -> "Visitor":
        if self.path.startswith("/_local/"):
            return self
        title, html = self.page.evaluate("[document.title, document.documentElement.outerHTML]")
        self.inspector.look(self._kind(title), html, self.page.url, width=self._width)
        return self

    def _kind(self, title: str) -> str:
        """One name for all pages of a kind: the path without ids, and whether mistakes are shown."""
        wrong = " with errors" if title.startswith("Error:") else ""
        whose = " office" if self.email.startswith("office@") else ""
        return IDS.sub("/x", self.path) + whose + wrong

    # Letters

    def letter(self, subject: str) -> "Visitor":
        """Opens the newest letter with this in its subject."""
        letter = self.stack.letter(self.email, subject)
        name = re.sub(r"[^A-Za-z ].*", "", letter["subject"]).strip()
        address = f"{self.stack.url}/_local/mail/{letter['id']}/html"
        self.inspector.look(f"letter {name}", letter["html"], address, True, self._width)
        self.page.goto(address)
        return self

    def find_letter(self, subject: str) -> "Visitor":
        """Opens it as people do who try the product out: from the list of the mailbox."""
        self.page.goto(f"/_local/mail?to={quote(self.email)}")
        self._click("link", subject)
        return self.letter(subject)

    # Signing in

    def sign_in(self) -> "Visitor":
        """Brings a session along, which a program asked for; `sign_in_by_letter` is as people do it."""
        self.page.context.add_cookies(
            [
                {
                    "name": COOKIE,
                    "value": self.stack.sign_in(self.email),
                    "domain": "127.0.0.1",
                    "path": "/",
                    "secure": True,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )
        return self

    def sign_in_by_letter(self) -> "Visitor":
        """Asks for a link and follows it in the mailbox."""
        before = len(self.stack.mail(self.email, "sign in"))
        self.open("/sign-in").fill("Your email address", self.email).press("Send me the link")
        self.stack.letter(self.email, "sign in", after=before)
        return self.find_letter("sign in").follow("Sign in").press("Sign in")
