"""A calendar proposes another time, or somebody else: the organisers hear of it."""

from datetime import datetime

import pytest

from comhar import wiring
from comhar.meetings import proposals
from tests.support.office_mail import deliver
from tests.support.sample_region import OFFICE, Region, text

AT = datetime(2027, 2, 25, 14)
PROPOSED, DELEGATED = "Another time is proposed", "Somebody cannot come"


def propose(
    region: Region, meeting: str, who: str, at: datetime | None = AT, comment: str = ""
) -> bool:
    uid = f"{meeting.rpartition('/')[2]}@comhar"
    noted = proposals.note_proposal(uid, who, at, comment, wiring.context(None))
    region.cloud.post_letters()
    return noted


def test_a_proposal_for_what_is_no_meeting_of_ours_is_not_noted(region: Region):
    assert not propose(region, "/meetings/else@where", region.ann.email)
    assert not propose(region, "/meetings/SW-0123456789", region.ann.email)


def test_who_is_not_concerned_proposes_nothing(region: Region):
    meeting = region.meeting()
    assert not propose(region, meeting, region.stranger.email)
    assert not propose(region, meeting, "nobody@example.com")
    assert region.mail(region.chair, PROPOSED) == []


def test_nothing_is_proposed_for_a_meeting_that_is_off_or_has_begun(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/cancel", {"reason": "The hall is flooded"})
    assert not propose(region, meeting, region.ann.email)
    other = region.meeting()
    region.at(2027, 2, 18, 10)
    assert not propose(region, other, region.ann.email)


def test_each_co_chair_hears_once_who_proposes_which_time_and_why(region: Region):
    assert propose(region, region.meeting(), region.ann.email, comment="School run until two")
    for chair in (region.chair, region.other_chair):
        (email,) = region.mail(chair, PROPOSED)
        assert str(email["Subject"]).endswith(", 18 February 2027")
        words = " ".join(text(email).split())
        assert "Ann got the invitation" in words
        assert "another time: Thursday 25 February 2027, 2pm (Irish time)" in words
        assert "They wrote: “School run until two”" in words
    assert region.mail(region.ann, PROPOSED) == region.mail(region.ben, PROPOSED) == []


def test_who_would_send_somebody_else_is_named_and_nobody_is_invited(region: Region):
    assert propose(region, region.meeting(), region.ann.email, at=None)
    (email,) = region.mail(region.chair, DELEGATED)
    assert "would like somebody else to come in their place" in " ".join(text(email).split())


def test_a_second_proposal_is_told_too(region: Region):
    meeting = region.meeting()
    for hour in (14, 15):
        assert propose(region, meeting, region.ann.email, AT.replace(hour=hour))
    assert len(region.mail(region.chair, PROPOSED)) == 2


def test_in_the_evening_it_waits_and_is_void_once_the_meeting_has_moved(region: Region):
    meeting = region.meeting()
    region.at(2027, 1, 11, 20)
    assert propose(region, meeting, region.ann.email)
    assert region.mail(region.chair, PROPOSED) == []
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-02-25T14:00"})
    region.at(2027, 1, 12, 8)
    assert region.mail(region.chair, PROPOSED) == []


def test_of_a_national_meeting_the_office_hears(region: Region):
    form = {
        "kind": "national",
        "starts_at": "2027-02-18T10:00",
        "minutes": 120,
        "mode": "in_person",
    }
    made = region.done(OFFICE, "/national/meetings", form)
    assert propose(region, f"/meetings/{made['id']}", region.ann.email)
    assert [each["To"] for each in region.cloud.mail() if PROPOSED in each["Subject"]] == [OFFICE]


@pytest.mark.parametrize("at", [AT, None])
def test_nothing_of_it_is_stored_once_it_was_told(region: Region, at: datetime | None):
    propose(region, region.meeting(), region.ann.email, at, "School run")
    items = [item for place, item in region.cloud.items().items() if "PROPOSAL" in place[2]]
    assert items == []
    assert "School run" not in str(region.cloud.items())


REPLIES = {
    PROPOSED: ("PARTSTAT=TENTATIVE", "COUNTER", "another time: Thursday 25 February 2027, 2pm"),
    DELEGATED: (
        'PARTSTAT=DELEGATED;DELEGATED-TO="mailto:e@example.org"',
        "REPLY",
        "would like somebody else to come",
    ),
}


@pytest.mark.parametrize("subject", REPLIES)
def test_a_calendar_s_mail_tells_the_co_chairs_and_waits_for_the_office(
    subject: str, region: Region
):
    parameters, method, words = REPLIES[subject]
    who, meeting = region.ann.email, region.meeting().rpartition("/")[2]
    lines = (
        *(f"Return-Path: <{who}>", f"From: {who}", "Subject: Community of Practice"),
        *(f"Content-Type: text/calendar; method={method}", ""),
        *("BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", f"UID:{meeting}@comhar"),
        *(f"ATTENDEE;{parameters}:mailto:{who}", "DTSTART:20270225T140000Z", "COMMENT:Could we?"),
        *("END:VEVENT", "END:VCALENDAR", ""),
    )
    deliver("\r\n".join(lines).encode(), "proposal", region.cloud.now)
    (email,) = region.mail(region.chair, subject)
    words_of_email = " ".join(text(email).split())
    assert words in words_of_email and "They wrote: “Could we?”" in words_of_email
    (item,) = wiring.table().query("INBOX#open").items
    assert (item["organisers_notified"], item["kind"]) == (True, "calendar")
    page = region.cloud.call(
        "GET", f"/inbox/{item['id']}", bearer=region.cloud.session(OFFICE), html=True
    )
    assert "We told the meeting’s organisers by email" in page.text
