"""What every route leaves to `comhar.web`, through the real routes: places in lists, kept forms, names."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest

import comhar
from comhar import data
from comhar.retention import period
from comhar.web import anonymous, http_responses
from comhar.web.http_responses import CODE_SECONDS, KNOWN_SECONDS, SESSION_SECONDS, WAITING_SECONDS
from local import openapi
from tests.support.cloud import Cloud
from tests.support.page import Page
from tests.support.sample_community import SampleCommunity

pytestmark = pytest.mark.xdist_group("web_routes")


@pytest.mark.parametrize(
    "cursor", ["x", "SURVEY#", "MEETING#2027-01-01#SW-1", "SURVEY#é#SW-1", "~"]
)
def test_the_place_of_another_list_is_none_of_this(cursor: str, cloud: Cloud) -> None:
    bearer = cloud.session("office@example.com")
    path = "/communities/SW/surveys"
    answer = cloud.call("GET", path, bearer=bearer, query={"cursor": cursor})
    assert (answer.status, answer.json["detail"]) == (400, "This page of the list does not exist.")
    assert cloud.call("GET", path, bearer=bearer, query={"cursor": ""}).status == 200
    assert cloud.call("GET", path, query={"cursor": cursor}).status == 401


READ = [path for method, path, *_ in data.load("routes") if method == "GET"]


@pytest.mark.parametrize("path", READ)
def test_head_answers_wherever_get_does_without_a_body_and_uses_nothing_up(
    path: str, community: SampleCommunity
) -> None:
    before = community.cloud.stored()
    for html in (False, True):
        head = community.cloud.call("HEAD", community.path(path), bearer=community.chair, html=html)
        read = community.cloud.call("GET", community.path(path), bearer=community.chair, html=html)
        assert (head.status, head.body) == (read.status, b"")
        assert head.headers.keys() == read.headers.keys()
    after = community.cloud.stored()
    assert {name: after[name] for name in after if "Audit" not in name} == {
        name: before[name] for name in before if "Audit" not in name
    }


VISITORS = ["/", "/join", "/sign-in"]


@pytest.mark.parametrize("path", VISITORS)
def test_who_is_signed_in_is_led_from_a_visitors_page_to_their_own(path: str, cloud: Cloud) -> None:
    assert cloud.call("GET", path, html=True).status == 200
    office = "office@example.com"
    for who in (cloud.member(), cloud.member(confirmed=False), cloud.member(status="left"), office):
        bearer = cloud.session(who)
        led = cloud.call("GET", path, bearer=bearer, html=True)
        assert (led.status, led.headers["Location"]) == (303, "/me")
        assert cloud.call("GET", path, bearer=bearer).json == cloud.call("GET", path).json


def test_a_visitors_page_leads_on_to_a_page_of_ours_alone_and_a_notice_goes_along(
    cloud: Cloud,
) -> None:
    bearer = cloud.session(cloud.member())
    for path, query, leads_to in (
        ("/sign-in", {"next": "/communities/SW"}, "/communities/SW"),
        ("/sign-in", {"next": "//evil.example"}, "/me"),
        ("/", {"done": "erasing"}, "/me?done=erasing"),
        ("/", {"done": "a b&c"}, "/me?done=a+b%26c"),
    ):
        led = cloud.call("GET", path, bearer=bearer, html=True, query=query)
        assert (led.status, led.headers["Location"]) == (303, leads_to)


@pytest.mark.parametrize("path", ["/meetings/nope", "/meetings/XX-1", "/communities/XX"])
def test_what_no_region_has_is_not_found_before_anything_is_forbidden(
    path: str, cloud: Cloud
) -> None:
    for about in ({}, {"status": "pending"}, {"chair_of": ("SW",)}):
        bearer = cloud.session(cloud.member(**about))
        assert cloud.call("GET", path, bearer=bearer).status == 404
    assert cloud.call("GET", path, bearer=cloud.session("office@example.com")).status == 404
    assert cloud.call("GET", path).status == 401


KEPT_SECONDS = (CODE_SECONDS, SESSION_SECONDS, KNOWN_SECONDS, WAITING_SECONDS)


def test_the_privacy_page_says_what_is_so(community: SampleCommunity) -> None:
    cloud = community.cloud
    words = " ".join(Page(cloud.call("GET", "/privacy", html=True).text).text.split())
    assert all(said_of(each, words) for each in KEPT_SECONDS)
    cookies = {
        name
        for name, value in vars(http_responses).items()
        if name.endswith("_cookie") and callable(value)
    }
    assert len(cookies) == 4 and "There are four cookies." in words
    member = cloud.people[2]
    for reader, sees in (
        (community.chair, False),
        (community.office, True),
        (community.colleague, False),
    ):
        found = cloud.call("GET", f"/members/{member.id}", bearer=reader)
        assert (member.email in found.text) is sees
        assert member.email not in cloud.call("GET", "/communities/SW", bearer=reader).text
    assert "They do not see your email address." in words
    answer = cloud.call("GET", community.path("/sign-up/{token}"), html=True)
    asking = " ".join(Page(answer.text).text.split())
    assert "The National Office sees all of it, and your email address." in asking
    assert "co-chair" not in asking
    path = community.path("/meetings/{id}")
    cloud.call("POST", f"{path}/answer", {"answer": "yes"}, bearer=community.colleague)
    for reader, sees in (
        (community.chair, True),
        (community.office, True),
        (community.colleague, False),
    ):
        names = cloud.call("GET", path, bearer=reader).json["answers"]["names"]
        assert bool(names) is sees
    assert "The member who leads a meeting sees who is coming to it" in words
    found = cloud.call("GET", community.path("/reflections/{id}"), bearer=community.office)
    assert found.status == 404 and "It cannot open reflections." in words
    assert period("stranger_letter").days == 30 and "forgotten 30 days after the email" in words
    legal = cloud.call("GET", "/texts/legal_basis", bearer=community.office).json["paragraph"]
    assert " ".join(legal.split()) in words
    assert period("letter").days == 365 and "For 12 months it is noted which emails" in words


def said_of(seconds: int, text: str) -> bool:
    named = {24 * 60 * 60: "up to a day", 30 * 60: "for 30 minutes", 365 * 86_400: "for a year"}
    named[15 * 60] = "for 15 minutes"
    return named[seconds] in text


KEPT_PAGES = [
    ("/communities/SW/meetings", "/communities/SW/meetings/new", {"topic": "Sleep – Fáilte 😀"}),
    ("/communities/SW/chairs", "/communities/SW/chairs", {"term_months": "6"}),
    ("/reflections/new/feelings", "/reflections/new/feelings", {"text": "Sleep – Fáilte 😀"}),
]
WHOLE = {
    "/communities/SW/meetings": [
        ("kind", "first"), ("starts_at", "2027-05-18T10:00"), ("mode", "in_person"),
    ],
    "/reflections/new/feelings": [("text", "Sleep"), ("go", "on")],
}  # fmt: skip


@pytest.mark.parametrize(("route", "page", "typed"), KEPT_PAGES)
def test_a_form_kept_at_the_end_of_a_session_is_offered_until_it_is_sent(
    route: str, page: str, typed: dict[str, str], cloud: Cloud
) -> None:
    chairs = [cloud.member(chair_of=("SW",)), cloud.member()]
    first = cloud.session(chairs[0])
    cloud.now += timedelta(hours=25)
    posted = cloud.call("POST", route, form=typed, bearer=first, html=True)
    assert posted.headers["Location"] == f"/sign-in?next={quote(page + '?done=kept', safe='')}"
    bearer = cloud.session(chairs[0])
    assert page + "?done=kept" in cloud.call("GET", "/me", bearer=bearer, html=True).text
    page_text = cloud.call("GET", page, bearer=bearer, html=True, query={"done": "kept"}).text
    assert f'<input type="hidden" name="_kept" value="{page}">' in page_text
    for value in typed.values():
        assert value in unescape(page_text)
    whole = WHOLE.get(route) or [("members[]", each.id) for each in chairs]
    assert (
        cloud.call("POST", route, form=[*whole, ("_kept", page)], bearer=bearer, html=True).status
        == 303
    )
    assert "done=kept" not in cloud.call("GET", "/me", bearer=bearer, html=True).text
    again = cloud.call("GET", page, bearer=bearer, html=True, query={"done": "kept"}).text
    assert "so we kept what you were writing" not in again and "_kept" not in again


@pytest.mark.parametrize("quotes", [240_000, 120_000])
def test_a_form_too_large_to_be_kept_is_no_fault(quotes: int, cloud: Cloud) -> None:
    bearer = cloud.session(cloud.member(chair_of=("SW",)))
    cloud.now += timedelta(hours=25)
    for route in ("/communities/SW/meetings", "/reflections"):
        answer = cloud.call(
            "POST", route, "topic=" + '"' * quotes, bearer=bearer, html=True,
            headers={"content-type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        assert answer.status == 303
        assert ("kept" in answer.headers["Location"]) is (quotes < 150_000)


def test_what_no_page_of_ours_would_send_is_not_kept(cloud: Cloud) -> None:
    bearer = cloud.session(cloud.member())
    cloud.now += timedelta(hours=25)
    before = cloud.stored()
    long = "/meetings/" + "x" * 190 + "/items/" + "x" * 190 + "/decline"
    for path, sent in ((long, {"form": {"reason": "x"}}), ("/reflections", {"body": {"a": 1.5}})):
        answer = cloud.call("POST", path, bearer=bearer, html=True, **sent)
        assert answer.status == 303 and "kept" not in answer.headers["Location"]
    assert cloud.stored() == before


def test_surveys_alone_must_not_know_who_asks_and_lie_under_one_address() -> None:
    """So an error page can tell by the address whether it may look (`error_responses`)."""
    for _, app in openapi.list_apps():
        for route in app.routes.values():
            if route.guard is anonymous and (route.method == "POST" or "<" in route.rule):
                assert route.rule.startswith("/surveys/")


def test_every_form_says_what_it_was_filled_from() -> None:
    for template in Path(comhar.__file__).parent.rglob("pages/*.html.j2"):
        text = template.read_text("utf-8")
        if 'method="post"' in text and template.name not in (
            "layout.html.j2",
            "form.html.j2",
            "notices.html.j2",
        ):
            assert re.search(r"{{ (submit|from_kept)\(", text), template.name


def test_an_error_page_has_the_header_of_who_is_signed_in(community: SampleCommunity) -> None:
    bearer = community.cloud.session(community.cloud.people[2])
    for path in ("/meetings/SW-nothing", "/reflections/nothing"):
        page = community.cloud.call("GET", path, bearer=bearer, html=True)
        assert page.status == 404 and "Sign out" in page.text
    link = community.path("/surveys/{token}") + "x"
    page = community.cloud.call("GET", link, bearer=bearer, html=True)
    assert page.status == 410 and "Sign out" not in page.text
