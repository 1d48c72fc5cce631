"""Tests that the data files say what the domain asks for and are whole."""

import json
from pathlib import Path

import pytest

from comhar import data
from comhar.data import load

FILES = sorted(path.stem for path in Path(data.__file__).parent.glob("*.json"))
KINDS = {"single", "many", "rating", "yes_no", "short", "long"}


def keys(name):
    return [entry["key"] for entry in load(name)]


@pytest.mark.parametrize("name", FILES)
def test_every_file_reads_and_holds_no_key_twice(name):
    def once(pairs):
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    path = Path(data.__file__).with_name(f"{name}.json")
    assert json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)


def test_there_are_six_regions_and_every_county_is_served():
    regions = load("regions")
    assert [region["code"] for region in regions] == ["DNE", "DML", "DSE", "SW", "MW", "WNW"]
    served = " ".join(county for region in regions for county in region["counties"])
    for county in [
        "Carlow",
        "Cavan",
        "Clare",
        "Cork",
        "Donegal",
        "Dublin",
        "Galway",
        "Kerry",
        "Kildare",
        "Kilkenny",
        "Laois",
        "Leitrim",
        "Limerick",
        "Longford",
        "Louth",
        "Mayo",
        "Meath",
        "Monaghan",
        "Offaly",
        "Roscommon",
        "Sligo",
        "Tipperary",
        "Waterford",
        "Westmeath",
        "Wexford",
        "Wicklow",
    ]:
        assert county in served


def test_there_are_nine_roles_and_another():
    assert len(set(keys("roles"))) == 10
    assert keys("roles")[-1] == "other"
    assert {"peer_support_worker", "ips_worker"} < set(keys("roles"))


def test_reflections_have_the_six_steps_of_gibbs():
    assert keys("reflection_steps") == [
        "description",
        "feelings",
        "evaluation",
        "analysis",
        "conclusion",
        "action_plan",
    ]


def test_the_wheel_has_eight_facets_and_a_review_rates_each():
    questions = {q["key"]: q["kind"] for q in load("surveys")["cop_review"]["questions"]}
    assert len(keys("wheel")) == 8
    assert all(questions[facet] == "rating" for facet in keys("wheel"))


def test_there_are_nine_engagement_principles_each_with_a_question():
    principles = load("engagement_principles")
    assert [principle["title"] for principle in principles] == [
        "Person-led",
        "Respect",
        "Collaboration",
        "Equity",
        "Response",
        "Self-empowerment",
        "Accountability",
        "Acknowledgement",
        "Courage",
    ]
    for principle in principles:
        assert set(principle) == {"key", "title", "text", "question"}
        assert principle["question"].endswith("?")
        assert 1 <= principle["text"].count(".") <= 2


def test_there_are_nine_kinds_of_conversation_and_no_topic_twice():
    assert len(set(keys("conversation_kinds"))) == 9
    assert len(set(load("topics"))) == len(load("topics")) == 18


LENGTHS = {"first": 180, "standing": 120, "reflective": 120, "national": 240}


@pytest.mark.parametrize(("name", "minutes"), LENGTHS.items())
def test_agenda_templates_add_up(name, minutes):
    items = load("agenda_templates")[name]["items"]
    assert sum(item["minutes"] for item in items) == minutes
    assert len({item["key"] for item in items}) == len(items)
    assert all(set(item) == {"key", "title", "minutes", "text"} for item in items)
    assert set(load("agenda_templates")) == set(LENGTHS)


def test_of_meetings_there_is_only_what_is_read():
    meetings = load("meetings")
    assert set(meetings) == {"national", "kinds", "modes"}
    assert {name for mode in meetings["modes"] for name in mode} == {"key", "title"}


def test_every_kind_of_meeting_has_a_template():
    for kind in load("meetings")["kinds"]:
        assert kind["agenda"] in load("agenda_templates")


@pytest.mark.parametrize("name", ["meeting_feedback", "cop_review", "annual_value", "needs"])
def test_surveys_are_well_formed(name):
    survey = load("surveys")[name]
    sections = {section["key"] for section in survey["sections"]}
    questions = survey["questions"]
    assert len({question["key"] for question in questions}) == len(questions)
    for question in questions:
        assert question["kind"] in KINDS
        assert question["section"] in sections
        assert question["text"]
        assert ("options" in question) == (question["kind"] in {"single", "many"})
        assert (question["kind"] == "rating") == bool(question.get("low") and question.get("high"))
        values = [option["value"] for option in question.get("options", [])]
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("name", ["meeting_feedback", "cop_review"])
def test_satisfaction_is_asked_alike_so_that_it_can_be_counted(name):
    questions = {question["key"]: question for question in load("surveys")[name]["questions"]}
    assert questions["satisfaction"]["kind"] == "rating"
    assert questions["satisfaction"]["required"]
