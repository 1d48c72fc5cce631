"""A meeting's picture of the success wheel: who saves it, when, and who sees it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from comhar import data, wiring
from comhar.aws.conditions import Put, Update
from comhar.aws.dynamodb import Table
from comhar.meetings.day.repository import scribe_key
from comhar.membership.model import Member
from tests.support.page import Page
from tests.support.sample_region import OFFICE, THURSDAY, Region
from tests.support.snapshots import built_once

WORDS = "dipper-7315 – Ní Shúilleabháin 😔"
NUMBERS = {facet["key"]: 1 + place % 5 for place, facet in enumerate(data.load("wheel"))}
BODY = {"ratings": NUMBERS, "note": WORDS, "revision": 0}
WHEEL = "/communities/SW/wheel"
Who = Member | str


@pytest.fixture
@built_once
def here(region: Region) -> str:
    """The path of the picture of a meeting that has just begun."""
    path = region.meeting()
    region.cloud.now = datetime(2027, 2, 18, 10, tzinfo=UTC)
    return f"{path}/wheel"


def close(region: Region, here: str) -> None:
    """Closes the meeting as the clock stands."""
    form = {"attended": [region.ann.id]}
    region.done(region.chair, here.replace("wheel", "close"), form)


def html(region: Region, who: Who, path: str, form: dict[str, str] | None = None) -> Any:
    bearer = region.cloud.session(who)
    method = "POST" if form else "GET"
    return region.cloud.call(method, path, form=form, bearer=bearer, html=True)


def pictures(region: Region, who: Who) -> list[dict[str, Any]]:
    return region.ask(who, "GET", WHEEL).json["pictures"]


def make_scribe(here: str, member: Member) -> None:
    pk, sk = scribe_key(here.split("/")[2])
    wiring.table().transact([Put({"pk": pk, "sk": sk, "member": member.id})])


def make_lead(here: str, member: Member) -> None:
    key = f"MEETING#{here.split('/')[2]}", "MEETING"
    wiring.table().transact([Update(key, set={"lead": member.id})])


# Refusals


def test_who_does_not_run_the_meeting_saves_nothing(region: Region, here: str) -> None:
    newcomer = region.cloud.member(confirmed=False)
    make_scribe(here, newcomer)
    for who in (region.ann, newcomer, region.stranger, OFFICE):
        for method, body in (("GET", None), ("POST", BODY)):
            assert region.ask(who, method, here, body).status == 403
    assert wiring.table().query("REGION#SW", "WHEEL#").items == []


def test_who_is_not_confirmed_and_the_office_see_the_facets_and_no_picture(
    region: Region, here: str
) -> None:
    region.done(region.chair, here, BODY)
    close(region, here)
    for who in (region.cloud.member(confirmed=False), OFFICE):
        seen = region.ask(who, "GET", WHEEL).json
        assert (len(seen["facets"]), seen["hidden"], seen["pictures"]) == (8, True, [])
        record = here.replace("wheel", "record")
        for path in (WHEEL, record, record.removesuffix("/record"), "/communities/SW"):
            assert WORDS not in html(region, who, path).text
        assert region.ask(who, "GET", f"{WHEEL}.svg").status == 403
    assert region.ask(region.stranger, "GET", WHEEL).status == 403


def test_it_is_too_early_before_the_meeting_begins_and_too_late_a_week_after_its_close(
    region: Region, here: str
) -> None:
    region.cloud.now = datetime(2027, 2, 18, 9, 59, tzinfo=UTC)
    for method, body in (("GET", None), ("POST", BODY)):
        answer = region.ask(region.chair, method, here, body)
        assert (answer.status, answer.json["detail"]) == (
            409,
            "It opens on Thursday 18 February 2027, 10am.",
        )
    region.cloud.now = datetime(2027, 2, 18, 12, tzinfo=UTC)
    close(region, here)
    region.cloud.now = datetime(2027, 2, 25, 12, 0, 1, tzinfo=UTC)
    for method, body in (("GET", None), ("POST", BODY)):
        assert region.ask(region.chair, method, here, body).status == 409
    region.cloud.now = datetime(2027, 2, 25, 12, tzinfo=UTC)
    region.done(region.chair, here, BODY)


def test_a_national_meeting_and_a_cancelled_one_have_none(region: Region, here: str) -> None:
    national = region.done(
        OFFICE, "/national/meetings", {"starts_at": "2027-04-20T10:00", "mode": "online"}
    )
    region.done(region.chair, here.replace("wheel", "cancel"), {"reason": "Snow"})
    for path in (f"/meetings/{national['id']}/wheel", here):
        assert region.ask(region.chair, "POST", path, BODY).status == 409


@pytest.mark.parametrize(
    ("ratings", "field"),
    [
        ({"vision": 0}, "ratings.vision"),
        ({"vision": 6}, "ratings.vision"),
        ({"vision": 3.5}, "ratings.vision"),
        ({"kindness": 3}, "ratings.kindness"),
        ({}, "ratings.vision"),
    ],
)
def test_a_number_or_facet_that_there_is_not_is_refused(
    region: Region, here: str, ratings: dict[str, Any], field: str
) -> None:
    answer = region.ask(region.chair, "POST", here, {"ratings": ratings, "revision": 0})
    assert (answer.status, [each["field"] for each in answer.json["errors"]]) == (422, [field])
    assert pictures(region, region.chair) == []


def test_who_saves_over_what_another_saved_sees_both_and_loses_nothing(
    region: Region, here: str
) -> None:
    region.done(region.chair, here, BODY)
    other = {"ratings": NUMBERS | {"vision": 5}, "note": "Ours", "revision": 0}
    answer = region.ask(region.other_chair, "POST", here, other)
    assert answer.status == 409
    assert answer.json["theirs"] == BODY | {"revision": 1}
    assert answer.json["yours"] == {"ratings": other["ratings"], "note": "Ours"}
    form = {f"ratings.{key}": str(number) for key, number in other["ratings"].items()}
    page = html(region, region.other_chair, here, form | {"note": "Ours", "revision": "0"})
    assert page.status == 409
    words = " ".join(Page(page.text).text.split())
    assert "Vision: somebody else saved 1, you chose 5." in words
    assert f"What somebody else wrote: {WORDS}" in words
    assert "Governance: somebody else" not in words
    assert pictures(region, region.ann)[0]["ratings"] == NUMBERS
    region.done(region.other_chair, here, other | {"revision": 1})
    assert pictures(region, region.ann)[0]["note"] == "Ours"


def test_of_two_who_save_at_the_same_moment_one_is_told(
    region: Region, here: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    transact = Table.transact

    def overtaken(table: Table, writes: list[Put]) -> None:
        monkeypatch.setattr(Table, "transact", transact)
        transact(table, [Put(writes[0].item | {"note": "Theirs"})])
        transact(table, writes)

    bearer = region.cloud.session(region.chair)
    monkeypatch.setattr(Table, "transact", overtaken)
    assert region.cloud.call("POST", here, BODY, bearer=bearer).status == 409
    assert pictures(region, region.ann)[0]["note"] == "Theirs"


def test_only_a_co_chair_removes_a_picture_and_only_the_one_they_saw(
    region: Region, here: str
) -> None:
    region.done(region.chair, here, BODY)
    make_scribe(here, region.ann)
    for who in (region.ann, region.stranger, OFFICE):
        for method, body in (("GET", None), ("POST", {"revision": 1})):
            assert region.ask(who, method, f"{here}/remove", body).status == 403
    assert region.ask(region.chair, "POST", f"{here}/remove", {"revision": 0}).status == 409
    assert len(pictures(region, region.ann)) == 1


# What works


def test_who_runs_the_meeting_saves_it_and_confirmed_members_see_it(
    region: Region, here: str
) -> None:
    make_scribe(here, region.ann)
    make_lead(here, region.ben)
    for number, who in enumerate((region.chair, region.ann, region.ben)):
        form = BODY | {"note": str(number), "revision": number}
        assert region.done(who, here, form) == {
            "meeting": here.split("/")[2],
            "region": "SW",
            "revision": number + 1,
        }
    close(region, here)
    for who in (region.ann, region.ben):
        assert region.ask(who, "GET", here).json["note"] == "2"
    (seen,) = pictures(region, region.cian)
    assert (seen["ratings"], seen["note"], seen["starts_at"]) == (NUMBERS, "2", THURSDAY)
    assert region.ask(region.cian, "GET", WHEEL).json["may_change"] is False
    page = html(region, region.cian, WHEEL)
    assert Page(page.text).faults() == []
    assert "Remove" not in page.text


def test_a_form_may_leave_facets_out_and_the_picture_says_so(region: Region, here: str) -> None:
    form = {"revision": "0", "ratings.vision": "4", "ratings.convening": "", "note": ""}
    assert html(region, region.chair, here, form).status == 303
    (seen,) = pictures(region, region.chair)
    assert (seen["ratings"], seen["note"]) == ({"vision": 4}, None)
    page = Page(html(region, region.chair, f"{WHEEL}").text)
    assert page.faults() == []
    assert page.text.count("Left out") == 7
    form_page = Page(html(region, region.chair, here).text)
    assert form_page.faults() == []
    chosen = [field["name"] for field in form_page.fields if "checked" in field and field["value"]]
    assert chosen == ["ratings.vision"]


def test_pictures_are_listed_newest_first_and_the_newest_is_drawn_beside_the_one_before(
    region: Region, here: str
) -> None:
    region.done(region.chair, here, BODY)
    close(region, here)
    next_one = region.meeting(starts_at="2027-05-13T10:00")
    region.cloud.now = datetime(2027, 5, 13, 9, tzinfo=UTC)
    region.done(region.chair, f"{next_one}/wheel", BODY | {"note": "Newer"})
    assert [each["note"] for each in pictures(region, region.ann)] == ["Newer", WORDS]
    svg = region.ask(region.ann, "GET", f"{WHEEL}.svg")
    assert (svg.status, svg.headers["Content-Type"]) == (200, "image/svg+xml")
    for words in ("This time, 13 May 2027", "Last time, 18 Feb 2027", "Governance"):
        assert words in svg.text
    assert WORDS in html(region, region.ann, WHEEL).text


def test_a_removed_picture_is_deleted_and_can_be_saved_again(region: Region, here: str) -> None:
    region.done(region.chair, here, BODY)
    page = html(region, region.other_chair, f"{here}/remove")
    assert Page(page.text).faults() == []
    after = html(region, region.other_chair, f"{here}/remove", {"revision": "1"})
    assert (after.status, after.headers["Location"]) == (303, f"{WHEEL}?done=wheel_removed")
    assert pictures(region, region.ann) == []
    assert region.ask(region.ann, "GET", f"{WHEEL}.svg").status == 404
    assert region.ask(region.chair, "GET", f"{here}/remove").status == 404
    region.done(region.chair, here, BODY)
    assert len(pictures(region, region.ann)) == 1


def test_a_picture_is_stored_for_three_years(region: Region, here: str) -> None:
    region.done(region.chair, here, BODY)
    (item,) = wiring.table().query("REGION#SW", "WHEEL#").items
    assert item["sk"] == f"WHEEL#{THURSDAY}#{here.split('/')[2]}"
    assert item["expires"] == datetime(2030, 2, 18, 10, tzinfo=UTC).timestamp()
    region.cloud.now = datetime(2030, 2, 18, 10, tzinfo=UTC)
    assert pictures(region, region.ann) == []


def test_the_way_to_it_is_on_the_pages_of_running_and_of_the_record(
    region: Region, here: str
) -> None:
    assert f'href="{here}"' in html(region, region.chair, here.replace("wheel", "run")).text
    close(region, here)
    record = here.replace("wheel", "record")
    assert f'href="{here}"' in html(region, region.chair, record).text
    assert f'href="{here}"' not in html(region, region.ann, record).text
