"""Phases of a community, its rests and its end: who may say so, what follows, who is told."""

import pytest

from comhar.meetings import repository as meetings_repository
from tests.functional.test_year_plan import COMMON, DATES
from tests.support.kpi_export import export_last_quarter
from tests.support.sample_region import FORM, OFFICE, Region
from tests.support.torn_reads import tear_next_query

SW = "/communities/SW"
PHASES = SW + "/phases"
LATE = {"until": "2027-03-01"}


@pytest.mark.parametrize(
    ("path", "body", "by_chair"),
    [
        ("/phase", {"phase": "grow"}, True),
        ("/rest", LATE, True),
        ("/rest/end", {}, True),
        ("/close", {}, False),
        ("/reopen", {}, False),
    ],
)
def test_members_read_co_chairs_say_and_the_office_closes(
    region: Region, path: str, body: dict, by_chair: bool
):
    assert region.ask(None, "POST", SW + path, body).status == 401
    for who in (region.ann, region.stranger):
        assert region.ask(who, "POST", SW + path, body).status == 403
    assert (region.ask(region.chair, "POST", SW + path, body).status == 403) is not by_chair
    assert region.ask(region.ann, "GET", PHASES).json["may_change"] is False
    assert region.ask(region.stranger, "GET", PHASES).status == 403


def test_a_phase_may_be_skipped_and_repeated_and_is_listed_with_its_reason(region: Region):
    assert region.ask(region.chair, "POST", SW + "/phase", {"phase": "sleep"}).status == 422
    for phase, why in (("define", None), ("perform", "We met often"), ("define", "New people")):
        region.done(region.chair, SW + "/phase", {"phase": phase, "why": why})
        region.done(region.chair, SW + "/phase", {"phase": phase, "why": why})
    seen = region.ask(region.ann, "GET", PHASES).json
    assert (seen["phase"], [each["phase"] for each in seen["history"]]) == (
        "define",
        ["define", "perform", "define"],
    )
    assert seen["history"][0]["why"] == "New people"
    assert region.ask(region.ann, "GET", SW).json["phase"] == "define"


@pytest.mark.parametrize("until", ["2027-01-11", "2026-12-01", "2028-01-12", "soon"])
def test_a_rest_ends_within_a_year_from_now(region: Region, until: str):
    assert region.ask(region.chair, "POST", SW + "/rest", {"until": until}).status == 422
    assert region.ask(region.chair, "POST", SW + "/rest/end").status == 409


def test_a_rest_is_told_to_every_member_once_and_ends_by_itself_or_before(region: Region):
    for _ in range(2):
        region.done(region.chair, SW + "/rest", LATE)
    region.at(2027, 1, 11, 10)
    assert len(region.mail(region.ann, "takes a rest")) == 1
    assert region.ask(region.ann, "GET", SW).json["resting_until"] == "2027-03-01"
    region.done(region.chair, SW + "/rest/end")
    assert region.ask(region.ann, "GET", PHASES).json["resting_until"] is None
    region.done(region.chair, SW + "/rest", LATE)
    region.cloud.now = region.cloud.now.replace(month=3, day=1, hour=10)
    assert region.ask(region.ann, "GET", PHASES).json["resting_until"] is None


def test_new_co_chairs_change_nothing_of_phase_and_rest(region: Region):
    region.done(region.chair, SW + "/phase", {"phase": "design"})
    region.done(region.chair, SW + "/rest", LATE)
    region.done(OFFICE, SW + "/chairs", {"members": [region.ann.id, region.ben.id]})
    seen = region.ask(region.ann, "GET", PHASES).json
    assert (seen["phase"], seen["resting_until"]) == ("design", "2027-03-01")


def test_a_community_with_a_meeting_to_come_is_not_closed(region: Region):
    meeting = region.done(region.chair, SW + "/meetings", FORM)["id"]
    assert region.ask(OFFICE, "POST", SW + "/close").status == 409
    region.done(region.chair, f"/meetings/{meeting}/cancel", {"reason": "Snow"})
    region.done(OFFICE, SW + "/close")
    assert region.ask(OFFICE, "POST", SW + "/close").status == 409


def test_before_a_community_is_closed_the_office_sees_what_that_does(region: Region):
    for who, status in ((None, 401), (region.ann, 403), (region.chair, 403)):
        assert region.ask(who, "GET", SW + "/close").status == status
    meeting = region.done(region.chair, SW + "/meetings", FORM)["id"]
    bearer = region.cloud.session(OFFICE)
    form = f'action="{SW}/close"'
    page = region.cloud.call("GET", SW + "/close", bearer=bearer, html=True).text
    assert "Cancel them first" in page and form not in page
    region.done(region.chair, f"/meetings/{meeting}/cancel", {"reason": "Snow"})
    page = region.cloud.call("GET", SW + "/close", bearer=bearer, html=True).text
    count = region.ask(OFFICE, "GET", SW).json["count"]
    assert f"Each of the {count} members gets one email" in page and form in page
    assert form not in region.cloud.call("GET", PHASES, bearer=bearer, html=True).text
    region.done(OFFICE, SW + "/close")
    assert region.ask(OFFICE, "GET", SW + "/close").status == 409


def test_a_community_for_which_a_meeting_is_planned_at_that_moment_is_not_closed(
    region: Region, monkeypatch: pytest.MonkeyPatch
):
    tear_next_query(
        monkeypatch,
        "REGION#SW",
        "COMMUNITY",
        lambda: region.done(region.chair, SW + "/meetings", FORM),
    )
    assert region.ask(OFFICE, "POST", SW + "/close").status == 409
    assert region.ask(region.ann, "GET", SW).json["closed_on"] is None


@pytest.mark.parametrize(
    ("path", "body"),
    [("/meetings", FORM), ("/year/2027", COMMON | DATES)],
    ids=["one meeting", "a year's"],
)
def test_nothing_is_planned_in_a_community_that_is_closed_at_that_moment(
    region: Region, monkeypatch: pytest.MonkeyPatch, path: str, body: dict
):
    whole = meetings_repository.get_rules

    def late(*about):
        monkeypatch.undo()
        region.done(OFFICE, SW + "/close")
        return whole(*about)

    monkeypatch.setattr(meetings_repository, "get_rules", late)
    assert region.ask(region.chair, "POST", SW + path, body).status == 409
    assert region.ask(region.ann, "GET", SW + "/meetings").json["coming"] == []
    assert region.ask(region.chair, "POST", SW + path, body).status == 409


def test_in_a_closed_community_nothing_is_planned_until_it_is_open_again(region: Region):
    region.done(OFFICE, SW + "/close")
    region.at(2027, 1, 11, 10)
    assert len(region.mail(region.ben, "is closed")) == 1
    refused = region.ask(region.chair, "POST", SW + "/meetings", FORM)
    assert (refused.status, refused.json["title"]) == (409, "This community is closed.")
    assert region.ask(region.chair, "POST", SW + "/rest", LATE).status == 409
    assert region.ask(region.ann, "GET", SW).json["closed_on"] == "2027-01-11"
    region.done(OFFICE, SW + "/reopen")
    assert region.ask(region.chair, "POST", SW + "/meetings", FORM).status == 201
    assert region.ask(OFFICE, "POST", SW + "/reopen").status == 409


def test_the_report_says_that_a_community_rests(region: Region):
    region.done(region.chair, SW + "/rest", LATE)
    region.cloud.now = region.cloud.now.replace(month=4, day=1, hour=10)
    export_last_quarter(region.cloud.now)
    rows = region.ask(OFFICE, "GET", "/reports/kpi/2027-Q1").json["rows"]
    meetings_row = next(row for row in rows if row["kpi"] == "meetings_held")
    noted = "Resting from Monday 11 January 2027 until Monday 1 March 2027."
    assert tuple(meetings_row["values"][code]["note"] for code in ("SW", "MW")) == (noted, None)
