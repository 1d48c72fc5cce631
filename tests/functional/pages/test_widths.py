"""Pages in our font, and on a screen of medium width."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.support.in_process import InProcess
from tests.support.stack import ROOT
from tests.support.stack_users import OFFICE

Screen = Callable[..., Page]

FONT = "Atkinson Hyperlegible Next"
LETTERS = "ÁÉÍÓÚ áéíóú ċ ġ Łukasz Žemaitė ‘’“”–…€"


def test_pages_are_set_in_a_font_that_we_serve(screen: Screen) -> None:
    """With every letter that an Irish name has, and most that other names have."""
    page = screen("/about")
    (preload,) = page.locator("link[rel=preload]").all()
    path = preload.get_attribute("href") or ""
    served = (ROOT / path.removeprefix("/")).read_bytes()
    assert served.startswith(b"wOF2") and len(served) < 50_000
    assert path in (ROOT / "static/comhar.css").read_text()

    page.evaluate("words => document.querySelector('h1').textContent = words", LETTERS)
    page.evaluate("document.body.offsetWidth; document.fonts.ready")
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    heading = devtools.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    used = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": heading})["fonts"]
    assert {(each["familyName"], each["isCustomFont"]) for each in used} == {(FONT, True)}


def test_a_table_on_a_wider_screen_fits_too(screen: Screen, stack: InProcess) -> None:
    """The columns appear at 769 pixels, where there is least room for them."""
    long = "blathnaid.nimhaoldomhnaighfhionnghalaigh.peersupportwork@hse.ie"
    stack.join(long, "Bláthnaid Ní Mhaoldomhnaigh-Fhionnghalaigh")
    office = stack.sign_in(OFFICE)
    listed = {"text": f"{long}\nnew.{long}\n{'x' * 80}"}
    made = stack.post("/invitations/lists", listed, session=office).json
    for path in ("/members", f"/invitations/lists/{made['id']}"):
        page = screen(path, office, 769)
        assert "blathnaid" in page.content()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
