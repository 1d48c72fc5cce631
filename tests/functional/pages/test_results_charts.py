"""The wheel, the lines over time and the look across communities, in a browser that keeps our policy."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from comhar import data
from comhar.surveys.model import get_built_in
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.past_surveys import run_survey
from tests.support.stack_users import OFFICE

FACETS = [each["key"] for each in data.load("wheel")]
QUESTIONS = [each.model_dump() for each in get_built_in("cop_review").questions]
REVIEW = {"kind": "cop_review", "questions": QUESTIONS}
DRAWN = """async () => { const image = document.querySelector('img.comhar-chart');
  await image.decode(); return [image.naturalWidth, image.getBoundingClientRect().width]; }"""


def reviewed(*ratings: int, people: int = 6, without: int = 0) -> list[dict[str, Any]]:
    """What people rated the facets in their order, one lower and one higher by turns; so many of them left
    out the third."""
    rated: dict[str, int] = dict(zip(FACETS, ratings, strict=True)) | {"satisfaction": 4}
    found: list[dict[str, Any]] = []
    for n in range(people):
        step = 1 if n % 2 else -1
        sheet = {key: min(5, max(1, rating + step)) for key, rating in rated.items()}
        found.append({**sheet, "role": "support", "comment": "Go maith"})
    for each in found[people - without :]:
        del each[FACETS[2]]
    return found


def surveyed(stack: InProcess) -> None:
    """A co-chair and her colleague; reviews in four communities, in the South West two."""
    people = [stack.join(f"{name}@hse.ie", name)["id"] for name in ("aoife", "brid")]
    chairs = {"members": people, "term_months": 12}
    office = stack.sign_in(OFFICE)
    assert stack.post("/communities/SW/chairs", chairs, session=office).status in (200, 201)
    for weeks, region, sheets in (
        (30, "SW", reviewed(2, 3, 3, 2, 4, 1, 2, 1)),
        (4, "SW", reviewed(4, 3, 2, 5, 4, 2, 3, 4, without=3)),
        (4, "MW", reviewed(5, 5, 4, 4, 3, 3, 2, 2, people=9)),
        (5, "DNE", reviewed(1, 1, 1, 1, 1, 1, 1, 1, people=3)),
        (6, "WNW", []),
    ):
        run_survey(
            stack.now - timedelta(weeks=weeks), sheets, table=stack.table(), region=region, **REVIEW
        )


def drawn(page: Page) -> None:
    """The picture is there and as wide as its place lets it, within the page."""
    own, result = page.evaluate(DRAWN)
    assert own > 0 and 250 < result <= 480
    assert fits(page)


def pictured(page: Page) -> None:
    """A bar or a line for each question that has figures, each with words in its place."""
    pictures = page.locator(".comhar-question svg[role=img]")
    assert pictures.count() > 0
    for picture in pictures.all():
        assert picture.get_attribute("aria-label")
        assert picture.evaluate("each => each.getBoundingClientRect().width") > 200
    assert "spread" not in page.locator("main").inner_text().lower()
    assert fits(page)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("width", [360, 1280])
def test_charts_and_communities_are_seen_wide_and_narrow(
    stack: InProcess, visit: Callable[..., PageUser], screen: Callable[..., Page], width: int
) -> None:
    surveyed(stack)
    aoife = visit("aoife@hse.ie").sign_in().open("/communities/SW/surveys")
    results = aoife.follow("How are we doing?").reads("Leadership hidden 3.0").path
    over_time = aoife.follow("Over time").reads("Mean, from 1 to 5").path
    session = stack.sign_in("aoife@hse.ie")
    refused: list[str] = []
    for path in (results, over_time):
        page = screen(path, session, width)
        pictured(page)
    page.on("console", lambda message: refused.append(message.text))
    page.reload()
    pictured(page)
    page.goto(f"{over_time}.svg")  # opened by itself
    line = "getComputedStyle(document.querySelector('path.line')).strokeWidth"
    assert page.evaluate(line) == "2px"
    assert not refused

    office = visit(OFFICE).sign_in().open("/national/surveys")
    office.follow("How is our community doing?").reads("Together, of those shown")
    office.reads("fewer than 5").reads("nobody").reads("none yet")
    page = screen(office.path, stack.sign_in(OFFICE), width)
    pictured(page)
