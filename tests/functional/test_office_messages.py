"""The office writes to regions, co-chairs or people: who gets it, who releases it, what is kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comhar import wiring
from comhar.aws.conditions import Update
from tests.functional.test_messages import erase
from tests.support.own_page import waiting_hrefs, waiting_kinds
from tests.support.sample_region import OFFICE, Region, text

MESSAGES = "/national/messages"
COLLEAGUE = "second@example.com"
SUBJECT = "By Friday: choose a date"
TO_SW = {
    "to": "regions",
    "regions": ["SW"],
    "purpose": "meetings",
    "subject": SUBJECT,
    "text": "See https://example.ie/dates",
}


@pytest.fixture(autouse=True)
def two_in_the_office(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OFFICE_EMAILS", f"{OFFICE},{COLLEAGUE}")
    wiring.settings.cache_clear()
    yield
    monkeypatch.undo()
    wiring.settings.cache_clear()


def write(region: Region, **about: Any):
    return region.ask(OFFICE, "POST", MESSAGES, TO_SW | about)


def has(region: Region, *people: Any) -> list[bool]:
    return [bool(region.mail(who, SUBJECT)) for who in people]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"to": "members"}, "to"),
        ({"regions": []}, "regions"),
        ({"regions": ["XX"]}, "regions.0"),
        ({"purpose": "tea"}, "purpose"),
        ({"subject": "a\nb"}, "subject"),
        ({"to": "people"}, "members"),
        ({"to": "people", "members": ["nobody"]}, "members"),
        ({"to": "people", "members": ["x"] * 201}, "members"),
        ({"to": "chairs", "regions": ["DSE"]}, "to"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_its_field(
    region: Region, wrong: dict[str, Any], field: str
):
    answer = write(region, **wrong)
    assert answer.status == 422
    assert [each["field"] for each in answer.json["errors"]] == [field]
    assert region.ask(OFFICE, "GET", MESSAGES).json["messages"] == []


def test_a_message_to_regions_goes_to_their_members_with_its_purpose(region: Region):
    written = write(region).json
    assert (written["people"], written["purpose"]) == (5, "Meetings and dates")
    region.at(2027, 1, 11, 9, 9)
    assert has(region, region.ann) == [False]
    region.at(2027, 1, 11, 9, 11)
    assert has(region, region.chair, region.ann, region.stranger) == [True, True, False]
    (mail,) = region.mail(region.ann, SUBJECT)
    assert "wrote to you about: Meetings and dates" in " ".join(text(mail).split())
    assert mail["From"].addresses[0].display_name.endswith(", National Office")
    row = region.ask(OFFICE, "GET", MESSAGES).json["messages"][0]
    assert (row["state"], row["people"], row["subject"]) == ("sent", 5, SUBJECT)


def test_a_message_to_co_chairs_goes_to_them_alone(region: Region):
    assert write(region, to="chairs", regions=[]).json["people"] == 2
    region.at(2027, 1, 11, 9, 11)
    assert has(region, region.chair, region.other_chair, region.ann) == [True, True, False]


def test_a_message_to_people_goes_to_whom_the_office_chose_by_name(region: Region):
    chosen = {"to": "people", "regions": ["SW", "DSE"]}
    page = region.ask(OFFICE, "POST", f"{MESSAGES}/check", TO_SW | chosen).json
    names = [person["name"] for group in page["choices"] for person in group["people"]]
    assert {"Ann", "Ben", "Cian"} < set(names) and page["preview"] is None
    chosen |= {"members": [region.ann.id, region.stranger.id, region.ann.id]}
    page = region.ask(OFFICE, "POST", f"{MESSAGES}/check", TO_SW | chosen).json
    groups = [
        (group["region"], [person["name"] for person in group["people"]])
        for group in page["preview"]["groups"]
    ]
    assert groups == [("DSE", [region.stranger.name]), ("SW", ["Ann"])]
    assert region.ask(OFFICE, "GET", MESSAGES).json["messages"] == []
    assert write(region, **chosen).json["people"] == 2
    region.at(2027, 1, 11, 9, 11)
    assert has(region, region.ann, region.stranger, region.ben) == [True, True, False]
    (item,) = wiring.table().query("REGION#IE", "MESSAGE#").items
    assert "recipients" not in item and item["people"] == 2


def test_above_50_a_second_person_of_the_office_releases_it(region: Region):
    for _ in range(46):
        region.cloud.member(region="SW")
    page = region.ask(OFFICE, "POST", f"{MESSAGES}/check", TO_SW).json
    assert page["preview"]["needs_release"] and page["preview"]["people"] == 51
    written = write(region).json
    assert written["state"] == "unreleased"
    path = f"/messages/{written['id']}"
    region.at(2027, 1, 11, 9, 30)
    assert has(region, region.ann) == [False]
    for who in (region.ann, region.chair):
        assert region.ask(who, "POST", f"{path}/release").status == 403
    assert region.ask(OFFICE, "POST", f"{path}/release").status == 403
    assert path in waiting_hrefs(region, COLLEAGUE, "release_message")

    released = region.done(COLLEAGUE, f"{path}/release")
    assert released["state"] == "waiting" and released["released_by"]
    assert released["sends_at"].startswith("2027-01-11T09:40")
    assert "release_message" not in waiting_kinds(region, COLLEAGUE)
    assert region.ask(COLLEAGUE, "POST", f"{path}/release").status == 409
    region.at(2027, 1, 11, 9, 41)
    assert has(region, region.ann, region.stranger) == [True, False]


def test_one_that_waits_for_release_can_be_stopped(region: Region):
    for _ in range(46):
        region.cloud.member(region="SW")
    path = f"/messages/{write(region).json['id']}"
    region.done(OFFICE, f"{path}/cancel")
    assert "release_message" not in waiting_kinds(region, COLLEAGUE)
    assert region.ask(COLLEAGUE, "POST", f"{path}/release").status == 409
    region.at(2027, 1, 11, 10)
    assert has(region, region.ann) == [False]


def test_what_the_office_writes_to_one_large_community_is_released_too(region: Region):
    for _ in range(46):
        region.cloud.member(region="SW")
    about = {"to": "members", "subject": SUBJECT, "text": "Tea at 10."}
    written = region.done(OFFICE, "/communities/SW/messages", about)
    assert written["state"] == "unreleased"
    region.done(COLLEAGUE, f"/messages/{written['id']}/release")
    assert region.done(region.chair, "/communities/SW/messages", about)["state"] == "waiting"


def test_who_was_a_co_chair_only_till_it_goes_out_gets_none_to_co_chairs(region: Region):
    write(region, to="chairs", regions=["SW"])
    region.done(region.chair, "/communities/SW/chairs/step-down")
    region.at(2027, 1, 11, 9, 11)
    assert has(region, region.chair, region.other_chair) == [False, True]


def test_who_is_not_to_be_written_to_is_neither_named_nor_counted(region: Region):
    region.done(OFFICE, f"/members/{region.ben.id}/emails", {"do_not_write": True})
    page = region.ask(OFFICE, "POST", f"{MESSAGES}/check", TO_SW).json
    names = [person["name"] for person in page["preview"]["groups"][0]["people"]]
    assert "Ann" in names and "Ben" not in names
    assert write(region).json["people"] == 4


def test_on_a_friday_evening_what_is_released_waits_for_the_next_working_day(region: Region):
    for _ in range(46):
        region.cloud.member(region="SW")
    written = write(region).json
    region.at(2027, 1, 29, 18, 55)
    released = region.done(COLLEAGUE, f"/messages/{written['id']}/release")
    goes = datetime(2027, 2, 2, 8, tzinfo=UTC)
    assert released["sends_at"].startswith(f"{goes:%Y-%m-%dT%H:%M}")


def test_the_page_names_everybody_before_it_is_sent(region: Region):
    form = [(name, value) for name, value in TO_SW.items() if name != "regions"]
    bearer = region.cloud.session(OFFICE)
    page = region.cloud.call(
        "POST", f"{MESSAGES}/check", form=[*form, ("regions[]", "SW")], bearer=bearer, html=True
    )
    assert page.status == 200 and "5 people get this email" in page.text
    assert all(name in page.text for name in ("Ann", "Ben", "Cian"))


def test_who_was_erased_before_it_goes_out_stands_on_no_list_of_who_gets_it(region: Region):
    others = [region.cloud.member(region="SW") for _ in range(50)]
    chosen = {"to": "people", "members": [each.id for each in (region.ann, *others)]}
    written = write(region, **chosen).json
    assert written["state"] == "unreleased"
    erase(region, region.ann)
    (item,) = wiring.table().query("REGION#IE", "MESSAGE#").items
    assert region.ann.id not in item["recipients"] and len(item["recipients"]) == 50
    region.done(COLLEAGUE, f"/messages/{written['id']}/release")
    region.cloud.now += timedelta(minutes=11)
    region.cloud.post_letters()
    assert has(region, others[0], region.ben) == [True, False]


def test_a_message_whose_recipients_are_all_erased_goes_to_nobody(region: Region):
    written = write(region, to="people", members=[region.ann.id]).json
    key = ("REGION#IE", f"MESSAGE#{written['id']}")
    wiring.table().transact([Update(key, set={"recipients": []})])
    region.at(2027, 1, 11, 9, 11)
    assert has(region, region.ann, region.ben, region.stranger) == [False] * 3
