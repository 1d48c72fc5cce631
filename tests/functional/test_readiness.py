"""The office sees the gaps in a quarter's figures and asks about them; co-chairs see their own."""

from typing import Any

import pytest

from comhar import wiring
from comhar.membership.model import Member
from tests.support.cloud import GatewayResponse
from tests.support.page import Page
from tests.support.published_quarters import publish
from tests.support.read_counter import count_reads
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

Q1 = "/reports/kpi/2027-Q1/readiness"
OURS = "/reports/regions/SW"
UNRECORDED = "meeting_unrecorded"


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    """Of 18 February; it is 22 February, and nobody has recorded it."""
    path = region.meeting()
    region.at(2027, 2, 22, 9)
    return path.rpartition("/")[2]


def seen(region: Region, path: str = Q1, who: Member | str = OFFICE) -> Any:
    answer = region.ask(who, "GET", path)
    assert answer.status == 200, answer.text
    return answer.json


def gaps(region: Region, code: str = "SW", path: str = Q1) -> dict[str, Any]:
    """The gaps of a region by code, as the office sees them."""
    [own] = [each for each in seen(region, path)["regions"] if each["region"] == code]
    return {gap["gap"]: gap for gap in own["gaps"]}


def ask(region: Region, gap: str, code: str = "SW", path: str = Q1) -> GatewayResponse:
    return region.ask(OFFICE, "POST", path, {"region": code, "gap": gap})


@pytest.mark.parametrize("role", ["chair", "ann"])
def test_nobody_but_the_office_sees_all_gaps_or_asks(
    region: Region, meeting: str, role: str
) -> None:
    who = getattr(region, role)
    assert region.ask(who, "GET", Q1).status == 403
    body = {"region": "SW", "gap": f"{UNRECORDED}.{meeting}"}
    assert region.ask(who, "POST", Q1, body).status == 403
    assert region.ask(None, "GET", Q1).status == 401
    assert not region.mail(region.chair, "question")


@pytest.mark.parametrize("quarter", ["2026-Q3", "2027-Q2", "2027-Q5", "now", "0001-Q1"])
def test_only_an_open_quarter_has_a_list_of_gaps(region: Region, quarter: str) -> None:
    path = f"/reports/kpi/{quarter}/readiness"
    for answer in (region.ask(OFFICE, "GET", path), ask(region, "no_meeting", path=path)):
        assert answer.status == 404
        assert answer.json["title"] == "There is no list of gaps for this quarter."


def test_the_last_quarter_is_open_until_its_final_figures_are_published(region: Region) -> None:
    last = "/reports/kpi/2026-Q4/readiness"
    assert region.ask(OFFICE, "GET", last).status == 404  # it has no report: nobody was here
    publish("2026-Q4", version=1, status="provisional")
    assert seen(region, last)["over"] is True
    publish("2026-Q4")
    assert region.ask(OFFICE, "GET", last).status == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"region": "XX", "gap": "no_meeting"}, "region"),
        ({"region": "SW", "gap": "no meeting"}, "gap"),
        ({"region": "SW", "gap": "x" * 101}, "gap"),
        ({"region": "SW"}, "gap"),
    ],
)
def test_a_malformed_question_is_refused(region: Region, body: dict, field: str) -> None:
    answer = region.ask(OFFICE, "POST", Q1, body)
    assert answer.status == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]


def test_what_is_not_missing_is_not_asked_about(region: Region, meeting: str) -> None:
    gap = f"{UNRECORDED}.{meeting}"
    region.done(region.chair, f"/meetings/{meeting}/close", {"attended": [region.ann.id]})
    for wanted in (gap, "no_meeting", f"{UNRECORDED}.SW-nothing"):
        answer = ask(region, wanted)
        assert (answer.status, answer.json["title"]) == (409, "This is not missing any more.")
    assert not region.mail(region.chair, "question")


def test_where_there_are_no_co_chairs_nobody_is_asked(region: Region) -> None:
    answer = ask(region, "no_meeting", "MW")
    assert (answer.status, answer.json["title"]) == (
        409,
        "This community has no co-chairs to ask.",
    )
    assert {gap["may_ask"] for gap in gaps(region, "MW").values()} == {False}
    html = region.cloud.call("GET", Q1, bearer=region.cloud.session(OFFICE), html=True).text
    assert html.count("This community has no co-chairs to ask.") == 5
    assert html.count("Ask the co-chairs") == 1  # of the South West, that no meeting was held


def test_the_office_sees_each_regions_gaps_with_the_page_that_fills_them(
    region: Region, meeting: str
) -> None:
    result = seen(region)
    assert [each["region"] for each in result["regions"]][:2] == ["DNE", "DML"]
    own = gaps(region)[f"{UNRECORDED}.{meeting}"]
    assert own == {
        "gap": f"{UNRECORDED}.{meeting}",
        "what": "The meeting on Thursday 18 February 2027 is not recorded yet.",
        "step": "Record or cancel the meeting",
        "href": f"/meetings/{meeting}/close",
        "asked_on": None,
        "may_ask": True,
    }
    assert set(gaps(region, "MW")) == {"no_meeting", "co_chairs_missing"}
    assert result["count"] == sum(len(each["gaps"]) for each in result["regions"])
    # Five and ten working days before Wednesday 31 March, with Good Friday an ordinary Friday
    # and Easter Monday and St Patrick's Day off.
    assert result["reminder_days"] == ["2027-03-15", "2027-03-23"]


def test_the_list_of_reports_leads_to_the_gaps_of_open_quarters(region: Region) -> None:
    assert seen(region, "/reports/kpi")["open_quarters"] == ["2027-Q1"]
    publish("2026-Q4", version=1, status="provisional")
    assert seen(region, "/reports/kpi")["open_quarters"] == ["2026-Q4", "2027-Q1"]
    bearer = region.cloud.session(OFFICE)
    page = Page(region.cloud.call("GET", "/reports/kpi", bearer=bearer, html=True).text)
    assert {Q1, "/reports/kpi/2026-Q4/readiness"} <= set(page.links)
    publish("2026-Q4")
    assert seen(region, "/reports/kpi")["open_quarters"] == ["2027-Q1"]


def test_every_gap_of_the_page_leads_somewhere(region: Region, meeting: str) -> None:
    bearer = region.cloud.session(OFFICE)
    page = Page(region.cloud.call("GET", Q1, bearer=bearer, html=True).text)
    assert page.faults() == []
    fills = [link for each in seen(region)["regions"] for link in each["gaps"]]
    for gap in fills:
        assert gap["href"] in page.links
        assert region.cloud.call("GET", gap["href"], bearer=bearer).status == 200


def test_gaps_read_one_query_a_region_and_three_reads(region: Region, meeting: str) -> None:
    bearer = region.cloud.session(OFFICE)
    with count_reads(region.cloud) as reads:
        region.cloud.call("GET", Q1, bearer=bearer)
    assert reads.calls == 6 + 2


def test_asking_sends_one_email_to_each_co_chair_with_a_link_to_fill_the_gap(
    region: Region, meeting: str
) -> None:
    answer = ask(region, f"{UNRECORDED}.{meeting}")
    assert (answer.status, answer.json["asked_on"]) == (200, "2027-02-22")
    for chair in (region.chair, region.other_chair):
        [message] = region.mail(chair, "A question about the figures for January to March 2027")
        words = " ".join(text(message).split())
        assert "We do not have a record of the meeting on Thursday 18 February 2027 yet." in words
        assert f"https://comhar.example/meetings/{meeting}/close" in words
        assert "If you do nothing, the figures count it as it stands." in words
    assert not region.mail(region.ann, "question")


def test_a_gap_is_asked_about_once_a_day_and_the_page_says_when(
    region: Region, meeting: str
) -> None:
    gap = f"{UNRECORDED}.{meeting}"
    bearer = region.cloud.session(OFFICE)
    body = {"region": "SW", "gap": gap}
    for _ in range(3):
        answer = region.cloud.call("POST", Q1, form=body, bearer=bearer, html=True)
        assert answer.status == 303
        assert answer.headers["Location"] == f"{Q1}?done=co_chairs_asked"
    assert len(region.mail(region.chair, "question")) == 1
    assert (gaps(region)[gap]["asked_on"], gaps(region)[gap]["may_ask"]) == ("2027-02-22", False)
    page = Page(region.cloud.call("GET", Q1, bearer=bearer, html=True).text)
    assert "Asked on Monday 22 February 2027" in page.text
    region.at(2027, 2, 22, 23, 59)
    ask(region, gap)
    assert len(region.mail(region.chair, "question")) == 1
    region.at(2027, 2, 23, 0, 1)
    assert gaps(region)[gap]["may_ask"] is True
    ask(region, gap)
    assert len(region.mail(region.chair, "question")) == 2
    assert gaps(region)[gap]["asked_on"] == "2027-02-23"


def test_co_chairs_chosen_on_the_same_day_are_not_asked_again(region: Region, meeting: str) -> None:
    ask(region, f"{UNRECORDED}.{meeting}")
    chosen = {"members": [region.ann.id, region.ben.id]}
    region.done(OFFICE, "/communities/SW/chairs", chosen)
    ask(region, f"{UNRECORDED}.{meeting}")
    assert not region.mail(region.ann, "question")


def test_two_gaps_are_asked_about_apart(region: Region, meeting: str) -> None:
    other = region.meeting(starts_at="2027-02-24T10:00", kind="additional").rpartition("/")[2]
    region.at(2027, 2, 24, 15)
    for each in (meeting, other):
        ask(region, f"{UNRECORDED}.{each}")
    assert len(region.mail(region.chair, "question")) == 2


def test_a_question_is_not_sent_to_who_leads_no_more_or_about_what_is_filled(
    region: Region, meeting: str
) -> None:
    gap = f"{UNRECORDED}.{meeting}"
    ask(region, gap)
    region.done(
        OFFICE, "/communities/SW/chairs", {"members": [region.other_chair.id, region.ann.id]}
    )
    assert not region.mail(region.chair, "question")
    assert len(region.mail(region.other_chair, "question")) == 1
    region.cloud.now = region.cloud.now.replace(day=23)
    ask(region, gap)
    region.done(region.ann, f"/meetings/{meeting}/close", {"attended": [region.ann.id]})
    assert not region.mail(region.ann, "question")
    assert len(region.mail(region.other_chair, "question")) == 1


def test_what_was_asked_is_forgotten_with_the_email(region: Region, meeting: str) -> None:
    ask(region, f"{UNRECORDED}.{meeting}")
    [item] = wiring.table().query("REPORT#2027-Q1", "ASKED#").items
    [letter, _] = (
        wiring.table().query(f"LETTER#kpi_gap#2027-Q1.SW#{UNRECORDED}.{meeting}.2027-02-22").items
    )
    assert item["expires"] == letter["expires"]


def test_co_chairs_see_their_own_gaps_beside_their_figures_and_members_do_not(
    region: Region, meeting: str
) -> None:
    [running] = seen(region, OURS, region.chair)["open_quarters"]
    assert (running["quarter"], running["over"]) == ("2027-Q1", False)
    assert [gap["gap"] for gap in running["gaps"]] == [f"{UNRECORDED}.{meeting}"]
    member = seen(region, OURS, region.ann)
    assert (member["open_quarters"], member["may_chair"]) == ([], False)
    bearer = region.cloud.session(region.chair)
    page = Page(region.cloud.call("GET", OURS, bearer=bearer, html=True).text)
    assert f"/meetings/{meeting}/close" in page.links
    assert page.faults() == []
    with count_reads(region.cloud) as reads:
        region.cloud.call("GET", OURS, bearer=bearer)
    assert reads.calls == 3


def test_co_chairs_see_the_gaps_of_the_last_quarter_until_it_is_final(region: Region) -> None:
    path = region.meeting(starts_at="2027-03-25T10:00")
    region.at(2027, 4, 6, 9)
    publish("2027-Q1", version=1, status="provisional")
    last, running = seen(region, OURS, region.chair)["open_quarters"]
    assert [gap["href"] for gap in last["gaps"]] == [f"{path}/close"]
    assert [gap["gap"] for gap in running["gaps"]] == ["no_meeting"]
    publish("2027-Q1")
    result = seen(region, OURS, region.chair)
    assert [each["quarter"] for each in result["open_quarters"]] == ["2027-Q2"]
    assert [each["quarter"] for each in result["quarters"]] == ["2027-Q1"]
