"""Mail from people is announced to the office, and once more when nobody opens it."""

import pytest

from tests.support.office_mail import NEW, STILL, deliver, read_message
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once


@pytest.fixture
@built_once
def region(region: Region) -> Region:
    """It is Monday 11 January 2027, 10am in Dublin."""
    region.at(2027, 1, 11, 10)
    return region


def receive(region: Region, message: str = "one", name: str = "gmail", **verdicts: str) -> None:
    deliver(read_message(name), message, region.cloud.now, **verdicts)
    region.cloud.post_letters()


def announced(region: Region) -> list[str]:
    """The subjects of the announcements to the office so far."""
    subjects = [str(each["Subject"]) for each in region.cloud.mail() if each["To"] == OFFICE]
    return [subject for subject in subjects if subject in (NEW, STILL)]


def newest(region: Region) -> str:
    return str(region.ask(OFFICE, "GET", "/inbox").json["messages"][0]["id"])


@pytest.mark.parametrize("name", ["out_of_office", "bounce", "mailing_list", "own_letter"])
def test_what_programs_write_is_not_announced(region: Region, name: str):
    receive(region, name=name)
    region.at(2027, 1, 12, 12)
    assert announced(region) == []


@pytest.mark.parametrize("verdict", ["spam", "virus"])
def test_what_may_do_harm_is_not_announced(region: Region, verdict: str):
    receive(region, **{verdict: "FAIL"})
    assert announced(region) == []


def test_a_message_is_announced_at_once_without_a_word_of_it_or_who_wrote(region: Region):
    receive(region, name="distressed")
    assert announced(region) == [NEW]
    (email,) = [each for each in region.cloud.mail() if each["Subject"] == NEW]
    for word in ("Aoife", "better", "example.ie"):
        assert word not in text(email)


def test_of_many_messages_the_office_hears_at_most_once_in_half_an_hour(region: Region):
    for minute in (0, 1, 10, 29):
        region.at(2027, 1, 11, 10, minute)
        receive(region, f"at {minute}")
    assert announced(region) == [NEW]
    region.at(2027, 1, 11, 10, 30)
    assert announced(region) == [NEW, NEW]
    region.at(2027, 1, 11, 10, 59)
    assert announced(region) == [NEW, NEW]


def test_what_nobody_opens_for_an_hour_is_announced_once_more_and_no_more(region: Region):
    receive(region)
    region.at(2027, 1, 11, 10, 59)
    assert announced(region) == [NEW]
    for hour in (11, 12, 13, 14):
        region.at(2027, 1, 11, hour)
    region.at(2027, 1, 12, 12)
    assert announced(region) == [NEW, STILL]


def test_what_somebody_opened_or_put_away_is_not_announced_again(region: Region):
    receive(region, "one")
    assert region.ask(OFFICE, "GET", f"/inbox/{newest(region)}").status == 200
    region.at(2027, 1, 11, 11)
    receive(region, "two")
    region.done(OFFICE, f"/inbox/{newest(region)}/done")
    region.at(2027, 1, 11, 13)
    assert announced(region) == [NEW, NEW]


def test_to_look_at_the_list_is_not_to_open_a_message(region: Region):
    receive(region)
    assert newest(region)
    region.at(2027, 1, 11, 11)
    assert announced(region) == [NEW, STILL]


@pytest.mark.parametrize(
    ("came", "announced_at", "once_more_at"),
    [
        ((11, 7, 30), (11, 8), (11, 10)),
        ((11, 16, 30), (11, 16, 30), (12, 9, 30)),
        ((11, 18, 59), (11, 18, 59), (12, 10)),
        ((11, 19), (12, 8), (12, 10)),
        ((15, 16, 45), (15, 16, 45), (18, 9, 45)),  # a Friday
        ((16, 12), (18, 8), (18, 10)),  # a Saturday
    ],
)
def test_it_comes_in_the_hours_of_emails_and_again_in_working_time(
    region: Region,
    came: tuple[int, ...],
    announced_at: tuple[int, ...],
    once_more_at: tuple[int, ...],
):
    region.at(2027, 1, *came)
    receive(region)
    for moment, before, after in (
        (announced_at, [], [NEW]),
        (once_more_at, [NEW], [NEW, STILL]),
    ):
        if moment != came:
            day, hour, *minute = moment
            minutes = hour * 60 + sum(minute) - 1
            region.at(2027, 1, day, *divmod(minutes, 60))
            assert announced(region) == before
        region.at(2027, 1, *moment)
        assert announced(region) == after


def test_a_closure_day_of_the_office_is_no_working_time(region: Region):
    region.done(OFFICE, "/closures", {"day": "2027-01-12", "note": "Closed"})
    region.at(2027, 1, 11, 16, 30)
    receive(region)
    region.at(2027, 1, 12, 12)
    assert announced(region) == [NEW]
    region.at(2027, 1, 13, 9, 30)
    assert announced(region) == [NEW, STILL]


def test_each_person_of_the_office_hears_of_it(region: Region, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OFFICE_EMAILS", f"{OFFICE},second@example.com")
    receive(region)
    to = [each["To"] for each in region.cloud.mail() if each["Subject"] == NEW]
    assert sorted(to) == [OFFICE, "second@example.com"]


def test_a_clock_that_comes_a_day_late_announces_once(region: Region):
    deliver(read_message("gmail"), "one", region.cloud.now)
    deliver(read_message("gmail"), "two", region.cloud.now)
    region.at(2027, 1, 12, 15)
    assert announced(region) == [NEW]


@pytest.mark.parametrize(
    ("moment", "says"),
    [
        ((11, 9), "It is open now"),
        ((11, 17), "opens again on Tuesday 12 January 2027, 9am"),
        ((16, 12), "opens again on Monday 18 January 2027, 9am"),
    ],
)
def test_who_wrote_hears_when_the_office_is_open(
    region: Region, moment: tuple[int, ...], says: str
):
    region.at(2027, 1, *moment)
    receive(region)
    (thanks,) = [
        each for each in region.cloud.mail() if each["Subject"] == "Thank you for your message"
    ]
    words = " ".join(text(thanks).split())
    assert "open from Monday to Friday, 9am to 5pm" in words
    assert says in words
