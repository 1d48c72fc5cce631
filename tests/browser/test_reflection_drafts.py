"""Writing a reflection in a browser that dies, goes offline or is another one: what was typed stays."""

import os
import secrets
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from comhar.reflections.model import STEPS
from comhar.web.guards import SESSION_COOKIE
from tests.browser.browser_user import BrowserUser
from tests.support.chromium import launched
from tests.support.stack import Stack

NEW = "/reflections/new"
FIRST_THREE = ("description", "feelings", "evaluation")


@pytest.fixture
def email() -> str:
    """Áine's, whom no other test has met."""
    return f"aine.{secrets.token_hex(4)}@hse.ie"


@pytest.fixture
def session(stack: Stack, email: str) -> str:
    return str(stack.join(email, "Áine Ní Chléirigh")["session"])


@pytest.fixture
def mortal(chromium: Browser) -> Iterator[Browser]:
    """A Chromium of one's own, which a test may kill."""
    found = launched(chromium.browser_type)
    yield found
    if found.is_connected():
        found.close()


def at(browser: Browser, stack: Stack, session: str) -> Page:
    """A page of a browser in which Áine is signed in; its timers stand still until the test moves them."""
    context = browser.new_context(base_url=stack.url, locale="en-IE")
    secure = stack.url.replace("http:", "https:")  # a __Host- cookie is taken by no other address
    context.add_cookies([{"name": SESSION_COOKIE, "value": session, "url": secure, "secure": True}])
    page = context.new_page()
    page.clock.install()
    return page


def written(stack: Stack, session: str, step: str) -> str:
    return str(stack.get(f"{NEW}/{step}", session=session).json["text"])


def saves(stack: Stack) -> int:
    """How often a step was saved on this stack, by whomever."""
    logs = (stack.data / "logs").glob("reflections*")
    return sum(log.read_text().count('"POST /reflections/new/{step}"') for log in logs)


def kill(browser: Browser) -> None:
    """The machine loses power: nobody is asked and nothing is sent."""
    inside = browser.new_browser_cdp_session()
    processes = inside.send("SystemInfo.getProcessInfo")["processInfo"]
    (pid,) = (each["id"] for each in processes if each["type"] == "browser")
    os.kill(pid, signal.SIGKILL)


def test_a_browser_killed_in_step_4_loses_nothing_older_than_5_seconds(
    stack: Stack, email: str, session: str, mortal: Browser, visit: Callable[..., BrowserUser]
) -> None:
    page = at(mortal, stack, session)
    page.goto(f"{NEW}/description")
    for step in FIRST_THREE:
        page.get_by_role("textbox").fill(f"{step} – Ó Súilleabháin")
        page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(f"**{NEW}/analysis")
    field = page.get_by_role("textbox")
    for second in range(9):  # typed without a pause: a key a second
        field.press_sequentially(str(second))
        page.clock.run_for(1000)
        if second in (4, 8):  # by then what is older than five seconds has arrived
            expect(page.get_by_role("status")).to_contain_text("Saved at")
    stored = written(stack, session, "analysis")
    assert "012345678".startswith(stored) and len(stored) >= 4
    kill(mortal)
    for step in FIRST_THREE:
        assert written(stack, session, step) == f"{step} – Ó Súilleabháin"
    assert written(stack, session, "analysis") >= stored
    other = visit(email)
    other.sign_in()
    other.open(NEW).follow("Go on with your draft").reads("Step 5 of 6")


def test_what_could_not_be_saved_says_so_and_is_sent_when_it_can_be(
    stack: Stack, session: str, chromium: Browser
) -> None:
    page = at(chromium, stack, session)
    page.goto(f"{NEW}/feelings")
    page.context.set_offline(True)
    page.get_by_role("textbox").fill("Bhí brón orm")
    page.clock.run_for(2000)
    expect(page.get_by_role("status")).to_contain_text("offline")
    page.context.set_offline(False)
    page.clock.run_for(10_000)
    expect(page.get_by_role("status")).to_contain_text("Saved at")
    assert written(stack, session, "feelings") == "Bhí brón orm"
    page.route(f"**{NEW}/feelings", lambda route: route.fulfill(status=503))
    page.get_by_role("textbox").fill("Bhí bród orm")
    page.clock.run_for(2000)
    expect(page.get_by_role("status")).to_contain_text("We will try again")
    page.unroute_all()
    page.clock.run_for(10_000)
    expect(page.get_by_role("status")).to_contain_text("Saved at")
    assert written(stack, session, "feelings") == "Bhí bród orm"
    page.get_by_role("textbox").fill("x" * 10_001)
    page.clock.run_for(2000)
    expect(page.get_by_role("status")).to_contain_text("too long")
    assert written(stack, session, "feelings") == "Bhí bród orm"


def test_who_was_signed_out_while_writing_is_told_and_keeps_it(
    stack: Stack, session: str, chromium: Browser
) -> None:
    page = at(chromium, stack, session)
    page.goto(f"{NEW}/feelings")
    stack.post("/sign-out", session=session)
    page.get_by_role("textbox").fill("Bhí brón orm")
    page.clock.run_for(2000)
    expect(page.get_by_role("status")).to_contain_text("signed out")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/sign-in**")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Sign in")


def test_what_a_group_writes_is_saved_while_typing_and_never_over_another_s_words(
    stack: Stack, chromium: Browser
) -> None:
    made = stack.co_chairs("oisin", "niamh")
    session = str(made[0]["session"])
    soon = (stack.now + timedelta(minutes=30)).isoformat(timespec="minutes")[:16]
    about = {"kind": "quarterly", "starts_at": soon, "mode": "online"}
    meeting = stack.post("/communities/SW/meetings", about, session=session).json["id"]
    path = f"/meetings/{meeting}/reflection/feelings"
    page = at(chromium, stack, session)
    page.goto(path)
    for text in ("Bhí brón orainn", "Bhí bród orainn", "", "Bhíomar ciúin"):
        page.get_by_role("textbox").fill(text)
        with page.expect_response(f"**{path}"):
            page.clock.run_for(2000)
        expect(page.get_by_role("status")).to_contain_text("Saved at")
        assert stack.get(path, session=session).json["text"] == text
    other = {"text": "Bhíomar sásta", "revision": 4}
    assert stack.post(path, other, session=str(made[1]["session"])).status == 200
    page.get_by_role("textbox").fill("Bhíomar ar buile")
    page.clock.run_for(2000)
    expect(page.get_by_role("status")).to_contain_text("somebody else has written here")
    assert stack.get(path, session=session).json["text"] == "Bhíomar sásta"
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="Text in the row now")).to_be_visible()
    assert page.get_by_role("textbox").input_value() == "Bhíomar ar buile"


@pytest.mark.parametrize("leave", ["Save and continue", "Skip this step for now"])
def test_a_reflection_is_saved_at_a_normal_pace_and_meets_no_conflict(
    stack: Stack, session: str, chromium: Browser, leave: str
) -> None:
    """The last step is left within two seconds of the last key: no timer has saved its text yet."""
    page = at(chromium, stack, session)
    for step in STEPS[:-1]:
        stack.post(f"{NEW}/{step}", {"text": step}, session=session)
    before = saves(stack)
    page.goto(f"{NEW}/{STEPS[-1]}")
    page.get_by_role("textbox").press_sequentially("Beidh tae agam", delay=20)
    page.get_by_text(leave, exact=True).click()
    page.wait_for_url(f"**{NEW}/review")
    assert "Beidh tae agam" in page.locator("main").inner_text()
    page.get_by_role("button", name="Save my reflection").click()
    page.wait_for_url("**?done=reflected")
    assert saves(stack) == before + 1  # the page sent it once
