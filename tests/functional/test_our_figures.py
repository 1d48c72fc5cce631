"""Our figures: confirmed members see what is published for their region, and nobody else does."""

from collections import Counter

import pytest

from comhar import wiring
from comhar.aws.conditions import Put
from comhar.dates.quarters import Quarter
from comhar.reports import our_views
from comhar.reports.aggregate import Tally
from comhar.reports.model import Figure
from tests.support.cloud import Cloud
from tests.support.page import Page
from tests.support.published_quarters import publish
from tests.support.read_counter import count_reads
from tests.support.sample_community import OFFICE

OURS = "/reports/regions/SW"
Q4 = f"{OURS}/2026-Q4"


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


@pytest.mark.parametrize(
    ("about", "title"),
    [
        ({"confirmed": False}, "Figures open to you once"),
        ({"status": "pending", "confirmed": False}, "has not approved your request yet"),
        ({"status": "left"}, "cannot see or change this"),
        ({"region": "MW"}, "another region"),
        ({"region": "MW", "chair_of": ("MW",)}, "another region"),
    ],
)
@pytest.mark.parametrize("path", [OURS, Q4])
def test_nobody_but_confirmed_members_of_the_region_sees_its_figures(
    cloud: Cloud, about: dict, title: str, path: str
) -> None:
    publish("2026-Q4", meetings_held=1)
    answer = cloud.call("GET", path, bearer=cloud.session(cloud.member(**about)))
    assert answer.status == 403
    assert title in answer.json["title"]
    assert cloud.call("GET", path).status == 401


def test_a_quarter_that_is_not_published_is_not_found(cloud: Cloud) -> None:
    publish("2026-Q4", version=1, status="provisional")
    bearer = cloud.session(cloud.member())
    for quarter in ("2026-Q4", "2027-Q1", "2026-Q5", "latest", "0001-Q1", "9999-Q4"):
        answer = cloud.call("GET", f"{OURS}/{quarter}", bearer=bearer)
        assert answer.status == 404
        assert answer.json["title"] == "No figures are published for this quarter."
    assert cloud.call("GET", "/reports/regions/XX", bearer=bearer).status == 404


def test_before_anything_is_published_the_page_says_when_it_will_be(cloud: Cloud) -> None:
    publish("2026-Q4", version=1, status="provisional")
    bearer = cloud.session(cloud.member())
    assert cloud.call("GET", OURS, bearer=bearer).json["quarters"] == []
    page = Page(cloud.call("GET", OURS, bearer=bearer, html=True).text)
    words = "No figures are published yet. The National Office publishes them after each quarter."
    assert words in page.text


def test_published_quarters_stand_newest_first_each_once(cloud: Cloud) -> None:
    publish("2026-Q1")
    publish("2026-Q2")
    publish("2026-Q2", version=3)
    publish("2026-Q3", version=1, status="provisional")
    bearer = cloud.session(cloud.member())
    with count_reads(cloud) as reads:
        answer = cloud.call("GET", OURS, bearer=bearer)
    listed = [(each["quarter"], each["version"]) for each in answer.json["quarters"]]
    assert listed == [("2026-Q2", 3), ("2026-Q1", 2)]
    assert reads.calls == 1
    text = cloud.call("GET", OURS, bearer=bearer, html=True).text
    assert 'href="/reports/regions/SW/2026-Q2">April to June 2026</a>' in text


def test_figures_without_data_or_target_are_folded_and_lost_nowhere(cloud: Cloud) -> None:
    publish("2026-Q4", meetings_held=1, attended=5, expected=7, reflections=8)
    bearer = cloud.session(cloud.member())
    rows = cloud.call("GET", Q4, bearer=bearer).json["rows"]
    main = {row["kpi"] for row in rows if row["is_main"]}
    assert {"meetings_held", "attendance_rate", "members_active"} <= main
    assert main.isdisjoint({"reflections", "survey_response_rate", "agendas_on_time"})
    text = cloud.call("GET", Q4, bearer=bearer, html=True).text
    before, folded = text.split('<details class="nhsuk-details">', 1)
    assert f"Other figures ({len(rows) - len(main)})" in folded
    for row in rows:
        link = f'href="/reports/figures/{row["kpi"]}"'
        assert (link in before, link in folded) == (row["is_main"], not row["is_main"])


def test_the_office_lists_each_quarter_once_however_many_versions_others_have(cloud: Cloud) -> None:
    for version in range(2, 44):
        publish("2026-Q3", version=version)
    publish("2026-Q2", version=1, status="provisional")
    listed = cloud.call("GET", "/reports/kpi", bearer=cloud.session(OFFICE)).json
    lines = [(each["quarter"], each["version"]) for each in listed["reports"]]
    assert lines == [("2026-Q3", 43), ("2026-Q2", 1)]
    assert listed["years_to_date"] == ["2026-Q3-ytd", "2026-Q2-ytd"]


@pytest.mark.parametrize("about", [{}, {"confirmed": False, "chair_of": ("SW",)}, None])
def test_members_co_chairs_and_the_office_see_the_regions_figures_as_published(
    cloud: Cloud, about: dict | None
) -> None:
    report = publish("2026-Q4", meetings_held=1, attended=5, expected=7, quarters_met=3)
    bearer = cloud.session(OFFICE if about is None else cloud.member(**about))
    with count_reads(cloud) as reads:
        answer = cloud.call("GET", Q4, bearer=bearer)
    assert reads.calls == (1 if about == {} else 2)  # of reasons that are to be published
    assert (answer.json["version"], answer.json["region"]) == (2, "SW")
    figures = {row["kpi"]: row for row in answer.json["rows"] + answer.json["roles"]}
    for row in report.rows:
        figure = row.values["SW"]
        for name in ("value", "state", "target_met", "reason"):
            assert figures[row.kpi][name] == getattr(figure, name), row.kpi
        assert figures[row.kpi]["national"]["value"] == row.national.value
    assert len(figures) == len(report.rows)


def test_a_newer_version_takes_the_place_of_the_older(cloud: Cloud) -> None:
    publish("2026-Q4", meetings_held=0)
    publish("2026-Q4", version=3, meetings_held=1)
    answer = cloud.call("GET", Q4, bearer=cloud.session(cloud.member()))
    assert answer.json["rows"][0]["value"] == 1
    assert answer.json["version"] == 3


def test_a_figure_is_compared_with_the_last_quarter_that_was_published(cloud: Cloud) -> None:
    publish("2026-Q2", meetings_held=3, attended=1, expected=2, chairs_in_term=2)
    publish("2026-Q3", version=1, status="provisional", meetings_held=9)
    publish("2026-Q4", meetings_held=1, attended=3, expected=4, chairs_in_term=2)
    bearer = cloud.session(cloud.member())
    answer = cloud.call("GET", Q4, bearer=bearer).json
    changes = {row["kpi"]: row["change"] for row in answer["rows"]}
    assert answer["before"] == "2026-Q2"
    assert changes["meetings_held"] == "2 fewer"
    assert changes["attendance_rate"] == "25.0 points higher"
    assert changes["chairs_in_term"] == "No change"
    assert changes["satisfaction_mean"] is None
    first = cloud.call("GET", f"{OURS}/2026-Q2", bearer=bearer).json
    assert first["before"] is None
    assert {row["change"] for row in first["rows"]} == {None}


@pytest.mark.parametrize(
    ("unit", "value", "earlier", "words"),
    [
        ("count", 3, 1, "2 more"),
        ("mean", 4.5, 4.25, "0.25 higher"),
        ("mean", 4.1, 4.25, "0.15 lower"),
        ("yes_no", 1, 0, "Was no"),
        ("yes_no", 0, 1, "Was yes"),
        ("percent", 66.7, 100.0, "33.3 points lower"),
        ("count", None, 1, None),
        ("count", 1, None, None),
    ],
)
def test_a_change_is_said_in_words(unit, value, earlier, words) -> None:
    now, before = (Figure(state="ok", value=each, text="") for each in (value, earlier))
    assert our_views.describe_change(unit, now, before) == words


def test_the_page_says_met_not_met_hidden_and_why(cloud: Cloud) -> None:
    counts = Counter(meetings_held=0, chairs_in_term=2, surveys=1, invited=9)
    tally = Tally(counts, few_answered=True, has_members=True)
    publish("2026-Q4", tally=tally, reasons={"meetings_held": "Venue or weather: a storm"})
    cloud.member(name="Bláthnaid Ní Mhaoldomhnaigh", chair_of=("SW",))
    bearer = cloud.session(cloud.member(name="Úna Nic Giolla Phádraig"))
    html = cloud.call("GET", Q4, bearer=bearer, html=True).text
    text = " ".join(Page(html).text.split())
    for words in (
        "0, target 1",
        "Our figures, October to December 2026",
        "Not met",
        "Reason: Venue or weather: a storm",
        "Hidden means that",
        "No data means that",
        "How each figure is counted",
        "First, quarterly and reflective meetings that took place.",
    ):
        assert words in text
    assert "Met" in text.replace("Not met", "")
    assert "Mhaoldomhnaigh" not in html
    assert Page(html).faults() == []


def test_what_is_neither_hidden_nor_missing_is_not_explained(cloud: Cloud) -> None:
    report = publish("2026-Q4", meetings_held=1)
    rows = [row for row in report.rows if row.kpi == "meetings_held"]
    ours = our_views.our_report(report.model_copy(update={"rows": rows}), "SW", None, [], "")
    assert not ours.hidden and not ours.no_data


def test_the_way_leads_from_home_and_community_for_confirmed_members(cloud: Cloud) -> None:
    known, new = (cloud.session(cloud.member(confirmed=each)) for each in (True, False))
    for path in ("/me", "/communities/SW"):
        links = Page(cloud.call("GET", path, bearer=known, html=True).text).links
        assert links.count(OURS) == 1, path
        assert OURS not in Page(cloud.call("GET", path, bearer=new, html=True).text).links


def test_the_quarter_before_is_looked_for_within_a_year(cloud: Cloud) -> None:
    publish("2025-Q4", meetings_held=1)
    bearer = cloud.session(cloud.member())
    publish("2026-Q4", meetings_held=1)
    assert cloud.call("GET", Q4, bearer=bearer).json["before"] == str(Quarter(2025, 4))
    publish("2027-Q1", meetings_held=1)
    answer = cloud.call("GET", f"{OURS}/2027-Q1", bearer=bearer).json
    assert answer["before"] == "2026-Q4"


def choose(kpi: str, sentence: str, quarter: str = "2026-Q4") -> None:
    """The office has chosen a reason."""
    item = {
        "reason": "venue_or_weather",
        "sentence": sentence,
        "chosen_at": "2027-01-07T10:00:00.000Z",
    }
    key = {"pk": f"REPORT#{quarter}", "sk": f"REASON#SW#{kpi}"}
    wiring.table().transact([Put(key | item)])


def test_co_chairs_alone_see_reasons_before_they_are_published(cloud: Cloud) -> None:
    publish("2026-Q4", version=1, status="provisional", meetings_held=0)
    choose("meetings_held", "A storm")
    member, elsewhere, chair = (
        cloud.session(cloud.member(**about))
        for about in ({}, {"region": "MW", "chair_of": ("MW",)}, {"chair_of": ("SW",)})
    )
    assert cloud.call("GET", Q4, bearer=member).status == 404
    assert cloud.call("GET", Q4, bearer=elsewhere).status == 403
    with count_reads(cloud) as reads:
        answer = cloud.call("GET", Q4, bearer=chair)
    assert reads.calls == 2
    [reason] = answer.json["reasons"]
    assert (reason["kpi"], reason["label"]) == ("meetings_held", "Meetings held")
    assert reason["reason"].endswith(": A storm")
    assert (answer.json["rows"], answer.json["published_at"]) == ([], None)
    page = Page(cloud.call("GET", Q4, bearer=chair, html=True).text)
    words = " ".join(page.text.split())
    assert "Shown to you since Thursday 7 January 2027." in words
    assert "The figures are not published yet." in words
    assert "mailto:comhar@example.com" in page.links
    assert page.faults() == []
    links = Page(cloud.call("GET", OURS, bearer=chair, html=True).text).links
    assert Q4 in links
    assert Q4 not in Page(cloud.call("GET", OURS, bearer=member, html=True).text).links


def test_a_reason_that_is_published_is_not_shown_as_one_to_come(cloud: Cloud) -> None:
    choose("meetings_held", "A storm")
    choose("chairs_in_term", "Somebody left")
    reason = "Venue or weather: A storm"
    publish("2026-Q4", meetings_held=0, reasons={"meetings_held": reason})
    chair, member = (cloud.session(cloud.member(**about)) for about in ({"chair_of": ("SW",)}, {}))
    answer = cloud.call("GET", Q4, bearer=chair).json
    assert answer["rows"][0]["reason"] == reason
    assert [each["kpi"] for each in answer["reasons"]] == ["chairs_in_term"]
    assert cloud.call("GET", Q4, bearer=member).json["reasons"] == []
    html = cloud.call("GET", Q4, bearer=chair, html=True).text
    assert "Reasons to be published" in html and "Published figures" in html


def test_a_quarter_that_runs_has_no_page_for_co_chairs_either(cloud: Cloud) -> None:
    publish("2026-Q4")
    chair = cloud.session(cloud.member(chair_of=("SW",)))
    assert cloud.call("GET", f"{OURS}/2027-Q1", bearer=chair).status == 404
