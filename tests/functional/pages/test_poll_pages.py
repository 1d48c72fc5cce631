"""A poll's page in a browser: its dates as a grid, and the best one for who picks it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.in_process import InProcess
from tests.support.stack_users import OFFICE

Screen = Callable[..., Page]
DATES = ["2027-02-16T10:00", "2027-02-18T10:00", "2027-02-23T14:30"]


@pytest.fixture
def poll(stack: InProcess) -> str:
    """The path of a poll that one of three members has answered."""
    names = {
        "aoife@hse.ie": "Aoife Nig Uidhir",
        "brid@hse.ie": "Bríd Ní Shé",
        "eoin@hse.ie": "Eoin Doyle",
    }
    ids = [stack.join(email, name)["id"] for email, name in names.items()]
    stack.post("/communities/SW/chairs", {"members": ids[:2]}, session=stack.sign_in(OFFICE))
    form = {"kind": "additional", "mode": "online", "options": DATES}
    made = stack.post("/communities/SW/polls", form, session=stack.sign_in("aoife@hse.ie"))
    path, eoin = f"/polls/{made.json['id']}", stack.sign_in("eoin@hse.ie")
    keys = [each["key"] for each in stack.get(path, session=eoin).json["dates"]]
    votes = dict(zip(keys, ("no", "yes", "if_need_be"), strict=True))
    assert stack.post(f"{path}/vote", {"votes": votes}, session=eoin).status == 200
    return path


def test_the_best_date_comes_first_for_who_picks_it_and_for_nobody_else(
    screen: Screen, stack: InProcess, poll: str
) -> None:
    page = screen(poll, stack.sign_in("aoife@hse.ie"))
    assert page.locator("h2").first.inner_text() == "Best date so far"
    best = page.get_by_text("Thursday 18 February 2027, 10am to midday: 1 yes, 0 if need be, 0 no")
    assert best.is_visible()
    page = screen(poll, stack.sign_in("eoin@hse.ie"))
    assert page.get_by_text("Best date").count() == 0


def test_a_date_is_one_row_of_answers(screen: Screen, stack: InProcess, poll: str) -> None:
    page = screen(poll, stack.sign_in("aoife@hse.ie"))
    places: list[dict[str, float]] = []
    for row in page.locator(".comhar-dates fieldset").all():
        boxes = [row.get_by_label(answer, exact=True).bounding_box() for answer in ("Yes", "No")]
        assert all(boxes)
        yes, no = (dict(box) for box in boxes if box)
        assert yes["y"] == no["y"]
        places.append(yes)
    assert len(places) == len(DATES)
    assert len({place["x"] for place in places}) == 1
