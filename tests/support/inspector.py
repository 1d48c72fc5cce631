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
AXE = ROOT / "node_modules/axe-core/axe.min.js"
PICTURES = ROOT / "test-results/pictures"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ELEMENT = re.compile(r'<(\w+)[^>]*? class="([^"]*)"')
WIDE = 1280
NARROW = 320  # CSS pixels that are left of 1280 at 400 % (WCAG 1.4.10)
HOME = "https://comhar.example"

STYLES = [ROOT / "static/nhsuk.css", ROOT / "static/comhar.css"]
# What every page links to is there already: to fetch it anew for each takes longer than to look.
SWAP = """([html, letter]) => {
  const next = new DOMParser().parseFromString(html, 'text/html').documentElement
  for (const link of next.querySelectorAll('link')) link.remove()
  document.replaceChild(document.adoptNode(next), document.documentElement)
  document.adoptedStyleSheets = letter ? [] : ours
}"""
OURS = """texts => {
  globalThis.ours = texts.map(text => { const one = new CSSStyleSheet(); one.replaceSync(text); return one })
}"""

# As wide as text gets: in a wide fallback of our font, spaced as a reader may have it (WCAG 1.4.12).
WIDEST = """async files => {
  for (const [weight, file] of files) {
    const bytes = Uint8Array.from(atob(file), letter => letter.charCodeAt(0))
    document.fonts.add(await new FontFace('Widest', bytes, {weight}).load())
  }
  globalThis.widest = new CSSStyleSheet()
  widest.replaceSync(`* { font-family: Widest !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important }`)
}"""
# How wide the page is in our font; and at its widest, if wanted with a long word in every text, as a name, an
# address or a link may be, but for the headings that are always ours. It is left as it was.
WIDTHS = """async long => {
  const styles = [...document.adoptedStyleSheets]
  const width = async sheets => {
    document.adoptedStyleSheets = [...styles, ...sheets]
    document.body.offsetWidth
    await document.fonts.ready
    return document.documentElement.scrollWidth
  }
  const own = await width([]), said = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (long && walker.nextNode()) {
    const node = walker.currentNode
    if (node.data.trim() && !node.parentElement.closest('FIXED')) said.push(node)
  }
  const texts = said.map(node => node.data)
  for (const node of said) node.data += ' caoimhghín.nimhaoldomhnaighfhionnghalaigh.peersupport@health'
  const most = await width([widest])
  said.forEach((node, number) => node.data = texts[number])
  await width([])
  return [own, most]
}""".replace("FIXED", "thead, .nhsuk-table-responsive__heading")

# The rules that axe finds broken, each with where.
BROKEN = """levels => axe.run(document, {runOnly: levels, resultTypes: ['violations']}).then(found =>
  found.violations.map(rule => [rule.id, rule.nodes.map(node => node.html.slice(0, 120))]))"""

# The controls that the Tab key would not show, or would reach out of turn.
UNSEEN = """() => [...document.querySelectorAll(
  'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')].filter(at => {
    if (at.disabled || !at.checkVisibility()) return false
    at.focus({focusVisible: true})
    const drawn = [at, at.labels?.[0]].filter(each => each).flatMap(
      each => [getComputedStyle(each), getComputedStyle(each, '::before')])
    const seen = drawn.some(style => style.outlineStyle != 'none' || style.boxShadow != 'none')
    return document.activeElement != at || at.tabIndex > 0 || !seen
  }).map(at => at.outerHTML.slice(0, 120))"""


def _encoded(weight: str) -> str:
    file = WIDE_FONT / f"dejavu-sans-latin-{weight}-normal.woff2"
    return base64.b64encode(file.read_bytes()).decode()


class Inspector:
    """Each kind of page is looked at whenever it holds an element that it did not hold before, on a screen of
    each width. What was rendered is put into a page of its own, in which scripts run and the content
    policy is off, because axe is a script. Nothing goes over the network. Pictures are taken where the
    environment has PICTURES (`make pictures`)."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(bypass_csp=True, locale="en-IE")
        self._context.route("**/*", from_disk)
        self._pages = {width: self._opened(width) for width in (NARROW, WIDE)}
        self._seen: dict[str, set[tuple[str, str]]] = {}

    def close(self) -> None:
        self._context.close()

    def look(self, name: str, html: str, letter: bool = False) -> None:
        """Raises AssertionError with all that is wrong on the page, if anything on it is new."""
        elements, seen = set(ELEMENT.findall(html)), self._seen.setdefault(name, set())
        if elements <= seen:
            return
        seen |= elements
        faults = outline.Page(html).faults(letter)
        for width, page in self._pages.items():
            page.evaluate(SWAP, [html, letter])
            faults += self._widths(page, width)
            if (
                width == NARROW or "<table" in html
            ):  # nothing else is another thing on a wide screen
                faults += self._axe(page)
        faults += [] if letter else self._keyboard(self._pages[NARROW])
        if "PICTURES" in os.environ:
            self._picture(f"{name}-{len(seen)}")
        assert not faults, f"{name}: " + "; ".join(faults)

    def _opened(self, width: int) -> Page:
        """axe is read once: to read it anew for each page takes longer than to look."""
        page = self._context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(HOME)
        page.add_script_tag(path=AXE)
        page.evaluate(OURS, [each.read_text() for each in STYLES])
        page.evaluate(WIDEST, [[weight, _encoded(weight)] for weight in ("400", "700")])
        return page

    def _widths(self, page: Page, width: int) -> list[str]:
        """Long words stand below one another on a narrow screen, and not beside each other in a table."""
        own, most = page.evaluate(WIDTHS, width == NARROW)
        if max(own, most) <= width:
            return []
        return [f"at {width} px one must scroll sideways: {own} px, at most {most} px"]

    def _keyboard(self, page: Page) -> list[str]:
        return [f"the focus cannot be seen: {each}" for each in page.evaluate(UNSEEN)]

    def _axe(self, page: Page) -> list[str]:
        return [f"axe {rule}: {nodes}" for rule, nodes in page.evaluate(BROKEN, LEVELS)]

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
