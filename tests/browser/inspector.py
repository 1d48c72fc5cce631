"""Looks at each page as axe, as a narrow screen, as a screen reader's outline and as a picture."""

import base64
import os
import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
WIDE_FONT = ROOT / "node_modules/@fontsource/dejavu-sans/files"
AXE = ROOT / "node_modules/axe-core/axe.min.js"
PICTURES = ROOT / "test-results/pictures"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ELEMENT = re.compile(r'<(\w+)[^>]*? class="([^"]*)"')
WIDE = 1280
ZOOMED = 320  # CSS pixels that are left of 1280 at 400 % (WCAG 1.4.10)

OUTLINE = r"""() => ({
  title: document.title,
  lang: document.documentElement.lang,
  headings: [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1]),
  inline: document.querySelectorAll('[style],style,script:not([src])').length,
  lost: [...document.querySelectorAll('.nhsuk-error-summary a')]
    .map(a => a.getAttribute('href')).filter(to => !document.getElementById(to.slice(1))),
  unnamed: [...document.querySelectorAll('input:not([type=hidden]),select,textarea')]
    .filter(field => !field.labels.length).map(field => field.name),
  blank: document.body.innerText.split('\n').filter(line => line.trim() == 'None').length,
  wrong: document.querySelectorAll('.nhsuk-error-summary').length,
})"""


SWAP = """html => {
  const next = new DOMParser().parseFromString(html, 'text/html').documentElement
  document.replaceChild(document.adoptNode(next), document.documentElement)
  const waiting = [...document.querySelectorAll('link[rel=stylesheet]')].filter(link => !link.sheet)
  return Promise.all(waiting.map(link => new Promise(done => link.onload = link.onerror = done)))
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
# How wide the page is in our font; and at its widest, with a long word in every text, as a name, an address
# or a link may be, but for the headings that are always ours. It is left as it was.
WIDTHS = """async () => {
  const width = async sheets => {
    document.adoptedStyleSheets = sheets
    document.body.offsetWidth
    await document.fonts.ready
    return document.documentElement.scrollWidth
  }
  const own = await width([]), said = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
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


def _wide(weight: str) -> str:
    file = WIDE_FONT / f"dejavu-sans-latin-{weight}-normal.woff2"
    return base64.b64encode(file.read_bytes()).decode()


class Inspector:
    """Each kind of page is looked at whenever it holds an element that it did not hold before. What was
    seen is put into a page of its own, in which scripts run and the content policy is off, because axe is
    a script. Pictures are taken where the environment has PICTURES (`make pictures`)."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(bypass_csp=True, locale="en-IE")
        self._page = self._context.new_page()
        self._origin = ""
        self._seen: dict[tuple[str, int], set[frozenset[tuple[str, str]]]] = {}

    def close(self) -> None:
        self._context.close()

    def look(
        self, name: str, html: str, address: str, letter: bool = False, width: int = WIDE
    ) -> None:
        """Raises AssertionError with all that is wrong on the page, if anything on it is new to a screen
        of this width in CSS pixels."""
        shape = frozenset(ELEMENT.findall(html))
        shapes = self._seen.setdefault((name, width), set())
        if any(shape <= each for each in shapes):
            return
        shapes.add(shape)
        self._show(html, address)
        faults = self._outline(letter) + self._narrow(width) + self._axe()
        if "PICTURES" in os.environ:
            self._picture(f"{name}-{len(shapes)}" if len(shapes) > 1 else name)
        assert not faults, f"{name} ({address}): " + "; ".join(faults)

    def _show(self, html: str, address: str) -> None:
        """axe is read once for each stack: to read it anew for each page takes longer than to look."""
        origin = "{0.scheme}://{0.netloc}/".format(urlsplit(address))
        if origin != self._origin:
            self._page.goto(origin)
            self._page.add_script_tag(path=AXE)
            self._page.evaluate(WIDEST, [[weight, _wide(weight)] for weight in ("400", "700")])
            self._origin = origin
        self._page.evaluate(SWAP, html)

    def _outline(self, letter: bool) -> list[str]:
        page: dict[str, Any] = self._page.evaluate(OUTLINE)
        levels, faults = page["headings"], []
        if levels.count(1) != 1:
            faults.append(f"{levels.count(1)} first headings")
        if any(after > before + 1 for before, after in pairwise(levels)):
            faults.append(f"a heading skips a level: {levels}")
        if not page["lang"] or not page["title"]:
            faults.append("no language or no title")
        if page["title"].startswith("Error: ") != bool(page["wrong"]):
            faults.append(f"title “{page['title']}” with {page['wrong']} error summaries")
        if page["lost"]:
            faults.append(f"errors lead nowhere: {page['lost']}")
        if page["unnamed"]:
            faults.append(f"fields without a label: {page['unnamed']}")
        if page["blank"]:
            faults.append("it says None where nothing was said")
        if page["inline"] and not letter:
            faults.append(f"{page['inline']} inline styles or scripts")
        return faults

    def narrow(self, html: str, address: str) -> list[str]:
        """What is wrong with the page on the narrowest screen; looks at nothing else."""
        self._show(html, address)
        return self._narrow(ZOOMED)

    def _narrow(self, width: int) -> list[str]:
        """Leaves the screen as wide as the page was looked at, for axe."""
        self._resize(ZOOMED, 256)
        own, most = self._page.evaluate(WIDTHS)
        self._resize(width, 800)
        if max(own, most) <= ZOOMED:
            return []
        return [f"at 400 % one must scroll sideways: {own} px, with long words {most} px"]

    def _resize(self, width: int, height: int) -> None:
        """It takes a while, so not where it is as wide already."""
        if (self._page.viewport_size or {})["width"] != width:
            self._page.set_viewport_size({"width": width, "height": height})

    def _axe(self) -> list[str]:
        run = f"axe.run(document, {{runOnly: {LEVELS}, resultTypes: ['violations']}})"
        found = self._page.evaluate(run)["violations"]
        return [
            f"axe {one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found
        ]

    def _picture(self, name: str) -> None:
        file = re.sub(r"\W+", "-", name).strip("-") or "home"
        PICTURES.mkdir(parents=True, exist_ok=True)
        for width in (WIDE, 360):
            self._page.set_viewport_size({"width": width, "height": 800})
            self._page.screenshot(path=PICTURES / f"{file}-{width}.png", full_page=True)
