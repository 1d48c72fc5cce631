"""Being erased as a person does it: what is held, asking, confirming, undoing; every page looked at."""

from collections.abc import Callable

from tests.browser.visitor import Visitor
from tests.support.stack import Stack

NORA = "nora@hse.ie"


def test_a_member_asks_to_be_erased_and_undoes_it(
    visit: Callable[..., Visitor], stack: Stack
) -> None:
    stack.join(NORA, "Nóra Ní Dhálaigh")
    nora = visit(NORA).open("/retention").reads("12 months").sign_in()
    nora.open("/me/data").reads("reflections")
    nora.open("/me/erase")
    button = nora.page.locator("main form button").first
    button.focus()  # by keyboard, as the next step too
    with nora.page.expect_navigation():
        nora.page.keyboard.press("Enter")
    nora.look()
    for subject, path in (("confirm what you asked", "/erase/"), ("still undo", "/keep/")):
        letter = stack.letter(NORA, subject)
        nora.open(stack.link(letter, path))
        nora.page.locator("main form button").first.focus()
        with nora.page.expect_navigation():
            nora.page.keyboard.press("Enter")
        nora.look()
    nora.sign_in().open("/me").reads("Nóra")
