"""Actions that a community takes on beside its meetings, such as one from the plan of a reflection."""

import pytest

from comhar.reflections.model import STEPS
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region

LIST = "/communities/SW/actions"
WORDS = {step: f"{step} in our words" for step in STEPS}


def form(region: Region, **about: str) -> dict[str, str]:
    return {"what": "Bring biscuits", "who": region.ann.id, "by": "2027-03-10"} | about


def get_page(region: Region, who, path: str) -> Page:
    answer = region.cloud.call("GET", path, bearer=region.cloud.session(who), html=True)
    assert answer.status == 200, answer.text
    return Page(answer.text)


def test_only_who_leads_the_region_adds_one(region: Region):
    for who in (region.ann, region.stranger):
        assert region.ask(who, "GET", f"{LIST}/new").status == 403
        assert region.ask(who, "POST", LIST, form(region)).status == 403
    assert region.ask(region.chair, "GET", LIST).json["actions"] == []


@pytest.mark.parametrize(
    "wrong", [{"who": "nobody"}, {"what": " "}, {"by": "2027-02-30"}, {"by": "2099-01-01"}]
)
def test_one_that_says_too_little_names_the_field(region: Region, wrong: dict[str, str]):
    refused = region.ask(region.chair, "POST", LIST, form(region, **wrong))
    assert refused.status == 422
    assert [each["field"] for each in refused.json["errors"]] == list(wrong)
    assert region.ask(region.chair, "GET", LIST).json["actions"] == []


def test_a_member_of_another_region_takes_none_on(region: Region):
    refused = region.ask(region.chair, "POST", LIST, form(region, who=region.stranger.id))
    assert [each["field"] for each in refused.json["errors"]] == ["who"]


def test_its_owner_sees_it_at_home_and_is_reminded_once(region: Region):
    added = region.done(region.chair, LIST, form(region))
    assert [each["id"] for each in region.ask(region.ann, "GET", "/me").json["actions"]] == [
        added["action"]
    ]
    region.at(2027, 3, 5, 9)
    region.at(2027, 3, 5, 10)
    assert len(region.mail(region.ann, "A reminder from your community")) == 1
    assert region.done(OFFICE, f"{LIST}/{added['action']}/done")


def test_sent_twice_it_is_one_action(region: Region):
    first, again = (region.done(region.chair, LIST, form(region)) for _ in range(2))
    assert first == again
    assert len(region.ask(region.chair, "GET", LIST).json["actions"]) == 1


def test_the_way_to_the_form_stands_under_the_plan_of_a_shared_reflection_for_those_who_lead(
    region: Region,
):
    made = region.done(region.ben, "/reflections", WORDS | {"visibility": "community"})
    path = f"/reflections/{made['id']}"
    assert "Make part of this plan an action" in get_page(region, region.chair, path).text
    assert "Make part of this plan" not in get_page(region, region.cian, path).text
    people = region.ask(region.chair, "GET", f"{LIST}/new").json["people"]
    assert {"Ann", "Ben", "Cian"} <= {each["name"] for each in people}


def test_a_form_that_is_wrong_comes_back_with_all_that_was_typed(region: Region):
    sent = form(region, by="")
    bearer = region.cloud.session(region.chair)
    answer = region.cloud.call("POST", LIST, form=sent, bearer=bearer, html=True)
    page = Page(answer.text)
    assert answer.status == 422
    assert "Bring biscuits" in answer.text and "There is a problem" in page.text
