"""A person who reads pages, fills in forms and opens letters, all in this process and without scripts."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from webtest import TestApp, TestResponse, Upload

from tests.support.cloud import ROUTES
from tests.support.in_process import InProcess
from tests.support.inspector import Inspector
from tests.support.wsgi import application

BLOCKS = re.compile(
    r"h\d|p|li|d[ltd]|div|t[rdh]|br|label|legend|fieldset|option|button|section|nav|summary"
)


class PageUser:
    """Every page and letter that a step leads to is looked at by the inspector, without `email` as somebody
    unknown. Words are those on the page, or a part of them; the first that fits is meant."""

    def __init__(self, email: str, stack: InProcess, inspector: Inspector) -> None:
        self.email = email
        self.stack = stack
        self.inspector = inspector
        host = {"HTTP_HOST": urlsplit(stack.url).netloc, "wsgi.url_scheme": "https"}
        self.app = TestApp(application(stack.cloud), extra_environ=host, lint=False)
        self.path = "/"
        self.page = BeautifulSoup("", "html.parser")
        self._answer: TestResponse | None = None

    # Pages

    def open(self, path: str) -> "PageUser":
        self.stack.cloud.now += _PACE
        return self._arrive(self.app.get(path, headers=_WANTED, expect_errors=True))

    def follow(self, words: str) -> "PageUser":
        link = self._named("a", words)
        return self.open(urljoin(self.path, str(link["href"]).removeprefix(self.stack.url)))

    def press(self, words: str) -> "PageUser":
        button = self._named("button", words)
        self.stack.cloud.now += _PACE
        named = (button.get("name"), None, button.get("value", ""))
        form = self._form(button)
        self._arrive(form.submit(*named, headers=_WANTED, expect_errors=True))
        self.stack.settle()
        return self

    def fill(self, label: str, text: str) -> "PageUser":
        """Types into the field of this label: `Place`, or with its group `April to June: Place`."""
        self._field(("input", "textarea"), label).value = text
        return self

    def attach(self, label: str, file: Path) -> "PageUser":
        self._field(("input",), label).value = Upload(file.name, file.read_bytes())
        return self

    def choose(self, group: str, label: str) -> "PageUser":
        """Ticks or picks an answer in the fieldset of this legend."""
        for tag in self._controls(("input",)):
            if group in self._group(tag) and self._label(tag) == label:
                field = self._of(tag)
                if tag["type"] == "checkbox":
                    field.checked = True
                else:
                    field.value = tag["value"]
                return self
        raise AssertionError(f"no “{label}” of “{group}” on {self.path}: {self.text()}")

    def select(self, label: str, option: str) -> "PageUser":
        self._field(("select",), label).select(text=option)
        return self

    def reads(self, words: str) -> "PageUser":
        assert words in self.text(), f"“{words}” is not on {self.path}: {self.text()}"
        return self

    def text(self) -> str:
        """What the page says, in one line."""
        assert self.page.body is not None
        return _spoken(self.page.body)

    def headings(self, level: int = 2) -> list[str]:
        return [_spoken(each) for each in self.page.find_all(f"h{level}")]

    def other_window(self) -> "PageUser":
        """The same person on another page of the same browser."""
        other = PageUser(self.email, self.stack, self.inspector)
        other.app = self.app
        return other

    def value(self, label: str) -> str:
        """What stands in the field of this label."""
        return str(self._field(("input", "textarea", "select"), label).value)

    def write(self, text: str) -> "PageUser":
        """Writes into the page's one large field."""
        (field,) = self.page.find_all("textarea")
        self._of(field).value = text
        return self

    def download(self, ending: str) -> bytes:
        """The file behind the first link that ends so."""
        link = self.page.find("a", href=re.compile(rf"{re.escape(ending)}$"))
        assert link is not None
        return bytes(self.app.get(link["href"]).body)

    # Letters

    def letter(self, subject: str) -> "PageUser":
        """Opens the newest letter with this in its subject."""
        letter = self.stack.letter(self.email, subject)
        name = re.sub(r"[^A-Za-z ].*", "", letter["subject"]).strip()
        self._answer, self.page = None, BeautifulSoup(letter["html"], "html.parser")
        self.inspector.look(f"letter {name}", letter["html"], letter=True)
        return self

    def sign_in(self) -> "PageUser":
        """Signs in; who is signed in already is led to their own page."""
        self.open("/sign-in")
        return self if self.path == "/me" else self.sign_in_here()

    def sign_in_here(self) -> "PageUser":
        """On the page that asks for the address: asks for a link and follows it."""
        self.fill("Your email address", self.email).press("Send me the link")
        return self.letter("sign in").follow("Sign in").press("Sign in")

    # What is on the page

    def _arrive(self, answer: TestResponse) -> "PageUser":
        while 300 <= answer.status_int < 400:
            answer = answer.follow(headers=_WANTED, expect_errors=True)
        self.path = answer.request.path
        assert answer.status_int < 500, f"{self.path}: {answer.status}"
        self._answer, self.page = answer, answer.html
        self.inspector.look(self._kind(), answer.text)
        return self

    def _kind(self) -> str:
        """One name for all pages of a kind: the route's, and whether mistakes are shown."""
        assert self._answer is not None
        route = ROUTES.at(self.path).get(self._answer.request.method)
        title = self.page.title.get_text() if self.page.title else ""
        wrong = " with mistakes" if title.startswith("Error:") else ""
        return (route.path if route else "") + wrong

    def _named(self, kind: str, words: str) -> Tag:
        for tag in self.page.find_all(kind):
            if words.lower() in _spoken(tag).lower():
                return tag
        raise AssertionError(f"no {kind} “{words}” on {self.path}: {self.text()}")

    def _controls(self, kinds: tuple[str, ...]) -> list[Tag]:
        return [each for each in self.page.find_all(kinds) if each.get("type") != "hidden"]

    def _label(self, tag: Tag) -> str:
        label = self.page.find("label", attrs={"for": tag.get("id")})
        return _spoken(label) if label else ""

    def _group(self, tag: Tag) -> str:
        fieldset = tag.find_parent("fieldset")
        legend = fieldset.find("legend") if fieldset else None
        return _spoken(legend) if legend else ""

    def _field(self, kinds: tuple[str, ...], label: str) -> Any:
        for tag in self._controls(kinds):
            name = f"{self._group(tag)}: {self._label(tag)}".lower()
            if label.lower() in name and tag.get("type") not in ("radio", "checkbox"):
                return self._of(tag)
        raise AssertionError(f"no field “{label}” on {self.path}: {self.text()}")

    def _of(self, tag: Tag) -> Any:
        """WebTest's field for a control of the page."""
        fields = self._form(tag).fields[tag["name"]]
        return next((each for each in fields if each.id == tag.get("id")), fields[0])

    def _form(self, tag: Tag) -> Any:
        assert self._answer is not None, "a letter has no form"
        form = tag.find_parent("form")
        return self._answer.forms[self.page.find_all("form").index(form)]


_WANTED = {"Accept": "text/html"}
_PACE = timedelta(seconds=1)  # nobody does two things at the same moment


def _spoken(tag: Tag) -> str:
    """The words as one hears them, in one line: a block begins a new word, what stands within a line not."""
    words = []
    for node in tag.descendants:
        if isinstance(node, Tag):
            words.append(" " if BLOCKS.fullmatch(node.name) else "")
        else:
            words.append(str(node))
    return " ".join("".join(words).split())
