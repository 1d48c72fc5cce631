"""Being erased as a person does it: what is held, asking, confirming, undoing; every page looked at."""

from collections.abc import Callable

from tests.support.in_process import InProcess
from tests.support.page_user import PageUser

NORA = "nora@hse.ie"


def test_a_member_asks_to_be_erased_and_undoes_it(
    visit: Callable[..., PageUser], stack: InProcess
) -> None:
    stack.join(NORA, "Nóra Ní Dhálaigh")
    nora = visit(NORA).open("/retention").reads("12 months").sign_in()
    nora.open("/me/data").reads("reflections")
    nora.open("/me/erase").press("Send me the email")
    for subject, path, button in (
        ("confirm what you asked", "/erase/", "delete everything"),
        ("still undo", "/keep/", "Keep my record"),
    ):
        nora.open(stack.link(stack.letter(NORA, subject), path)).press(button)
    nora.sign_in().open("/me").reads("Nóra")
