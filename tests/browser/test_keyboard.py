"""The pages of members with a keyboard alone: everything can be reached by Tab, and seen to be."""

from collections.abc import Callable

from tests.browser.keys import enter, tab_to
from tests.browser.visitor import Visitor
from tests.support.stack import OFFICE, Stack

Visit = Callable[..., Visitor]


def test_signing_up_needs_no_mouse(visit: Visit, stack: Stack) -> None:
    stack.post("/join", {"email": "aine@hse.ie"})
    someone = visit("aine@hse.ie", width=360)
    someone.open(stack.link(stack.letter("aine@hse.ie", "link"), "/sign-up/"))
    page = someone.page
    tab_to(page, "Start")
    enter(page)
    tab_to(page, "name")
    page.keyboard.type("Áine Nic Giolla Phádraig")
    enter(page)
    for choices in (5, 3):  # region, role: one stop for the group, arrows within
        page.locator("input[type=radio]").first.wait_for()
        tab_to(page, page.locator("input[type=radio]").first.input_value())
        for _ in range(choices):
            page.keyboard.press("ArrowDown")
        tab_to(page, "continue")
        enter(page)
    for _ in range(2):
        tab_to(page, "continue")
        enter(page)
    assert page.url.endswith("/check")
    tab_to(page, "BUTTON Join")
    enter(page)
    someone.look().reads("You are signed in")


def test_the_offices_pages_need_no_mouse(visit: Visit, stack: Stack) -> None:
    stack.join("nuala@hse.ie", "Nuala")
    office = visit(OFFICE, width=360).sign_in()
    for path, last in (
        ("/members", "Nuala"),
        ("/members/new", "Sign"),
        ("/members/export", "code"),
        ("/invitations", "Check the list"),
        ("/inbox", "done"),
        ("/texts", "what each role does"),
    ):
        office.open(path)
        tab_to(office.page, last)
