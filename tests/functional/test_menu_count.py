"""How many things wait, in the menu: from one's own page on, until a form is sent, never where one writes."""

from typing import Any

import pytest

from comhar.web.guards import WAITING_COOKIE
from tests.support.page import Page
from tests.support.sample_region import Region
from tests.support.snapshots import built_once

ONE = "1 thing waits for you"


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    """It waits for each member's reply."""
    return region.meeting()


class Browser:
    """Somebody's pages one after another, with the cookies that they set."""

    def __init__(self, region: Region, who: Any) -> None:
        self.cloud, self.bearer, self.count = region.cloud, region.cloud.session(who), ""

    def send(self, method: str, path: str, **more: Any) -> Any:
        cookies = [f"{WAITING_COOKIE}={self.count}"] if self.count else []
        answer = self.cloud.call(
            method, path, bearer=self.bearer, html=True, cookies=cookies, **more
        )
        for cookie in answer.cookies:
            if cookie.startswith(f"{WAITING_COOKIE}="):
                self.count = cookie.partition("=")[2].partition(";")[0]
        return answer

    def open(self, path: str) -> str:
        page = Page(self.send("GET", path).text)
        assert page.faults() == []
        return " ".join(page.text.split())


@pytest.mark.parametrize("value", ["-1", "99999", "<b>", "1 thing waits for you"])
def test_no_cookie_makes_the_page_say_anything_else(region: Region, meeting: str, value: str):
    browser = Browser(region, region.ann)
    browser.count = value
    page = browser.open("/communities/SW")
    assert "for you</span>" not in page and "thing waits" not in page


def test_who_is_not_signed_in_sees_no_number(region: Region):
    page = region.cloud.call("GET", "/about", html=True, cookies=[f"{WAITING_COOKIE}=3"]).text
    assert "comhar-count" not in page


def test_it_stands_there_from_one_s_own_page_on_until_a_form_is_sent(region: Region, meeting: str):
    browser = Browser(region, region.ann)
    assert ONE not in browser.open("/communities/SW")
    assert ONE in browser.open("/me")
    assert ONE in browser.open("/communities/SW")
    assert browser.send("POST", f"{meeting}/answer", form={"answer": "yes"}).status == 303
    assert ONE not in browser.open("/communities/SW")
    assert "wait for you" not in browser.open("/me")


def test_it_does_not_stand_there_while_one_writes(region: Region, meeting: str):
    browser = Browser(region, region.ann)
    browser.open("/me/waiting")
    for path in (f"{meeting}/items/new", "/reflections/new/feelings"):
        assert ONE not in browser.open(path)
    assert ONE in browser.open("/reflections")


def test_who_signs_out_leaves_no_number_behind(region: Region, meeting: str):
    browser = Browser(region, region.ann)
    browser.open("/me")
    browser.send("POST", "/sign-out", form={})
    assert browser.count == ""


def test_a_program_gets_no_cookie(region: Region, meeting: str):
    answer = region.ask(region.ann, "GET", "/me")
    assert not any(WAITING_COOKIE in each for each in answer.cookies)
