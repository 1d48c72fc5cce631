"""The records behind a figure of the KPI report, for the office alone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from comhar import data, wiring
from comhar.dates.quarters import Quarter
from comhar.membership.repository import REGISTER
from comhar.reports.model import Figure
from comhar.reports.record_views import describe_change
from comhar.reports.service import freeze_quarter
from tests.support.page import Page
from tests.support.sample_region import OFFICE, Region
from tests.support.snapshots import built_once

AFTER = (2027, 4, 1, 8)
QUARTER = Quarter(2027, 1)
PERSONAL = ("reflections", "survey_responses", "survey_response_rate", "satisfaction_mean")


def path(kpi: str, region: str = "SW", quarter: str = "2027-Q1") -> str:
    return f"/reports/kpi/{quarter}/regions/{region}/{kpi}"


@pytest.fixture
@built_once
def meetings(region: Region) -> list[str]:
    """A quarterly meeting with two of five, an additional one, and one that nobody has closed."""
    paths = [
        region.meeting(starts_at="2027-02-18T10:00"),
        region.meeting(starts_at="2027-02-25T10:00", kind="additional"),
        region.meeting(starts_at="2027-03-04T10:00"),
    ]
    for day in (11, 18, 25):
        region.at(2027, 2, day, 9)
    region.at(2027, 2, 25, 13)
    actions = [{"what": "Bake", "who": region.ann.id, "by": "2027-03-01"}]
    there = {"attended": [region.ann.id, region.ben.id], "actions": actions}
    region.done(region.chair, f"{paths[0]}/close", there)
    region.done(region.chair, f"{paths[1]}/close", {"attended": [region.ann.id]})
    region.at(*AFTER)
    assert freeze_quarter(QUARTER, wiring.context(None))
    return paths


def records(region: Region, kpi: str, **about: str) -> Any:
    answer = region.ask(OFFICE, "GET", path(kpi, **about))
    assert answer.status == 200, answer.text
    return answer.json


def page(region: Region, kpi: str) -> Page:
    bearer = region.cloud.session(OFFICE)
    answer = region.cloud.call("GET", path(kpi), bearer=bearer, html=True)
    assert answer.status == 200, answer.text
    found = Page(answer.text)
    assert found.faults() == []
    return found


def sign_terms(region: Region) -> str:
    """Everyone signs the terms as they are; the path of the terms."""
    terms = f"/communities/{region.code}/terms"
    region.done(region.chair, f"{terms}/submit")
    for who in (region.chair, region.other_chair, OFFICE):
        region.done(who, f"{terms}/sign", {"name": "Áine Walsh", "title": "Lead"})
    return terms


# What is refused


def test_only_the_office_sees_the_records(region: Region, meetings: list[str]):
    for who in (region.chair, region.ann, region.stranger):
        assert region.ask(who, "GET", path("meetings_held")).status == 403
    assert region.ask(None, "GET", path("meetings_held")).status == 401


def test_what_is_no_quarter_region_or_figure_is_not_found(region: Region, meetings: list[str]):
    for where in (
        path("meetings_held", quarter="2027-Q5"),
        path("meetings_held", quarter="2026-Q3"),
        path("meetings_held", quarter="2027-Q3"),
        path("meetings_held", region="XX"),
        path("meetings_held", region="ALL"),
        path("tea"),
        path("members_by_role.tea"),
    ):
        assert region.ask(OFFICE, "GET", where).status == 404
    bad = region.cloud.call(
        "GET", path("members_active"), bearer=region.cloud.session(OFFICE), query={"cursor": "x"}
    )
    assert bad.status == 400


@pytest.mark.parametrize("kpi", PERSONAL)
def test_behind_reflections_and_survey_answers_there_is_nothing_to_see(
    region: Region, meetings: list[str], kpi: str
):
    answer = records(region, kpi)
    assert (answer["records"], answer["current"], answer["changed"]) == (None, None, None)
    assert [answer[name] for name in ("meetings", "members", "terms")] == [[], [], []]
    assert "We do not list" in page(region, kpi).text


def test_of_actions_the_number_alone_is_there(region: Region, meetings: list[str]):
    answer = records(region, "actions_opened")
    assert (answer["current"]["value"], answer["figure"]["value"]) == (1, 1)
    assert "Bake" not in str(answer)
    read = page(region, "actions_opened")
    assert "Bake" not in read.text and "/communities/SW/actions" in read.links


# Meetings


def test_meetings_stand_with_attendance_and_agenda_and_links(region: Region, meetings: list[str]):
    (meeting,) = records(region, "meetings_held")["meetings"]
    assert meeting == {
        "id": meetings[0].rpartition("/")[2], "kind": "quarterly", "starts_at": "2027-02-18T10:00",
        "is_closed": True, "attended": 2, "expected": 5,
        "agenda_issued_at": "2027-02-11T09:00:00.000Z", "agenda_late": False,
    }  # fmt: skip
    read = page(region, "meetings_held")
    assert {f"{meetings[0]}/record", f"{meetings[0]}/attendance/correct"} <= set(read.links)
    assert "2 of 5 members" in read.text and "Thursday 11 February 2027" in read.text


@pytest.mark.parametrize(
    ("kpi", "numbers"),
    [
        ("meetings_held", [0]),
        ("meetings_additional", [1]),
        ("meetings_unconfirmed", [2]),
        ("quarters_met", [0]),
        ("attendance_rate", [0, 1]),
        ("agendas_on_time", [0]),
    ],
)
def test_each_figure_has_its_own_meetings(
    region: Region, meetings: list[str], kpi: str, numbers: list[int]
):
    listed = [f"/meetings/{each['id']}" for each in records(region, kpi)["meetings"]]
    assert listed == [meetings[n] for n in numbers]
    page(region, kpi)


# Members, co-chairs, terms


def test_members_stand_with_their_days_and_lead_to_the_register(
    region: Region, meetings: list[str]
):
    region.done(OFFICE, f"/members/{region.ben.id}/move", {"region": "MW"})
    answer = records(region, "members_active")
    assert (answer["total"], len(answer["members"])) == (5, 5)
    ben = next(each for each in answer["members"] if each["id"] == region.ben.id)
    assert (ben["name"], ben["since"], ben["until"]) == ("Ben", "2027-01-01", "2027-04-01")
    assert f"/members/{region.ann.id}" in page(region, "members_active").links
    assert records(region, "members_joined")["total"] == 5
    assert records(region, "members_left")["total"] == 0
    assert records(region, "members_by_role.recovery_educator")["total"] == 5
    assert records(region, "members_by_role.peer_educator")["total"] == 0


def test_a_look_at_members_is_noted_without_names(region: Region, meetings: list[str]):
    records(region, "members_active")
    lines = wiring.table().query(f"SUBJECT#{REGISTER}", table="audit").items
    assert (lines[-1]["what"], lines[-1]["figure"], lines[-1]["rows"]) == (
        "read_register",
        "members_active",
        5,
    )


def test_fifty_members_a_page_and_no_name_in_the_address(region: Region, meetings: list[str]):
    for n in range(60):
        region.cloud.member(name=f"Ní {n}")
    bearer, where, listed = region.cloud.session(OFFICE), path("members_active"), []
    cursor: str | None = ""
    while cursor is not None:
        assert cursor == "" or cursor.isdecimal()
        answer = region.cloud.call("GET", where, bearer=bearer, query={"cursor": cursor}).json
        listed.append([each["id"] for each in answer["members"]])
        cursor = answer["next"]
    assert [len(each) for each in listed] == [50, 15]
    assert len({member for each in listed for member in each}) == 65
    assert any("cursor=50" in link for link in page(region, "members_active").links)


def test_the_terms_of_co_chairs_stand_with_their_days(region: Region, meetings: list[str]):
    terms = records(region, "chairs_in_term")["terms"]
    assert [(each["name"], each["since"], each["leads"]) for each in terms] == [
        (region.chair.name, "2027-01-11", True),
        (region.other_chair.name, "2027-01-11", True),
    ]
    assert "In term" in page(region, "chairs_in_term").text
    assert "not approved yet" in page(region, "terms_approved").text


def test_a_past_quarter_does_not_show_what_became_of_the_terms_later(
    region: Region, meetings: list[str]
):
    region.cloud.now = datetime(2027, 3, 30, 9, tzinfo=UTC)
    terms = sign_terms(region)
    before = records(region, "terms_approved")["approval"]
    region.at(*AFTER)
    region.done(region.ann, terms, {"sections": {"aim": "Another aim."}, "revision": 1})
    sign_terms(region)
    assert records(region, "terms_approved")["approval"] == before
    assert before["approved_on"] == "2027-03-30" and before["ended_on"] is None


def test_terms_that_were_changed_after_they_were_signed_say_so_and_lead_to_the_terms(
    region: Region, meetings: list[str]
):
    region.cloud.now = datetime(2027, 3, 30, 9, tzinfo=UTC)
    terms = sign_terms(region)
    approved = page(region, "terms_approved")
    assert "in date until" in approved.text and terms in approved.links
    assert "need new signatures" not in approved.text
    region.done(region.ann, terms, {"sections": {"aim": "Another aim."}, "revision": 1})
    assert "so they need new signatures" in page(region, "terms_approved").text


# Beside the report


def test_a_correction_since_the_report_is_shown_beside_its_figure(
    region: Region, meetings: list[str]
):
    before = records(region, "attendance_rate")
    assert (before["version"], before["status"], before["changed"]) == (1, "provisional", None)
    correction = {
        "attended": [region.ann.id, region.ben.id, region.cian.id],
        "reason": "He came in late",
    }
    region.done(OFFICE, f"{meetings[0]}/attendance/correct", correction)
    answer = records(region, "attendance_rate")
    assert (answer["figure"]["value"], answer["current"]["value"]) == (30.0, 40.0)
    words = "Changed since version 1: 30.0% in the report, 40.0% in the records now."
    assert words in page(region, "attendance_rate").text
    assert "40.0% (4 of 10)" in page(region, "attendance_rate").text
    assert "Changed since" not in page(region, "meetings_held").text


def test_a_figure_that_the_report_hides_is_compared_with_nothing():
    hidden, three = Figure(state="hidden", text="hidden"), Figure(state="ok", value=3, text="3")
    no_data = Figure(state="no_data", text="no data")
    assert describe_change(hidden, three) is None
    assert describe_change(no_data, three) == "no data in the report, 3 in the records now"


def test_the_running_quarter_has_records_before_it_has_a_report(
    region: Region, meetings: list[str]
):
    answer = records(region, "members_active", quarter="2027-Q2")
    assert (answer["version"], answer["status"], answer["total"]) == (None, "running", 5)
    elsewhere = region.ask(OFFICE, "GET", path("meetings_held", region="MW")).json
    assert elsewhere["meetings"] == []


def test_what_is_listed_is_what_is_counted(region: Region, meetings: list[str]):
    for code in (each["code"] for each in data.load("kpis")):
        if code == "members_by_role":
            continue  # explained as one, counted role by role
        answer = records(region, code)
        if answer["records"] == "meetings" and answer["current"]["whole"] is None:
            assert len(answer["meetings"]) == answer["current"]["value"]
        if answer["records"] == "members":
            assert answer["total"] == answer["current"]["value"]
