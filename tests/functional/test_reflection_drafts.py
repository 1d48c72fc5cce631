"""Writing a reflection page by page: nothing typed is lost, and the pages work without JavaScript."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from comhar import wiring
from comhar.membership.model import SESSION, Member
from comhar.reflections.keys import draft_key
from comhar.reflections.model import STEPS
from tests.support import fake_aws
from tests.support.cloud import Cloud, GatewayResponse

NOW = datetime(2027, 2, 20, 10, tzinfo=UTC)
CANARY = "otter-2288"
NEW = "/reflections/new"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[datetime]]:
    now = [NOW]
    monkeypatch.setattr(wiring, "clock", lambda: now[0])
    yield now


class MemberBrowser:
    """One member's browser: it follows where a form leads."""

    def __init__(self, cloud: Cloud, member: Member) -> None:
        self.cloud, self.member, self.bearer = cloud, member, cloud.session(member)

    def see(self, address: str) -> GatewayResponse:
        path, _, query = address.partition("?")
        found = dict(pair.split("=") for pair in query.split("&") if pair)
        return self.cloud.call("GET", path, bearer=self.bearer, html=True, query=found)

    def send(self, path: str, **form: str) -> GatewayResponse:
        return self.cloud.call("POST", path, form=form, bearer=self.bearer, html=True)

    def write(self, *steps: str) -> None:
        for step in steps:
            assert self.send(f"{NEW}/{step}", text=f"{step} {CANARY}", go="on").status == 303

    def draft(self) -> dict[str, Any]:
        return self.cloud.call("GET", f"{NEW}/review", bearer=self.bearer).json


@pytest.fixture
def browser(cloud: Cloud) -> MemberBrowser:
    return MemberBrowser(cloud, cloud.member())


# Refusals


def test_there_are_six_steps_and_no_other(browser: MemberBrowser) -> None:
    for step in ("title", "REVIEW", "delete", "..", "é"):
        assert browser.see(f"{NEW}/{step}").status == 404
        assert browser.send(f"{NEW}/{step}", text="x").status == 404


def test_a_step_left_blank_is_asked_for_and_one_too_long_is_shown_again(
    browser: MemberBrowser,
) -> None:
    for text, words in (("", "Write something here"), ("é" * 10_001, "Use 10000 characters")):
        answer = browser.send(f"{NEW}/feelings", text=text, go="on")
        assert answer.status == 422 and words in answer.text
        assert "<title>Error: Feelings" in answer.text and 'href="#text"' in answer.text
        assert text in answer.text
    assert browser.cloud.call("GET", f"{NEW}/review", bearer=browser.bearer).status == 409


def test_no_meeting_but_the_communitys_own_can_be_named(browser: MemberBrowser) -> None:
    for meeting in ("", "SW-unknown", "MW-1"):
        answer = browser.send(NEW, meeting=meeting)
        assert answer.status == 422 and 'href="#meeting"' in answer.text


def test_a_draft_with_a_step_missing_is_not_saved(browser: MemberBrowser) -> None:
    browser.write(*STEPS[:5])
    draft = browser.draft()
    assert draft["missing"] == ["action_plan"]
    page = browser.see(f"{NEW}/review").text
    assert "Nothing yet." in page and "Save my reflection" not in page
    answer = browser.send(f"{NEW}/review", draft=draft["draft"], visibility="private")
    assert answer.status == 422 and 'href="#action_plan"' in answer.text
    assert browser.draft() == draft


def test_a_draft_changed_elsewhere_is_read_again_first(
    browser: MemberBrowser, clock: list[datetime]
) -> None:
    browser.write(*STEPS)
    read = browser.draft()["draft"]
    clock[0] += timedelta(seconds=1)
    browser.send(f"{NEW}/feelings", text="changed on the phone", go="later")
    answer = browser.send(f"{NEW}/review", draft=read, visibility="private")
    assert answer.status == 409 and "changed on another page" in answer.text
    assert "changed on the phone" in answer.text
    again = browser.draft()["draft"]
    assert again in answer.text
    assert browser.send(f"{NEW}/review", draft=again, visibility="private").status == 303


def test_a_draft_becomes_one_reflection_however_often_it_is_sent(browser: MemberBrowser) -> None:
    browser.write(*STEPS)
    form = {"draft": browser.draft()["draft"], "visibility": "counted"}
    first, second = (browser.send(f"{NEW}/review", **form) for _ in range(2))
    assert (
        second.headers["Location"].partition("?")[0] == first.headers["Location"].partition("?")[0]
    )
    later = browser.send(f"{NEW}/review", **form | {"visibility": "private"})
    assert later.status == 409
    listed = browser.cloud.call("GET", "/reflections", bearer=browser.bearer).json
    assert len(listed["reflections"]) == 1 and not listed["draft"]


def test_who_is_not_confirmed_is_not_offered_to_share(cloud: Cloud) -> None:
    browser = MemberBrowser(cloud, cloud.member(confirmed=False))
    browser.write(*STEPS)
    page = browser.see(f"{NEW}/review").text
    assert 'value="community"' not in page and 'value="counted"' in page
    draft = browser.draft()
    answer = browser.send(f"{NEW}/review", draft=draft["draft"], visibility="community")
    assert answer.status == 403
    assert browser.draft() == draft


def test_a_draft_is_its_authors_alone_and_sealed(cloud: Cloud, browser: MemberBrowser) -> None:
    browser.write(*STEPS)
    other = MemberBrowser(cloud, cloud.member(chair_of=("SW",)))
    for path in (NEW, f"{NEW}/feelings", "/reflections"):
        assert CANARY not in other.see(path).text
    client = fake_aws.client("dynamodb")
    names = [table.name for table in cloud.template.tables.values()]
    assert CANARY not in str([client.scan(TableName=name)["Items"] for name in names])
    waiting = wiring.table().get(draft_key(browser.member.id))
    assert waiting is not None and waiting["saved_at"] == "2027-02-20T10:00:00.000Z"


# The way through


def test_six_pages_a_review_and_a_reflection(cloud: Cloud, browser: MemberBrowser) -> None:
    for _ in range(2):  # whoever else this test's worker has made by now
        cloud.member(role="area_lead_for_engagement")
    page = browser.see(NEW)
    assert page.status == 200 and "for you alone" in page.text
    answer = browser.send(NEW, meeting="none")
    for number, step in enumerate(STEPS, start=1):
        assert (answer.status, answer.headers["Location"]) == (303, f"{NEW}/{step}")
        page = browser.see(answer.headers["Location"])
        assert f"Step {number} of 6" in page.text and "/help" in page.text
        answer = browser.send(f"{NEW}/{step}", text=f"{step} – ‏مرحبا‏ 👩🏽‍⚕️\nÓ", go="on")
    assert answer.headers["Location"] == f"{NEW}/review"
    review = browser.see(f"{NEW}/review").text
    assert re.search(r"\d+ people can read it today", review)
    assert "Area Lead for Engagement (" in review
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', review))
    answer = browser.send(f"{NEW}/review", **form, visibility="community", kind="visits")
    assert answer.status == 303
    shown_page = browser.see(answer.headers["Location"])
    assert "Your reflection is saved." in shown_page.text
    for step in STEPS:
        assert f"{step} – ‏مرحبا‏ 👩🏽‍⚕️\nÓ" in unescape(shown_page.text)
    assert wiring.table().get(draft_key(browser.member.id)) is None


def test_going_back_or_away_keeps_all(browser: MemberBrowser) -> None:
    browser.write("description")
    answer = browser.send(f"{NEW}/feelings", text="half a thought", go="back")
    assert answer.headers["Location"] == f"{NEW}/description"
    assert f"description {CANARY}" in browser.see(f"{NEW}/description").text
    assert "half a thought" in browser.see(f"{NEW}/feelings").text
    answer = browser.send(f"{NEW}/analysis", text="out of order", go="later")
    assert answer.headers["Location"] == "/reflections?done=draft"
    assert "Your draft is kept." in browser.see(answer.headers["Location"]).text
    assert f'href="{NEW}/evaluation"' in browser.see(NEW).text
    assert set(browser.draft()["words"]) == {"description", "feelings", "analysis"}


def test_a_step_can_be_emptied_on_the_way_back(browser: MemberBrowser) -> None:
    browser.write("description", "feelings")
    assert browser.send(f"{NEW}/feelings", text="", go="back").status == 303
    assert set(browser.draft()["words"]) == {"description"}


def test_a_draft_can_be_deleted(browser: MemberBrowser) -> None:
    browser.write(*STEPS[:2])
    answer = browser.send(f"{NEW}/discard")
    assert answer.headers["Location"] == "/reflections?done=discarded"
    assert f"description {CANARY}" not in browser.see(f"{NEW}/description").text


def test_what_was_being_written_when_the_session_ended_is_there_again(
    browser: MemberBrowser, clock: list[datetime], cloud: Cloud
) -> None:
    clock[0] += SESSION + timedelta(minutes=1)
    answer = browser.send(f"{NEW}/feelings", text=CANARY + " kept", go="on")
    assert answer.status == 303 and answer.headers["Location"].startswith("/sign-in?next=")
    assert CANARY not in answer.headers["Location"]
    scanned = fake_aws.client("dynamodb").scan(TableName=cloud.template.tables["CoreTable"].name)
    assert f"{CANARY} kept" not in str(scanned["Items"])
    again = MemberBrowser(cloud, browser.member)
    assert f"{CANARY} kept" in again.see(f"{NEW}/feelings?done=kept").text


# Every page, and what it reads


def test_each_page_shows_its_reflection(browser: MemberBrowser) -> None:
    words = {step: f"{step} <script>" for step in STEPS}
    made = browser.cloud.call("POST", "/reflections", words, bearer=browser.bearer).json
    for path in ("/reflections", f"/reflections/{made['id']}"):
        page = browser.see(path)
        assert page.status == 200 and "description &lt;script&gt;" in page.text
        assert "<script" not in page.text
    confirmation = browser.see(f"/reflections/{made['id']}/delete")
    assert "cannot be undone" in confirmation.text
    answer = browser.send(f"/reflections/{made['id']}/delete")
    assert "Your reflection is deleted." in browser.see(answer.headers["Location"]).text


def test_a_page_takes_three_reads_the_last_four_and_saving_a_step_one_and_one_write(
    cloud: Cloud, browser: MemberBrowser
) -> None:
    browser.write(*STEPS)
    words = {step: "x" for step in STEPS} | {"visibility": "community"}
    made = cloud.call("POST", "/reflections", words, bearer=browser.bearer).json
    browser.see(f"{NEW}/review")  # a container learns once that the counts have moved
    calls: list[str] = []
    events = wiring.table()._client.meta.events
    listening = lambda model, **_: calls.append(model.name)  # noqa: E731
    events.register("before-call.dynamodb", listening)
    try:
        for path in (
            NEW,
            f"{NEW}/feelings",
            f"{NEW}/review",
            "/reflections",
            "/reflections?region=SW",
            f"/reflections/{made['id']}",
            f"/reflections/{made['id']}/delete",
        ):
            calls.clear()
            assert browser.see(path).status == 200
            assert len(calls) <= (4 if path.endswith("review") else 3), (path, calls)
        calls.clear()
        browser.send(f"{NEW}/feelings", text="x", go="on")
        assert calls == ["BatchGetItem", "BatchGetItem", "UpdateItem"]
        calls.clear()
        browser.send(f"{NEW}/feelings", text="x", go="on")
        assert calls == ["BatchGetItem", "BatchGetItem"]
        calls.clear()
        cloud.call("POST", "/reflections", words, bearer=browser.bearer)
        keys = ["GetItem"] * 2  # the member's and the region's, for the two copies
        others = ["GetItem"] * 2  # what was shared last, and what the author has counted
        assert calls == ["BatchGetItem", *keys, *others, "TransactWriteItems"]
    finally:
        events.unregister("before-call.dynamodb", listening)
