"""The pages of members with a keyboard alone: everything can be reached by Tab, and seen to be."""

from collections.abc import Callable

from tests.browser.browser_user import BrowserUser
from tests.browser.keyboard import Typist, enter, tab_to
from tests.functional.pages.test_meeting_year import gather_and_send, settle_in
from tests.support.stack import Stack
from tests.support.stack_users import OFFICE

Visit = Callable[..., BrowserUser]


def test_a_keyboard_is_enough(visit: Visit) -> None:
    page = visit("aoife@hse.ie").open("/join").page
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    for words in ("Comhar", "Sign in", "About Comhar", "Join"):
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text().startswith(words)
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("id") == "email"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.title().startswith("Error: ")
    page.get_by_role("link", name="Enter your email address").press("Enter")
    assert page.url.endswith("#email")
    page.keyboard.press("Tab")
    page.locator("#email").type("aoife@hse.ie")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/join/sent")


def test_signing_up_needs_no_mouse(visit: Visit, stack: Stack) -> None:
    stack.post("/join", {"email": "aine@hse.ie"})
    someone = visit("aine@hse.ie", width=360)
    someone.open(stack.link(stack.letter("aine@hse.ie", "link"), "/sign-up/"))
    page = someone.page
    tab_to(page, "name")
    page.keyboard.type("Áine Nic Giolla Phádraig")
    for group, choices in (("region", 5), ("role", 3)):  # one stop for each, arrows within
        tab_to(page, page.locator(f"input[type=radio][name={group}]").first.input_value())
        for _ in range(choices):
            page.keyboard.press("ArrowDown")
    tab_to(page, "BUTTON Join")
    enter(page)
    someone.reads("You are signed in")


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
        ("/reports/kpi/2027-Q1/readiness", "Choose co-chairs"),
    ):
        office.open(path)
        tab_to(office.page, last)


def test_an_agenda_is_gathered_and_sent_by_keyboard(visit: Visit, own_stack: Stack) -> None:
    settle_in(own_stack)
    gather_and_send(own_stack, lambda email: visit(email, 360, Typist).sign_in().open("/me"))
