"""The email after a meeting: to every active member what was agreed, to who was there the survey too."""

import re

import pytest

from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

ABOUT = "What was agreed"
CLOSED, NEXT_DAY = (2027, 2, 18, 15), (2027, 2, 19, 9)  # a Thursday afternoon, and the Friday


@pytest.fixture
@built_once
def meeting(region: Region) -> str:
    """Held, and not closed yet."""
    path = region.meeting(topic="Hope")
    region.at(*CLOSED)
    return path


def close(region: Region, meeting: str, **form) -> dict:
    attended = [region.ann.id, region.ben.id, region.chair.id]
    return region.done(region.chair, f"{meeting}/close", {"attended": attended, **form})


def words(letter) -> str:
    return " ".join(text(letter).split())


def test_nothing_goes_out_before_nine_on_the_next_working_day(region: Region, meeting: str):
    close(region, meeting)
    region.at(2027, 2, 19, 8, 59)
    assert not region.mail(region.ann, ABOUT)
    assert not region.mail(region.ann, "How was the meeting")
    region.at(*NEXT_DAY)
    assert len(region.mail(region.ann, ABOUT)) == 1
    for day in (19, 22, 23, 26):
        region.at(2027, 2, day, 10)
    assert len(region.mail(region.ann, ABOUT)) == 1


def test_a_weekend_and_closure_days_are_waited_for(region: Region, meeting: str):
    region.at(2027, 2, 19, 16)
    close(region, meeting)
    region.done(OFFICE, "/closures", {"day": "2027-02-22"})
    region.at(2027, 2, 22, 12)
    assert not region.mail(region.ann, ABOUT)
    region.at(2027, 2, 23, 9)
    assert len(region.mail(region.ann, ABOUT)) == 1


def test_every_active_member_gets_it_and_nobody_else(region: Region, meeting: str):
    waiting = region.cloud.member(status="pending", confirmed=False)
    region.done(region.cian, "/me/leave")
    close(region, meeting)
    region.at(*NEXT_DAY)
    for who in (region.ann, region.ben, region.chair, region.other_chair):
        (letter,) = region.mail(who, ABOUT)
        assert letter["Subject"] == "What was agreed: quarterly meeting, 18 February 2027"
    for who in (waiting, region.cian, region.stranger):
        assert not region.mail(who, ABOUT)


def test_who_was_not_there_gets_no_link_to_the_survey(region: Region, meeting: str):
    close(region, meeting)
    region.at(*NEXT_DAY)
    (letter,) = region.mail(region.cian, ABOUT)
    assert "/surveys/" not in text(letter)
    links = {
        re.search(r"/surveys/[\w.-]{60,}", text(region.mail(who, ABOUT)[0]))[0]
        for who in (region.ann, region.ben, region.chair)
    }
    assert len(links) == 3
    for link in links:
        assert region.cloud.call("GET", link, html=True).status == 200


def test_that_somebody_answered_changes_no_letter(region: Region, meeting: str):
    """Not even where it is sent late: the survey's link stands in it for all who were asked."""
    close(region, meeting)
    region.at(*NEXT_DAY)
    letters = [words(region.mail(who, ABOUT)[0]) for who in (region.ann, region.ben)]
    parts = [re.sub(r"/surveys/[\w.-]+", "", each) for each in letters]
    assert parts[0].replace("Dear Ann", "Dear Ben") == parts[1]


def test_the_unconfirmed_read_what_and_when_but_not_who(region: Region, meeting: str):
    new = region.cloud.member(name="Una", confirmed=False)
    action = {"what": "Write to the wards", "who": region.ben.id, "by": "2027-03-31"}
    close(region, meeting, actions=[action])
    region.at(*NEXT_DAY)
    (letter,) = region.mail(region.ann, ABOUT)
    assert "* Write to the wards (Ben), by Wednesday 31 March 2027" in words(letter)
    assert f"{meeting}/record" in text(letter)
    (letter,) = region.mail(new, ABOUT)
    assert "* Write to the wards, by Wednesday 31 March 2027" in words(letter)
    assert f"{meeting}/record" not in text(letter)
    assert "Ben" not in text(letter)


def test_it_names_the_next_meeting_or_its_topic(region: Region, meeting: str):
    close(region, meeting, next_topic="Rights")
    region.at(*NEXT_DAY)
    assert "The date is not set yet." in words(region.mail(region.ann, ABOUT)[0])
    assert "The topic will be: Rights." in words(region.mail(region.ann, ABOUT)[0])


def test_a_date_and_an_action_as_they_are_when_it_goes_out(region: Region, meeting: str):
    action = {"what": "Write to the wards", "who": region.ann.id, "by": "2027-03-31"}
    close(region, meeting, actions=[action])
    region.meeting(starts_at="2027-05-20T14:00", topic="Rights")
    (own,) = region.ask(region.ann, "GET", "/communities/SW/actions").json["actions"]
    region.done(region.ann, f"/communities/SW/actions/{own['id']}/done")
    region.at(*NEXT_DAY)
    wording = words(region.mail(region.ann, ABOUT)[0])
    assert "* Write to the wards (Ann), done" in wording
    assert "Thursday 20 May 2027, 2pm" in wording


def test_reopened_before_it_goes_out_it_waits_for_the_next_close(region: Region, meeting: str):
    close(region, meeting)
    region.done(region.chair, f"{meeting}/reopen", {"reason": "Cian was there"})
    region.at(*NEXT_DAY)
    assert not region.mail(region.ann, ABOUT)
    close(region, meeting)
    region.at(2027, 2, 22, 9)
    (letter,) = region.mail(region.ann, ABOUT)
    assert "/surveys/" in text(letter)


def test_closed_once_more_after_it_went_out_it_is_not_sent_again(region: Region, meeting: str):
    close(region, meeting)
    region.at(*NEXT_DAY)
    region.done(region.chair, f"{meeting}/reopen", {"reason": "Cian was there"})
    close(region, meeting)
    region.at(2027, 2, 22, 9)
    assert len(region.mail(region.ann, ABOUT)) == 1


def test_who_paused_optional_letters_is_sent_what_was_agreed_without_the_survey(
    region: Region, meeting: str
):
    region.done(region.ann, "/me/mail", {"paused": True})
    close(region, meeting)
    region.at(*NEXT_DAY)
    (letter,) = region.mail(region.ann, ABOUT)
    assert "/surveys/" not in text(letter)


@pytest.mark.parametrize("day", ["2027-01-28", "2027-02-18"], ids=["near", "far"])
def test_of_one_quarterly_meeting_a_silent_member_gets_four_emails(region: Region, day: str):
    """DOMAIN.md, "Emails": invitation, agenda, one that asks if they come, one after it."""
    meeting = region.meeting(starts_at=f"{day}T10:00")
    month, of_month = int(day[5:7]), int(day[8:])
    for at in range(11, 32 if month == 2 else of_month):
        region.at(2027, 1, at, 10)
    for at in range(1, of_month if month == 2 else 1):
        region.at(2027, 2, at, 10)
    region.at(2027, month, of_month, 15)
    region.done(region.chair, f"{meeting}/close", {"attended": [region.ann.id]})
    region.at(2027, month, of_month + 1, 10)
    subjects = [each["Subject"].partition(": ")[0] for each in region.mail(region.cian)]
    asks = f"Are you coming? Quarterly meeting, {of_month}"
    assert [each for each in subjects if asks.lower() in each.lower()]
    rest = [each for each in subjects if asks.lower() not in each.lower()]
    assert rest == ["Invitation", "Agenda", "What was agreed"]
    assert len(subjects) == 4
