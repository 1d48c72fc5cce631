"""What the clock does for meetings: the agenda goes out once, to everyone, and the question after."""

from comhar import wiring
from comhar.membership import repository as membership_repository
from tests.support import cloud as clouds
from tests.support import stored_members
from tests.support.sample_region import Region, text

DUE = (2027, 2, 11, 9)


def test_the_agenda_is_not_issued_a_minute_early_and_no_second_time(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 11, 8, 59)
    assert region.ask(region.ann, "GET", meeting).json["agenda_issued_at"] is None
    region.at(*DUE)
    region.at(*DUE)
    seen = region.ask(region.ann, "GET", meeting).json
    assert seen["agenda_issued_at"] == "2027-02-11T09:00:00.000Z"
    assert not seen["agenda_late"]
    letters = region.letters("agenda", meeting, "1")
    assert set(letters.values()) == {"sent"}
    assert len(letters) == 5
    assert len(region.mail(region.ann, "Agenda")) == 1
    assert not region.letters("agenda", meeting, "2")


def test_the_agenda_is_in_the_letter_in_full(region: Region):
    meeting = region.meeting(topic="Building connections", link="https://meet.example/a?b=(c)")
    path = f"{meeting}/items"
    for title, decision in (("Teach nua", "accept"), ("Cistin", "decline"), ("Undecided", "")):
        made = region.done(region.ann, path, {"title": title, "minutes": 15})["id"]
        if decision:
            body = {"reason": "No time"} if decision == "decline" else None
            region.done(region.chair, f"{path}/{made}/{decision}", body)
    region.at(*DUE)
    (letter,) = region.mail(region.ben, "Agenda")
    html = letter.get_body(("html",)).get_content()
    for part in (text(letter), html):
        assert "Lead topic: Building connections" in part
        assert "Teach nua" in part
        assert "Cistin" not in part
        assert "Undecided" not in part
        assert "https://meet.example/a?b=(c)" in part
        assert f"{clouds.HOME}/answer/" in part
        assert "Together 120 minutes." in part
    lines = region.ask(region.ann, "GET", meeting).json["agenda"]
    assert sum(line["minutes"] for line in lines) == 120
    undecided = [each["state"] for each in region.ask(region.ann, "GET", meeting).json["items"]]
    assert sorted(undecided) == ["accepted", "declined", "proposed"]


def test_no_agenda_goes_out_for_a_cancelled_meeting(region: Region):
    meeting = region.meeting()
    region.done(region.chair, f"{meeting}/cancel", {"reason": "Snow"})
    region.at(*DUE)
    assert not region.letters("agenda", meeting, "1")


def test_a_moved_meeting_gets_its_agenda_for_the_new_date_only(region: Region):
    meeting = region.meeting()
    region.at(*DUE)
    region.done(region.chair, f"{meeting}/reschedule", {"starts_at": "2027-03-04T10:00"})
    assert region.ask(region.ann, "GET", meeting).json["agenda"] == []
    region.at(2027, 2, 25, 9)
    assert set(region.letters("agenda", meeting, "2").values()) == {"sent"}
    old, new = region.mail(region.ann, "Agenda")
    assert ("18 February" in old["Subject"], "4 March" in new["Subject"]) == (True, True)


def test_who_joins_after_the_issue_gets_invitation_and_agenda_once(region: Region):
    meeting = region.meeting()
    region.at(*DUE)
    waiting = region.cloud.member(status="pending", confirmed=False, joined_on=None)
    region.done("office@example.com", f"/members/{waiting.id}/admit")
    for _ in range(2):
        region.cloud.post_letters()
    assert len(region.mail(waiting, "Agenda")) == 1
    assert len(region.mail(waiting, "Invitation")) == 1
    assert region.letters("agenda", meeting, "1")[waiting.id] == "sent"


def test_the_co_chairs_are_asked_twice_whether_it_happened(region: Region):
    meeting = region.meeting()
    for day in (19, 22, 23, 25, 26):
        region.at(2027, 2, day, 9)
    assert region.letters("did_it_happen", meeting, "0.1").keys() == {
        region.chair.id,
        region.other_chair.id,
    }
    assert region.letters("did_it_happen", meeting, "0.2")
    assert not region.letters("did_it_happen", meeting, "0.3")
    assert len(region.mail(region.chair, "Did it go ahead")) == 2
    assert not region.mail(region.ann, "Did it go ahead")
    region.at(2027, 3, 30, 9)
    assert len(region.mail(region.chair, "Did it go ahead")) == 2


def test_nobody_is_asked_about_a_meeting_that_is_closed(region: Region):
    meeting = region.meeting()
    region.at(2027, 2, 18, 12)
    region.done(region.chair, f"{meeting}/close", {"attended": [region.ann.id]})
    region.at(2027, 2, 25, 9)
    assert not region.letters("did_it_happen", meeting, "0.1")


def test_an_agenda_at_short_notice_is_marked_late(region: Region):
    meeting = region.meeting(starts_at="2027-01-13T10:00")
    region.at(2027, 1, 11, 10)
    assert region.ask(region.ann, "GET", meeting).json["agenda_late"]


def test_a_meeting_made_minutes_before_it_starts_still_gets_its_agenda_or_is_missed(
    region: Region,
):
    meeting = region.meeting(starts_at="2027-01-11T09:30")
    region.at(2027, 1, 11, 9, 30)
    seen = region.ask(region.ann, "GET", meeting).json
    assert seen["agenda_issued_at"] is None
    assert not region.letters("agenda", meeting, "1")
    region.at(2027, 1, 13, 9)
    assert region.letters("did_it_happen", meeting, "0.1")


def test_nothing_is_sent_to_who_leaves_before_the_letter_does(region: Region):
    meeting = region.meeting()
    leaving = stored_members.find_member(region.ann.id)
    assert leaving is not None
    wiring.table().transact(
        membership_repository.change_writes(leaving, region.cloud.now, status="left")
    )
    region.cloud.post_letters()
    assert region.letters("invitation", meeting, "0").get(region.ann.id, "dropped") == "dropped"
    assert not region.mail(region.ann, "Invitation")
