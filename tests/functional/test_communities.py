"""A community through the doors: who sees whom, who names the co-chairs; and who may not."""

import pytest

from tests.support import cloud as clouds
from tests.support.region import FORM, OFFICE, Region, settled

SW, CHAIRS, MEETINGS = "/communities/SW", "/communities/SW/chairs", "/communities/SW/meetings"


@pytest.fixture
def region():
    with clouds.opened() as cloud:
        yield settled(cloud, "SW")


def test_only_co_chairs_and_the_office_name_co_chairs(region: Region):
    body = {"members": [region.ann.id, region.ben.id]}
    assert region.ask(None, "POST", CHAIRS, body).status == 401
    for who in (region.ann, region.stranger):
        assert region.ask(who, "POST", CHAIRS, body).status == 403
        assert region.ask(who, "GET", CHAIRS).status == 403
    assert region.ask(region.chair, "POST", CHAIRS, body).status == 200


@pytest.mark.parametrize(
    "case", ["one", "three", "twice", "stranger", "waiting", "unknown", "term"]
)
def test_two_active_members_of_the_region_lead_it_and_nobody_else(region: Region, case: str):
    waiting = region.cloud.member(status="pending", confirmed=False)
    ann, ben = region.ann.id, region.ben.id
    body = {
        "one": {"members": [ann]},
        "three": {"members": [ann, ben, region.cian.id]},
        "twice": {"members": [ann, ann]},
        "stranger": {"members": [ann, region.stranger.id]},
        "waiting": {"members": [ann, waiting.id]},
        "unknown": {"members": [ann, "nobody"]},
        "term": {"members": [ann, ben], "term_months": 7},
    }[case]
    answer = region.ask(OFFICE, "POST", CHAIRS, body)
    assert answer.status == 422
    field = answer.json["errors"][0]["field"]
    assert field.partition(".")[0] == ("term_months" if case == "term" else "members")
    assert region.ask(region.ann, "GET", "/me").json["chair_of"] == []


def test_new_co_chairs_are_confirmed_and_those_before_step_down(region: Region):
    new = region.cloud.member(name="Órla", confirmed=False)
    body = {"members": [region.chair.id, new.id], "term_months": 6}
    led = region.done(region.other_chair, CHAIRS, body)
    assert led["until"] == "2027-07-11"
    me = region.ask(new, "GET", "/me").json
    assert (me["chair_of"], me["confirmed"]) == (["SW"], True)
    assert region.ask(new, "POST", MEETINGS, FORM).status == 201
    assert region.ask(region.chair, "POST", MEETINGS, FORM).status == 201
    assert region.ask(region.other_chair, "POST", MEETINGS, FORM).status == 403
    assert "Órla" in region.ask(region.ann, "GET", SW).json["chairs"]


def test_names_are_for_confirmed_members_and_ids_for_co_chairs(region: Region):
    new = region.cloud.member(confirmed=False)
    assert region.ask(None, "GET", SW).status == 401
    assert region.ask(region.stranger, "GET", SW).status == 403
    hidden = region.ask(new, "GET", SW).json
    assert (hidden["hidden"], hidden["members"], hidden["count"]) == (True, [], 6)
    seen = region.ask(region.ann, "GET", SW).json["members"]
    assert {"Ann", "Ben", "Cian"} <= {each["name"] for each in seen}
    assert {each["id"] for each in seen} == {None}
    for who in (region.chair, OFFICE):
        ids = {each["id"] for each in region.ask(who, "GET", SW).json["members"]}
        assert region.ann.id in ids


def test_members_are_listed_where_they_are_looked_for(region: Region):
    for name in ("Áine", "Zara", "Órla", "Oisín"):
        region.cloud.member(name=name)
    names = [each["name"] for each in region.ask(region.ann, "GET", SW).json["members"]]
    order = [names.index(each) for each in ("Áine", "Ann", "Ben", "Oisín", "Órla", "Zara")]
    assert order == sorted(order)


@pytest.mark.parametrize("path", ["", "/chairs", "/meetings", "/meetings/new", "/actions"])
def test_there_is_no_seventh_region(region: Region, path: str):
    assert region.ask(OFFICE, "GET", f"/communities/XX{path}").status == 404
    assert region.ask(region.ann, "GET", f"/communities/XX{path}").status in (403, 404)


def test_nothing_is_scheduled_in_a_region_that_is_none(region: Region):
    assert region.ask(OFFICE, "POST", "/communities/XX/meetings", FORM).status == 404
