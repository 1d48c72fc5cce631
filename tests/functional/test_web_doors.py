"""What every door leaves to `comhar.web`, through the real doors: places in lists, kept forms, names."""

import pytest

from comhar.letters.records import KEPT
from comhar.membership.records import STRANGER_KEPT
from comhar.web import headers
from comhar.web.headers import CODE_SECONDS, SESSION_SECONDS
from tests.support.cloud import Cloud
from tests.support.page import Page
from tests.support.world import World

pytestmark = pytest.mark.xdist_group("web_doors")


@pytest.mark.parametrize("cursor", ["x", "SURVEY#", "MEETING#2027-01-01#SW-1", "SURVEY#é#SW-1", "~"])
def test_the_place_of_another_list_is_none_of_this(cursor: str, cloud: Cloud) -> None:
    bearer = cloud.session("office@example.com")
    path = "/communities/SW/surveys"
    answer = cloud.call("GET", path, bearer=bearer, query={"cursor": cursor})
    assert (answer.status, answer.json["detail"]) == (400, "This page of the list does not exist.")
    assert cloud.call("GET", path, bearer=bearer, query={"cursor": ""}).status == 200
    assert cloud.call("GET", path, query={"cursor": cursor}).status == 401


@pytest.mark.parametrize("path", ["/meetings/nope", "/meetings/XX-1", "/communities/XX"])
def test_what_no_region_has_is_not_found_before_anything_is_forbidden(
    path: str, cloud: Cloud
) -> None:
    for about in ({}, {"status": "pending"}, {"chair_of": ("SW",)}):
        bearer = cloud.session(cloud.member(**about))
        assert cloud.call("GET", path, bearer=bearer).status == 404
    assert cloud.call("GET", path, bearer=cloud.session("office@example.com")).status == 404
    assert cloud.call("GET", path).status == 401


def test_the_privacy_page_says_what_is_so(world: World) -> None:
    cloud = world.cloud
    said = " ".join(Page(cloud.call("GET", "/privacy", html=True).text).text.split())
    assert said_of(CODE_SECONDS, said) and said_of(SESSION_SECONDS, said)
    cookies = {
        name
        for name, value in vars(headers).items()
        if name.endswith("_cookie") and callable(value)
    }
    assert len(cookies) == 2 and "There are two cookies." in said
    member = cloud.people[2]
    for reader, sees in ((world.chair, True), (world.office, True), (world.colleague, False)):
        found = cloud.call("GET", f"/members/{member.id}", bearer=reader)
        assert (member.email in found.text) is sees
    assert "They also see your email address" in said
    path = world.path("/meetings/{id}")
    cloud.call("POST", f"{path}/answer", {"answer": "yes"}, bearer=world.colleague)
    for reader, sees in ((world.chair, True), (world.office, True), (world.colleague, False)):
        names = cloud.call("GET", path, bearer=reader).json["answers"]["names"]
        assert bool(names) is sees
    assert "The member who leads a meeting sees who is coming to it" in said
    found = cloud.call("GET", world.path("/reflections/{id}"), bearer=world.office)
    assert found.status == 404 and "It cannot open reflections." in said
    assert STRANGER_KEPT.days == 30 and "forgotten after 30 days" in said
    assert KEPT.days == 365 and "For a year it is noted which letters" in said


def said_of(seconds: int, text: str) -> bool:
    return {24 * 60 * 60: "up to a day", 15 * 60: "for 15 minutes"}[seconds] in text
