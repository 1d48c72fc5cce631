"""A survey through its routes: asked by letter, answered by nobody in particular, shown from five up."""

import json
import re
from datetime import datetime
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.dynamodb import Table
from comhar.dates.quarters import Quarter
from comhar.reports.figures import make_report
from comhar.reports.service import tally_regions
from comhar.results.service import PAGE_SIZE
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import new_meeting_feedback
from comhar.tokens import new_id
from tests.support import ballot_links, fake_aws
from tests.support.cloud import Cloud, GatewayResponse

GOOD = {"satisfaction": 5, "useful": True, "took_away": ["idea"], "went_well": "Fáilte 😀 مرحبا"}


@pytest.fixture
def cloud(emptied: Cloud) -> Cloud:
    return emptied


def ask(cloud: Cloud, count: int) -> list[str]:
    """Opens the survey of a meeting that was closed now; the links by person."""
    people = [cloud.member(chair_of=("SW",) if n == 0 else ()) for n in range(count)]
    survey = new_meeting_feedback(
        new_id(cloud.now, "SW"),
        "SW",
        "SW-m",
        datetime(2027, 1, 11, 8),
        [member.id for member in people],
        cloud.now,
    )
    wiring.table().transact(surveys_repository.insert_survey_writes(survey))
    cloud.post_letters()
    return ballot_links.list_links(survey.id, [member.id for member in people])


def remind(cloud: Cloud) -> list[Any]:
    """The letters that everyone who was asked gets before it closes."""
    cloud.now = datetime(2027, 1, 20, 9, tzinfo=cloud.now.tzinfo)  # it closes on Monday 25th
    return list(cloud.mail())


def link_in(letter: Any) -> str:
    """The path of the survey's link, the same in text and HTML."""
    links = {
        link
        for kind in ("plain", "html")
        for link in re.findall(
            r"https://comhar\.example(/surveys/[\w.-]+)", letter.get_body((kind,)).get_content()
        )
    }
    assert len(links) == 1
    return str(links.pop())


def survey_id(link: str) -> str:
    return link.removeprefix("/surveys/").partition(".")[0]


def close(cloud: Cloud, link: str) -> None:
    survey = surveys_repository.find_survey(wiring.table(), survey_id(link))
    assert survey is not None
    cloud.now = survey.closes_at
    cloud.post_letters()


def results(cloud: Cloud, link: str) -> Any:
    bearer = cloud.session(cloud.people[0])
    answer = cloud.call("GET", f"/communities/SW/surveys/{survey_id(link)}", bearer=bearer)
    assert answer.status == 200, answer
    return answer.json


def test_each_person_asked_has_a_link_of_their_own_and_no_email_as_it_opens(cloud: Cloud) -> None:
    """DOMAIN.md, "Emails": the link goes in the email after the meeting."""
    links = ask(cloud, 4)
    assert len(set(links)) == 4
    assert not cloud.post_letters()
    letters = remind(cloud)
    assert sorted(map(link_in, letters)) == sorted(links)
    text = " ".join(letters[0].get_body(("plain",)).get_content().split())
    assert "Monday 11 January 2027" in text
    assert "until Monday 25 January 2027, 5pm" in text
    assert "Fewer than 5 people were asked, so nothing of the answers will be shown." in text


def test_who_is_asked_is_told_what_becomes_of_few_answers(cloud: Cloud) -> None:
    link = ask(cloud, 5)[0]
    letter = remind(cloud)[0]
    bodies = [letter.get_body((kind,)).get_content() for kind in ("plain", "html")]
    pages = [cloud.call("GET", path, html=True).text for path in (link, "/privacy")]
    for text in (" ".join(each.split()) for each in bodies + pages):
        assert re.search("results are shown only if at least (5|five) people", text, re.IGNORECASE)
        deleted = (
            "(If fewer have, (the|their) answers are|the answers are counted and then) deleted"
        )
        assert re.search(deleted, text)


def test_the_link_is_in_no_table_and_no_letter_as_stored(cloud: Cloud) -> None:
    links = ask(cloud, 3)
    stored = json.dumps([cloud_items(cloud)], default=str)
    for link in links:
        assert link.rpartition(".")[2] not in stored


def cloud_items(cloud: Cloud) -> list[Any]:
    client = fake_aws.client("dynamodb")
    names = [table.name for table in cloud.template.tables.values()]
    return [client.scan(TableName=name)["Items"] for name in names]


def test_opening_the_link_any_number_of_times_changes_nothing(cloud: Cloud) -> None:
    link = ask(cloud, 2)[0]
    before = cloud_items(cloud)
    for _ in range(3):
        assert cloud.call("GET", link, html=True).status == 200
        assert cloud.call("GET", link).status == 200
        cloud.call("HEAD", link, html=True)
    assert cloud_items(cloud) == before
    assert cloud.call("POST", link, {"answers": GOOD}).status == 201


def test_no_session_is_read_where_surveys_are_answered(cloud: Cloud) -> None:
    links = ask(cloud, 2)
    bearer = cloud.session(cloud.people[0])
    page = cloud.call("GET", links[0], bearer=bearer, html=True)
    assert cloud.people[0].name not in page.text
    calls: list[str] = []
    with CallCounter(calls):
        assert cloud.call("POST", links[0], {"answers": GOOD}, bearer=bearer).status == 201
        assert calls == ["batch_get_item", "transact_write_items"]
        calls.clear()
        assert cloud.call("GET", links[1], bearer=bearer).status == 200
        assert calls == ["batch_get_item"]
        calls.clear()
        form = {"answers.satisfaction": "4", "_kept": links[1]}
        assert cloud.call("POST", links[1], form=form, bearer=bearer, html=True).status == 303
        assert calls == ["batch_get_item", "transact_write_items"]


class CallCounter:
    """Notes the names of the DynamoDB calls made within."""

    def __init__(self, calls: list[str]) -> None:
        self.calls = calls

    def __enter__(self) -> None:
        table: Any = wiring.table()
        self.client, calls = table._client, self.calls

        class Noted:
            def __init__(self, client: Any) -> None:
                self.client = client

            def __getattr__(self, name: str) -> Any:
                calls.append(name)
                return getattr(self.client, name)

        table._client = Noted(self.client)

    def __exit__(self, *_: Any) -> None:
        table: Any = wiring.table()
        table._client = self.client


def test_results_take_three_reads_beside_that_of_the_session(cloud: Cloud) -> None:
    links = ask(cloud, 6)
    for link in links:
        cloud.call("POST", link, {"answers": GOOD})
    close(cloud, links[0])
    bearer = cloud.session(cloud.people[0])
    calls: list[str] = []
    with CallCounter(calls):
        for path in ("/communities/SW/surveys", f"/communities/SW/surveys/{survey_id(links[0])}"):
            calls.clear()
            assert cloud.call("GET", path, bearer=bearer, html=True).status == 200
            assert calls[0] == "batch_get_item"
            assert len(calls) <= 4, calls


def test_a_form_is_shown_again_with_its_mistakes_then_taken_once(cloud: Cloud) -> None:
    link = ask(cloud, 2)[0]
    sent = [("answers.welcome", "9"), ("answers.went_well", "Good talk")]
    again = cloud.call("POST", link, form=sent, html=True)
    assert again.status == 422
    assert "<title>Error: How was the meeting for you?" in again.text
    assert 'href="#answers.welcome"' in again.text and 'href="#answers.satisfaction"' in again.text
    assert "Good talk</textarea>" in again.text
    sent = [
        ("answers.satisfaction", "4"),
        ("answers.took_away[]", "help"),
        ("answers.took_away[]", "idea"),
        ("answers.do_differently", ""),
    ]
    taken = cloud.call("POST", link, form=sent, html=True)
    survey_key = survey_id(link)
    assert (taken.status, taken.headers["Location"]) == (
        303,
        f"/surveys/thanks?survey={survey_key}",
    )
    words = "What you wrote helps to make the next meeting better."
    for survey, expected in ((survey_key, True), ("SW-none", False), ("../x", False), ("", False)):
        page = cloud.call("GET", "/surveys/thanks", query={"survey": survey}, html=True)
        assert page.status == 200 and "received without your name" in page.text
        assert (words in page.text) is expected
    pk = f"SURVEY#{survey_id(link)}"
    [stored] = wiring.table().query(pk, "ANSWER#", table="ballots").items
    assert stored["answers"] == {"satisfaction": 4, "took_away": ["idea", "help"]}
    for answer in (cloud.call("POST", link, form=sent, html=True), cloud.call("GET", link)):
        assert answer.status == 410
        assert "cannot be changed" in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answers": {}},
        {"answers": []},
        {"answers": None},
        {"answers": {"satisfaction": "5", "mood": 1}},
        {"answers": {"satisfaction": 5}, "name": "Niamh"},
        {"answers": {"satisfaction": {"deep": [1]}}},
        {"answers": {f"q{n}": 1 for n in range(500)}},
        {"answers": GOOD | {"went_well": "x" * 100_000}},
        "[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_bad_answers_are_refused_and_spend_nothing(body: Any, cloud: Cloud) -> None:
    link = ask(cloud, 1)[0]
    refused = cloud.call("POST", link, body)
    assert refused.status in (400, 422), refused
    assert cloud.call("POST", link, {"answers": GOOD}).status == 201


@pytest.mark.parametrize(
    "token", ["x", "SW-abc", "SW-abc." + "x" * 43, "é" * 50, "SW-abc." + "x" * 42 + "é"]
)
def test_a_link_that_never_was_says_what_to_do(token: str, cloud: Cloud) -> None:
    for answer in (
        cloud.call("GET", f"/surveys/{token}"),
        cloud.call("POST", f"/surveys/{token}", {"answers": GOOD}),
    ):
        assert answer.status == 410
        assert "open the link again from your email" in answer.json["next"]


def test_it_closes_at_its_hour_and_the_region_reads_its_sums(cloud: Cloud) -> None:
    links = ask(cloud, 12)
    assert results(cloud, links[0])["withheld"] == "open"
    for n, link in enumerate(links[:10]):
        cloud.call("POST", link, {"answers": GOOD | {"satisfaction": n % 5 + 1}})
    close(cloud, links[0])
    late = cloud.call("POST", links[11], {"answers": GOOD})
    assert late.status == 410
    assert late.json["title"] == "This survey is closed."
    result = results(cloud, links[0])
    assert (result["invited"], result["responses"], result["rate"]) == (12, 10, 83)
    questions = {question["key"]: question for question in result["questions"]}
    assert [row["count"] for row in questions["satisfaction"]["rows"]] == [2, 2, 2, 2, 2]
    assert questions["went_well"]["texts"] == [GOOD["went_well"]] * 10
    bearer = cloud.session("office@example.com")
    [row] = cloud.call("GET", "/communities/SW/surveys", bearer=bearer).json["surveys"]
    assert (row["state"], row["responses"], row["rate"]) == ("closed", 10, 83)
    [kpi] = wiring.table().query("REGION#SW", "SURVEY#").items
    wanted = {"closed_on": "2027-01-25", "satisfaction_count": 10, "satisfaction_sum": 30}
    assert {name: kpi[name] for name in wanted} == wanted
    [counted] = wiring.table().query("REGION#SW", "QUARTER#2027-Q1#SURVEY#").items
    assert {name: counted[name] for name in counted if name not in ("pk", "sk")} == {
        "invited": 12,
        "responses": 10,
        "satisfaction_count": 10,
        "satisfaction_sum": 30,
        "satisfaction_counts": kpi["satisfaction_counts"],
    }
    page = cloud.call(
        "GET", f"/communities/SW/surveys/{survey_id(links[0])}", bearer=bearer, html=True
    )
    assert "10 people (83%)" in page.text


@pytest.mark.parametrize("count", [1, 4])
def test_of_few_answers_nothing_is_shown_or_kept(cloud: Cloud, count: int) -> None:
    links = ask(cloud, 7)
    for link in links[:count]:
        assert cloud.call("POST", link, {"answers": GOOD}).status == 201
    close(cloud, links[0])
    result = results(cloud, links[0])
    assert (result["withheld"], result["questions"]) == ("few", [])
    assert (result["responses"], result["rate"]) == (None, None)
    [row] = listed(cloud)
    assert (row["few"], row["responses"], row["rate"]) == (True, None, None)
    for path in ("", f"/{survey_id(links[0])}"):
        assert "fewer than 5" in page(cloud, path)
        assert "%" not in page(cloud, path)
    table = wiring.table()
    assert table.query(f"SURVEY#{survey_id(links[0])}", table="ballots").items == []
    stored = [
        table.get(surveys_repository.key(survey_id(links[0]))),
        *table.query("REGION#SW", "SURVEY#").items,
        *table.query("REGION#SW", "QUARTER#").items,
    ]
    assert len(stored) == 3
    for item in stored:
        assert item is not None and item["few"] is True
        published = {
            name for name in item if name == "responses" or name.startswith("satisfaction_")
        }
        assert published <= {"satisfaction_few"}
        assert not item.get("results")


def test_of_few_answers_the_report_says_that_they_are_hidden(cloud: Cloud) -> None:
    links = ask(cloud, 7)
    for link in links[:3]:
        cloud.call("POST", link, {"answers": GOOD})
    close(cloud, links[0])
    quarter = Quarter(2027, 1)
    made = make_report(tally_regions(quarter, wiring.context(None)), quarter, cloud.now)
    for code in ("survey_responses", "survey_response_rate", "satisfaction_mean"):
        row = made.row(code)
        assert (row.values["SW"].state, row.national.state) == ("hidden", "hidden"), code


def test_a_survey_that_nobody_answered_says_so(cloud: Cloud) -> None:
    link = ask(cloud, 6)[0]
    close(cloud, link)
    result = results(cloud, link)
    assert (result["withheld"], result["responses"], result["rate"]) == ("nobody", 0, 0)
    [row] = listed(cloud)
    assert (row["few"], row["responses"], row["rate"]) == (False, 0, 0)
    assert "nobody</span>" in page(cloud, "") and "0 (0%)" not in page(cloud, "")
    assert "Nobody answered" in page(cloud, f"/{survey_id(link)}")


def listed(cloud: Cloud) -> Any:
    bearer = cloud.session("office@example.com")
    return cloud.call("GET", "/communities/SW/surveys", bearer=bearer).json["surveys"]


def page(cloud: Cloud, path: str) -> str:
    """The words of the office's page of surveys, or of one, without its head."""
    bearer = cloud.session("office@example.com")
    found = cloud.call("GET", f"/communities/SW/surveys{path}", bearer=bearer, html=True)
    assert found.status == 200
    return found.text.partition("<main")[2]


def test_results_are_for_the_confirmed_members_of_the_community_and_the_office(
    cloud: Cloud,
) -> None:
    link = ask(cloud, 5)[0]
    path = f"/communities/SW/surveys/{survey_id(link)}"
    plain, office = cloud.session(cloud.people[1]), cloud.session("office@example.com")
    new = cloud.session(cloud.member(confirmed=False))
    other = cloud.session(cloud.member(region="MW", chair_of=("MW",)))
    for where in ("/communities/SW/surveys", path):
        assert statuses(cloud, where, new, other, "", plain, office) == [403, 403, 401, 200, 200]
        refused = cloud.call("GET", where, bearer=new).json
        assert "has confirmed who you are" in refused["title"]
    elsewhere = path.replace("/SW/", "/MW/", 1)
    assert statuses(cloud, elsewhere, other, office) == [404, 404]


def statuses(cloud: Cloud, path: str, *bearers: str) -> list[int]:
    answers: list[GatewayResponse] = [cloud.call("GET", path, bearer=bearer) for bearer in bearers]
    return [answer.status for answer in answers]


def test_no_letter_goes_to_who_has_left_or_once_it_is_closed(cloud: Cloud) -> None:
    leaver = cloud.member(status="left")
    here = cloud.member()
    survey = new_meeting_feedback(
        new_id(cloud.now, "SW"),
        "SW",
        "SW-m",
        datetime(2027, 1, 11, 8),
        [leaver.id, here.id],
        cloud.now,
    )
    wiring.table().transact(surveys_repository.insert_survey_writes(survey))
    cloud.post_letters()
    assert [letter["To"] for letter in remind(cloud)] == [here.email]


def open_many(cloud: Cloud, count: int) -> None:
    table: Table = wiring.table()
    for n in range(count):
        survey = new_meeting_feedback(
            f"SW-{n:03d}", "SW", "m", datetime(2027, 1, 1), ["x"], cloud.now
        )
        table.transact(surveys_repository.insert_survey_writes(survey))


def test_a_list_that_fills_its_page_offers_no_empty_one(cloud: Cloud) -> None:
    open_many(cloud, PAGE_SIZE)
    bearer = cloud.session("office@example.com")
    answer = cloud.call("GET", "/communities/SW/surveys", bearer=bearer).json
    assert len(answer["surveys"]) == PAGE_SIZE
    assert answer["next"] is None


def test_a_list_of_surveys_is_read_page_by_page(cloud: Cloud) -> None:
    open_many(cloud, 25)
    bearer = cloud.session("office@example.com")
    first = cloud.call("GET", "/communities/SW/surveys", bearer=bearer).json
    rest = cloud.call(
        "GET", "/communities/SW/surveys", bearer=bearer, query={"cursor": first["next"]}
    ).json
    listed = [row["id"] for row in first["surveys"] + rest["surveys"]]
    assert listed == [f"SW-{n:03d}" for n in reversed(range(25))]
    assert rest["next"] is None


# While it is open


def test_everyone_is_reminded_once_whether_they_have_answered_or_not(cloud: Cloud) -> None:
    links = ask(cloud, 6)
    for link in links[:5]:
        assert cloud.call("POST", link, {"answers": GOOD}).status == 201
    cloud.now = datetime(2027, 1, 20, 8, 59, tzinfo=cloud.now.tzinfo)  # it closes on Monday 25th
    assert not cloud.post_letters()
    reminders = remind(cloud)
    assert [each["Subject"] for each in reminders] == ["Reminder: How was the meeting for you?"] * 6
    assert sorted(map(link_in, reminders)) == sorted(links)
    bodies = (each.get_body(("plain",)).get_content() for each in reminders)
    texts = {" ".join(re.sub(r"https?://\S+", "", each).split()) for each in bodies}
    assert len(texts) == 1  # nothing tells who has answered
    assert "we cannot see who has" in texts.pop()
    cloud.now = datetime(2027, 1, 22, 9, tzinfo=cloud.now.tzinfo)
    assert len(cloud.post_letters()) == 6
    close(cloud, links[0])
    assert results(cloud, links[0])["responses"] == 5
