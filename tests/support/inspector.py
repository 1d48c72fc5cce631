"""Looks at a page as axe, as a narrow and a wide screen, as a keyboard does, as a screen reader's outline and
as a picture."""

import base64
import os
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, Route

from tests.support import page as outline

ROOT = Path(__file__).resolve().parents[2]
WIDE_FONT = ROOT / "node_modules/@fontsource/dejavu-sans/files"
SCRIPTS = [ROOT / "node_modules/axe-core/axe.min.js", ROOT / "tests/support/inspector.js"]
PICTURES = ROOT / "test-results/pictures"
ELEMENT = re.compile(r'<(\w+)[^>]*? class="([^"]*)"')
WIDE = 1280
NARROW = 320  # CSS pixels that are left of 1280 at 400 % (WCAG 1.4.10)
HOME = "https://comhar.example"

STYLES = [ROOT / "static/nhsuk.css", ROOT / "static/comhar.css"]


def _encoded(weight: str) -> str:
    file = WIDE_FONT / f"dejavu-sans-latin-{weight}-normal.woff2"
    return base64.b64encode(file.read_bytes()).decode()


class Inspector:
    """Each kind of page is looked at whenever it holds an element that it did not hold before, on a screen of
    each width; by axe the first time, and when no page held that element before. What was rendered is put
    into a page of its own, in which scripts run and the content policy is off, because axe is a script.
    Nothing goes over the network. Pictures are taken where the environment has PICTURES (`make pictures`)."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(bypass_csp=True, locale="en-IE")
        self._context.route("**/*", from_disk)
        self._pages = {width: self._opened(width) for width in (NARROW, WIDE)}
        self._seen: dict[str, set[tuple[str, str]]] = {}
        self._seen_anywhere: set[tuple[str, str]] = set()

    def close(self) -> None:
        self._context.close()

    def look(self, name: str, html: str, letter: bool = False) -> None:
        """Raises AssertionError with all that is wrong on the page, if anything on it is new."""
        elements, seen = set(ELEMENT.findall(html)), self._seen.setdefault(name, set())
        if elements <= seen:
            return
        audited = not seen or not elements <= self._seen_anywhere
        seen |= elements
        self._seen_anywhere |= elements
        faults = outline.Page(html).faults(letter)
        for width, page in self._pages.items():
            narrow = width == NARROW
            wanted = {"html": html, "letter": letter, "narrow": narrow}
            # Nothing but a table is another thing on a wide screen.
            wanted["audited"] = audited and (narrow or "<table" in html)
            found = page.evaluate("look", wanted)
            if max(found["widths"]) > width:
                faults += [f"at {width} px one must scroll sideways: {found['widths']} px"]
            faults += [f"axe {rule}: {nodes}" for rule, nodes in found["broken"]]
            faults += [f"the focus cannot be seen: {each}" for each in found["unseen"]]
        if "PICTURES" in os.environ:
            self._picture(f"{name}-{len(seen)}")
        assert not faults, f"{name}: " + "; ".join(faults)

    def _opened(self, width: int) -> Page:
        """axe is read once: to read it anew for each page takes longer than to look."""
        page = self._context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(HOME)
        for path in SCRIPTS:
            page.add_script_tag(path=path)
        fonts = [[weight, _encoded(weight)] for weight in ("400", "700")]
        page.evaluate("prepare", [[each.read_text() for each in STYLES], fonts])
        return page

    def _picture(self, name: str) -> None:
        file = re.sub(r"\W+", "-", name).strip("-") or "home"
        PICTURES.mkdir(parents=True, exist_ok=True)
        for width in (WIDE, 360):
            page = self._pages[WIDE]
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=PICTURES / f"{file}-{width}.png", full_page=True)


def from_disk(route: Route) -> None:
    """What a page asks for is a file of ours, else an empty page."""
    path = ROOT / route.request.url.removeprefix(f"{HOME}/").partition("?")[0]
    if path.is_file():
        route.fulfill(path=path)
    else:
        route.fulfill(body="<!doctype html><title></title>", content_type="text/html")
