"""Whose a link is: its page names its owner in the body, whoever opens it, and its letter asks to keep it."""

import re
from typing import Any

import pytest

from comhar import wiring
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from tests.support import stored_members
from tests.support.cloud import GatewayResponse
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

NAME = "Una Ní Dhomhnaill"
WHOSE = "Una Ní D."
POLL = {"kind": "quarterly", "mode": "online", "options": ["2027-03-18T10:00", "2027-03-16T14:00"]}


@pytest.fixture
@built_once
def una(region: Region) -> Member:
    """Somebody who is sent every kind of link."""
    periods = ({"from": "2027-01-01", "until": None, "region": "SW"},)
    una = region.cloud.member(name=NAME, periods=periods)
    meeting = region.meeting(starts_at="2027-01-12T10:00")
    region.at(2027, 1, 12, 13)
    there = [una.id, *(each.id for each in region.cloud.people[:5])]
    region.done(region.chair, f"{meeting}/close", {"attended": there})
    region.at(2027, 1, 14, 13)
    region.meeting()
    region.done(region.chair, "/communities/SW/polls", POLL)
    region.at(2027, 1, 21, 9)  # the reminder of the survey, which can be paused
    assert region.ask(una, "POST", "/me/erase").status == 202
    region.at(2027, 1, 21, 10)
    return una


def letters(region: Region, una: Member, kind: str) -> list[Any]:
    return [each for each in region.mail(una, "") if f"/{kind}/" in text(each)]


def link(region: Region, una: Member, kind: str) -> str:
    return re.findall(rf"/{kind}/[\w.-]{{20,}}", text(letters(region, una, kind)[-1]))[0]


def opened(region: Region, path: str, who: Member | None = None) -> GatewayResponse:
    bearer = region.cloud.session(who) if who else ""
    return region.cloud.call("GET", path, bearer=bearer, html=True)


def main(page: GatewayResponse) -> str:
    found = re.search(r"<main.*</main>", page.text, re.S)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


@pytest.mark.parametrize("kind", ["answer", "poll", "pause", "erase"])
def test_the_page_behind_a_link_names_its_owner_in_its_body_only(
    region: Region, una: Member, kind: str
) -> None:
    path = link(region, una, kind)
    before = region.cloud.written()
    page = opened(region, path)
    assert (page.status, region.cloud.written()) == (200, before)
    assert WHOSE in main(page) and NAME not in page.text
    head = page.text.partition("</head>")[0]
    assert "Una" not in head and "Una" not in path and "Una" not in str(page.headers)
    assert region.ask(None, "GET", path).json["whose"] == WHOSE
    assert "Una" not in str([each["Subject"] for each in letters(region, una, kind)])


def test_the_link_that_undoes_a_deletion_names_whose_it_is(region: Region, una: Member) -> None:
    region.done(None, link(region, una, "erase"))
    page = opened(region, link(region, una, "keep"))
    assert page.status == 200 and WHOSE in main(page)


def test_the_link_to_end_what_the_office_entered_names_whose_it_is(region: Region) -> None:
    entered = {"email": "una@hse.ie", "name": NAME, "region": "SW", "role": "peer_educator"}
    made = region.done(OFFICE, "/members", entered)
    member = stored_members.find_member(made["id"])
    assert member
    page = opened(region, link(region, member, "not-me"))
    assert page.status == 200 and WHOSE in main(page)


def test_a_survey_names_nobody(region: Region, una: Member) -> None:
    page = opened(region, link(region, una, "surveys"), una)
    assert page.status == 200 and "Una" not in page.text


@pytest.mark.parametrize("kind", ["answer", "poll"])
def test_somebody_else_who_is_signed_in_is_told_and_shown_where_to_answer(
    region: Region, una: Member, kind: str
) -> None:
    path = link(region, una, kind)
    own = '<a class="nhsuk-link" href="/(meetings|polls)/SW-'
    page = opened(region, path, region.ann)
    assert f"You are signed in as Ann, but this link was sent to {WHOSE} and" in main(page)
    assert re.search(own, page.text)
    page = opened(region, path, region.stranger)
    assert "You are signed in as" in main(page) and not re.search(own, page.text)
    for who in (una, None):
        assert "You are signed in as" not in opened(region, path, who).text


@pytest.mark.parametrize("kind", ["answer", "poll", "erase", "surveys"])
def test_a_letter_says_that_its_link_is_personal(region: Region, una: Member, kind: str) -> None:
    for letter in letters(region, una, kind):
        for part in (text(letter), letter.get_body(("html",)).get_content()):
            words = " ".join(part.split())
            assert "personal to you" in words or "The link is yours alone" in words


def test_the_answer_so_far_is_chosen_where_the_link_names_none(region: Region, una: Member) -> None:
    path = link(region, una, "answer")
    region.done(None, path, {"answer": "maybe"})
    page = opened(region, path)
    assert "You may come" in main(page)
    chosen = [field["value"] for field in Page(page.text).fields if "checked" in field]
    assert chosen == ["maybe"]
    region.done(None, path, {"answer": "no"})
    assert region.ask(None, "GET", path).json["said"] == "no"


def test_a_link_answers_for_nobody_who_has_moved(region: Region, una: Member) -> None:
    path = link(region, una, "answer")
    wiring.table().transact(membership_repository.change_writes(una, region.cloud.now, region="MW"))
    assert region.ask(None, "POST", path, {"answer": "yes"}).status == 403
