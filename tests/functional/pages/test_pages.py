"""Every page through its real route: built soundly, and every link and form on it leads somewhere."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from comhar import templates, wiring
from comhar.membership import repository as membership_repository
from comhar.membership.model import Member
from local import openapi
from tests.support.cloud import ROUTES, Cloud
from tests.support.inspector import Inspector
from tests.support.page import Page
from tests.support.sample_community import SampleCommunity

LONG = "Caoimhghín Ó Dubhshláine-Mac Giolla Phádraig"
READ = [path for path, each in openapi.built()["paths"].items() if "get" in each]
FILES = (
    ".json",
    ".txt",
    ".ics",
    ".svg",
    "/health",
    "/agenda/email",
    ".csv",
    ".xlsx",
    "/attachments/{number}",
    "/file",
)


def lead_nowhere(page: Page) -> set[str]:
    """The links and forms of a page that meet no route."""
    wanted = {("GET", link) for link in page.links} | set(page.forms)
    lost = set()
    for method, address in wanted:
        path = urlsplit(address).path
        if not address.startswith("/") or path.startswith("/static/"):
            continue
        if method not in ROUTES.at(path):
            lost.add(f"{method} {address}")
    return lost


@pytest.mark.parametrize("reader", ["chair", "colleague", "office", ""])
@pytest.mark.parametrize("path", [path for path in READ if not path.endswith(FILES)])
def test_a_page_is_sound_and_leads_somewhere(
    path: str, reader: str, community: SampleCommunity, inspector: Inspector
) -> None:
    bearer = getattr(community, reader) if reader else ""
    answer = community.cloud.call("GET", community.path(path), bearer=bearer, html=True)
    assert answer.status in (200, 303, 403, 404, 409, 410), answer.text
    if answer.status == 303:
        return
    inspector.look(path, answer.text)
    page = Page(answer.text)
    assert page.faults() == []
    assert lead_nowhere(page) == set()


MESSAGE_FORMS = {
    "/communities/SW/messages/check": [("to", "members")],
    "/national/messages/check": [("to", "regions"), ("regions[]", "SW"), ("purpose", "events")],
    "/national/messages/check ": [("to", "people"), ("regions[]", "SW"), ("purpose", "events")],
}


@pytest.mark.parametrize("path", MESSAGE_FORMS)
def test_the_preview_of_a_message_is_sound(
    path: str, community: SampleCommunity, inspector: Inspector
) -> None:
    text = [("subject", "Thursday: bring a mug"), ("text", "See https://example.ie/tea\nand come.")]
    form, bearer = [*MESSAGE_FORMS[path], *text], community.office
    answer = community.cloud.call("POST", path.strip(), form=form, bearer=bearer, html=True)
    assert answer.status == 200, answer.text
    inspector.look(f"{path} filled in", answer.text)
    page = Page(answer.text)
    assert page.faults() == [] and lead_nowhere(page) == set()


MISTAKES = {
    "/communities/{region}/meetings": [("minutes", "x"), ("link", "ftp://x")],
    "/meetings/{id}/items": [("title", "x" * 201), ("minutes", "many")],
    "/meetings/{id}/agenda": [("revision", "0"), ("minutes.welcome", "x"), ("topic", "x" * 201)],
    "/meetings/{id}/items/{item}/edit": [("revision", "0"), ("title", "x" * 201), ("link", "no")],
    "/meetings/{id}/items/{item}/decline": [("reason", "x" * 201)],
    "/meetings/{id}/answer": [("answer", "perhaps")],
    "/meetings/{id}/reschedule": [("starts_at", "2020-01-01T10:00")],
    "/meetings/{id}/cancel": [("reason", "x" * 201)],
    "/meetings/{id}/close": [
        ("attended[]", "nobody"), ("actions.0.what", "Ring"), ("actions.4.by", "soon"),
    ],
    "/meetings/{id}/lead": [("lead", "nobody")],
    "/meetings/{id}/place": [("mode", "by_pigeon"), ("link", "ftp://x"), ("minutes", "5")],
    "/meetings/{id}/notes/{line}": [("text", "x" * 10_001), ("revision", "0")],
    "/meetings/{id}/attendance": [("attended[]", "nobody"), ("revision", "0")],
    "/meetings/{id}/statement": [("text", "x" * 201)],
    "/meetings/{id}/statements": [("member", "nobody"), ("text", "breathing")],
    "/meetings/{id}/scribe": [("member", "nobody")],
    "/meetings/{id}/topics": [("topics[]", "no topic")],
    "/meetings/{id}/ideas": [("title", "x" * 201)],
    "/meetings/{id}/reopen": [("reason", "x" * 201)],
    "/communities/{region}/actions/{action}/carry": [("by", "2026-01-01")],
    "/communities/{region}/actions/{action}/edit": [("what", "x"), ("by", "soon"), ("revision", "0")],
    "/answer/{token}": [("answer", "perhaps")],
    "/communities/{region}/polls": [
        ("minutes", "x"), ("options.0", "soon"), ("closes_on", "2020-01-01"),
    ],
    "/communities/{region}/polls/check": [("options.0", "2027-03-09T10:00")],
    "/communities/{region}/messages": [("to", "coming"), ("subject", "Tea"), ("text", "Tea at 10.")],
    "/communities/{region}/messages/check": [("to", "everybody"), ("subject", "x" * 101)],
    "/reply/{token}": [("text", " ")],
    "/me/peers/{person}/message": [("text", " ")],
    "/communities/{region}/surveys/{id}/said": [("did", "x" * 501)],
    "/communities/{region}/surveys/{id}/said/{entry}/edit": [("said", ""), ("revision", "1")],
    "/polls/{id}/vote": [("votes.a", "perhaps")],
    "/polls/{id}/pick": [("option", "z"), ("link", "ftp://x"), ("minutes", "5")],
    "/polls/{id}/end": [("reason", "x" * 201)],
    "/poll/{token}": [("votes.b", "yes")],
    "/communities/{region}/year/{year}": [
        ("q3.starts_at", "2027-01-01T10:00"), ("q3.lead", "nobody"), ("minutes", "many"),
    ],
    "/communities/{region}/year/{year}/check": [("mode", "online")],
    "/me/details/edit": [("revision", "0"), ("name", "x" * 201), ("role", "other")],
    "/me/address": [("email", "not an address")],
    "/communities/{region}/chairs": [("members[]", "person1"), ("term_months", "7")],
    "/communities/{region}/nominations": [("member", "nobody")],
    "/communities/{region}/chairs/check": [("members[]", "person1"), ("term_months", "7")],
    "/join": [("email", "not an address")],
    "/sign-in": [("email", "not an address")],
    "/sign-up/{token}": [("name", "Ann"), ("region", "XX")],
}  # fmt: skip


@pytest.mark.parametrize("path", MISTAKES)
def test_a_form_with_mistakes_comes_back_with_links_to_them(
    path: str, community: SampleCommunity, inspector: Inspector
) -> None:
    answer = community.cloud.call(
        "POST", community.path(path), form=MISTAKES[path], bearer=community.chair, html=True
    )
    assert answer.status == 422, answer.text
    page = Page(answer.text)
    assert page.title.startswith("Error: ")
    assert "There is a problem" in page.text
    if path != "/meetings/{id}/answer":  # three buttons, which cannot be pressed wrongly
        assert page.faults() == []
        inspector.look(f"{path} with mistakes", answer.text)
    assert lead_nowhere(page) == set()
    for name, typed in MISTAKES[path]:
        if name.partition(".")[0] in ("title", "minutes", "reason", "email", "link"):
            assert typed in {field.get("value") for field in page.fields}


def test_after_every_form_there_is_a_sentence_for_what_was_done() -> None:
    template = templates.page_environment().get_template("web/pages/notices.html.j2")
    notices = template.make_module().notices  # type: ignore[attr-defined]
    sentences = {
        code
        for _, app in openapi.list_apps()
        for route in app.routes.values()
        for code in re.findall(r"done=(\w+)", route.then or "")
    }
    assert sentences <= set(notices)


def test_pages_of_an_empty_region_say_what_is_missing(community: SampleCommunity) -> None:
    for path, words in (
        ("/communities/DML", "There are no members yet."),
        ("/communities/DML/meetings", "No meetings planned yet."),
        ("/communities/DML/actions", "No open actions."),
        ("/communities/DML/polls", "No poll is open."),
        ("/communities/DML/year/2027", "Nothing planned"),
    ):
        answer = community.cloud.call("GET", path, bearer=community.office, html=True)
        assert words in answer.text
        assert Page(answer.text).faults() == []


def _pages(cloud: Cloud, path: str, bearer: str) -> Iterator[str]:
    """A list page by page, by its links."""
    following: str | None = path
    while following:
        address, _, cursor = following.partition("?cursor=")
        query = {"cursor": cursor} if cursor else {}
        answer = cloud.call("GET", address, bearer=bearer, html=True, query=query)
        page = Page(answer.text)
        assert answer.status == 200 and page.faults() == []
        yield answer.text
        following = next((link for link in page.links if link.startswith(f"{path}?cursor=")), None)


def test_pages_hold_four_hundred_members_with_long_names(cloud: Cloud) -> None:
    people = [
        Member(
            id=f"big{number}",
            name=f"{LONG} {number}",
            email=f"big{number}@hse.ie",
            region="DNE",
            confirmed=True,
            chair_of=("DNE",) if number < 2 else (),
        )
        for number in range(400)
    ]
    for write in (
        write for person in people for write in membership_repository.insert_member_writes(person)
    ):
        wiring.table().transact([write])
    bearer = cloud.session(people[0])
    form = {"kind": "first", "starts_at": "2027-05-18T10:00", "mode": "in_person"}
    made = cloud.call("POST", "/communities/DNE/meetings", form, bearer=bearer).json["id"]
    texts = list(_pages(cloud, "/communities/DNE/members", bearer))
    assert [text.count('href="/members/big') for text in texts if len(text) < 100_000] == [50] * 8
    assert all(f"{LONG} {number}<" in "".join(texts).replace("\n", "<") for number in range(400))
    for path in ("/communities/DNE/chairs", f"/meetings/{made}/close"):
        answer = cloud.call("GET", path, bearer=bearer, html=True)
        assert answer.status == 200
        assert len(answer.text) < 1_000_000
        assert all(f"{LONG} {number}<" in answer.text.replace("\n", "<") for number in range(400))
        assert Page(answer.text).faults() == []
