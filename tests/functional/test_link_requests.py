"""Asking for a link: whatever strangers ask for, who reads the mailbox gets in, and nobody learns of it."""

import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.membership import codes
from comhar.membership import sign_in as membership_sign_in
from tests.support.cloud import Cloud, GatewayResponse
from tests.support.sample_community import OFFICE, letters

FORM = {"name": "Tadhg Ó Sé", "region": "SW", "role": "ips_worker"}


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


class AnonymousBrowser:
    """Keeps its cookies, as browsers do."""

    def __init__(self, cloud: Cloud):
        self.cloud, self.cookies = cloud, {}

    def post(self, path: str, **form: str) -> GatewayResponse:
        sent = [f"{name}={value}" for name, value in self.cookies.items()]
        answer = self.cloud.call("POST", path, form=form, cookies=sent, html=True)
        for cookie in answer.cookies:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer

    def ask(self, email: str) -> "AnonymousBrowser":
        assert self.post("/sign-in", email=email).headers["Location"] == "/sign-in/sent"
        return self

    def enter(self, letter: str) -> int:
        """Types a letter's code; 303 where it signs in."""
        return self.post("/sign-in/code", code=code(letter)).status


def strangers_ask(cloud: Cloud, email: str, times: int = 50) -> None:
    for _ in range(times):
        assert cloud.call("POST", "/sign-in", {"email": email}).status == 202


def link(letter: str) -> str:
    return re.search(r"/sign-(up|in)/[\w-]{43}", letter)[0]


def code(letter: str) -> str:
    return re.search(r"\b(\d{3}) ?(\d{3})\b", letter).expand(r"\1\2")


def signed_in(cloud: Cloud, email: str) -> AnonymousBrowser:
    """A browser in which the holder of the address has signed in."""
    browser = AnonymousBrowser(cloud).ask(email)
    assert browser.enter(letters(cloud)[-1]) == 303
    return browser


@pytest.mark.parametrize("email", ["person0@hse.ie", OFFICE])
def test_fifty_asks_by_a_stranger_keep_nobody_from_signing_in(cloud: Cloud, email: str):
    cloud.member()
    strangers_ask(cloud, email)
    (letter,) = letters(cloud)
    AnonymousBrowser(cloud).ask(email)
    assert letters(cloud) == [letter]  # its link is theirs to use, whoever asked for it
    assert cloud.call("POST", link(letter), {}).status == 200
    assert AnonymousBrowser(cloud).ask(email).enter(letters(cloud)[-1]) == 303


@pytest.mark.parametrize("email", ["person0@hse.ie", OFFICE])
def test_a_browser_where_its_holder_signed_in_gets_its_code_whatever_strangers_ask(
    cloud: Cloud, email: str
):
    cloud.member()
    known = signed_in(cloud, email)
    strangers_ask(cloud, email)
    before = len(letters(cloud))
    known.ask(email)
    assert len(letters(cloud)) == before + 1
    assert known.enter(letters(cloud)[-1]) == 303


def test_a_known_browser_that_lost_its_request_gets_five_letters_and_no_flood(cloud: Cloud):
    email = cloud.member().email
    known = signed_in(cloud, email)
    for _ in range(9):
        known.cookies.pop("__Host-asked-by")
        known.ask(email)
    assert len(letters(cloud)) == 1 + 5


def test_a_browser_known_for_one_address_is_a_stranger_to_another_and_so_is_a_forged_one(
    cloud: Cloud,
):
    leaver, other = cloud.member().email, cloud.member().email
    known = signed_in(cloud, leaver)
    strangers_ask(cloud, other, 1)
    known.ask(other)
    assert len(letters(cloud)) == 2
    mark, _, proof = known.cookies["__Host-known"].partition(".")
    strangers_ask(cloud, leaver, 1)
    for value in (f"{mark}.{'0' * 64}", f"{mark[::-1]}.{proof}", "", "x", f"{mark}."):
        known.cookies["__Host-known"] = value
        known.ask(leaver)
    assert len(letters(cloud)) == 3


def test_the_mark_of_a_known_browser_says_nothing_of_who_it_is(cloud: Cloud):
    member = cloud.member()
    browser = AnonymousBrowser(cloud).ask(member.email)
    answer = browser.post("/sign-in/code", code=code(letters(cloud)[-1]))
    (cookie,) = (each for each in answer.cookies if each.startswith("__Host-known="))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert member.id not in cookie and member.email not in cookie
    assert browser.cookies["__Host-known"] != signed_in(cloud, member.email).cookies["__Host-known"]


def test_who_asks_again_in_the_same_browser_can_type_the_code_that_came_first(cloud: Cloud):
    browser = AnonymousBrowser(cloud).ask(cloud.member().email)
    (letter,) = letters(cloud)
    browser.ask("person0@hse.ie").ask("person0@hse.ie")
    assert letters(cloud) == [letter]
    assert browser.enter(letter) == 303


def test_after_ten_minutes_another_letter_comes_and_both_links_work(cloud: Cloud):
    email = cloud.member().email
    strangers_ask(cloud, email, 1)
    cloud.now += timedelta(minutes=9, seconds=59)
    strangers_ask(cloud, email, 1)
    assert len(letters(cloud)) == 1
    cloud.now += timedelta(seconds=1)
    browser = AnonymousBrowser(cloud).ask(email)
    first, second = letters(cloud)
    assert cloud.call("GET", link(first)).status == cloud.call("GET", link(second)).status == 200
    assert browser.enter(second) == 303


@pytest.mark.parametrize("email", ["nobody@charity.example", "nobody@hse.ie"])
def test_a_link_to_join_comes_again_after_ten_minutes_then_an_hour_then_a_day(
    cloud: Cloud, email: str
):
    def ask(after: timedelta) -> int:
        cloud.now += after
        assert cloud.call("POST", "/join", {"email": email}).status == 202
        return len(letters(cloud))

    second, minute, hour, day = (timedelta(**{name: 1}) for name in UNITS)
    waits = [10 * minute, hour, day, day]
    assert ask(0 * hour) == 1
    for count, wait in enumerate(waits, 1):
        assert [ask(wait - second), ask(second)] == [count, count + 1]
    assert cloud.call("POST", link(letters(cloud)[-1]), FORM).status == 201
    assert cloud.call("POST", "/join", {"email": email}).status == 202
    assert any("/sign-in/" in each for each in letters(cloud))


UNITS = ("seconds", "minutes", "hours", "days")


def test_a_member_who_asks_to_join_is_sent_a_link_to_sign_in_every_ten_minutes(cloud: Cloud):
    email = cloud.member().email
    for count in range(1, 6):
        assert cloud.call("POST", "/join", {"email": email}).status == 202
        assert len(letters(cloud)) == count and "/sign-in/" in letters(cloud)[-1]
        cloud.now += timedelta(minutes=10)


def test_using_a_link_begins_anew(cloud: Cloud):
    email = cloud.member().email
    for count in range(1, 4):
        strangers_ask(cloud, email, 2)
        assert len(letters(cloud)) == count
        assert cloud.call("POST", link(letters(cloud)[-1]), {}).status == 200


def test_two_who_ask_at_the_same_moment_are_sent_one_letter(cloud: Cloud, monkeypatch):
    email = cloud.member().email
    real = wiring.table().batch_get
    monkeypatch.setattr(wiring.table(), "batch_get", between(real, cloud, email))
    assert cloud.call("POST", "/sign-in", {"email": email}).status == 202
    monkeypatch.undo()
    assert len(letters(cloud)) == 1


def between(read: Any, cloud: Cloud, email: str) -> Any:
    """Reads, and then somebody else asks before what was read is used."""
    turns = iter([True])

    def reading(*args: Any, **more: Any) -> Any:
        found = read(*args, **more)
        if next(turns, False):
            membership_sign_in.request_link(email, "/me", "", "", None, wiring.context(None))
        return found

    return reading


@pytest.mark.parametrize("route", ["/join", "/sign-in"])
@pytest.mark.parametrize("times", [1, 2])
def test_who_asks_learns_nothing_by_answers_or_work_of_who_is_a_member(
    cloud: Cloud, route: str, times: int
):
    cloud.member(email="known@hse.ie")
    seen = []
    for email in ("known@hse.ie", "nobody@hse.ie"):
        calls: Counter[str] = Counter()
        client = wiring.table()._client
        count = count_calls(calls)
        for _ in range(times):
            calls.clear()
            client.meta.events.register("before-call", count)
            answer = cloud.call("POST", route, {"email": email})
            client.meta.events.unregister("before-call", count)
        body = {name: value for name, value in answer.json.items() if name != "request"}
        seen.append((answer.status, body, calls))
    assert seen[0] == seen[1]
    assert seen[0][2] == {
        "BatchGetItem": 1,
        "TransactWriteItems" if times == 1 else LATER[route]: 1,
    }


LATER = {"/join": "UpdateItem", "/sign-in": "TransactWriteItems"}


def count_calls(calls: Counter[str]) -> Any:
    def count(model: Any, **rest: Any) -> None:
        calls[model.name] += 1

    return count


def test_an_address_that_is_nobodys_is_sent_nothing_by_the_page_to_sign_in(cloud: Cloud):
    strangers_ask(cloud, "nobody@hse.ie", 3)
    assert letters(cloud) == []


def test_who_was_invited_and_tries_to_sign_in_is_sent_the_link_to_join(cloud: Cloud):
    office = cloud.session(OFFICE)
    cloud.call("POST", "/invitations", {"emails": ["una@example.org"]}, bearer=office)
    AnonymousBrowser(cloud).ask("una@example.org")
    assert cloud.call("POST", link(letters(cloud)[-1]), FORM).json["status"] == "active"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (
            "/sign-in/sent",
            "If we know this address, an email is on its way, or came within the last 10",
        ),
        (
            "/join/sent",
            "on its way to this address, or came within the last 24 hours. Use the newest",
        ),
    ],
)
def test_the_page_after_asking_always_says_that_one_may_lie_there(
    cloud: Cloud, page: str, words: str
):
    wording = " ".join(cloud.call("GET", page, html=True).text.split())
    assert words in wording and "Use the newest one" in wording


# Tags of a mailbox (`una+cop@hse.ie`)


def test_letters_to_invented_tags_of_a_mailbox_are_few_and_keep_its_member_from_nothing(
    cloud: Cloud,
):
    una = cloud.member(email="una@hse.ie")
    for number in range(5):
        strangers_ask(cloud, f"una+{number}@hse.ie", 1)
    assert len(letters(cloud)) == 1
    assert AnonymousBrowser(cloud).ask(una.email).enter(letters(cloud)[-1]) == 303


def test_a_member_who_signs_in_with_a_tag_is_kept_from_nothing_by_other_tags(cloud: Cloud):
    una = cloud.member(email="una+cop@hse.ie")
    for email in ("una@hse.ie", "una+other@hse.ie"):
        strangers_ask(cloud, email, 2)
    assert len(letters(cloud)) == 2
    assert AnonymousBrowser(cloud).ask(una.email).enter(letters(cloud)[-1]) == 303


# Codes


def type_wrong(cloud: Cloud, email: str, times: int) -> list[int]:
    """Types wrong codes, five to a request, each as soon as another letter may go."""
    answers = []
    for number in range(times):
        if number % 5 == 0:
            request = cloud.call("POST", "/sign-in", {"email": email}).json["request"]
            cloud.post_letters()
        body = {"code": "000000", "request": request}
        answers.append(cloud.call("POST", "/sign-in/code", body).status)
    return answers


@pytest.mark.parametrize("email", ["person0@hse.ie", "nobody@hse.ie"])
def test_twenty_wrong_codes_of_an_account_in_an_hour_and_its_codes_pause_while_links_go_on(
    cloud: Cloud, email: str, monkeypatch: pytest.MonkeyPatch
):
    leaver, other = cloud.member().email, cloud.member().email
    assert type_wrong(cloud, email, 21) == [422] * 20 + [429]
    assert AnonymousBrowser(cloud).ask(other).enter(letters(cloud)[-1]) == 303
    cloud.now += timedelta(minutes=10)
    browser = AnonymousBrowser(cloud).ask(leaver)
    letter = letters(cloud)[-1]
    paused = 429 if email == leaver else 303
    assert browser.enter(letter) == paused
    if email == leaver:
        assert cloud.call("POST", link(letter), {}).status == 200
        cloud.now += timedelta(hours=1)
        assert AnonymousBrowser(cloud).ask(leaver).enter(letters(cloud)[-1]) == 303


def test_so_many_wrong_codes_in_all_and_codes_pause_for_everybody_and_an_alarm_rings(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(codes, "MAX_WRONG_IN_ALL", 12)
    leaver = cloud.member().email
    for number in range(3):
        assert type_wrong(cloud, f"nobody{number}@hse.ie", 4) == [422] * 4
    browser = AnonymousBrowser(cloud).ask(leaver)
    letter = letters(cloud)[-1]
    assert "CodesPaused" not in capsys.readouterr().out
    page = browser.post("/sign-in/code", code=code(letter))
    assert page.status == 429 and "Use the link in the newest email" in page.text
    assert "CodesPaused" in capsys.readouterr().out
    assert cloud.call("POST", link(letter), {}).status == 200
