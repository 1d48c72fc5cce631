"""The digest: on a working day at 09:00, only of what is new, to each co-chair and person of the office."""

from typing import Any

import pytest

from comhar import data, wiring
from comhar.home import jobs as home_jobs
from comhar.home import repository as home_repository
from tests.support.office_mail import deliver, read_message
from tests.support.own_page import waiting_kinds
from tests.support.sample_region import OFFICE, Region, text
from tests.support.snapshots import built_once

ABOUT = "to do in Comhar"
TUESDAY = (2027, 1, 12, 9)


@pytest.fixture
@built_once
def region(region: Region) -> Region:
    """The clock has planned the digest; nothing waits."""
    region.cloud.post_letters()
    return region


def digests(region: Region, who: Any) -> list[str]:
    """Of each digest to somebody its subject and its lines."""
    email = who if isinstance(who, str) else who.email
    sent = [
        each for each in region.cloud.mail() if each["To"] == email and ABOUT in each["Subject"]
    ]
    return [" ".join([each["Subject"], *text(each).split()]) for each in sent]


def propose(region: Region) -> str:
    meeting = region.meeting()
    region.done(region.ann, f"{meeting}/items", {"title": "Rooms"})
    return meeting


CAUSES = {
    "confirm_member": lambda region: region.cloud.member(name="Una", confirmed=False),
    "decide_item": propose,
    "approve_member": lambda region: region.cloud.member(
        name="Una", status="pending", confirmed=False, joined_on=None
    ),
    "answer_mail": lambda region: deliver(
        read_message("attachments"), "one", region.cloud.now, spam="FAIL"
    ),
}
FOR_OFFICE = ("approve_member", "answer_mail")
LINES = {
    "confirm_member": "1 person to confirm",
    "decide_item": "1 agenda item to decide on",
    "approve_member": "1 request to join to check",
    "answer_mail": "1 email to answer",
}


def test_whatever_can_wait_for_the_office_can_be_counted_in_words():
    """A kind that comes with a topic has its words in a digest too."""
    own = {"prepare_agenda", "answer_meeting", "answer_poll", "do_action", "finish_draft"}
    of_leads = {"agree_vision", *home_repository._WITH_OWN_EMAIL}
    for kind, words in data.load("waiting").items():
        if kind not in own | of_leads:
            assert "{n}" in words["many"] and words["single"].startswith("1 "), kind


def test_where_nothing_is_new_nobody_is_written_to(region: Region):
    for day in (12, 13, 14):
        region.at(2027, 1, day, 9)
    for who in (region.chair, region.other_chair, region.ann, OFFICE):
        assert digests(region, who) == []


@pytest.mark.parametrize("kind", CAUSES)
def test_of_each_thing_they_hear_once_the_next_working_morning(region: Region, kind: str):
    CAUSES[kind](region)
    region.at(2027, 1, 12, 8, 59)
    readers = [OFFICE] if kind in FOR_OFFICE else [region.chair, region.other_chair]
    assert all(digests(region, who) == [] for who in readers)
    region.at(*TUESDAY)
    for who in readers:
        (digest,) = digests(region, who)
        assert digest.startswith("1 new thing to do in Comhar")
        assert f"* {LINES[kind]}" in digest
        assert "Una" not in digest and "Rooms" not in digest
        assert kind in waiting_kinds(region, who)
    for day in (13, 14, 15):
        region.at(2027, 1, day, 9)
    assert all(len(digests(region, who)) == 1 for who in readers)
    everybody = (region.chair, region.other_chair, region.ann, region.stranger, OFFICE)
    assert all(digests(region, who) == [] for who in everybody if who not in readers)


def test_what_is_done_before_is_not_in_it(region: Region):
    una = region.cloud.member(name="Una", confirmed=False)
    region.done(region.chair, f"/members/{una.id}/confirm")
    region.at(*TUESDAY)
    assert digests(region, region.chair) == []


def test_what_waits_from_before_is_counted_and_not_called_new(region: Region):
    region.cloud.member(name="Una", confirmed=False)
    region.at(*TUESDAY)
    region.cloud.member(name="Dara", confirmed=False)
    propose(region)
    region.at(2027, 1, 13, 9)
    digest = digests(region, region.chair)[-1]
    assert digest.startswith("2 new things to do in Comhar")
    assert "* 1 person to confirm * 1 agenda item to decide on" in digest
    assert "1 other thing waits from before." in digest


@pytest.mark.parametrize(
    ("made", "sent"),
    [((2027, 1, 15, 10), (2027, 1, 18, 9)), ((2027, 1, 29, 16, 55), (2027, 2, 2, 9))],
    ids=["weekend", "bank holiday"],
)
def test_days_off_are_waited_for(region: Region, made: tuple[int, ...], sent: tuple[int, ...]):
    region.at(*made)
    region.cloud.member(name="Una", confirmed=False)
    year, month, day, hour = sent
    region.at(year, month, day, hour - 1, 59)
    assert digests(region, region.chair) == []
    region.at(*sent)
    assert len(digests(region, region.chair)) == 1


def test_a_day_on_which_the_office_is_closed_is_waited_for(region: Region):
    """Even where that was noted after the digest was planned."""
    region.cloud.member(name="Una", confirmed=False)
    region.done(OFFICE, "/closures", {"day": "2027-01-12"})
    region.at(*TUESDAY)
    assert digests(region, region.chair) == []
    region.at(2027, 1, 13, 9)
    assert len(digests(region, region.chair)) == 1


def test_a_clock_that_comes_a_week_late_writes_one(region: Region):
    region.cloud.member(name="Una", confirmed=False)
    region.cloud.now = region.cloud.now.replace(day=14)
    propose(region)
    region.at(2027, 1, 20, 11)
    (digest,) = digests(region, region.chair)
    assert digest.startswith("2 new things")
    region.at(2027, 1, 21, 9)
    assert len(digests(region, region.chair)) == 1


def test_two_workers_write_it_once(region: Region):
    region.cloud.member(name="Una", confirmed=False)
    region.cloud.now = region.cloud.now.replace(day=12)
    item = wiring.table().get(home_jobs.DIGEST)
    assert item
    for _ in range(2):
        home_jobs.send_digest(item, wiring.context(None))
    assert len(digests(region, region.chair)) == 1


def test_who_leads_no_more_is_not_written_to(region: Region):
    region.cloud.member(name="Una", confirmed=False)
    region.done(OFFICE, "/communities/SW/chairs", {"members": [region.ann.id, region.ben.id]})
    region.at(*TUESDAY)
    assert digests(region, region.chair) == []
    assert len(digests(region, region.ann)) == 1
