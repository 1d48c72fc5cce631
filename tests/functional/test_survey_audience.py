"""Who a survey asks: nobody gets a ballot by signing up for it, and the page says beforehand how many do."""

import re
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup

from comhar import wiring
from comhar.aws.conditions import Delete, Update
from comhar.surveys import repository as surveys_repository
from comhar.surveys.model import Survey
from comhar.surveys.views import ITEM_TITLE_LENGTH, talk_instead
from tests.support import past_surveys
from tests.support.past_meetings import record_meeting
from tests.support.sample_community import letters
from tests.support.sample_region import MONDAY, OFFICE, Region

START = "/communities/SW/questionnaires/needs/start"
TODAY = {"opens_on": "2027-01-11", "closes_on": "2027-01-25"}
FOUNDERS = 5  # of the region: confirmed, and there since 1 January


def survey(survey_id: str) -> Survey:
    found = surveys_repository.find_survey(wiring.table(), survey_id)
    assert found is not None
    return found


def started(region: Region) -> set[str]:
    """Whom a survey asks that a co-chair starts today."""
    begun = region.done(region.chair, START, TODAY)["surveys"][0]["survey"]
    region.cloud.post_letters()
    return past_surveys.recipient_ids(survey(begun))


def since(day: str, region: str = "SW", **about: Any) -> dict[str, Any]:
    return {"joined_on": day, "region": region} | about


# Who


def test_who_signs_up_because_a_survey_comes_is_asked_by_none(region: Region) -> None:
    """Active at once, by a trusted domain; not confirmed, or confirmed a week too late."""
    founders = {each.id for each in region.cloud.people if each.region == "SW"}
    unconfirmed = region.cloud.member(**since("2027-01-01"), confirmed=False)
    late = region.cloud.member(**since("2027-01-05"))  # six days before
    on_time = region.cloud.member(**since("2027-01-04"))
    invited = started(region)
    assert invited == founders | {on_time.id}
    assert not invited & {unconfirmed.id, late.id}
    assert region.mail(unconfirmed, "") == region.mail(late, "") == []


@pytest.mark.parametrize("status", ["pending", "declined", "left", "inactive", "erasing"])
def test_who_is_not_active_is_not_asked(region: Region, status: str) -> None:
    other = region.cloud.member(**since("2027-01-01"), status=status)
    assert other.id not in started(region)


def test_a_period_counts_from_when_the_present_one_in_the_region_began(region: Region) -> None:
    closed = {"from": "2020-01-01", "until": "2026-12-01", "region": "SW"}
    back = {"from": "2027-01-08", "until": None, "region": "SW"}
    moved = ({**closed, "region": "MW", "until": "2027-01-08"}, back)
    returned = [region.cloud.member(periods=periods) for periods in ((closed, back), moved)]
    long_ago = region.cloud.member(periods=(closed, {**back, "from": "2026-12-24"}))
    elsewhere = region.cloud.member(region="MW", periods=({**back, "from": "2020-01-01"},))
    invited = started(region)
    assert long_ago.id in invited
    assert not invited & {each.id for each in (*returned, elsewhere)}


def test_a_survey_that_opens_later_asks_who_can_be_asked_on_its_day(region: Region) -> None:
    late = region.cloud.member(**since("2027-01-11"))
    other = region.cloud.member(**since("2027-01-12"))
    dates = {"opens_on": "2027-01-18", "closes_on": "2027-02-01"}
    begun = region.done(region.chair, START, dates)["surveys"][0]["survey"]
    region.at(2027, 1, 18, 9)
    invited = past_surveys.recipient_ids(survey(begun))
    assert late.id in invited and other.id not in invited
    region.done(OFFICE, f"/members/{late.id}/deactivate", {"reason": "Moved abroad"})
    region.cloud.member(**since("2027-01-01"))
    region.at(2027, 1, 27, 9)
    assert past_surveys.recipient_ids(survey(begun)) == invited


def test_the_office_asks_in_several_regions_whom_it_can_in_each(region: Region) -> None:
    there = region.cloud.member(region="MW")
    region.cloud.member(region="MW", confirmed=False)
    body = TODAY | {"regions": ["SW", "MW"]}
    begun = region.done(OFFICE, "/national/questionnaires/needs/start", body)["surveys"]
    region.cloud.post_letters()
    invited = {each["region"]: past_surveys.recipient_ids(survey(each["survey"])) for each in begun}
    assert len(invited["SW"]) == FOUNDERS and there.id in invited["MW"]
    assert not {each.id for each in region.cloud.people if not each.confirmed} & invited["MW"]


def test_a_survey_that_runs_by_itself_opens_only_where_somebody_can_be_asked(
    region: Region,
) -> None:
    record_meeting("2027-02-18T10:00")
    table = wiring.table()
    for each in region.cloud.people:
        key = ("REGISTER", f"{each.region}#{each.id}")
        table.transact([Update(key, set={"confirmed": False})])
    region.at(2027, 7, 12, 8)
    assert table.query("REGION#SW", "SURVEY#").items == []
    table.transact([Update(("REGISTER", f"SW#{region.ann.id}"), set={"confirmed": True})])
    record_meeting("2027-11-18T10:00")
    region.at(2028, 1, 11, 9)
    rows = table.query("REGION#SW", "SURVEY#").items
    assert sorted((row["kind"], row["invited"]) for row in rows) == [
        ("annual_value", 1), ("cop_review", 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "joined", "invited"),
    [
        ("quarterly", "2027-01-11", True),
        ("quarterly", "2027-01-12", False),
        ("first", "2027-01-12", True),
        ("first", "2027-01-13", False),
    ],
)
def test_after_a_meeting_those_present_are_asked_who_had_joined_before(
    region: Region, kind: str, joined: str, invited: bool
) -> None:
    meeting = region.meeting(starts_at="2027-01-12T10:00", kind=kind)
    new = region.cloud.member(**since(joined))
    unconfirmed = region.cloud.member(confirmed=False)
    region.at(2027, 1, 13, 9)
    there = [region.ann.id, new.id, unconfirmed.id]
    begun = region.done(region.chair, f"{meeting}/close", {"attended": there})["survey"]
    region.cloud.post_letters()
    expected = {region.ann.id, new.id} if invited else {region.ann.id}
    assert past_surveys.recipient_ids(survey(begun)) == expected


def test_a_meeting_with_nobody_to_ask_has_no_survey(region: Region) -> None:
    meeting = region.meeting(starts_at="2027-01-12T10:00")
    new = region.cloud.member(confirmed=False)
    region.at(2027, 1, 13, 9)
    closed = region.done(region.chair, f"{meeting}/close", {"attended": [new.id]})
    assert closed["survey"] is None


# The attack: four sign-ups and one answer


@pytest.mark.parametrize(
    ("address", "confirmed"),
    [("mallory{}@hse.ie", False), ("mallory{}@hse.ie", True), ("mallory+{}@hse.ie", True)],
)
def test_four_who_sign_up_for_it_do_not_unmask_the_fifth(
    region: Region, address: str, confirmed: bool
) -> None:
    """The attacker's four are active at once, would answer what they know, and take it off the sums.

    Even where a co-chair confirms them they come too late to be asked, and in one mailbox they are one.
    """
    cloud = region.cloud
    for other in (region.other_chair, region.ann, region.ben, region.cian):
        region.done(OFFICE, f"/members/{other.id}/deactivate", {"reason": "Left the service"})
    for number in range(4):
        email = address.format(number)
        assert cloud.call("POST", "/join", {"email": email}).status == 202
    links = set(re.findall(r"/sign-up/[\w-]+", "".join(letters(cloud))))
    form = {"name": "M Allory", "region": "SW", "role": "peer_educator"}
    answers = [cloud.call("POST", link, form) for link in sorted(links)]
    joined = [each.json for each in answers if each.status == 201]
    assert len(joined) == (1 if "+" in address else 4)
    for each in joined:
        assert each["status"] == "active"
        if confirmed:
            region.done(region.chair, f"/members/{each['id']}/confirm")
    invited = started(region)
    assert invited == {region.chair.id}
    sent = [each for each in letters(cloud) if "/surveys/" in each]
    (link,) = re.findall(r"/surveys/[\w.-]{60,}", "\n".join(sent))
    question = cloud.call("GET", link).json["questions"][0]
    sheet = {question["key"]: 2}
    sent_in = cloud.call("POST", link, {"answers": sheet})
    assert sent_in.status == 201, sent_in.text
    region.at(2027, 1, 25, 17)
    [row] = region.ask(OFFICE, "GET", "/communities/SW/surveys").json["surveys"]
    result = region.ask(OFFICE, "GET", f"/communities/SW/surveys/{row['id']}").json
    assert (result["withheld"], result["responses"], result["questions"]) == ("few", None, [])


# Beforehand


def start_page(region: Region, path: str = START) -> str:
    bearer = region.cloud.session(OFFICE if path.startswith("/national") else region.chair)
    page = region.cloud.call("GET", path, bearer=bearer, html=True)
    assert page.status == 200
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_the_page_says_how_many_would_be_asked_and_of_how_many(region: Region) -> None:
    region.cloud.member(confirmed=False)
    region.cloud.member(**since("2027-01-10"))
    (only,) = region.ask(region.chair, "GET", START).json["communities"]
    assert (only["members"], only["invited"], only["few"]) == (7, FOUNDERS, False)
    page_words = start_page(region)
    assert (
        "If it opens on Tuesday 12 January 2027, that is 5 people of 7 active members."
        in page_words
    )
    assert "Few:" not in page_words
    assert "5 people of 7 active members can be asked" in start_page(
        region, "/national/questionnaires/needs/start"
    )


def leave_few(region: Region) -> None:
    region.done(OFFICE, f"/members/{region.cian.id}/deactivate", {"reason": "Left"})


def test_where_five_can_be_asked_nothing_else_is_offered(region: Region) -> None:
    region.meeting()
    assert region.ask(region.chair, "GET", START).json["talk"] is None
    assert region.ask(region.chair, "GET", "/communities/SW/evaluations").json["talk"] == []
    assert "Propose this agenda item" not in start_page(region)


def test_where_few_can_be_asked_and_no_meeting_is_planned_it_says_so(region: Region) -> None:
    leave_few(region)
    page_words = start_page(region)
    assert "Few: only 4 people can be asked." in page_words
    assert "You could talk about these questions at your next meeting instead." in page_words
    assert "No meeting is planned yet." in page_words
    evaluations = start_page(region, "/communities/SW/evaluations")
    assert "Today that is 4 people. These are few" in evaluations
    assert evaluations.count("No meeting is planned yet.") == 1
    assert len(started(region)) == 4  # asked however few


@pytest.mark.parametrize("page", [START, "/communities/SW/evaluations"])
def test_where_few_can_be_asked_a_button_proposes_to_talk_about_it_at_the_next_meeting(
    region: Region, page: str
) -> None:
    cancelled, meeting = region.meeting(starts_at="2027-02-04T10:00"), region.meeting()
    region.done(region.chair, f"{cancelled}/cancel", {"reason": "Snow"})
    leave_few(region)
    bearer = region.cloud.session(region.chair)
    page_words = region.cloud.call("GET", page, bearer=bearer, html=True)
    assert "for the meeting on Thursday 18 February 2027" in " ".join(page_words.text.split())
    form = BeautifulSoup(page_words.text, "html.parser").select_one(
        f'form[action="{meeting}/items"]'
    )
    assert form is not None
    title = str(form.select_one("input[name=title]")["value"])  # type: ignore[index]
    pressed = region.cloud.call(
        "POST", f"{meeting}/items", form={"title": title}, bearer=bearer, html=True
    )
    assert pressed.headers["Location"] == f"{meeting}?done=proposed"
    items = region.ask(region.chair, "GET", f"{meeting}/agenda").json["items"]
    assert [item["title"] for item in items] == [title]
    assert title.startswith("Talk about: ")


def test_a_survey_that_asked_few_says_so_to_the_co_chairs_while_it_is_open(region: Region) -> None:
    leave_few(region)
    meeting = region.meeting()
    begun = region.done(region.chair, START, TODAY)["surveys"][0]["survey"]
    region.cloud.post_letters()
    page = f"/communities/SW/surveys/{begun}"
    assert region.ask(region.ann, "GET", page).json["talk"] is None
    offer = region.ask(region.chair, "GET", page).json["talk"]
    assert offer["meeting"] == meeting.rpartition("/")[2]
    page_words = start_page(region, page)
    assert "Few: 4 people were asked." in page_words
    assert f"The agenda item is called “{offer['title']}”" in page_words


def test_the_title_of_the_item_is_never_longer_than_an_agenda_takes() -> None:
    assert len(talk_instead("x" * 200, None).title) == ITEM_TITLE_LENGTH


def test_nobody_starts_what_would_ask_nobody(region: Region) -> None:
    empty = region.cloud.member(region="MW", confirmed=False)
    (only,) = (
        each
        for each in region.ask(OFFICE, "GET", "/national/questionnaires/needs/start").json[
            "communities"
        ]
        if each["region"] == empty.region
    )
    assert (only["members"], only["invited"], only["few"]) == (1, 0, False)
    body = TODAY | {"regions": ["SW", "MW"]}
    refused = region.ask(OFFICE, "POST", "/national/questionnaires/needs/start", body)
    assert refused.status == 422
    assert refused.json["errors"][0]["field"] == "regions"
    assert "Nobody in MW can be asked on this day." in refused.json["errors"][0]["message"]


# Where it is kept


def test_who_is_asked_stands_in_items_of_a_size(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert surveys_repository.PEOPLE_PER_ITEM == 5000
    monkeypatch.setattr(surveys_repository, "PEOPLE_PER_ITEM", 2)
    begun = region.done(region.chair, START, TODAY)["surveys"][0]["survey"]
    region.cloud.post_letters()
    items = wiring.table().query(f"SURVEY#{begun}", "ASKED#").items
    assert [len(each["people"]) for each in items] == [2, 2, 1]
    assert "people" not in (wiring.table().get(surveys_repository.key(begun)) or {})
    region.at(2027, 1, 20, 9)
    founders = [each for each in region.cloud.people if each.region == "SW"]
    for each in founders:
        subjects = [mail["Subject"] for mail in region.mail(each, "What do you need")]
        assert [one.startswith("Reminder") for one in subjects] == [False, True], subjects


def test_a_survey_stored_with_those_it_asks_goes_on(region: Region) -> None:
    begun = region.done(region.chair, START, TODAY)["surveys"][0]["survey"]
    region.cloud.post_letters()
    people = sorted(past_surveys.recipient_ids(survey(begun)))
    old = Update(surveys_repository.key(begun), set={"people": people}, remove=["audience_size"])
    wiring.table().transact([old, Delete((f"SURVEY#{begun}", "ASKED#0001"))])
    assert past_surveys.recipient_ids(survey(begun)) == set(people)
    region.at(2027, 1, 20, 9)
    assert len(region.mail(region.ann, "Reminder")) == 1
    region.cloud.now = MONDAY + timedelta(days=15)
    region.cloud.post_letters()
    assert (survey(begun).state, survey(begun).invited) == ("closed", FOUNDERS)
