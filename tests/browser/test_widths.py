"""Every page fits the narrowest screen, in our font and in a wide one, whatever people are called."""

import re
from collections.abc import Iterator

from local import openapi
from tests.browser.inspector import ELEMENT, Inspector
from tests.browser.visitor import Visitor
from tests.support.cloud import opened
from tests.support.stack import OFFICE, ROOT, Stack
from tests.support.world import made

FILES = (".json", ".ics", ".svg", "/health", ".csv", ".xlsx", "/attachments/{number}", "/file")
READ = [
    path
    for path, each in openapi.built()["paths"].items()
    if "get" in each and not path.endswith(FILES)
]
FONT = "Atkinson Hyperlegible Next"
LETTERS = "ÁÉÍÓÚ áéíóú ċ ġ Łukasz Žemaitė ‘’“”–…€"


def pages() -> Iterator[tuple[str, str]]:
    """Each page of a small community, as everyone who may read it sees it, each shape of it once."""
    with opened() as cloud:
        world = made(cloud)
        for path in READ:
            shapes: list[set[tuple[str, str]]] = []
            for reader in (world.chair, world.office, world.colleague, ""):
                answer = cloud.call("GET", world.path(path), bearer=reader, html=True)
                shape = set(ELEMENT.findall(answer.text))
                if answer.status == 200 and not any(shape <= each for each in shapes):
                    shapes.append(shape)
                    yield path, answer.text


def test_no_page_must_be_scrolled_sideways(stack: Stack, inspector: Inspector) -> None:
    """At 320 pixels, as people see it who enlarge a page to 400 %."""
    found = [(path, inspector.narrow(html, f"{stack.url}{path}")) for path, html in pages()]
    assert [each for each in found if each[1]] == []
    assert len(found) > len(READ)


def test_pages_are_set_in_a_font_that_we_serve(visit, stack: Stack) -> None:
    """With every letter that an Irish name has, and most that other names have."""
    anyone: Visitor = visit().open("/about")
    (preload,) = anyone.page.locator("link[rel=preload]").all()
    answer = stack.get(preload.get_attribute("href") or "")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "font/woff2")
    assert answer.body.startswith(b"wOF2") and len(answer.body) < 50_000
    assert preload.get_attribute("href") in (ROOT / "static/comhar.css").read_text()

    anyone.page.evaluate("words => document.querySelector('h1').textContent = words", LETTERS)
    anyone.page.evaluate("document.body.offsetWidth; document.fonts.ready")
    devtools = anyone.page.context.new_cdp_session(anyone.page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    heading = devtools.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    used = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": heading})["fonts"]
    assert {(each["familyName"], each["isCustomFont"]) for each in used} == {(FONT, True)}


def test_a_table_on_a_wider_screen_fits_too(visit, own_stack: Stack) -> None:
    """The columns appear at 769 pixels, where there is least room for them."""
    long = "blathnaid.nimhaoldomhnaighfhionnghalaigh.peersupportwork@hse.ie"
    own_stack.join(long, "Bláthnaid Ní Mhaoldomhnaigh-Fhionnghalaigh")
    office = visit(OFFICE, 769).sign_in()
    listed = {"text": f"{long}\nnew.{long}\n{'x' * 80}"}
    made = own_stack.post("/invitations/lists", listed, session=own_stack.sign_in(OFFICE)).json
    for path in ("/members", f"/invitations/lists/{made['id']}"):
        office.page.goto(path)
        assert re.search("blathnaid", office.page.content())
        assert office.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
