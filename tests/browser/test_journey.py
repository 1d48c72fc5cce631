"""The whole journey as people make it in a browser: by clicking, filling in and following the links in
letters, without scripts."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.browser_user import BrowserUser
from tests.functional.pages.test_journey import OUTSIDER, live
from tests.support.stack import Stack


def propose_twice(member: BrowserUser) -> None:
    """A double click, then Back and send again: one item, until it is sent again on purpose."""
    member.open("/me").follow("Quarterly meeting").follow("Propose an item")
    member.fill("What it is about", "Hospital passes")
    button = member.page.get_by_role("button", name="Send to the co-chairs")
    button.dblclick(no_wait_after=True)
    # The second click takes the place of the first one's answer, which is no navigation that failed.
    expect(member.page).to_have_url(re.compile(r"/meetings/[^/?]+\?"))
    member.page.wait_for_load_state()
    member.page.go_back()
    member.fill("What it is about", "Hospital passes").press("Send to the co-chairs")
    member.reads("You already sent this at ").reads("there is no need to send it again")
    assert items(member) == 1
    member.press("Send it again as a new one").reads("Your item has been sent to the co-chairs")
    assert items(member) == 2


def items(member: BrowserUser) -> int:
    answer = member.page.request.get(member.path, headers={"Accept": "application/json"}).json()
    return sum(each["title"] == "Hospital passes" for each in answer["items"])


def test_the_journey_can_be_made_by_clicking_without_scripts(
    visit: Callable[..., BrowserUser], own_stack: Stack
) -> None:
    own_stack.join(OUTSIDER, "Róisín de Búrca")
    live(visit, own_stack, propose_twice)
