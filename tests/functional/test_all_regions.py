"""The office's lists of all regions: their communities, and their meetings."""

import pytest

from comhar import regions
from tests.support.cloud import Cloud
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region


@pytest.mark.parametrize("path", ["/communities", "/meetings"])
def test_nobody_but_the_office_reads_the_lists_of_all_regions(region: Region, path: str) -> None:
    for who, status in ((None, 401), (region.ann, 403), (region.chair, 403)):
        assert region.ask(who, "GET", path).status == status


def test_before_anything_is_planned_each_region_is_there_and_the_list_of_meetings_says_so(
    emptied: Cloud,
) -> None:
    cloud = emptied
    bearer = cloud.session(OFFICE)
    lines = cloud.call("GET", "/communities", bearer=bearer).json["communities"]
    assert [line.pop("region") for line in lines] == list(regions.codes())
    nothing = {"chairs": [], "members": 0, "next": None, "last": None, "closed_on": None}
    assert all(line == nothing for line in lines)
    seen = cloud.call("GET", "/meetings", bearer=bearer).json
    assert seen == {"coming": [], "past": [], "days": 90}
    for path, words in (
        ("/communities", ["No meeting planned", "No co-chairs yet", "Not in the last year"]),
        ("/meetings", ["No meetings are planned.", "no meetings in the last 90 days"]),
    ):
        page = Page(cloud.call("GET", path, bearer=bearer, html=True).text)
        assert page.faults() == []
        assert all(each in page.text for each in words)


def test_a_community_is_listed_with_its_co_chairs_members_and_meetings(region: Region) -> None:
    cancelled = region.meeting(starts_at="2027-01-20T10:00")
    region.done(region.chair, f"{cancelled}/cancel", {"reason": "Snow"})
    first = region.meeting(starts_at="2027-01-28T10:00")
    later = region.meeting(starts_at="2027-05-20T10:00")

    def south_west() -> dict:
        lines = region.ask(OFFICE, "GET", "/communities").json["communities"]
        (line,) = (each for each in lines if each["region"] == "SW")
        return dict(line)

    before = south_west()
    assert before["chairs"] == [region.chair.name, region.other_chair.name]
    assert (before["members"], before["last"]) == (5, None)
    assert before["next"]["id"] == first.rpartition("/")[2]
    region.at(2027, 1, 28, 11)
    assert south_west()["next"]["id"] == first.rpartition("/")[2]  # it goes on
    region.at(2027, 1, 28, 13)
    assert south_west()["last"] is None  # nobody has said yet that it took place
    region.done(region.chair, f"{first}/close", {"attended": [region.ann.id]})
    after = south_west()
    assert after["last"]["id"] == first.rpartition("/")[2]
    assert after["next"]["id"] == later.rpartition("/")[2]


def test_a_closed_community_says_so(region: Region) -> None:
    region.done(OFFICE, "/communities/SW/close")
    bearer = region.cloud.session(OFFICE)
    page = Page(region.cloud.call("GET", "/communities", bearer=bearer, html=True).text)
    assert "Closed on" in page.text


def test_meetings_of_all_regions_stand_in_one_list_by_date(region: Region) -> None:
    second = region.meeting(starts_at="2027-02-18T10:00")
    form = {"starts_at": "2027-02-10T10:00", "minutes": 120, "mode": "online"}
    event = region.done(OFFICE, "/national/meetings", form | {"topic": "Families"})["id"]
    elsewhere = {
        "kind": "quarterly",
        "starts_at": "2027-03-01T10:00",
        "minutes": 120,
        "mode": "online",
    }
    third = region.done(region.stranger, "/communities/DSE/meetings", elsewhere)["id"]

    def seen(of: str) -> list[tuple[str, str]]:
        lines = region.ask(OFFICE, "GET", "/meetings").json[of]
        return [(each["region"], each["id"]) for each in lines]

    first, south_west, south_east = ("IE", event), ("SW", second.rpartition("/")[2]), ("DSE", third)
    assert (seen("coming"), seen("past")) == ([first, south_west, south_east], [])
    region.at(2027, 2, 18, 11)  # it goes on
    assert seen("coming") == [south_west, south_east]
    region.at(2027, 2, 18, 12)
    assert (seen("coming"), seen("past")) == ([south_east], [south_west, first])
    bearer = region.cloud.session(OFFICE)
    page = Page(region.cloud.call("GET", "/meetings", bearer=bearer, html=True).text)
    assert page.faults() == []
    assert "Not closed yet" in page.text
    assert {second, "/national/meetings/new"} <= set(page.links)
    region.at(2027, 5, 20, 12)
    assert seen("past") == [south_east]  # of the last 90 days
