"""A person at a browser without scripts, who reads pages, fills in forms and opens letters."""

from collections import Counter
from typing import Literal, Self
from urllib.parse import urlsplit

from playwright.sync_api import Page, TimeoutError

from comhar.web.guards import SESSION_COOKIE
from tests.support.stack import Stack


class BrowserUser:
    def __init__(self, page: Page, email: str, stack: Stack) -> None:
        self.page = page
        page.set_default_timeout(20_000)
        self.email = email
        self.stack = stack
        self._letters: Counter[str] = Counter()  # how many were there, by a word of the subject

    # Pages

    def open(self, path: str) -> Self:
        self.page.goto(path)
        return self

    def follow(self, words: str) -> Self:
        """Follows the first link of these words on the page."""
        return self._click("link", words)

    def press(self, words: str) -> Self:
        """Presses the first button of these words on the page."""
        return self._click("button", words)

    def _click(self, role: Literal["button", "link"], words: str) -> Self:
        found = self.page.get_by_role(role, name=words).first
        try:
            with self.page.expect_navigation(wait_until="domcontentloaded"):
                found.click()
        except TimeoutError as error:
            raise AssertionError(f"no {role} “{words}” on {self.path}: {self.text()}") from error
        return self

    def fill(self, label: str, text: str) -> Self:
        self.page.get_by_label(label, exact=False).first.fill(text)
        return self

    def choose(self, group: str, label: str) -> Self:
        """Ticks or picks an answer in the fieldset of this legend."""
        found = self.page.get_by_role("group", name=group).get_by_label(label, exact=True)
        found.first.check()
        return self

    def select(self, label: str, option: str) -> Self:
        self.page.get_by_label(label).first.select_option(label=option)
        return self

    def reads(self, words: str) -> Self:
        text = self.text()
        assert words in text, f"“{words}” is not on {self.page.url}: {text}"
        return self

    def text(self) -> str:
        return " ".join(self.page.locator("body").inner_text().split())

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def value(self, label: str) -> str:
        """What stands in the field of this label."""
        return self.page.get_by_label(label).first.input_value()

    def write(self, text: str) -> Self:
        """Writes into the page's one large field."""
        self.page.locator("textarea").fill(text)
        return self

    def download(self, ending: str) -> bytes:
        """The file behind the first link that ends so."""
        link = self.page.locator(f'a[href$="{ending}"]').first.get_attribute("href")
        answer = self.page.request.get(link or "")
        assert answer.ok
        return answer.body()

    # Letters

    def letter(self, subject: str) -> Self:
        """Opens the newest letter with this in its subject; waits for one that was not there when this person
        last asked for a link or opened one."""
        letter = self.stack.letter(self.email, subject, after=self._letters[subject])
        self._letters[subject] = len(self.stack.mail(self.email, subject))
        return self.open(f"/_local/mail/{letter['id']}/html")

    def sign_in(self) -> Self:
        """Brings a session along, which a program asked for."""
        secure = self.stack.url.replace(
            "http:", "https:"
        )  # a __Host- cookie is taken by no other address
        cookie = {"name": SESSION_COOKIE, "value": self.stack.sign_in(self.email), "url": secure}
        self.page.context.add_cookies([{**cookie, "secure": True, "httpOnly": True}])
        return self

    def sign_in_here(self) -> Self:
        """On the page that asks for the address: asks for a link and follows it."""
        self._letters["sign in"] = len(self.stack.mail(self.email, "sign in"))
        self.fill("Your email address", self.email).press("Send me the link")
        return self.letter("sign in").follow("Sign in").press("Sign in")
