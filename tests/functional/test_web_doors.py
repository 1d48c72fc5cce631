"""What every door leaves to `comhar.web`, through the real doors: places in lists, kept forms, names."""

import pytest

from tests.support.cloud import Cloud

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
