"""A keyboard without a mouse: where Tab leads, and a person who has nothing else."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

from playwright.sync_api import Page

from tests.browser.browser_user import BrowserUser

FIELDS = ("INPUT", "TEXTAREA")
STOPS = 250  # a date is three to six of them

FOCUSED = """() => {
  const at = document.activeElement
  if (!at || at === document.body || at === window.left) return {same: true, seen: true, words: ''}
  const label = at.labels && at.labels[0], legend = at.closest('fieldset')?.querySelector('legend')
  const drawn = [getComputedStyle(at), getComputedStyle(at, '::before')]
  if (label) drawn.push(getComputedStyle(label), getComputedStyle(label, '::before'))
  const text = at.tagName == 'SELECT' ? at.selectedOptions[0].text : at.innerText
  return {
    tag: at.tagName, kind: at.type || '', text, checked: !!at.checked, value: at.value,
    label: label ? label.innerText : '', group: legend ? legend.innerText : '',
    words: [at.tagName, at.innerText, at.value, label ? label.innerText : ''].join(' '),
    seen: drawn.some(style => style.outlineStyle != 'none' || style.boxShadow != 'none'),
  }
}"""

Focused = dict[str, Any]


def tab_on(page: Page, wanted: Callable[[Focused], bool], what: str) -> Focused:
    """Tabs on from where the focus is until it is on what is wanted; it must be visible all the way."""
    page.evaluate("window.left = document.activeElement")
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        focused: Focused = page.evaluate(FOCUSED)
        assert focused["seen"], f"the focus on “{focused['words']}” cannot be seen on {page.url}"
        if not focused.get("same") and wanted(focused):
            return focused
    raise AssertionError(f"Tab does not lead to {what} on {page.url}")


def tab_to(page: Page, words: str) -> None:
    """Tabs on until the control of these words has the focus."""
    tab_on(page, lambda at: words in at["words"], f"“{words}”")


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


class Typist(BrowserUser):
    """Goes every step by Tab, Enter, Space and the arrows, and types what a field wants."""

    def _click(self, role: Literal["button", "link"], words: str) -> Self:
        tag = {"button": "BUTTON", "link": "A"}[role]
        self._on(lambda at: at["tag"] == tag and words in _flat(at["text"]), f"{role} “{words}”")
        enter(self.page)
        return self

    def fill(self, label: str, text: str) -> Self:
        """Types into the next field of this label: `Place`, or with its group `April to June: Place`."""
        at = self._on(lambda at: at["tag"] in FIELDS and label in _name(at), f"field “{label}”")
        if at["kind"] in ("date", "datetime-local"):
            self._type_moment(text)
            return self
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)
        return self

    def attach(self, label: str, file: Path) -> Self:
        """Picks a file in the window that Enter opens on the field of this label."""
        with self.page.expect_file_chooser() as chooser:  # it must be awaited well before Enter
            self._on(lambda at: at["kind"] == "file" and label in _name(at), f"file “{label}”")
            self.page.keyboard.press("Enter")
        chooser.value.set_files(file)
        return self

    def choose(self, group: str, label: str) -> Self:
        """Picks a radio of this group by the arrows, or ticks a box with Space."""
        kinds = ("radio", "checkbox")
        at = self._on(
            lambda at: (
                at["kind"] in kinds
                and group in at["group"]
                and (at["kind"] == "radio" or at["label"] == label)
            ),
            f"“{label}” of “{group}”",
        )
        for _ in range(20):
            if at["label"] == label:
                if not at["checked"]:
                    self.page.keyboard.press("Space")
                return self
            at = self._arrow()
        raise AssertionError(f"the arrows do not lead to “{label}” of “{group}” on {self.page.url}")

    def select(self, label: str, option: str) -> Self:
        at = self._on(lambda at: at["tag"] == "SELECT" and label in _name(at), f"list “{label}”")
        for _ in range(20):
            if at["text"] == option:
                return self
            at = self._arrow()
        raise AssertionError(f"the arrows do not lead to “{option}” of “{label}”")

    def _on(self, wanted: Callable[[Focused], bool], what: str) -> Focused:
        return tab_on(self.page, wanted, what)

    def _arrow(self) -> Focused:
        self.page.evaluate("window.left = null")
        self.page.keyboard.press("ArrowDown")
        focused: Focused = self.page.evaluate(FOCUSED)
        return focused

    def _type_moment(self, text: str) -> None:
        """Types a date part by part, in whichever order this browser shows the parts."""
        keys, at = self.page.keyboard, datetime.fromisoformat(text)
        for day, hour in (("%m%d%Y", "%I%M%p"), ("%d%m%Y", "%H%M")):
            keys.type(at.strftime(day))
            if "T" in text:
                keys.press("ArrowRight")
                keys.type(at.strftime(hour))
            if self.page.evaluate("document.activeElement.value") == text:
                return
            for _ in range(6):
                keys.press("ArrowLeft")
        raise AssertionError(f"{text} cannot be typed on {self.page.url}")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _name(at: Focused) -> str:
    return f"{at['group']}: {at['label']}" if at["group"] else str(at["label"])
